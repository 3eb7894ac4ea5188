// Counts the ReadyForQuery that a server owes, from the heads of the messages in both directions. It keeps no message.
import type { AnswerTracker } from '@fairlead/mooring';
import { malformed } from '../errors.ts';

const QUERY = 0x51;
const SYNC = 0x53;
const FUNCTION_CALL = 0x46;
const READY_FOR_QUERY = 0x5a;
const ERROR_RESPONSE = 0x45;
const IDLE = 0x49;
const HEAD_BYTES = 5;

/** Reads the type and the length of each message, and skips its body. */
class Heads {
  readonly #onMessage: (type: number, firstOfBody: number) => void;
  #type = 0;
  #length = 0;
  /** How many bytes of the head have come. */
  #have = 0;
  /** How many bytes of the body are still to come. */
  #left = 0;

  /** @param onMessage Called once the head and the first byte of the body, if it has one, have come. */
  constructor(onMessage: (type: number, firstOfBody: number) => void) {
    this.#onMessage = onMessage;
  }

  /** Whether the last message has come whole. */
  get isWhole(): boolean {
    return this.#have === 0;
  }

  take(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      if (this.#have < HEAD_BYTES) at = this.#takeHead(bytes, at);
      else {
        if (this.#have === HEAD_BYTES) {
          this.#have += 1;
          this.#onMessage(this.#type, bytes[at] ?? 0);
        }
        const taken = Math.min(this.#left, bytes.length - at);
        this.#left -= taken;
        at += taken;
        if (this.#left === 0) this.#have = 0;
      }
    }
  }

  #takeHead(bytes: Uint8Array, at: number): number {
    const byte = bytes[at] ?? 0;
    if (this.#have === 0) {
      this.#type = byte;
      this.#length = 0;
    } else this.#length = this.#length * 256 + byte;
    this.#have += 1;
    if (this.#have < HEAD_BYTES) return at + 1;
    this.#left = this.#length - 4;
    if (this.#left < 0 || this.#length > 0x7f_ff_ff_ff)
      throw malformed('a message with an impossible length');
    if (this.#left === 0) {
      this.#have = 0;
      this.#onMessage(this.#type, 0);
    }
    return at + 1;
  }
}

/** One connection's answers. */
export class PostgresTracker implements AnswerTracker {
  #owed = 0;
  #status = IDLE;
  /** Whether an error has come since the last `sent`. */
  hasFailed = false;
  readonly #toServer = new Heads((type) => {
    if (type === SYNC || type === QUERY || type === FUNCTION_CALL) this.#owed += 1;
  });
  readonly #fromServer = new Heads((type, first) => this.#receive(type, first));

  sent(bytes: Uint8Array): void {
    this.hasFailed = false;
    this.#toServer.take(bytes);
  }

  received(bytes: Uint8Array): void {
    this.#fromServer.take(bytes);
  }

  #receive(type: number, first: number): void {
    if (type === ERROR_RESPONSE) this.hasFailed = true;
    if (type !== READY_FOR_QUERY) return;
    this.#owed -= 1;
    this.#status = first;
    if (this.#owed < 0) throw malformed('ReadyForQuery without a statement');
  }

  get isIdle(): boolean {
    return this.#owed === 0 && this.#status === IDLE && this.#toServer.isWhole && this.#fromServer.isWhole;
  }
}
