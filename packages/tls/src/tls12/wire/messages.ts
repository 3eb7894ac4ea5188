// The messages of one handshake of TLS 1.2, in their order: each is checked for its place, and stands in the transcript. A
// HelloRequest has no place: no server asks for a handshake that is under way.
import { concat } from '@fairlead/bytes';
import type { HandshakeStream } from '../../client/types.ts';
import type { Hash } from '../../crypto/types.ts';
import { TlsFault } from '../../fault.ts';
import { Cursor } from '../../wire/cursor.ts';
import { message as encodeMessage } from '../../wire/encode.ts';

/** RFC 5246 section 7.4, RFC 5077 section 3.3. */
const TYPES = {
  NewSessionTicket: 4,
  Certificate: 11,
  ServerKeyExchange: 12,
  CertificateRequest: 13,
  ServerHelloDone: 14,
  CertificateVerify: 15,
  ClientKeyExchange: 16,
  Finished: 20,
} as const;

/** The name of a message. */
export type MessageName = keyof typeof TYPES;

/** Sends and receives the messages, and keeps all of them: CertificateVerify signs them as they are. */
export class Messages {
  readonly #stream: HandshakeStream;
  readonly #transcript: Uint8Array[];
  #next: Uint8Array | undefined;

  /** @param hellos ClientHello and ServerHello, whole. */
  constructor(stream: HandshakeStream, hellos: readonly Uint8Array[]) {
    this.#stream = stream;
    this.#transcript = [...hellos];
  }

  /** Whether the next message has this name. It stays to be received. */
  async nextIs(name: MessageName): Promise<boolean> {
    this.#next ??= await this.#stream.next();
    return this.#next[0] === TYPES[name];
  }

  /**
   * The next message, which must be this one.
   * @returns Its body.
   * @throws TlsFault `unexpected_message` where it is another.
   */
  async receive(name: MessageName): Promise<Cursor> {
    const isThis = await this.nextIs(name);
    const message = this.#next;
    this.#next = undefined;
    if (!isThis || message === undefined) {
      throw new TlsFault('unexpected_message', `the server sent another message where ${name} belongs`);
    }
    this.#transcript.push(message);
    return new Cursor(message.subarray(4), name);
  }

  /** Makes a message and adds it to the transcript; the caller sends it. */
  make(name: MessageName, ...body: readonly Uint8Array[]): Uint8Array {
    const message = encodeMessage(TYPES[name], ...body);
    this.#transcript.push(message);
    return message;
  }

  /** @throws TlsFault where the server has sent more than this flight holds. Its next messages are under other keys. */
  endFlight(): void {
    if (this.#next === undefined && !this.#stream.hasPart) return;
    throw new TlsFault('unexpected_message', 'the server sent more than it may before its keys change');
  }

  /** All messages so far. */
  transcript(): Uint8Array {
    return concat(this.#transcript);
  }

  /** Their hash. */
  hash(hash: Hash): Promise<Uint8Array> {
    return hash.digest(this.transcript());
  }
}
