// What a search can ask for, as an object (RFC 9051 section 6.4.4, and extensions). Types only.
import type { Numbers } from '../values.ts';

type Words = string | readonly string[];

/** Messages that fulfil everything named here. Flags: `true` for set, `false` for not set. A list of words: each of them. */
export interface SearchCriteria {
  readonly all?: boolean | undefined;
  readonly answered?: boolean | undefined;
  readonly deleted?: boolean | undefined;
  readonly draft?: boolean | undefined;
  readonly flagged?: boolean | undefined;
  readonly seen?: boolean | undefined;
  /** IMAP4rev1 alone. */
  readonly recent?: boolean | undefined;
  readonly new?: boolean | undefined;
  readonly old?: boolean | undefined;
  readonly keyword?: Words | undefined;
  readonly unkeyword?: Words | undefined;
  readonly from?: Words | undefined;
  readonly to?: Words | undefined;
  readonly cc?: Words | undefined;
  readonly bcc?: Words | undefined;
  readonly subject?: Words | undefined;
  readonly body?: Words | undefined;
  /** In the header or the body. */
  readonly text?: Words | undefined;
  /** Text in header fields by name; `''` or `true`: the field is there. */
  readonly header?: Readonly<Record<string, Words | true>> | undefined;
  /** By the server's date; a day counts, not a time. A text is taken as `2026-01-31`. */
  readonly before?: Date | string | undefined;
  readonly on?: Date | string | undefined;
  readonly since?: Date | string | undefined;
  /** By the Date field. */
  readonly sentBefore?: Date | string | undefined;
  readonly sentOn?: Date | string | undefined;
  readonly sentSince?: Date | string | undefined;
  /** By the time when it came into this mailbox (RFC 8514). */
  readonly savedBefore?: Date | string | undefined;
  readonly savedOn?: Date | string | undefined;
  readonly savedSince?: Date | string | undefined;
  /** In seconds before now (RFC 5032). */
  readonly younger?: number | undefined;
  readonly older?: number | undefined;
  /** In bytes. */
  readonly larger?: number | undefined;
  readonly smaller?: number | undefined;
  readonly uid?: Numbers | undefined;
  readonly sequence?: Numbers | undefined;
  /** Changed at or after this (RFC 7162). */
  readonly modSeq?: bigint | number | undefined;
  /** RFC 8474. */
  readonly emailId?: string | undefined;
  readonly threadId?: string | undefined;
  /** Gmail's own search language. */
  readonly gmailRaw?: string | undefined;
  readonly gmailMessageId?: bigint | undefined;
  readonly gmailThreadId?: bigint | undefined;
  readonly gmailLabels?: Words | undefined;
  /** Matches that are near enough (RFC 6203). */
  readonly fuzzy?: SearchCriteria | undefined;
  readonly not?: SearchCriteria | readonly SearchCriteria[] | undefined;
  /** At least one of them. */
  readonly or?: readonly SearchCriteria[] | undefined;
  readonly and?: readonly SearchCriteria[] | undefined;
}
