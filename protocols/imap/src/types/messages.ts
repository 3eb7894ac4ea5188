// What messages look like, and what calls on them take and give. Types only.
import type { NumberSet } from '../names/number-set.ts';
import type { BodyPart } from '../responses/types/body-part.ts';
import type { Envelope } from '../responses/types/envelope.ts';

/**
 * UIDs: one, a list, or a set as IMAP writes it (`1:4,7`, `100:*`).
 * A set that the server gave can be handed back as it is.
 */
export type Uids = number | readonly number[] | string | NumberSet;

/** The messages of a `fetch`: by UID, or the newest of the mailbox. */
export type Messages = Uids | { readonly newest: number };

/** What `fetch` asks for. UID and what is set to true, in one answer a message. */
export interface FetchItems {
  readonly flags?: boolean | undefined;
  /** Subject, addresses, dates and identifiers, with their encoded words decoded. */
  readonly envelope?: boolean | undefined;
  /** The tree of the message's parts. */
  readonly structure?: boolean | undefined;
  /** RFC822.SIZE. */
  readonly size?: boolean | undefined;
  readonly internalDate?: boolean | undefined;
  /** True: the whole header; a list: only these fields. */
  readonly headers?: boolean | readonly string[] | undefined;
  /** The whole message, in memory: `maxBytes` caps it. `download` gives it as a stream. */
  readonly source?: boolean | undefined;
  /** Body sections as the server has them, undecoded: `1`, `1.2`, `TEXT`, `2.MIME`. */
  readonly parts?: readonly string[] | undefined;
  /** MODSEQ (RFC 7162). */
  readonly modSeq?: boolean | undefined;
  /** EMAILID and THREADID (RFC 8474). */
  readonly objectIds?: boolean | undefined;
  /** PREVIEW (RFC 8970). */
  readonly preview?: boolean | undefined;
  /** Gmail's own: message id, thread id, labels (X-GM-EXT-1). */
  readonly gmail?: boolean | undefined;
}

/** Gmail's own figures of a message. */
export interface GmailItems {
  readonly messageId: bigint;
  readonly threadId: bigint;
  readonly labels: readonly string[];
}

/** One message: what was asked for, and nothing else. */
export interface Message {
  readonly uid: number;
  /** Its place in the mailbox at that moment. Other calls take UIDs. */
  readonly sequence: number;
  readonly flags?: readonly string[] | undefined;
  readonly envelope?: Envelope | undefined;
  readonly structure?: BodyPart | undefined;
  readonly size?: number | undefined;
  readonly internalDate?: Date | undefined;
  readonly headers?: Uint8Array | undefined;
  readonly source?: Uint8Array | undefined;
  /** By section, as asked for; a part that does not exist is missing. */
  readonly parts?: ReadonlyMap<string, Uint8Array> | undefined;
  readonly modSeq?: bigint | undefined;
  readonly emailId?: string | undefined;
  readonly threadId?: string | undefined;
  readonly preview?: string | undefined;
  readonly gmail?: GmailItems | undefined;
}

/** The result of a search. */
export interface SearchResult {
  /** What matches, as a set: `uids.toString()` is `1:1000`, `[...uids]` the numbers. */
  readonly uids: NumberSet;
  readonly count: number;
  /** The newest change among the matches, where the criteria name a MODSEQ. */
  readonly highestModSeq: bigint | undefined;
}

/** A change of flags: exactly one of the three. System flags have a backslash: `\\Seen`. */
export type FlagChange =
  | { readonly add: readonly string[] }
  | { readonly remove: readonly string[] }
  | { readonly set: readonly string[] };

/** The result of a change of flags. */
export interface StoreResult {
  /** The messages that were left as they were, since they had changed after `unchangedSince`. Empty: all were changed. */
  readonly modified: NumberSet;
}

/** Where copies of messages went, as far as the server says it (UIDPLUS, RFC 4315). */
export interface CopyResult {
  /** The target's UIDVALIDITY. */
  readonly uidValidity: number | undefined;
  /** New UID by old UID. Undefined: the server does not say. */
  readonly uids: ReadonlyMap<number, number> | undefined;
}

/** A message for `append`: bytes, text (as UTF-8), or a stream whose length is known. */
export type AppendBody =
  | string
  | Uint8Array
  | { readonly size: number; readonly stream: ReadableStream<Uint8Array> | AsyncIterable<Uint8Array> };

/** Where an appended message is, as far as the server says it (UIDPLUS, RFC 4315). */
export interface AppendResult {
  readonly uidValidity: number | undefined;
  readonly uid: number | undefined;
}
