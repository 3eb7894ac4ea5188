// QoS 0 messages that wait to be handed to the platform: one promise for all that are written together, and its end.
import { type Deadlines, timeUp } from '@fairlead/client';
import type { FairleadError } from '@fairlead/errors';
import { sameFailure } from '../errors.ts';
import { Qos0Write } from '../publishing/pending-publish.ts';
import { SUCCESS } from '../session/outgoing/sender.ts';
import type { PublishResult } from '../types/messages.ts';

/** Of one connection. */
export class Qos0Writes {
  readonly #deadlines: Deadlines;
  readonly #timeoutMs: number;
  /** Of the messages that wait to be written. */
  #next: Qos0Write | undefined;
  /** Those that were written, in the order in which the platform takes them. */
  #oldest: Qos0Write | undefined;
  #newest: Qos0Write | undefined;
  #watched = false;

  constructor(deadlines: Deadlines, timeoutMs: number) {
    this.#deadlines = deadlines;
    this.#timeoutMs = timeoutMs;
  }

  /** What a message settles with that was just appended to what is to be written. */
  join(): Promise<PublishResult> {
    if (!this.#next?.isOpen) {
      this.#next = new Qos0Write();
      if (!this.#watched) this.#watch(this.#timeoutMs);
    }
    return this.#next.promise;
  }

  /** What waits to be written is taken. @returns What its messages settle with, if there are any. */
  take(): Qos0Write | undefined {
    const handover = this.#next;
    if (handover === undefined) return undefined;
    this.#next = undefined;
    if (this.#oldest === undefined || this.#newest === undefined) this.#oldest = handover;
    else this.#newest.next = handover;
    this.#newest = handover;
    return handover;
  }

  /** The platform has it, and all that was written before it. */
  done(handover: Qos0Write): void {
    this.#oldest = handover.next;
    if (handover.isOpen) handover.resolve(SUCCESS);
    handover.isOpen = false;
  }

  /** The connection has ended. What was not written is the caller's again. */
  fail(reason: FairleadError): void {
    for (const handover of this.#open()) {
      handover.reject(sameFailure(reason, reason.code, handover === this.#next));
    }
  }

  *#open(): Generator<Qos0Write, void, undefined> {
    for (let handover = this.#oldest; handover !== undefined; handover = handover.next) {
      if (handover.isOpen) yield handover;
    }
    if (this.#next?.isOpen) yield this.#next;
  }

  /** One timer at a time: messages are handed over long before it fires, mostly. */
  #watch(delayMs: number): void {
    this.#watched = true;
    this.#deadlines.add(delayMs, () => {
      this.#watched = false;
      const now = Date.now();
      for (const handover of this.#open()) {
        const leftMs = handover.since + this.#timeoutMs - now;
        if (leftMs > 0) {
          this.#watch(leftMs);
          return;
        }
        handover.reject(timeUp('message', this.#timeoutMs));
      }
    });
  }
}
