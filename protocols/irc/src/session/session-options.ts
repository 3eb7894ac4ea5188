// The options of a session, and what it needs from its connection. Types only.
import type { IrcEvent } from '../types.ts';
import type { RejoinPolicy } from './channels/rejoin.ts';
import type { KeepAliveOptions } from './keep-alive.ts';
import type { FloodOptions } from './outgoing/send-queue.ts';
import type { RegistrationHost } from './registration/registration.ts';
import type { RegistrationOptions } from './registration/registration-options.ts';

/** The options of a session. */
export interface SessionOptions extends RegistrationOptions, KeepAliveOptions {
  /** How fast commands may leave. Default: 5 at once, then one a second. */
  readonly flood?: FloodOptions | undefined;
  /** The most commands that wait for their turn. Default 1,000. */
  readonly maxQueuedMessages?: number | undefined;
  /** The most messages in the answer to one command. Default 10,000. */
  readonly maxReplyMessages?: number | undefined;
  /** The most users, and the most channels, that are kept. Default 100,000. */
  readonly maxUsers?: number | undefined;
  /** Which CTCP requests are answered. Default: none. */
  readonly ctcp?: CtcpReplies | undefined;
  /** Joins channels again after a KICK: `rejoinAfterKick()`. Default: a channel is not joined again. */
  readonly rejoin?: RejoinPolicy | undefined;
  /** The limit of each command, from its turn (`flood`) to its answer, in milliseconds. Default 10,000. */
  readonly timeoutMs?: number | undefined;
}

/** Replies to CTCP requests. */
export interface CtcpReplies {
  /** The text of the reply to VERSION. */
  readonly version?: string | undefined;
  /** Whether PING is answered. */
  readonly ping?: boolean | undefined;
}

/** What a session needs from its connection, in addition to what its registration needs. */
export interface SessionHost extends RegistrationHost {
  /** Takes an event. */
  event(event: IrcEvent): void;
  /** The registration is done: the end of the MOTD has come. */
  registered(): void;
}
