// Our global requests and their replies, which come in the order of the requests (RFC 4254 section 4). It sends nothing.
import { type Deferred, deferred, Fifo } from '@fairlead/client';
import { FairleadError } from '@fairlead/errors';
import { protocolError } from '../errors.ts';

/** Requests without a reply at most. */
const MAX_WAITING = 256;

/** Gets the reply's body, or undefined where the server refuses, before the next message is read. */
export type OnReply = (body: Uint8Array | undefined) => void;

interface Waiting {
  readonly reply: Deferred<Uint8Array | undefined>;
  readonly onReply: OnReply | undefined;
}

/** The requests that wait for their replies. */
export class GlobalRequests {
  readonly #waiting: Fifo<Waiting> = new Fifo();
  /** Requests without a reply. */
  count = 0;

  /** Whether no more may wait. */
  get isFull(): boolean {
    return this.count >= MAX_WAITING;
  }

  /**
   * Notes a request that is sent now.
   * @param onReply Called when the reply comes, whoever still waits for it.
   * @returns The reply's body; undefined where the server refuses.
   * @throws FairleadError `limit`.
   */
  add(onReply?: OnReply): Promise<Uint8Array | undefined> {
    if (this.isFull) {
      throw new FairleadError('limit', `${MAX_WAITING} requests wait for the server`, { safeToRetry: true });
    }
    const reply = deferred<Uint8Array | undefined>();
    reply.promise.catch(() => undefined);
    this.#waiting.push({ reply, onReply });
    this.count++;
    return reply.promise;
  }

  /** A reply has come. @param body Copied; undefined for a refusal. @throws FairleadError `protocol` for one too many, and what `onReply` throws. */
  settle(body: Uint8Array | undefined): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) throw protocolError('The server answered a request that was not made');
    this.count--;
    try {
      waiting.onReply?.(body);
    } catch (error) {
      waiting.reply.reject(error);
      throw error;
    }
    waiting.reply.resolve(body === undefined ? undefined : new Uint8Array(body));
  }

  /** The connection has ended. */
  fail(reason: FairleadError): void {
    for (let first = this.#waiting.shift(); first !== undefined; first = this.#waiting.shift()) {
      first.reply.reject(reason);
    }
    this.count = 0;
  }
}
