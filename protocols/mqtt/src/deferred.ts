// The promises of published messages. They know of no message.
import type { PublishResult } from './messages.ts';

/** What a published message resolves to, or all QoS 0 messages that are written together. */
export interface Deferred {
  readonly promise: Promise<PublishResult>;
  readonly resolve: (result: PublishResult) => void;
  readonly reject: (reason: Error) => void;
}

// One executor for all promises, instead of a closure for each message. It is read out before anything else runs.
let resolveLast: (result: PublishResult) => void;
let rejectLast: (reason: Error) => void;
const capture = (resolve: (result: PublishResult) => void, reject: (reason: Error) => void): void => {
  resolveLast = resolve;
  rejectLast = reject;
};

/** A promise with what settles it. */
export function deferred(): Deferred {
  const promise = new Promise<PublishResult>(capture);
  return { promise, resolve: resolveLast, reject: rejectLast };
}
