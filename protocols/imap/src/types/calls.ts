// The options of the client's calls. Types only.
import type { CallOptions } from '../options/connect-options.ts';
import type { StatusItem } from './mailboxes.ts';

/** Options of every call that takes UIDs. */
export interface UidOptions extends CallOptions {
  /**
   * The UIDVALIDITY that the UIDs belong to. Where the selected mailbox has another one, the call fails (`isStaleUids`) and nothing
   * is done. Give it whenever UIDs come from an earlier connection.
   */
  readonly uidValidity?: number | undefined;
}

/** Options of `list`. */
export interface ListOptions extends CallOptions {
  /** Names that match: `*` stands for anything, `%` for one level. Default `*`. */
  readonly pattern?: string | undefined;
  /** A name that stands before `pattern`, taken literally. */
  readonly reference?: string | undefined;
  /** Only mailboxes that are subscribed to. */
  readonly isSubscribed?: boolean | undefined;
  /** The figures to ask for, of each mailbox: in the same flight where the server has LIST-STATUS. */
  readonly status?: readonly StatusItem[] | undefined;
}

/** Options of `select`. */
export interface SelectOptions extends UidOptions {
  /** By EXAMINE: nothing can be changed, and nothing becomes seen. */
  readonly isReadOnly?: boolean | undefined;
}

/** Options of `search`. */
export interface SearchOptions extends UidOptions {
  /**
   * The matches from the first to the last of these places, counted from 1, or from the end by numbers below 0: `[-1, -100]` are the
   * newest hundred (PARTIAL, RFC 9394). Servers without it send all, and the rest is left out here.
   */
  readonly partial?: readonly [first: number, last: number] | undefined;
}

/** Options of `fetch`. */
export interface FetchOptions extends UidOptions {
  /** Only messages that have changed since this MODSEQ (RFC 7162). */
  readonly changedSince?: bigint | undefined;
  /** The most bytes that the sections of one message may have in memory. Default 16 MiB. A longer one ends the connection. */
  readonly maxBytes?: number | undefined;
}

/** Options of `download`. */
export interface DownloadOptions extends UidOptions {
  /** Undoes base64 and quoted-printable. Default true. */
  readonly isDecoded?: boolean | undefined;
}

/** Options of `store`. */
export interface StoreOptions extends UidOptions {
  /** Leaves messages alone that have changed since this MODSEQ (RFC 7162); they are in the result. */
  readonly unchangedSince?: bigint | undefined;
}

/** Options of `append`. */
export interface AppendOptions extends CallOptions {
  readonly flags?: readonly string[] | undefined;
  /** When the message arrived. Default: now. */
  readonly internalDate?: Date | undefined;
}
