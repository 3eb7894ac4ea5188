// A connector without a network: its connections have the answers of Redis and Postgres to the one question of the bench ready. What
// is sent they throw away.
import type { Address, Connector, Transport } from '@fairlead/transport';

const utf8 = new TextEncoder();

/** HELLO 2, and the value of a key. */
const REDIS = [utf8.encode('*2\r\n$6\r\nserver\r\n$5\r\nredis\r\n$16\r\nxxxxxxxxxxxxxxxx\r\n')];

/** A message of Postgres. */
function message(type: string, body: string): string {
  const length = body.length + 4;
  return `${type}${String.fromCharCode(0, 0, length >> 8, length & 255)}${body}`;
}

const READY = message('Z', 'I');
/** The login, without a password; then the one row of `select $1::int as answer`. */
const POSTGRES = [
  [
    message('R', '\0\0\0\0'),
    message('S', 'server_version\x0017.0\0'),
    message('S', 'server_encoding\0UTF8\0'),
    message('S', 'client_encoding\0UTF8\0'),
    message('S', 'DateStyle\0ISO, MDY\0'),
    message('S', 'integer_datetimes\0on\0'),
    message('S', 'standard_conforming_strings\0on\0'),
    message('K', '\0\0\0\x01\0\0\0\x02'),
    READY,
  ],
  [
    message('1', ''),
    message('2', ''),
    message('T', '\0\x01answer\0\0\0\0\0\0\0\0\0\0\x17\0\x04\0\0\0\0\0\0'),
    message('D', '\0\x01\0\0\0\x0242'),
    message('C', 'SELECT 1\0'),
    READY,
  ],
].map((messages) => utf8.encode(messages.join('')));

/** The port of the connections that answer as Postgres does. */
const POSTGRES_PORT = 5432;

/** A connection whose reads are answered one after the other, each behind a write. */
class Canned implements Transport {
  readonly peer: Transport['peer'];
  readonly closed: Promise<void>;
  readonly #answers: readonly Uint8Array[];
  #reads = 0;
  #writes = 0;
  #written: () => void = () => {};
  #end: () => void = () => {};

  constructor({ hostname, port }: Address) {
    this.peer = { hostname, port, tls: false };
    this.#answers = port === POSTGRES_PORT ? POSTGRES : REDIS;
    this.closed = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  async read(): Promise<Uint8Array | undefined> {
    if (this.#reads === this.#writes) await new Promise<void>((resolve) => (this.#written = resolve));
    return this.#answers[this.#reads++]?.slice();
  }

  async write(): Promise<void> {
    this.#writes += 1;
    this.#written();
  }

  async closeWrite(): Promise<void> {}

  async startTls(): Promise<void> {}

  async close(): Promise<void> {
    this.#end();
  }

  destroy(): void {
    this.#end();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** Opens one at once. */
export const canned: Connector = async (address) => new Canned(address);
