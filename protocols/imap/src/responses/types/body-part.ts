// What a BODYSTRUCTURE says of a message's parts (RFC 9051 section 7.5.2). Types only.
import type { Envelope } from './envelope.ts';

/** Parameters of a type or a disposition: names in lower case, values decoded (RFC 2231 and RFC 2047). It has no prototype. */
export type Parameters = Readonly<Record<string, string>>;

/** One part of a message, with the parts inside it. What a server did not send is `undefined`. */
export interface BodyPart {
  /** What to fetch the part by: `1`, `2.1`; `TEXT` for the multipart that is the whole body of a message. */
  readonly part: string;
  /** The media type in lower case: `text/plain`, `multipart/mixed`. */
  readonly type: string;
  readonly parameters: Parameters;
  /** The Content-ID, with its angle brackets. */
  readonly id: string | undefined;
  readonly description: string | undefined;
  /** The transfer encoding in lower case: `base64`, `quoted-printable`, `7bit`. `undefined` for a multipart. */
  readonly encoding: string | undefined;
  /** Bytes as transferred, before decoding. `undefined` for a multipart. */
  readonly size: number | undefined;
  /** Lines of a text or of an attached message. */
  readonly lines: number | undefined;
  readonly md5: string | undefined;
  /** `inline`, `attachment`: in lower case. */
  readonly disposition: string | undefined;
  readonly dispositionParameters: Parameters;
  /** The file name from the disposition, or else from the type. */
  readonly filename: string | undefined;
  readonly languages: readonly string[];
  readonly location: string | undefined;
  /** The envelope of an attached message (`message/rfc822`). */
  readonly envelope: Envelope | undefined;
  /** A multipart's parts; for an attached message its body alone; else empty. */
  readonly parts: readonly BodyPart[];
}
