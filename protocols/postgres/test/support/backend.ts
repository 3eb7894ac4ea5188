// A Postgres server in a few lines, for the client's tests: start-up, extended queries, cancellation. It runs no SQL:
// a table of texts says what is answered.
import { type MemoryServer, memoryConnector } from '@fairlead/testkit';
import type { Connector } from '@fairlead/transport';

const utf8 = new TextEncoder();
const ERROR = 0x45;

/** Bytes of parts: numbers are single bytes, text is UTF-8. */
export function bytes(...parts: (string | number | Uint8Array)[]): Uint8Array {
  const chunks = parts.map((part) =>
    typeof part === 'string' ? utf8.encode(part) : typeof part === 'number' ? Uint8Array.of(part) : part,
  );
  const joined = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    joined.set(chunk, at);
    at += chunk.length;
  }
  return joined;
}

/** A 32-bit integer, big-endian. */
export function int32(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}

/** A 16-bit integer, big-endian. */
export function int16(value: number): Uint8Array {
  return Uint8Array.of(value >>> 8, value);
}

/** A message with its type and length. */
export function message(type: string, ...parts: (string | number | Uint8Array)[]): Uint8Array {
  const body = bytes(...parts);
  return bytes(type, int32(body.length + 4), body);
}

export const authenticationOk: Uint8Array = message('R', int32(0));
export const ready: Uint8Array = message('Z', 'I');

/** What a server says behind AuthenticationOk. */
export const greeting: Uint8Array = bytes(
  message('S', 'server_version\x0017.6 (Test)\0'),
  message('S', 'TimeZone\0UTC\0'),
  message('K', int32(4711), int32(815)),
  ready,
);

/** An ErrorResponse. */
export function errorResponse(code: string, text: string, more: Record<string, string> = {}): Uint8Array {
  const fields = Object.entries({ S: 'ERROR', V: 'ERROR', C: code, M: text, ...more });
  return message('E', ...fields.map(([letter, value]) => `${letter}${value}\0`), 0);
}

/** A RowDescription of columns by name and OID. */
export function rowDescription(columns: readonly (readonly [name: string, oid: number])[]): Uint8Array {
  const fields = columns.map(([name, oid]) =>
    bytes(name, 0, int32(0), int16(0), int32(oid), int16(-1), int32(-1), int16(0)),
  );
  return message('T', int16(columns.length), ...fields);
}

/** A DataRow; `null` is NULL. */
export function dataRow(cells: readonly (string | null)[]): Uint8Array {
  const fields = cells.map((cell) => {
    if (cell === null) return int32(-1);
    const text = utf8.encode(cell);
    return bytes(int32(text.length), text);
  });
  return message('D', int16(cells.length), ...fields);
}

/** A result as a query's answer, from RowDescription to CommandComplete. */
export function result(
  columns: readonly (readonly [name: string, oid: number])[],
  rows: readonly (readonly (string | null)[])[],
  tag = `SELECT ${rows.length}`,
): Uint8Array {
  return bytes(rowDescription(columns), ...rows.map(dataRow), message('C', `${tag}\0`));
}

/** One statement that came: its text, its parameters, and the types of the messages in its flight. */
export interface Statement {
  readonly text: string;
  readonly parameters: (string | null)[];
  readonly messages: string;
}

/** A message of the client. */
interface Received {
  readonly type: string;
  readonly body: Uint8Array;
}

/** Answers a statement: what to send before ReadyForQuery. */
export type Answer = (statement: Statement, backend: Backend) => Uint8Array | Promise<Uint8Array>;

/** Reads exactly what it is asked for. */
export class ByteReader {
  readonly #line: MemoryServer;
  #buffer = new Uint8Array(0);

  constructor(line: MemoryServer) {
    this.#line = line;
  }

  /** `size` bytes, or `undefined` at the end. */
  async take(size: number): Promise<Uint8Array | undefined> {
    while (this.#buffer.length < size) {
      const chunk = await this.#line.read();
      if (chunk === undefined) return undefined;
      this.#buffer = bytes(this.#buffer, chunk) as Uint8Array<ArrayBuffer>;
    }
    const taken = this.#buffer.slice(0, size);
    this.#buffer = this.#buffer.slice(size);
    return taken;
  }

  /** A packet without a type, as at the beginning. */
  async packet(): Promise<Uint8Array | undefined> {
    const head = await this.take(4);
    if (head === undefined) return undefined;
    return this.take(new DataView(head.buffer).getInt32(0) - 4);
  }

  /** A message with its type. */
  async message(): Promise<{ type: string; body: Uint8Array } | undefined> {
    const type = await this.take(1);
    const body = type && (await this.packet());
    return body && { type: String.fromCharCode(type[0] ?? 0), body };
  }
}

/** The server: accepts everybody, and counts. */
export class Backend {
  readonly statements: Statement[] = [];
  cancellations = 0;
  /** The type of parameters that are asked for. */
  parameterType = 25;
  #parsed = '';
  /** Whether an error is the answer to Bind already. */
  bindingAnswers = false;
  #bindAnswer: Uint8Array | undefined;
  /** What ReadyForQuery says. */
  status = 'I';
  /** Called for each CancelRequest. */
  onCancel: () => void = () => undefined;
  readonly #answer: Answer;
  readonly #prepared = new Map<string, string>();
  #bound: Statement = { text: '', parameters: [], messages: '' };
  /** The answer to the Execute that follows a Describe. */
  #rest: Uint8Array | undefined;

  constructor(answer: Answer) {
    this.#answer = answer;
  }

  /** Dials this server. */
  get connector(): Connector {
    return memoryConnector((line) => this.#serve(line));
  }

  async #serve(line: MemoryServer): Promise<void> {
    const reader = new ByteReader(line);
    const first = await reader.packet();
    const code = first && new DataView(first.buffer).getInt32(0);
    if (code === 80_877_102) {
      this.cancellations += 1;
      this.onCancel();
      await line.close();
      return;
    }
    await line.write(bytes(authenticationOk, greeting));
    while (await this.#serveOne(line, reader));
    await line.close();
  }

  /** Reads one flight, up to Sync, Flush or a simple query, and answers message by message. */
  async #serveOne(line: MemoryServer, reader: ByteReader): Promise<boolean> {
    const flight: Received[] = [];
    this.#rest = undefined;
    for (;;) {
      const next = await reader.message();
      if (next === undefined || next.type === 'X') return false;
      flight.push(next);
      if ('QSH'.includes(next.type)) break;
    }
    const messages = flight.map(({ type }) => type).join('');
    const replies: Uint8Array[] = [];
    for (const next of flight) {
      const failed = replies.at(-1)?.[0] === ERROR;
      if (failed && next.type !== 'S') continue;
      replies.push(await this.#reply(next, messages, flight));
    }
    await line.write(bytes(...replies));
    return true;
  }

  async #reply({ type, body }: Received, messages: string, flight: readonly Received[]): Promise<Uint8Array> {
    switch (type) {
      case 'Q': {
        const text = new TextDecoder().decode(body).replace('\0', '');
        return bytes(await this.#ask({ text, parameters: [], messages }), message('Z', this.status));
      }
      case 'P': {
        const [name = '', sql = ''] = new TextDecoder().decode(body).split('\0');
        this.#prepared.set(name, sql);
        this.#parsed = sql;
        return message('1');
      }
      case 'B':
        if (this.#rest === undefined) this.#bind(body, messages);
        if (this.bindingAnswers) {
          // A server refuses at Bind what is wrong with a prepared statement.
          const answer = await this.#ask(this.#bound);
          if (answer[0] === ERROR) return answer;
          this.#bindAnswer = answer;
        }
        return message('2');
      case 'D': {
        // Of a statement whose portal is described as well: what is asked is the parameters' types, all of them text.
        if (body[0] === 0x53 && flight.some((each) => each.type === 'D' && each.body[0] === 0x50)) {
          const count = new Set(this.#parsed.match(/\$\d+/g)).size;
          const types = Array.from({ length: count }, () => int32(this.parameterType));
          return bytes(message('t', int16(count), ...types), message('n'));
        }
        // The statement, before it is bound: drivers ask so.
        const bind = body[0] === 0x53 ? flight.find((each) => each.type === 'B') : undefined;
        if (bind !== undefined) this.#bind(bind.body, messages);
        const [description, rest] = splitDescription(this.#bindAnswer ?? (await this.#ask(this.#bound)));
        this.#bindAnswer = undefined;
        this.#rest = rest;
        if (rest[0] === ERROR) return rest;
        return body[0] === 0x53 ? bytes(message('t', int16(0)), description) : description;
      }
      case 'E': {
        const rest = this.#rest ?? splitDescription(await this.#ask(this.#bound))[1];
        this.#rest = undefined;
        return rest;
      }
      case 'C':
        return message('3');
      case 'S':
        return message('Z', this.status);
      default:
        return new Uint8Array(0);
    }
  }

  #bind(body: Uint8Array, messages: string): void {
    const [, name = ''] = new TextDecoder().decode(body).split('\0');
    this.#bound = { text: this.#prepared.get(name) ?? '', parameters: boundParameters(body), messages };
  }

  #ask(statement: Statement): Uint8Array | Promise<Uint8Array> {
    this.statements.push(statement);
    return this.#answer(statement, this);
  }
}

/** RowDescription or NoData answer a Describe, which comes before the Bind; the rest answers the Execute. */
function splitDescription(answer: Uint8Array): [description: Uint8Array, rest: Uint8Array] {
  const type = String.fromCharCode(answer[0] ?? 0);
  if (type !== 'T' && type !== 'n') return [message('n'), answer];
  const end = new DataView(answer.buffer, answer.byteOffset).getInt32(1) + 1;
  return [answer.subarray(0, end), answer.subarray(end)];
}

/** Binary ones as bytea's text. */
function boundParameters(body: Uint8Array): (string | null)[] {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  let at = body.indexOf(0) + 1;
  at = body.indexOf(0, at) + 1;
  const formats = Array.from({ length: view.getInt16(at) }, (_, i) => view.getInt16(at + 2 + i * 2));
  at += 2 + formats.length * 2;
  const count = view.getInt16(at);
  at += 2;
  const found: (string | null)[] = [];
  for (let i = 0; i < count; i += 1) {
    const length = view.getInt32(at);
    at += 4;
    const value = body.subarray(at, at + Math.max(0, length));
    found.push(length < 0 ? null : formats[i] === 1 ? `\\x${hex(value)}` : new TextDecoder().decode(value));
    at += Math.max(0, length);
  }
  return found;
}

function hex(value: Uint8Array): string {
  return Array.from(value, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
