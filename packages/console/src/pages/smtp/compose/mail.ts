// The mail that is sent, from what was typed, and what is missing in it.
import type { Input } from '@fairlead/sdk';
import { type Address, readAddressList } from '../addresses/address-list.ts';

/** What a mail is sent as. */
export type Mail = Input<'smtpSend'>['body'];

/** The fields as they were typed. */
export interface MailText {
  /** Empty: the connection's only sender. */
  readonly from: string;
  readonly to: string;
  readonly cc: string;
  readonly bcc: string;
  readonly replyTo: string;
  readonly subject: string;
  readonly text: string;
  /** The source of the HTML version; undefined where there is none. */
  readonly html: string | undefined;
}

/** An attachment, ready to be sent. */
export interface EncodedFile {
  readonly filename: string;
  /** Empty where the browser knows none. */
  readonly contentType: string;
  /** In base64. */
  readonly content: string;
}

/** What is wrong, by the field where it is to be mended. */
export type MailFaults = Partial<Record<'from' | 'to' | 'cc' | 'bcc' | 'replyTo', string>>;

const FIELDS = ['from', 'to', 'cc', 'bcc', 'replyTo'] as const;

/** What has to be mended before the mail can be sent. Empty where nothing has. */
export function faultsOf(mail: MailText): MailFaults {
  const faults: MailFaults = {};
  for (const field of FIELDS) {
    const { fault } = readAddressList(mail[field]);
    if (fault !== undefined) faults[field] = fault;
  }
  if (recipientsOf(mail) === 0) faults.to ??= 'The mail needs a recipient.';
  if (readAddressList(mail.from).addresses.length > 1) faults.from ??= 'Give one sender.';
  return faults;
}

/** How many recipients a mail has, the hidden ones among them. */
export function recipientsOf({ to, cc, bcc }: Pick<MailText, 'to' | 'cc' | 'bcc'>): number {
  return [to, cc, bcc].reduce((sum, line) => sum + readAddressList(line).addresses.length, 0);
}

/** The mail as the gateway takes it. */
export function mailOf(mail: MailText, files: readonly EncodedFile[]): Mail {
  const lists = Object.fromEntries(
    FIELDS.map((field) => [field, readAddressList(mail[field]).addresses.map(sentAddress)] as const).filter(
      ([, list]) => list.length > 0,
    ),
  );
  return {
    ...lists,
    subject: mail.subject,
    text: mail.text,
    ...(mail.html === undefined || mail.html.trim() === '' ? {} : { html: mail.html }),
    ...(files.length === 0 ? {} : { attachments: files.map(sentFile) }),
  };
}

const sentAddress = ({ name, address }: Address) => (name === '' ? address : { name, address });

const sentFile = ({ contentType, ...file }: EncodedFile) =>
  contentType === '' ? file : { ...file, contentType };
