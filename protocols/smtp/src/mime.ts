// Composes mails and sends them: `@fairlead/smtp/mime`. MIME is written by nodemailer's mail-composer, which reads no
// file and no URL here. It refuses what would break out of a header, and writes no Bcc.
import { Buffer } from 'node:buffer';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { SmtpClient } from './client.ts';
import { usage } from './errors.ts';
import type { Envelope, SendResult } from './messages.ts';
import { type NamedAddress, readAddresses } from './mime/addresses.ts';
import { checkMail, referencesOf } from './mime/check.ts';
import type { Attachment, Mail } from './mime/mail.ts';
import { gather, writeStream, writeWhole } from './mime/write.ts';
import type { CallOptions } from './options.ts';

export type { Attachment, Mail, MailAddress, MailAddresses } from './mime/mail.ts';

/** Attachments up to this size, all together, are composed as a whole: the server hears the message's size then. */
const MAX_WHOLE_BYTES = 262_144;

/** Who stands in the header. Never those of `bcc`. */
const IN_HEADER = ['from', 'sender', 'to', 'cc', 'replyTo'] as const;

/** A mail that is ready to be sent by `sendRaw`. */
export interface Composed {
  readonly envelope: Envelope;
  /** The message. In pieces where an attachment is a stream, or all of them are large: each is valid until the next. */
  readonly body: Uint8Array | AsyncIterable<Uint8Array>;
  /** With its angle brackets. */
  readonly messageId: string;
}

/** Signs a whole message. @returns What is put in front of it: header fields, each with its CR LF. */
export type Signer = (message: Uint8Array) => Promise<Uint8Array>;

/** Options of `compose` and `send`. */
export interface ComposeOptions {
  /** Signs the message (`dkimSigner` of `@fairlead/smtp/dkim`). It is then composed in memory, attachments and all. */
  readonly sign?: Signer | undefined;
}

/** What became of a mail. */
export interface MailResult extends SendResult {
  readonly messageId: string;
}

/**
 * Composes a mail and sends it over an open connection.
 * @throws FairleadError as `compose` and `SmtpClient.sendRaw`.
 */
export async function send(
  client: Pick<SmtpClient, 'sendRaw'>,
  mail: Mail,
  options: ComposeOptions & CallOptions = {},
): Promise<MailResult> {
  const { envelope, body, messageId } = await compose(mail, options);
  return { ...(await client.sendRaw(envelope, body, options)), messageId };
}

/**
 * Composes a mail.
 * @throws FairleadError `usage` for addresses, header fields or file names that are none, or would break out.
 */
export async function compose(mail: Mail, { sign }: ComposeOptions = {}): Promise<Composed> {
  checkMail(mail);
  const addresses = readAll(mail);
  const envelope = envelopeOf(mail, addresses);
  const messageId = mail.messageId ?? `<${crypto.randomUUID()}@${domainOf(addresses.from)}>`;
  const contents = new Map<unknown, Attachment['content']>();
  const node = new MailComposer(composerInput(mail, addresses, messageId, contents)).compile();
  const isWhole = fitsWhole(mail);
  if (sign === undefined && !isWhole) return { envelope, body: writeStream(node, contents), messageId };
  const message = isWhole ? writeWhole(node, contents) : await gather(writeStream(node, contents));
  return { envelope, body: sign === undefined ? message : await signed(message, sign), messageId };
}

async function signed(message: Uint8Array, sign: Signer): Promise<Uint8Array> {
  const head = await sign(message);
  const whole = new Uint8Array(head.length + message.length);
  whole.set(head);
  whole.set(message, head.length);
  return whole;
}

interface Addresses {
  readonly from: readonly NamedAddress[];
  readonly sender: readonly NamedAddress[];
  readonly to: readonly NamedAddress[];
  readonly cc: readonly NamedAddress[];
  readonly bcc: readonly NamedAddress[];
  readonly replyTo: readonly NamedAddress[];
}

function readAll(mail: Mail): Addresses {
  const from = readAddresses(mail.from, 'from');
  const sender = readAddresses(mail.sender, 'sender');
  if (from.length === 0) throw usage('A mail needs a from');
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

function envelopeOf(mail: Mail, addresses: Addresses): Envelope {
  const { from, sender, to, cc, bcc } = addresses;
  const recipients = [...to, ...cc, ...bcc].map(({ address }) => address);
  const own = Object.entries(mail.envelope ?? {}).filter(([, value]) => value !== undefined);
  const needsUtf8 = IN_HEADER.some((role) => addresses[role].some(({ utf8 }) => utf8));
  if (recipients.length === 0 && mail.envelope?.to === undefined) throw usage('A mail needs a recipient');
  return {
    from: (sender[0] ?? from[0])?.address ?? '',
    to: [...new Set(recipients)],
    ...(needsUtf8 ? { smtpUtf8: true } : {}),
    ...(Object.fromEntries(own) as Partial<Envelope>),
  };
}

function domainOf(from: readonly NamedAddress[]): string {
  const address = from[0]?.address ?? '';
  const domain = address.slice(address.lastIndexOf('@') + 1);
  return domain.startsWith('[') ? 'localhost' : domain;
}

function fitsWhole({ attachments = [] }: Mail): boolean {
  let bytes = 0;
  for (const { content } of attachments) {
    if (typeof content !== 'string' && !(content instanceof Uint8Array)) return false;
    bytes += content.length;
  }
  return bytes <= MAX_WHOLE_BYTES;
}

/** What the library is told. In place of an attachment's content it gets something small to know it by. */
function composerInput(
  mail: Mail,
  addresses: Addresses,
  messageId: string,
  contents: Map<unknown, Attachment['content']>,
) {
  const { subject, text, html, headers = {}, date = new Date(), inReplyTo, references } = mail;
  return {
    ...Object.fromEntries(
      IN_HEADER.map((role) => [role, addresses[role]]).filter(([, list]) => list?.length),
    ),
    subject,
    text,
    html,
    messageId,
    date,
    inReplyTo,
    references: references === undefined ? undefined : referencesOf(references),
    headers: Object.entries(headers).flatMap(([key, value]) =>
      (typeof value === 'string' ? [value] : value).map((one) => ({ key, value: one })),
    ),
    attachments: (mail.attachments ?? []).map(({ filename, contentType, disposition, cid, content }, i) => {
      const placeholder = Buffer.alloc(1);
      contents.set(placeholder, content);
      return {
        filename: filename ?? `attachment-${i + 1}${contentType === undefined ? '.bin' : ''}`,
        contentType,
        contentDisposition: disposition,
        cid,
        content: placeholder,
        // RFC 2046 section 5.2.1: a message within a message is not encoded.
        contentTransferEncoding: /^message\//i.test(contentType ?? '') ? '8bit' : 'base64',
      };
    }),
    newline: '\r\n',
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
