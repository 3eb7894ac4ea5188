// The promises of published messages. They know of no message.
import { atCaller } from '@fairlead/client';
import type { PublishResult } from '../types/messages.ts';

type Resolve = (result: PublishResult | Promise<never>) => void;

// One executor for all promises, instead of a closure for each message. It is read out before anything else runs.
let resolveLast: Resolve;
const capture = (resolve: Resolve): void => {
  resolveLast = resolve;
};

/** What a message with QoS 1 or 2, or one that waits for a connection, settles with. */
export class Deferred {
  readonly promise: Promise<PublishResult>;
  readonly resolve: Resolve;

  constructor() {
    this.promise = new Promise<PublishResult>(capture);
    this.resolve = resolveLast;
  }

  /** Rejects, with the frames of whoever awaits it. `reason` is this message's own error. */
  reject(reason: Error): void {
    this.resolve(atCaller(reason));
  }
}

/** What all QoS 0 messages settle with that are written together. */
export class Qos0Write {
  readonly promise: Promise<PublishResult>;
  readonly resolve: Resolve;
  /** When the first of them came, by `Date.now()`. */
  readonly since: number;
  isOpen: boolean;
  /** The one that is written behind it. */
  next: Qos0Write | undefined;

  constructor() {
    this.promise = new Promise<PublishResult>(capture);
    this.resolve = resolveLast;
    this.since = Date.now();
    this.isOpen = true;
    this.next = undefined;
  }

  /** As `Deferred`'s; once. */
  reject(reason: Error): void {
    if (this.isOpen) this.resolve(atCaller(reason));
    this.isOpen = false;
  }
}
