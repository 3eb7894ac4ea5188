// What synchronising and watching give. Types only.
import type { NumberSet } from '../names/number-set.ts';

/**
 * What is known of a mailbox, for the next `sync`. It holds texts and numbers only, so that JSON keeps it; treat it as one opaque
 * value.
 */
export interface SyncState {
  readonly uidValidity: number;
  readonly uidNext: number;
  /** A MODSEQ in digits (RFC 7162); undefined where the mailbox has none. */
  readonly highestModSeq: string | undefined;
  /** All UIDs, as a set: `1:1000,1005`. */
  readonly uids: string;
}

/** A message that is new, or whose flags have changed. */
export interface ChangedMessage {
  readonly uid: number;
  readonly flags: readonly string[];
  readonly modSeq: bigint | undefined;
  readonly isNew: boolean;
}

/** The result of a synchronisation. */
export interface SyncResult {
  readonly changed: readonly ChangedMessage[];
  /** Messages of the state before that are gone. */
  readonly vanished: NumberSet;
  /** Keep it for the next time. */
  readonly state: SyncState;
  /** How it was found out. `uids`: changed flags of messages that were known before are not seen. */
  readonly by: 'qresync' | 'condstore' | 'uids';
  /** The mailbox was made anew since: all UIDs known before are void, and `changed` holds every message. */
  readonly isReset: boolean;
}

/** A change in the selected mailbox, while `idle` watches. */
export type MailboxEvent =
  /** The number of messages; larger than before: there are new ones. */
  | { readonly type: 'exists'; readonly exists: number; readonly added: number }
  /** The message at this place is gone; those behind it move up. */
  | { readonly type: 'expunge'; readonly sequence: number }
  | { readonly type: 'vanished'; readonly uids: NumberSet }
  | {
      readonly type: 'flags';
      readonly sequence: number;
      /** Where the server says it. */
      readonly uid: number | undefined;
      readonly flags: readonly string[];
    };
