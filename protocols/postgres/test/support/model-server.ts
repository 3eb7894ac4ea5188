// A server without a socket that takes the client's bytes and keeps to the documented message flow. It runs no SQL: a
// statement's text says what becomes of it: `rows 3`, `fail parse`, `fail bind`, `fail execute 2`, `empty`, `none`.
import { Writer } from '@fairlead/bytes';
import {
  type BackendMessage,
  decodeFrontend,
  FrameReader,
  type FrontendMessage,
  writeBackend,
} from '../../src/wire/index.ts';
import type { Dice } from './dice.ts';

const utf8 = new TextEncoder();
const FIELD = {
  name: 'n',
  tableOid: 0,
  columnNumber: 0,
  typeOid: 25,
  typeSize: -1,
  typeModifier: -1,
  format: 0,
} as const;

/** What comes when nobody asked for it. */
const CHATTER: readonly BackendMessage[] = [
  {
    kind: 'notice-response',
    fields: new Map([
      ['V', 'NOTICE'],
      ['M', 'by the way'],
    ]),
  },
  { kind: 'parameter-status', parameter: { name: 'TimeZone', value: 'UTC' } },
  { kind: 'notification-response', notification: { processId: 1, channel: 'jobs', payload: '' } },
];

/** The cell of row `i` of a statement: no two statements have the same. */
export const cellOf = (text: string, i: number): string => `${text} #${i}`;

/** How many rows a statement has, before it fails if it does. */
export const rowsOf = (text: string): number => Number(/^(?:rows|fail execute) (\d+)/.exec(text)?.[1] ?? 0);

/** Its answers pile up in `output`. */
export class ModelServer {
  readonly output: Writer = new Writer(1 << 24);
  readonly #dice: Dice;
  readonly #frames = new FrameReader({ maxMessageBytes: 1 << 20 });
  readonly #prepared = new Map<string, string>();
  #portal = '';
  /** After an error, nothing counts up to the next Sync. */
  #skipping = false;

  constructor(dice: Dice) {
    this.#dice = dice;
  }

  /** Takes what a client wrote. */
  take(bytes: Uint8Array): void {
    this.#frames.push(bytes);
    for (let frame = this.#frames.next(); frame; frame = this.#frames.next()) {
      const message = decodeFrontend(frame.type, frame.bytes, frame.start, frame.end);
      if (!this.#skipping || message.kind === 'sync') this.#answer(message);
    }
  }

  #say(...messages: readonly BackendMessage[]): void {
    for (const message of messages) {
      if (this.#dice.below(12) === 0) writeBackend(this.output, this.#dice.pick(CHATTER));
      writeBackend(this.output, message);
    }
  }

  #fail(text: string): void {
    const fields = new Map([
      ['V', 'ERROR'],
      ['C', 'XX001'],
      ['M', text],
    ]);
    this.#say({ kind: 'error-response', fields });
    this.#skipping = true;
  }

  #answer(message: FrontendMessage): void {
    if (message.kind === 'parse') this.#parse(message.name, message.text);
    else if (message.kind === 'bind') this.#bind(message.statement);
    else if (message.kind === 'describe') this.#say(this.#description(this.#portal));
    else if (message.kind === 'execute') this.#execute(this.#portal);
    else if (message.kind === 'query') this.#query(message.text);
    else if (message.kind === 'sync') this.#ready();
    else if (message.kind === 'close') this.#say({ kind: 'close-complete' });
    else throw new Error(`the client sent "${message.kind}"`);
  }

  #parse(name: string, text: string): void {
    if (text.startsWith('fail parse')) this.#fail(text);
    else {
      this.#prepared.set(name, text);
      this.#say({ kind: 'parse-complete' });
    }
  }

  #bind(statement: string): void {
    this.#portal = this.#prepared.get(statement) ?? 'fail bind: no such statement';
    if (this.#portal.startsWith('fail bind')) this.#fail(this.#portal);
    else this.#say({ kind: 'bind-complete' });
  }

  #ready(): void {
    this.#skipping = false;
    this.#say({ kind: 'ready-for-query', status: 'I' });
  }

  #description(text: string): BackendMessage {
    return /^(rows|fail execute)/.test(text)
      ? { kind: 'row-description', fields: [FIELD] }
      : { kind: 'no-data' };
  }

  #execute(text: string): void {
    const rows = rowsOf(text);
    for (let i = 0; i < rows; i++) this.#say({ kind: 'data-row', cells: [utf8.encode(cellOf(text, i))] });
    if (text.startsWith('fail')) this.#fail(text);
    else if (text.startsWith('empty')) this.#say({ kind: 'empty-query-response' });
    else this.#say({ kind: 'command-complete', tag: text.startsWith('rows') ? `SELECT ${rows}` : 'DO' });
  }

  #query(text: string): void {
    for (const statement of text.split('; ')) {
      const description = this.#description(statement);
      if (description.kind === 'row-description') this.#say(description);
      this.#execute(statement);
      if (this.#skipping) break;
    }
    this.#ready();
  }
}
