// What a session can be told, and what it asks of its connection. Types only.

import type { IrcEvent } from '../types.ts';
import type { RegistrationHost } from './registration/registration.ts';
import type { RegistrationOptions } from './registration/registration-options.ts';
import type { FloodOptions } from './send-queue.ts';

/** What a session can be told. */
export interface SessionOptions extends RegistrationOptions {
  /** How fast lines may leave. */
  readonly flood?: FloodOptions | undefined;
  /** Messages that may wait to be sent. Default 1,000. */
  readonly maxQueuedMessages?: number | undefined;
  /** Messages that the answer to one command may have. Default 10,000. */
  readonly maxReplyMessages?: number | undefined;
  /** Users, and channels, that are kept. Default 100,000. */
  readonly maxUsers?: number | undefined;
  /** How often the lag is measured, in milliseconds. Default 60,000. */
  readonly pingIntervalMs?: number | undefined;
  /** How long the server may be silent when it was asked for a sign of life, in milliseconds. Default 30,000. */
  readonly pingTimeoutMs?: number | undefined;
  /** What CTCP requests are answered with. Default: nothing. */
  readonly ctcp?: CtcpReplies | undefined;
}

/** Which CTCP requests are answered. */
export interface CtcpReplies {
  /** The words for VERSION. */
  readonly version?: string | undefined;
  /** Whether PING is answered. */
  readonly ping?: boolean | undefined;
}

/** What a session asks of its connection, besides what its login asks. */
export interface SessionHost extends RegistrationHost {
  event(event: IrcEvent): void;
  /** The registration is done: the end of the MOTD has come. */
  registered(): void;
}
