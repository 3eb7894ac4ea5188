// A server whose every word the test says itself, for what no table of answers can play: COPY, notifications, bytes
// cut where the test wants them. It only greets, and counts cancellations.
import { type MemoryServer, memoryConnector } from '@fairlead/testkit';
import { type Client, type ConnectOptions, connect } from '../../src/index.ts';
import { authenticationOk, ByteReader, bytes, greeting, message, ready } from './backend.ts';

const CANCEL_REQUEST = 80_877_102;
const utf8 = new TextDecoder();

export const copyInResponse: Uint8Array = message('G', 0, 0, 1, 0, 0);
export const copyOutResponse: Uint8Array = message('H', 0, 0, 1, 0, 0);
export const copyDone: Uint8Array = message('c');

/** A piece of COPY data. */
export const copyData = (data: string | Uint8Array): Uint8Array => message('d', data);

/** The end of a statement. */
export const complete = (tag: string): Uint8Array => message('C', `${tag}\0`);

/** A NotificationResponse. */
export function notification(channel: string, payload: string, processId = 7): Uint8Array {
  return message('A', 0, 0, 0, processId, `${channel}\0${payload}\0`);
}

/** The serving end of one connection, in the hands of the test. */
export class Hand {
  readonly line: MemoryServer;
  cancellations = 0;
  /** Called for each CancelRequest. */
  onCancel: () => void = () => undefined;
  readonly #reader: ByteReader;
  readonly #prepared = new Map<string, string>();

  constructor(line: MemoryServer, reader: ByteReader) {
    this.line = line;
    this.#reader = reader;
  }

  /** The body of the next message, which has to be of that type; what ends with a NUL comes without it. */
  async expect(type: string): Promise<string> {
    const next = await this.#reader.message();
    if (next?.type !== type) throw new Error(`"${next?.type ?? 'the end'}" came in place of "${type}"`);
    return utf8.decode(next.body).replace(/\0$/, '');
  }

  /** The next message, whatever it is. */
  async next(): Promise<{ type: string; body: string }> {
    const next = await this.#reader.message();
    if (next === undefined) throw new Error('the end came');
    return { type: next.type, body: utf8.decode(next.body) };
  }

  /** COPY data up to CopyDone or CopyFail, and which of them: `a\nb\nc`, say; or the reason for the failure. */
  async copied(): Promise<{ data: string; end: string }> {
    let data = '';
    for (;;) {
      const next = await this.#reader.message();
      const body = utf8.decode(next?.body);
      if (next?.type === 'd') data += body;
      else return { data, end: next?.type === 'f' ? body.replace(/\0$/, '') : (next?.type ?? 'the end') };
    }
  }

  send(...parts: readonly Uint8Array[]): Promise<void> {
    return this.line.write(bytes(...parts));
  }

  /**
   * Reads one statement of the extended protocol, answers it without rows, and tells its text. A simple one that
   * stands before it was cancelled.
   */
  async run(tag: string): Promise<string> {
    let text = '';
    const replies: Uint8Array[] = [];
    for (;;) {
      const next = await this.#reader.message();
      if (next === undefined || next.type === 'X') return 'the end';
      if (next.type === 'Q') continue;
      const [first = '', second = ''] = utf8.decode(next.body).split('\0');
      if (next.type === 'P') this.#prepared.set(first, second);
      if (next.type === 'B') text = this.#prepared.get(second) ?? '';
      replies.push(this.#reply(next.type, tag));
      if (next.type === 'S') break;
    }
    await this.send(...replies);
    return text;
  }

  #reply(type: string, tag: string): Uint8Array {
    if (type === 'E') return complete(tag);
    if (type === 'S') return ready;
    return message({ P: '1', B: '2', C: '3' }[type] ?? 'n');
  }
}

/** Connects to a server by hand. */
export async function byHand(options: ConnectOptions = {}): Promise<[Client, Hand]> {
  const serving = Promise.withResolvers<Hand>();
  let hand: Hand | undefined;
  const connector = memoryConnector(async (line) => {
    const reader = new ByteReader(line);
    const first = await reader.packet();
    if (first && new DataView(first.buffer).getInt32(0) === CANCEL_REQUEST) {
      if (hand) hand.cancellations += 1;
      hand?.onCancel();
      return line.close();
    }
    await line.write(bytes(authenticationOk, greeting));
    hand = new Hand(line, reader);
    serving.resolve(hand);
    return undefined;
  });
  const client = await connect('postgres://app@db.test/shop?sslmode=disable', { connector, ...options });
  return [client, await serving.promise];
}

/** What a promise rejects with. */
export function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => new Error(`it did not fail: ${JSON.stringify(value)}`),
    (error: unknown) => error,
  );
}
