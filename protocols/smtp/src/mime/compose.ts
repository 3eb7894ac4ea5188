// Composes mails, and sends them over an open connection. Contents are given as text, bytes or streams, never as paths or
// URLs. Unknown fields and text that would end a header field early are refused; a Bcc is not written.

import { concat } from '@fairlead/bytes';
import { defined } from '@fairlead/client';
import { usage } from '@fairlead/errors';
import { type AddressEntry, mailboxesOf, readAddresses } from '../addresses/header-addresses.ts';
import type { SmtpClient } from '../client.ts';
import type { CallOptions } from '../options/connect-options.ts';
import { checkKnownKeys } from '../options/known-keys.ts';
import { ENVELOPE_KEYS } from '../session/envelope.ts';
import type { Envelope, SendResult } from '../types.ts';
import { layOut } from './body/layout.ts';
import { gather, writeStream, writeWhole } from './body/write.ts';
import { mailFields } from './header/mail-fields.ts';
import type { Mail } from './mail.ts';

/** Up to this size of all attachments the message is composed in memory, so that its size is declared to the server. */
const MAX_WHOLE_BYTES = 262_144;

/** The fields of a mail; any other is refused. */
const MAIL_KEYS: readonly string[] = Object.keys({
  from: true,
  sender: true,
  to: true,
  cc: true,
  bcc: true,
  replyTo: true,
  subject: true,
  text: true,
  html: true,
  alternatives: true,
  icalEvent: true,
  attachments: true,
  headers: true,
  list: true,
  priority: true,
  messageId: true,
  inReplyTo: true,
  references: true,
  date: true,
  dsn: true,
  envelope: true,
} satisfies Record<keyof Mail, true>);
/** For fields that other libraries have: the option to use instead. */
const HINTS: Readonly<Record<string, string>> = {
  amp: "give it in alternatives, as contentType 'text/x-amp-html'",
  watchHtml: "give it in alternatives, as contentType 'text/watch-html'",
  markdown: "give it in alternatives, as contentType 'text/markdown'",
  raw: 'send a ready-made message by sendRaw',
  dkim: 'sign by the option sign (dkimSigner)',
  encoding: 'text is always UTF-8',
  textEncoding: 'it is chosen by what the text is',
};
const DSN_KEYS: readonly string[] = ['notify', 'return', 'envelopeId'];
/** A mail that is ready to be sent by `sendRaw`. */
export interface Composed {
  readonly envelope: Envelope;
  /** The message: whole, or in pieces where attachments are streams or large. A piece is valid until the next one. */
  readonly body: Uint8Array | AsyncIterable<Uint8Array>;
  /** With its angle brackets. */
  readonly messageId: string;
}

/** Signs a whole message. @returns The header fields to put in front of it, each with its CR LF. */
export type Signer = (message: Uint8Array) => Promise<Uint8Array>;

/** Options of `compose`, `sendMail` and `send`. */
export interface ComposeOptions {
  /** Signs the message: `dkimSigner` of `@fairlead/smtp/dkim`. A signed message is composed in memory. */
  readonly sign?: Signer | undefined;
}

/** The result of a mail that at least one recipient gets. */
export interface MailResult extends SendResult {
  readonly messageId: string;
}

/**
 * Composes a mail and sends it over an open connection.
 * @throws FairleadError as `compose` and `SmtpClient.sendRaw`.
 * @example
 * ```ts
 * import { connect } from '@fairlead/smtp';
 * import { sendMail } from '@fairlead/smtp/mime';
 *
 * await using smtp = await connect('smtps://app@mail.example.com', { password: env.SMTP_PASSWORD });
 * for (const to of ['a@example.net', 'b@example.net']) {
 *   await sendMail(smtp, { from: 'news@example.com', to, subject: 'News', text: 'Read all about it.' });
 * }
 * ```
 */
export async function sendMail(
  client: Pick<SmtpClient, 'sendRaw'>,
  mail: Mail,
  options: ComposeOptions & CallOptions = {},
): Promise<MailResult> {
  const { envelope, body, messageId } = await compose(mail, options);
  return { ...(await client.sendRaw(envelope, body, options)), messageId };
}

/**
 * Composes a mail without sending it.
 * @throws FairleadError `usage` for addresses, header fields or file names that are not valid, and for fields that a mail
 *   does not have; and what `sign` throws.
 * @example
 * ```ts
 * import { connect } from '@fairlead/smtp';
 * import { compose } from '@fairlead/smtp/mime';
 *
 * const { envelope, body } = await compose({ from: 'app@example.com', to: 'a@example.net', text: 'Hello.' });
 * await using smtp = await connect('smtps://app@mail.example.com', { password: env.SMTP_PASSWORD });
 * await smtp.sendRaw(envelope, body);
 * ```
 */
export async function compose(mail: Mail, options: ComposeOptions = {}): Promise<Composed> {
  if (typeof options !== 'object' || options === null) throw usage('The options of a mail are an object');
  const { sign } = options;
  if (sign !== undefined && typeof sign !== 'function') throw usage('sign is a function');
  checkKnownKeys(mail, MAIL_KEYS, 'a mail', HINTS);
  const addresses = readAll(mail);
  const messageId = mail.messageId ?? `<${crypto.randomUUID()}@${domainOf(addresses.from)}>`;
  const part = layOut(mail);
  const fields = `${mailFields(mail, addresses, messageId)}MIME-Version: 1.0\r\n`;
  const envelope = envelopeOf(mail, addresses, /[^\0-\x7f]/.test(fields));
  const isWhole = fitsWhole(mail);
  if (sign === undefined && !isWhole) return { envelope, body: writeStream(fields, part), messageId };
  const message = isWhole ? writeWhole(fields, part) : await gather(writeStream(fields, part));
  const body = sign === undefined ? message : concat([await sign(message), message]);
  return { envelope, body, messageId };
}

type Addresses = {
  readonly [role in 'from' | 'sender' | 'to' | 'cc' | 'bcc' | 'replyTo']: readonly AddressEntry[];
};

function readAll(mail: Mail): Addresses {
  const from = readAddresses(mail.from, 'from');
  const sender = readAddresses(mail.sender, 'sender');
  if (from.length === 0) throw usage('A mail needs a from');
  if ([...from, ...sender].some((entry) => 'group' in entry)) throw usage('from and sender hold no groups');
  // RFC 5322 section 3.6.2.
  if (sender.length > 1 || (from.length > 1 && sender.length === 0)) {
    throw usage('A mail from several people needs one sender');
  }
  return {
    from,
    sender,
    to: readAddresses(mail.to, 'to'),
    cc: readAddresses(mail.cc, 'cc'),
    bcc: readAddresses(mail.bcc, 'bcc'),
    replyTo: readAddresses(mail.replyTo, 'replyTo'),
  };
}

function envelopeOf(mail: Mail, addresses: Addresses, needsUtf8: boolean): Envelope {
  const { from, sender, to, cc, bcc } = addresses;
  const { envelope = {}, dsn = {} } = mail;
  checkKnownKeys(envelope, ENVELOPE_KEYS, 'envelope');
  checkKnownKeys(dsn, DSN_KEYS, 'dsn', { id: 'it is called envelopeId' });
  const recipients = [...new Set(mailboxesOf([...to, ...cc, ...bcc]).map(({ address }) => address))];
  const { notify, ...ofMessage } = dsn;
  if (recipients.length === 0 && envelope.to === undefined) throw usage('A mail needs a recipient');
  if (notify !== undefined && envelope.to !== undefined) {
    throw usage('dsn.notify is for the recipients of the mail: with envelope.to, say it there');
  }
  return {
    from: mailboxesOf([...sender, ...from])[0]?.address ?? '',
    to: notify === undefined ? recipients : recipients.map((address) => ({ address, notify })),
    ...(needsUtf8 ? { smtpUtf8: true } : {}),
    ...defined<object>(ofMessage),
    ...defined<object>(envelope),
  };
}

function domainOf(from: readonly AddressEntry[]): string {
  const address = mailboxesOf(from)[0]?.address ?? '';
  const domain = address.slice(address.lastIndexOf('@') + 1);
  return domain.startsWith('[') ? 'localhost' : domain;
}

function fitsWhole({ attachments = [] }: Mail): boolean {
  let bytes = 0;
  for (const { content, encoding } of attachments) {
    if (typeof content !== 'string' && !(content instanceof Uint8Array)) return false;
    bytes += encoding === 'base64' ? (content.length / 4) * 3 : content.length;
  }
  return bytes <= MAX_WHOLE_BYTES;
}
