// A mail as people think of it: types only. `compose` makes a message of it.
import type { Envelope, Notify } from '../types.ts';

/**
 * `user@example.com`, `Name <user@example.com>`, several of them with commas between, or name and address apart. A name
 * in text that holds more than letters, spaces and dots is quoted (`"Shop, Inc." <user@example.com>`). A group may be
 * empty: `undisclosed-recipients:;`.
 */
export type MailAddress = string | { readonly name?: string | undefined; readonly address: string };

/** One address or several. */
export type MailAddresses = MailAddress | readonly MailAddress[];

/** Bytes of a part. Text is sent as UTF-8. A stream is read once, while the mail is sent. */
export type Content = string | Uint8Array | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;

/** A header field's value: text, encoded where it must be; or as it is, folded by the caller (CR LF and white space). */
export type HeaderValue = string | { readonly prepared: string };

/** Header fields by name. Those that have an option of their own are refused here. */
export type Headers = Readonly<Record<string, HeaderValue | readonly HeaderValue[] | undefined>>;

/** A file that travels with a mail. */
export interface Attachment {
  /** Shown to the reader. Default: `attachment-1.bin` and so on, without `.bin` where there is a `contentType`. */
  readonly filename?: string | undefined;
  /** Default: by the file name, else `application/octet-stream`. */
  readonly contentType?: string | undefined;
  readonly content: Content;
  /** What text in `content` is: itself (default), or bytes in base64. */
  readonly encoding?: 'utf-8' | 'base64' | undefined;
  /** Default `attachment`, or `inline` where there is a `cid`. */
  readonly disposition?: 'attachment' | 'inline' | undefined;
  /** What the HTML calls it: `<img src="cid:logo">`. */
  readonly cid?: string | undefined;
  /** Further header fields of the part. */
  readonly headers?: Headers | undefined;
}

/** The same content in another form, between `text` and `html`: `text/x-amp-html`, `text/markdown`. */
export interface Alternative {
  readonly contentType: string;
  /** Text alone; it is sent as UTF-8. */
  readonly content: string;
}

/** An invitation (RFC 6047): shown by calendars, and attached as a file for those that know none. */
export interface CalendarEvent {
  /** An iCalendar object: `BEGIN:VCALENDAR` and so on. */
  readonly content: string;
  /** `REQUEST`, `CANCEL`, `REPLY`, ... Default: what the content says (METHOD), else `PUBLISH`. */
  readonly method?: string | undefined;
  /** Default `invite.ics`. */
  readonly filename?: string | undefined;
}

/** Links are URLs (`https:`, `mailto:`), or addresses. */
type Links = string | readonly string[];

/** What a mailing list says of itself (RFC 2369, RFC 2919). */
export interface MailingList {
  /** List-ID: `news.example.com`, with or without a name. */
  readonly id?: string | { readonly name?: string | undefined; readonly id: string } | undefined;
  readonly unsubscribe?: Links | undefined;
  /** List-Unsubscribe-Post (RFC 8058): a POST to the https: URL in `unsubscribe` is enough. Default false. */
  readonly oneClick?: boolean | undefined;
  readonly help?: Links | undefined;
  readonly subscribe?: Links | undefined;
  /** `NO` where nobody may post. */
  readonly post?: Links | undefined;
  readonly owner?: Links | undefined;
  readonly archive?: Links | undefined;
}

/** Delivery status notifications (RFC 3461), for all recipients alike. The server has to offer DSN. */
export interface MailDsn {
  readonly notify?: Notify | undefined;
  /** What a notification of failure shall hold. */
  readonly return?: Envelope['return'];
  /** An identifier that notifications repeat. */
  readonly envelopeId?: string | undefined;
}

/** A mail. Text that would break out of its line is refused, never stripped; so are fields that are none of these. */
export interface Mail {
  readonly from: MailAddresses;
  /** Who sends it, where `from` has several. */
  readonly sender?: MailAddress | undefined;
  readonly to?: MailAddresses | undefined;
  readonly cc?: MailAddresses | undefined;
  /** Get the mail and stand nowhere in it. */
  readonly bcc?: MailAddresses | undefined;
  readonly replyTo?: MailAddresses | undefined;
  readonly subject?: string | undefined;
  readonly text?: string | undefined;
  readonly html?: string | undefined;
  readonly alternatives?: readonly Alternative[] | undefined;
  readonly icalEvent?: CalendarEvent | undefined;
  readonly attachments?: readonly Attachment[] | undefined;
  readonly headers?: Headers | undefined;
  readonly list?: MailingList | undefined;
  /** X-Priority, X-MSMail-Priority and Importance. Default `normal`, which writes none. */
  readonly priority?: 'high' | 'normal' | 'low' | undefined;
  /** `<unique@example.com>`. Default: random, at the sender's domain. */
  readonly messageId?: string | undefined;
  /** The identifier of the mail that this answers, or several. Anything printable between angle brackets is one. */
  readonly inReplyTo?: string | readonly string[] | undefined;
  readonly references?: string | readonly string[] | undefined;
  /** Default: now. */
  readonly date?: Date | undefined;
  readonly dsn?: MailDsn | undefined;
  /** What the servers go by, in place of what follows from the above: another sender, other recipients. */
  readonly envelope?: { readonly [K in keyof Envelope]?: Envelope[K] | undefined } | undefined;
}
