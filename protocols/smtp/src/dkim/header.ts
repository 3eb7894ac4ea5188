// Header fields for DKIM: found, put into relaxed canonical form (RFC 6376 section 3.4.2), and chosen for signing.
import { usage } from '../errors.ts';

/** A header field as it stands, without its last CR LF. */
export interface Field {
  /** In lower case. */
  readonly name: string;
  readonly text: string;
}

/** A mail's header is seldom larger than 10 KiB. */
export const MAX_HEADER_BYTES = 262_144;

/** The fields of a header, its empty line left out; line ends are CR LF. @throws FairleadError `usage`. */
export function readFields(header: string): Field[] {
  const fields: Field[] = [];
  for (const text of header.split(/\r\n(?![ \t])/)) {
    if (text === '') continue;
    const name = /^([!-9;-~]+)[ \t]*:/.exec(text)?.[1];
    if (name === undefined) throw usage('The message does not begin with header fields');
    fields.push({ name: name.toLowerCase(), text });
  }
  return fields;
}

/** One field in relaxed form, without a CR LF. */
export function relaxed({ name, text }: Field): string {
  const value = text.slice(text.indexOf(':') + 1);
  return `${name}:${value
    .replace(/\r\n/g, '')
    .replace(/[ \t]+/g, ' ')
    .trim()}`;
}

/**
 * Signed one time more often than they are there, so that nobody can put another one in front (RFC 6376 section
 * 8.15).
 */
const OVERSIGNED = ['from', 'reply-to', 'subject', 'to', 'cc'];
/** RFC 6376 section 5.4.1: what a reader sees, and what a body is read by. */
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
