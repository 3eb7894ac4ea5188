// QoS 0 messages that wait until the platform takes their bytes: one promise for all messages of one write.
import { atCaller, type Deadlines, deferred, timeUp } from '@fairlead/client';
import type { FairleadError } from '@fairlead/errors';
import { sameFailure } from '../errors.ts';
import { SUCCESS } from '../session/outgoing/in-flight-messages.ts';
import type { PublishResult } from '../types/publish.ts';

/** One write, as its QoS 0 messages wait for it. */
export class Qos0Write {
  /** What each of its messages settles with. */
  readonly promise: Promise<PublishResult>;
  readonly #resolve: (result: PublishResult | Promise<never>) => void;
  /** `Date.now()` when the first of its messages came. */
  readonly since: number = Date.now();
  isOpen = true;
  /** The write behind it. */
  next: Qos0Write | undefined;

  constructor() {
    const { promise, resolve } = deferred<PublishResult>();
    this.promise = promise;
    this.#resolve = resolve;
  }

  resolve(): void {
    if (this.isOpen) this.#resolve(SUCCESS);
    this.isOpen = false;
  }

  /** Rejects, with the stack frames of the calls that await it. */
  reject(reason: Error): void {
    if (this.isOpen) this.#resolve(atCaller(reason));
    this.isOpen = false;
  }
}

/** The writes of one connection that hold QoS 0 messages. */
export class Qos0Writes {
  readonly #deadlines: Deadlines;
  readonly #timeoutMs: number;
  /** The write of the messages that are not written yet. */
  #next: Qos0Write | undefined;
  /** Pending writes, in the order in which the platform takes them. */
  #oldest: Qos0Write | undefined;
  #newest: Qos0Write | undefined;
  #watched = false;

  constructor(deadlines: Deadlines, timeoutMs: number) {
    this.#deadlines = deadlines;
    this.#timeoutMs = timeoutMs;
  }

  /** What a message settles with that was just appended to the send buffer. */
  join(): Promise<PublishResult> {
    if (!this.#next?.isOpen) {
      this.#next = new Qos0Write();
      if (!this.#watched) this.#watch(this.#timeoutMs);
    }
    return this.#next.promise;
  }

  /** The send buffer is written. @returns Its QoS 0 messages, if there are any. */
  take(): Qos0Write | undefined {
    const write = this.#next;
    if (write === undefined) return undefined;
    this.#next = undefined;
    if (this.#oldest === undefined || this.#newest === undefined) this.#oldest = write;
    else this.#newest.next = write;
    this.#newest = write;
    return write;
  }

  /** The platform has taken this write, and all before it. */
  done(write: Qos0Write): void {
    this.#oldest = write.next;
    write.resolve();
  }

  /** The connection has ended. Messages that were not written are safe to retry. */
  fail(reason: FairleadError): void {
    for (const write of this.#open()) {
      write.reject(sameFailure(reason, reason.code, write === this.#next));
    }
  }

  *#open(): Generator<Qos0Write, void, undefined> {
    for (let write = this.#oldest; write !== undefined; write = write.next) {
      if (write.isOpen) yield write;
    }
    if (this.#next?.isOpen) yield this.#next;
  }

  /** One deadline at a time: most messages are written long before it. */
  #watch(delayMs: number): void {
    this.#watched = true;
    this.#deadlines.add(delayMs, () => {
      this.#watched = false;
      const now = Date.now();
      for (const write of this.#open()) {
        const leftMs = write.since + this.#timeoutMs - now;
        if (leftMs > 0) {
          this.#watch(leftMs);
          return;
        }
        write.reject(timeUp('message', this.#timeoutMs));
      }
    });
  }
}
