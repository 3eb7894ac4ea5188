// The public types of a mail: addresses, text, attachments, header fields.
import type { Body, Envelope, Notify } from '../types.ts';

/**
 * As text: `user@example.com`, `Name <user@example.com>`, or several of them with commas between. Quote a name that holds
 * more than letters, spaces and dots: `"Shop, Inc." <user@example.com>`. A group may be empty: `undisclosed-recipients:;`.
 * As an object: the name needs no quotation marks.
 */
export type MailAddress = string | { readonly name?: string | undefined; readonly address: string };

/** One address or several. */
export type MailAddresses = MailAddress | readonly MailAddress[];

/** The content of a file. Text is sent as UTF-8. A stream is read once, while the mail is sent. */
export type Content = Body;

/** A header field's value: text, which is encoded and folded as needed; or `prepared` text, which is sent as it is. */
export type HeaderValue = string | { readonly prepared: string };

/** Header fields by name. A field that has an option of its own is refused here. */
export type Headers = Readonly<Record<string, HeaderValue | readonly HeaderValue[] | undefined>>;

/** A file in a mail. */
export interface Attachment {
  /** The file's name. Default: `attachment-1.bin` and so on, without `.bin` where there is a `contentType`. */
  readonly filename?: string | undefined;
  /** Default: by the file name, else `application/octet-stream`. */
  readonly contentType?: string | undefined;
  readonly content: Content;
  /** How text in `content` is read: as UTF-8 (default), or as base64 of the file's bytes. */
  readonly encoding?: 'utf-8' | 'base64' | undefined;
  /** Default `attachment`, or `inline` where there is a `cid`. */
  readonly disposition?: 'attachment' | 'inline' | undefined;
  /** The Content-ID by which the HTML refers to the file: `<img src="cid:logo">`. */
  readonly cid?: string | undefined;
  /** Further header fields of the part. */
  readonly headers?: Headers | undefined;
}

/** The same content in another form, between `text` and `html`: `text/x-amp-html`, `text/markdown`. */
export interface Alternative {
  readonly contentType: string;
  /** Text, which is sent as UTF-8. */
  readonly content: string;
}

/** An invitation (RFC 6047): for calendars, and as an attached file for mail programs without one. */
export interface CalendarEvent {
  /** An iCalendar object: `BEGIN:VCALENDAR` and so on. */
  readonly content: string;
  /** `REQUEST`, `CANCEL`, `REPLY`, ... Default: METHOD of the content, else `PUBLISH`. */
  readonly method?: string | undefined;
  /** Default `invite.ics`. */
  readonly filename?: string | undefined;
}

/** Links are URLs (`https:`, `mailto:`), or addresses. */
type Links = string | readonly string[];

/** The header fields of a mailing list (RFC 2369, RFC 2919). */
export interface MailingList {
  /** List-ID: `news.example.com`, with or without a name. */
  readonly id?: string | { readonly name?: string | undefined; readonly id: string } | undefined;
  readonly unsubscribe?: Links | undefined;
  /** List-Unsubscribe-Post (RFC 8058): a POST to the https: URL in `unsubscribe` is enough. Default false. */
  readonly oneClick?: boolean | undefined;
  readonly help?: Links | undefined;
  readonly subscribe?: Links | undefined;
  /** Where to post; `NO` for a list without posting. */
  readonly post?: Links | undefined;
  readonly owner?: Links | undefined;
  readonly archive?: Links | undefined;
}

/** Delivery status notifications (RFC 3461), for all recipients alike. The server has to offer DSN. */
export interface MailDsn {
  readonly notify?: Notify | undefined;
  /** Whether a notification of failure holds the whole message or its header. */
  readonly return?: Envelope['return'];
  /** An identifier that notifications repeat. */
  readonly envelopeId?: string | undefined;
}

/** A mail. Text with CR, LF or NUL in a header field is refused, and so is a field that this type does not have. */
export interface Mail {
  readonly from: MailAddresses;
  /** The one sender of a mail whose `from` has several addresses. */
  readonly sender?: MailAddress | undefined;
  readonly to?: MailAddresses | undefined;
  readonly cc?: MailAddresses | undefined;
  /** Recipients that are not named in the mail. */
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
  /** The Message-ID of the mail that this one answers, or several. Any printable text in angle brackets is taken. */
  readonly inReplyTo?: string | readonly string[] | undefined;
  readonly references?: string | readonly string[] | undefined;
  /** Default: now. */
  readonly date?: Date | undefined;
  readonly dsn?: MailDsn | undefined;
  /** Overrides parts of the envelope, which follows from the fields above: another sender, other recipients. */
  readonly envelope?: { readonly [K in keyof Envelope]?: Envelope[K] | undefined } | undefined;
}
