// The header fields of the option `headers`, each written by its own grammar. Fields that have an option of their own are
// refused, and so are the Resent- fields.

import { usage } from '@fairlead/errors';
import { readAddresses } from '../../addresses/header-addresses.ts';
import { checkKnownKeys } from '../../options/known-keys.ts';
import { oneOrMany } from '../../options/one-or-many.ts';
import { assertSingleLine } from '../../options/single-line.ts';
import type { HeaderValue } from '../mail.ts';
import { addressWords } from './address-words.ts';
import { field, preparedField, roomOf } from './folding.ts';
import { phraseWords, textWords } from './header-words.ts';

/** RFC 5322 section 2.2: printable ASCII without a colon; no server takes more than letters, digits and hyphens. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9-]{0,99}$/;
/** Fields that have an option of their own, or that `compose` writes. */
const OWN =
  /^(from|sender|reply-to|to|cc|bcc|subject|date|message-id|in-reply-to|references|mime-version|content-.*|resent-.*|dkim-signature)$/i;
/** Fields that hold addresses (RFC 8098 section 2.1; the others have no standard). */
const ADDRESSES =
  /^(disposition-notification-to|return-receipt-to|errors-to|x-confirm-reading-to|mail-followup-to|mail-reply-to)$/i;
/** `List-Id: My list <list.example.com>` (RFC 2919), whose name may be encoded. */
const NAMED_ID = /^([^<>]*[^<> ])? *(<[!-;=?-~]+>)$/;

/** Further fields of a part (RFC 2045 section 8, RFC 4021). */
const OF_PARTS = /^content-(description|language|location|md5|duration|features)$/i;

/**
 * One field for each value, each with its CR LF.
 * @param ofPart True for the header of a part, false (default) for the header of the message.
 * @throws FairleadError `usage`.
 */
export function customFields(
  name: string,
  value: HeaderValue | readonly HeaderValue[],
  ofPart = false,
): string {
  if (!NAME.test(name)) throw usage('the name of a header field is letters, digits and hyphens');
  if (OWN.test(name) && !(ofPart && OF_PARTS.test(name)))
    throw usage(
      `the header field ${name} is not given in headers: it has an option, or is not for a new mail`,
    );
  return oneOrMany(value)
    .map((one) => customField(name, one))
    .join('');
}

function customField(name: string, value: HeaderValue): string {
  const what = `the header field ${name}`;
  if (typeof value === 'object' && value !== null) {
    checkKnownKeys(value, ['prepared'], what);
    return preparedField(name, value.prepared);
  }
  assertSingleLine(value, what);
  if (ADDRESSES.test(name)) return field(name, addressWords(readAddresses(value, name)));
  const [, phrase, id] = /^list-id$/i.test(name) ? (NAMED_ID.exec(value) ?? []) : [];
  // An ASCII value stays as it is; a name that is quoted and not ASCII loses its quotation marks.
  if (id !== undefined && phrase !== undefined && /[^\0-\x7f]/.test(phrase)) {
    return field(name, [...phraseWords(phrase.replace(/^"(.*)"$/, '$1')), id]);
  }
  return field(name, textWords(value, roomOf(name), true));
}
