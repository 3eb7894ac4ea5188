// What a command prints: text for people, or with `--json` one JSON object a line on standard output, errors too. Colours and
// progress stand only where a person looks at a terminal.
import { styleText } from 'node:util';
import type { Context } from '../context.ts';
import type { CommandError } from '../errors.ts';

/** One thing that happened: its name, and members that JSON can say. Names of members carry their units. */
export interface Event {
  readonly event: string;
  readonly [member: string]: unknown;
}

type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow';

/** Prints for one run of a command. */
export class Output {
  /** Whether `--json` was given. */
  readonly json: boolean;
  readonly #context: Context;

  constructor(context: Context, json: boolean) {
    this.#context = context;
    this.json = json;
  }

  /** A result: on standard output. @param text What people see; without it, nothing. */
  result(event: Event, text?: string): void {
    if (this.json) this.#line(event);
    else if (text !== undefined) this.#context.stdout.write(`${text}\n`);
  }

  /** Something that is not as it should be: people see it on standard error. */
  complaint(event: Event, text: string): void {
    if (this.json) this.#line(event);
    else this.#context.stderr.write(`${text}\n`);
  }

  /** The failure that ends the command. */
  error({ message, advice, exitCode }: CommandError): void {
    const event = { event: 'error', message, ...(advice === undefined ? {} : { advice }), exitCode };
    const words = this.paint('red', 'error:', this.#context.stderr.isTTY);
    this.complaint(event, `${words} ${message}${advice === undefined ? '' : `\n  ${advice}`}`);
  }

  /** What goes on at the moment: for a person at a terminal alone. */
  progress(text: string): void {
    if (!this.json && this.#context.stderr.isTTY) this.#context.stderr.write(`${text}\n`);
  }

  /** `text` in a style, where standard output is a terminal that may be coloured. */
  paint(style: Style, text: string, isTerminal = this.#context.stdout.isTTY): string {
    const { NO_COLOR, TERM } = this.#context.env;
    // https://no-color.org: any value but the empty one.
    if (this.json || !isTerminal || (NO_COLOR !== undefined && NO_COLOR !== '') || TERM === 'dumb')
      return text;
    // Node would ask its own standard output instead of this one.
    return styleText(style, text, { validateStream: false });
  }

  #line(event: Event): void {
    this.#context.stdout.write(`${JSON.stringify(event)}\n`);
  }
}
