// Message identifiers (RFC 5322 section 3.6.4). The mail's own follows the grammar; those of other mails are taken in any
// form, since many programs do not follow it.
import { usage } from '@fairlead/errors';
import { oneOrMany } from '../../options/one-or-many.ts';
import { assertSingleLine } from '../../options/single-line.ts';

/** The mail's own identifier. */
const OWN = /^<[!-;=?-~]{1,200}@[!-;=?-~]{1,200}>$/;
/** One identifier of a list; a bare one with an angle bracket is refused. */
const ID = /<([^>]*)>|([^ \t,]+)/g;
/** A longer identifier does not fit on a line. */
const MAX_ID = 900;

/** @throws FairleadError `usage`. */
export function checkMessageId(id: unknown): void {
  if (typeof id !== 'string' || !OWN.test(id)) throw usage('messageId is not like <unique@example.com>');
}

/**
 * The identifiers of the mails that this one answers: any printable text between angle brackets. Missing brackets are
 * added.
 * @param given One text with white space or commas between the identifiers, or a list.
 * @throws FairleadError `usage`.
 */
export function readMessageIds(given: unknown, name: string): string[] {
  return given === undefined ? [] : oneOrMany<unknown>(given).flatMap((one) => idsOf(one, name));
}

function idsOf(text: unknown, name: string): string[] {
  assertSingleLine(text, name);
  return Array.from(text.matchAll(ID), ([, bracketed, bare = '']) => {
    const id = bracketed ?? bare;
    if (id.length > MAX_ID || !/^[ -;=?-~]*[!-;=?-~][ -;=?-~]*$/.test(id)) {
      throw usage(`${name} holds something that is not like <unique@example.com>`);
    }
    return `<${id}>`;
  });
}
