// What mailboxes look like: listed, counted, opened. Types only.

/** The use of a mailbox (RFC 6154), without its backslash: `sent`, `trash`. */
export type SpecialUse = 'all' | 'archive' | 'drafts' | 'flagged' | 'important' | 'junk' | 'sent' | 'trash';

/** What STATUS can ask for (RFC 9051 section 6.3.11, RFC 7162, RFC 8438, RFC 7889). */
export type StatusItem =
  | 'messages'
  | 'unseen'
  | 'deleted'
  | 'size'
  | 'uidNext'
  | 'uidValidity'
  | 'highestModSeq'
  | 'appendLimit'
  | 'mailboxId';

/** A mailbox's figures. What was not asked for, or what the server lacks, is undefined. */
export interface MailboxStatus {
  readonly messages?: number | undefined;
  readonly unseen?: number | undefined;
  readonly deleted?: number | undefined;
  /** All messages together, in bytes. */
  readonly size?: number | undefined;
  /** The UID that the next message gets at least. */
  readonly uidNext?: number | undefined;
  /** UIDs hold only as long as this number stays the same. */
  readonly uidValidity?: number | undefined;
  /** The number of the newest change (RFC 7162). */
  readonly highestModSeq?: bigint | undefined;
  /** The largest message that the mailbox takes, in bytes (RFC 7889). */
  readonly appendLimit?: number | undefined;
  /** Stays when the mailbox is renamed (RFC 8474). */
  readonly mailboxId?: string | undefined;
}

/** One mailbox of a listing. */
export interface Mailbox {
  /** Decoded. A name whose encoding is broken stands as the server sent it, and is understood when it is given back. */
  readonly name: string;
  /** What separates the levels of the name; undefined: there are no levels. */
  readonly delimiter: string | undefined;
  /** In lower case, with their backslash: `\noselect`, `\haschildren`. */
  readonly attributes: readonly string[];
  readonly specialUse: SpecialUse | undefined;
  /** Whether it can be selected. */
  readonly isSelectable: boolean;
  readonly isSubscribed: boolean;
  /** The figures that the option `status` asked for. */
  readonly status: MailboxStatus | undefined;
}

/** The selected mailbox. It is kept up to date by what the server says during later calls. */
export interface SelectedMailbox {
  readonly name: string;
  readonly isReadOnly: boolean;
  /** How many messages it holds. */
  readonly exists: number;
  /** UIDs hold only as long as this number stays the same: keep it beside them. */
  readonly uidValidity: number;
  /** Undefined where the server does not say. */
  readonly uidNext: number | undefined;
  /** Undefined where the mailbox has no CONDSTORE (RFC 7162). */
  readonly highestModSeq: bigint | undefined;
  readonly flags: readonly string[];
  /** The flags that can be changed; `\*`: further keywords can be made. */
  readonly permanentFlags: readonly string[];
  readonly mailboxId: string | undefined;
}
