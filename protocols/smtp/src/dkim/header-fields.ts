// The header fields of a ready-made message: split, put into relaxed canonical form (RFC 6376 section 3.4.2), and selected
// for DKIM. `/smtp/send-raw` reads the senders from them too.

import { usage } from '@fairlead/errors';
/** A header field as the message has it, without its last CR LF. */
export interface Field {
  /** In lower case. */
  readonly name: string;
  readonly text: string;
}

/** The largest header that is read; most have less than 10 KiB. */
export const MAX_HEADER_BYTES = 262_144;

/** Fields that a message has once (RFC 5322 section 3.6): where there are two, programs differ in which one they show. */
const ONCE = ['From', 'Sender', 'Reply-To'];

/**
 * The fields of a header with CR LF at its line ends. The obsolete forms (RFC 5322 section 4) are refused, since programs
 * read them differently: white space before the colon, and lines of white space alone.
 * @throws FairleadError `usage`.
 */
export function readFields(header: string): Field[] {
  const fields: Field[] = [];
  for (const text of header.split(/\r\n(?![ \t])/)) {
    if (text === '') continue;
    const name = /^([!-9;-~]+):/.exec(text)?.[1];
    if (name === undefined)
      throw usage('The message does not begin with header fields, each like "Name: value"');
    if (/\r\n[ \t]+(?:\r\n|$)/.test(text)) {
      throw usage(`The field ${name.slice(0, 40)} of the message holds a line of white space alone`);
    }
    fields.push({ name: name.toLowerCase(), text });
  }
  for (const name of ONCE) {
    if (fields.filter((field) => field.name === name.toLowerCase()).length > 1) {
      throw usage(`The message has more than one ${name}`);
    }
  }
  return fields;
}

/** One field in relaxed form, without a CR LF. */
export function relaxed({ name, text }: Field): string {
  const value = text.slice(text.indexOf(':') + 1);
  // Not trim(): a byte of UTF-8 may look like white space of Unicode's.
  return `${name}:${value
    .replace(/\r\n/g, '')
    .replace(/[ \t]+/g, ' ')
    .replace(/^ | $/g, '')}`;
}

/**
 * Signed once more than the message has them, so that adding another one breaks the signature (RFC 6376 section 8.15).
 */
const OVERSIGNED = ['from', 'reply-to', 'subject', 'to', 'cc'];
/** RFC 6376 section 5.4.1: the fields that a mail program shows, and those that it needs to read the body. */
const SIGNED = [
  ...OVERSIGNED,
  'date',
  'message-id',
  'in-reply-to',
  'references',
  'sender',
  'mime-version',
  'content-type',
  'content-transfer-encoding',
  'content-id',
  'content-description',
  'resent-date',
  'resent-from',
  'resent-sender',
  'resent-to',
  'resent-cc',
  'resent-message-id',
  'list-id',
  'list-help',
  'list-unsubscribe',
  'list-unsubscribe-post',
  'list-subscribe',
  'list-post',
  'list-owner',
  'list-archive',
];

/** The fields to sign, and the names for `h=` in the same order: of several of one name the last comes first. */
export function chooseFields(fields: readonly Field[]): { names: string[]; signed: Field[] } {
  const names: string[] = [];
  const signed: Field[] = [];
  for (const name of SIGNED) {
    const found = fields.filter((field) => field.name === name).reverse();
    signed.push(...found);
    names.push(...found.map(() => name));
    if (OVERSIGNED.includes(name)) names.push(name);
  }
  if (!signed.some(({ name }) => name === 'from')) throw usage('A message without From cannot be signed');
  return { names, signed };
}
