// What a FETCH response says of a message. Types only.
import type { BodyPart } from './body-part.ts';
import type { Envelope } from './envelope.ts';

/** The answer to `BODY[...]`, `BINARY[...]`, `RFC822`, `RFC822.HEADER` (`HEADER`) or `RFC822.TEXT` (`TEXT`). */
export interface FetchedSection {
  /** `1.2`, `HEADER`, ``: as in `BODY[...]`, unchanged. */
  readonly section: string;
  readonly isBinary: boolean;
  /** Where a partial fetch begins. */
  readonly origin: number | undefined;
  /** `undefined` for NIL, and for a body that was handed out as it came. */
  readonly bytes: Uint8Array | undefined;
  readonly isStreamed: boolean;
}

/** `* 12 FETCH (...)`. What the server did not send is `undefined`; `null` where it sent NIL for what it does not have. */
export interface FetchResponse {
  readonly type: 'fetch';
  readonly sequence: number;
  readonly uid?: number | undefined;
  readonly flags?: readonly string[] | undefined;
  readonly internalDate?: Date | undefined;
  /** RFC822.SIZE in bytes. */
  readonly size?: number | undefined;
  readonly envelope?: Envelope | undefined;
  /** BODYSTRUCTURE or BODY. */
  readonly structure?: BodyPart | undefined;
  readonly modSeq?: bigint | undefined;
  /** RFC 8474. */
  readonly emailId?: string | undefined;
  readonly threadId?: string | null | undefined;
  /** RFC 8514. */
  readonly saveDate?: Date | null | undefined;
  /** RFC 8970. */
  readonly preview?: string | null | undefined;
  /** X-GM-MSGID. */
  readonly gmailMessageId?: bigint | undefined;
  /** X-GM-THRID. */
  readonly gmailThreadId?: bigint | undefined;
  /** X-GM-LABELS, decoded as mailbox names. */
  readonly gmailLabels?: readonly string[] | undefined;
  readonly sections: readonly FetchedSection[];
  /** Whether it says more than UID, flags and MODSEQ, which also come unasked. */
  readonly hasContent?: boolean | undefined;
}
