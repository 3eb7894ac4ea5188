// QoS 0 messages that wait until the platform takes their bytes: one promise for all messages of one write.
import { atCaller, type Deadlines, type Deferred, deferred, timeUp } from '@fairlead/client';
import type { FairleadError } from '@fairlead/errors';
import { sameFailure } from '../errors.ts';
import { SUCCESS } from '../session/outgoing/in-flight-messages.ts';
import type { PublishResult } from '../types/publish.ts';

/** One write, as its QoS 0 messages wait for it. Its promise is what each of them settles with. */
export interface Qos0Write extends Deferred<PublishResult> {
  /** `Date.now()` when the first of its messages came. */
  readonly since: number;
  isOpen: boolean;
}

/** Rejects, with the stack frames of the calls that await it. */
function reject(write: Qos0Write, reason: Error): void {
  write.isOpen = false;
  write.resolve(atCaller(reason));
}

/** The writes of one connection that hold QoS 0 messages. */
export class Qos0Writes {
  readonly #deadlines: Deadlines;
  readonly #timeoutMs: number;
  /** The write of the messages that are not written yet. */
  #next: Qos0Write | undefined;
  /** Pending writes, in the order in which the platform takes them: a few at most. */
  readonly #pending: Qos0Write[] = [];
  #watched = false;

  constructor(deadlines: Deadlines, timeoutMs: number) {
    this.#deadlines = deadlines;
    this.#timeoutMs = timeoutMs;
  }

  /** What a message settles with that was just appended to the send buffer. */
  join(): Promise<PublishResult> {
    if (!this.#next?.isOpen) {
      this.#next = { ...deferred<PublishResult>(), since: Date.now(), isOpen: true };
      if (!this.#watched) this.#watch(this.#timeoutMs);
    }
    return this.#next.promise;
  }

  /** The send buffer is written. @returns Its QoS 0 messages, if there are any. */
  take(): Qos0Write | undefined {
    const write = this.#next;
    if (write !== undefined) this.#pending.push(write);
    this.#next = undefined;
    return write;
  }

  /** The platform has taken this write, and all before it. */
  done(write: Qos0Write): void {
    this.#pending.splice(0, this.#pending.indexOf(write) + 1);
    write.isOpen = false;
    write.resolve(SUCCESS);
  }

  /** The connection has ended. Messages that were not written are safe to retry. */
  fail(reason: FairleadError): void {
    for (const write of this.#open()) {
      reject(write, sameFailure(reason, reason.code, write === this.#next));
    }
  }

  #open(): Qos0Write[] {
    const writes = this.#next === undefined ? this.#pending : [...this.#pending, this.#next];
    return writes.filter(({ isOpen }) => isOpen);
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
        reject(write, timeUp('message', this.#timeoutMs));
      }
    });
  }
}
