// A mail as people think of it: types only. `compose` makes a message of it.
import type { Envelope } from '../messages.ts';

/** `user@example.com`, `Name <user@example.com>`, several of them with commas between, or name and address apart. */
export type MailAddress = string | { readonly name?: string | undefined; readonly address: string };

/** One address or several. */
export type MailAddresses = MailAddress | readonly MailAddress[];

/** A file that travels with a mail. */
export interface Attachment {
  /** Shown to the reader. Default: `attachment-1.bin` and so on, without `.bin` where there is a `contentType`. */
  readonly filename?: string | undefined;
  /** Default: by the file name, else `application/octet-stream`. */
  readonly contentType?: string | undefined;
  /** Text is sent as UTF-8. A stream is read once, while the mail is sent. */
  readonly content: string | Uint8Array | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;
  /** Default `attachment`. */
  readonly disposition?: 'attachment' | 'inline' | undefined;
  /** What the HTML calls it: `<img src="cid:logo">`. */
  readonly cid?: string | undefined;
}

/** A mail. Text that would break out of its line is refused, never stripped. */
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
  readonly attachments?: readonly Attachment[] | undefined;
  /** Further header fields. Those that have an option of their own are refused here. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>> | undefined;
  /** `<unique@example.com>`. Default: random, at the sender's domain. */
  readonly messageId?: string | undefined;
  /** The identifier of the mail that this answers. */
  readonly inReplyTo?: string | undefined;
  readonly references?: string | readonly string[] | undefined;
  /** Default: now. */
  readonly date?: Date | undefined;
  /** What the servers go by, in place of what follows from the above: another sender, other recipients, DSN. */
  readonly envelope?: { readonly [K in keyof Envelope]?: Envelope[K] | undefined } | undefined;
}
