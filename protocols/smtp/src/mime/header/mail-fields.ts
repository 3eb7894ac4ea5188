// The header fields of a mail: addresses, subject, identifiers, date, priority, list, and the caller's own. The fields of the
// parts are in `body/`. A Bcc is not written.

import { usage } from '@fairlead/errors';
import type { AddressEntry } from '../../addresses/header-addresses.ts';
import { assertSingleLine } from '../../options/single-line.ts';
import type { Mail } from '../mail.ts';
import { addressWords } from './address-words.ts';
import { customFields } from './custom-fields.ts';
import { field, roomOf } from './folding.ts';
import { textWords } from './header-words.ts';
import { listFields } from './list-fields.ts';
import { checkMessageId, readMessageIds } from './message-ids.ts';

/** The fields that hold addresses, in the order in which they are written. */
export const ADDRESS_FIELDS = {
  from: 'From',
  sender: 'Sender',
  replyTo: 'Reply-To',
  to: 'To',
  cc: 'Cc',
} as const;

/** The fields that mail programs read a priority from; only Importance is a standard (RFC 4021). */
const PRIORITIES: Readonly<Record<string, string>> = {
  high: 'X-Priority: 1 (Highest)\r\nX-MSMail-Priority: High\r\nImportance: High\r\n',
  normal: '',
  low: 'X-Priority: 5 (Lowest)\r\nX-MSMail-Priority: Low\r\nImportance: Low\r\n',
};

/**
 * The fields, each with its CR LF.
 * @throws FairleadError `usage`.
 */
export function mailFields(
  mail: Mail,
  addresses: { readonly [role in keyof typeof ADDRESS_FIELDS]: readonly AddressEntry[] },
  messageId: string,
): string {
  const { subject = '', priority = 'normal', headers = {}, list, date = new Date() } = mail;
  checkMessageId(messageId);
  assertSingleLine(subject, 'subject');
  if (!Object.hasOwn(PRIORITIES, priority)) throw usage("priority is one of 'high', 'normal' and 'low'");
  if (typeof headers !== 'object' || headers === null || Array.isArray(headers)) {
    throw usage('headers is an object of header fields');
  }
  let fields = '';
  for (const [role, name] of Object.entries(ADDRESS_FIELDS)) {
    const entries = addresses[role as keyof typeof ADDRESS_FIELDS];
    if (entries.length > 0) fields += field(name, addressWords(entries, roomOf(name)));
  }
  if (subject !== '') fields += field('Subject', textWords(subject, roomOf('Subject')));
  fields += field('Message-ID', [messageId]);
  fields += idsField('In-Reply-To', mail.inReplyTo, 'inReplyTo');
  fields += idsField('References', mail.references, 'references');
  fields += field('Date', [dateText(date)]);
  fields += PRIORITIES[priority];
  if (list !== undefined) fields += listFields(list);
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) fields += customFields(name, value);
  }
  return fields;
}

function idsField(name: string, given: unknown, role: string): string {
  const ids = readMessageIds(given, role);
  return ids.length === 0 ? '' : field(name, ids);
}

/** RFC 5322 section 3.3. */
function dateText(date: Date): string {
  const year = date instanceof Date ? date.getUTCFullYear() : Number.NaN;
  // An invalid Date, or a year without four digits.
  if (!(year >= 1900 && year <= 9999)) throw usage('date is not a Date from 1900 to 9999');
  return date.toUTCString().replace('GMT', '+0000');
}
