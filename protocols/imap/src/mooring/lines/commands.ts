// Finds the commands in what a client sends, in any pieces: their tags and names, past literals. It keeps no content.
import { Line } from './line.ts';

/** Is told of each command when its first line has come. `tag` is undefined for what is none. */
type OnCommand = (tag: string | undefined, name: string) => void;

const COMMAND = /^([A-Za-z0-9]{1,40}) ((?:UID )?[A-Za-z]{1,30})(?:[ \r]|$)/;

/** A position in what a client sends. */
export class Commands {
  readonly #onCommand: OnCommand;
  readonly #line = new Line();
  /** Whether the line goes on with a command whose beginning was told. */
  #isInside = false;
  /** Bytes of a literal that are still to come. */
  #left = 0;
  /** Whether the literal's first byte waits for the server. */
  #isWaiting = false;

  constructor(onCommand: OnCommand) {
    this.#onCommand = onCommand;
  }

  /** Whether the next byte begins a command. */
  get isBetween(): boolean {
    return !this.#isInside && this.#left === 0 && this.#line.isEmpty;
  }

  /** Takes what the client sends. */
  take(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      if (this.#left > 0) {
        this.#isWaiting = false;
        const taken = Math.min(this.#left, bytes.length - at);
        this.#left -= taken;
        at += taken;
      } else {
        const next = this.#line.take(bytes, at);
        if (next === undefined) return;
        this.#endLine();
        at = next;
      }
    }
  }

  /** The server has answered the command under way: a literal that it did not ask for is not sent. */
  answered(): void {
    if (!this.#isWaiting) return;
    this.#isWaiting = this.#isInside = false;
    this.#left = 0;
  }

  #endLine(): void {
    const { head, literal, endsInCr } = this.#line;
    const wasInside = this.#isInside;
    this.#line.reset();
    this.#left = literal?.size ?? 0;
    this.#isWaiting = literal?.isWaiting ?? false;
    this.#isInside = literal !== undefined;
    if (!endsInCr) this.#onCommand(undefined, '');
    else if (!wasInside && head !== 'DONE\r') {
      const [, tag, name = ''] = COMMAND.exec(head) ?? [];
      this.#onCommand(tag, name.toUpperCase());
    }
  }
}
