// Counts the ReadyForQuery that a server owes, from the heads of the messages in both directions. It keeps no message.
import type { AnswerTracker } from '@fairlead/mooring';
import { malformed } from '../errors.ts';

const QUERY = 0x51;
const SYNC = 0x53;
const FUNCTION_CALL = 0x46;
const READY_FOR_QUERY = 0x5a;
const ERROR_RESPONSE = 0x45;
const IDLE = 0x49;
/** Messages without an answer of their own: Sync, Flush, CopyData, CopyDone, CopyFail. */
const UNANSWERED: ReadonlySet<number> = /* @__PURE__ */ new Set([SYNC, 0x48, 0x64, 0x63, 0x66]);
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
  /** For each ReadyForQuery that is owed, whether there is something to answer before it. */
  readonly #owed: boolean[] = [];
  /** Whether messages were sent since the last one that is answered by ReadyForQuery. */
  #isAsking = false;
  /** Whether messages have come since the last ReadyForQuery. */
  #isAnswering = false;
  #status = IDLE;
  /** Whether an error has come since the last `sent`. */
  hasFailed = false;
  readonly #toServer = new Heads((type) => {
    if (!UNANSWERED.has(type)) this.#isAsking = true;
    if (type !== SYNC && type !== QUERY && type !== FUNCTION_CALL) return;
    this.#owed.push(this.#isAsking);
    this.#isAsking = false;
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
    if (type !== READY_FOR_QUERY) {
      this.#isAnswering = true;
      return;
    }
    const isAsked = this.#owed.shift();
    // One too many would make every answer from here on another caller's.
    if (isAsked === undefined || (isAsked && !this.#isAnswering))
      throw malformed('ReadyForQuery without an answer');
    this.#isAnswering = false;
    this.#status = first;
  }

  get owes(): boolean {
    return this.#isAsking || this.#owed.length > 0;
  }

  get isIdle(): boolean {
    // Behind Flush the server answers, and goes on in the same transaction.
    if (this.owes || this.#status !== IDLE) return false;
    return this.#toServer.isWhole && this.#fromServer.isWhole;
  }
}
