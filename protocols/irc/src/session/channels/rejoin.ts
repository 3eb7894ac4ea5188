// What a session needs to join a channel again after a KICK. Types only: `rejoin/rejoin-after-kick.ts` has the one policy.
import type { IrcEvent } from '../../types.ts';

/** The parameters of a JOIN. */
export type JoinParams = readonly [channel: string, ...key: string[]];

/** Decides when a connection joins channels again. It reads no clock. */
export interface Rejoin {
  /** Takes a command that the caller sends: JOIN tells the channels' keys, and PART cancels joining again. */
  onCommand(command: string, params: readonly string[]): void;
  /** Takes an event that happens now, and is no replayed history. */
  onEvent(event: IrcEvent, now: number): void;
  /** The JOINs that are due. */
  takeDue(now: number): readonly JoinParams[];
  /** The server has answered a JOIN, or has not within its limit. */
  onAttemptEnded(channel: string, now: number): void;
  /** When the next JOIN is due; Infinity for none. */
  wakeAt(): number;
}

/** Makes the `Rejoin` of one connection. @param fold Gives two names of one channel the same form. */
export type RejoinPolicy = (fold: (name: string) => string) => Rejoin;
