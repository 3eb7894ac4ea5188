// What an ENVELOPE says of a message (RFC 9051 section 7.5.2). Types only.

/** A mailbox or a group of them, as a header names them. */
export interface Address {
  /** Decoded (RFC 2047). */
  readonly name: string | undefined;
  /** `ann@example.com`. `undefined` for a group, and where the header has no address. */
  readonly address: string | undefined;
  /** The members where it is a group; perhaps none. */
  readonly group: readonly Address[] | undefined;
}

/** The main fields of a message's header. */
export interface Envelope {
  /** `undefined` where there is none, or it is no date. */
  readonly date: Date | undefined;
  /** The Date field as it stands in the message. */
  readonly dateText: string | undefined;
  /** Decoded (RFC 2047). */
  readonly subject: string | undefined;
  readonly from: readonly Address[];
  readonly sender: readonly Address[];
  readonly replyTo: readonly Address[];
  readonly to: readonly Address[];
  readonly cc: readonly Address[];
  readonly bcc: readonly Address[];
  readonly inReplyTo: string | undefined;
  /** With its angle brackets. */
  readonly messageId: string | undefined;
}
