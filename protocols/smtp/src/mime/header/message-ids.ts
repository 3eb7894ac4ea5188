// Message identifiers (RFC 5322 section 3.6.4). The mail's own follows the grammar; those of other mails are taken in any
// form, since many programs do not follow it.
import { usage } from '@fairlead/errors';
import { assertSingleLine } from '../../options/single-line.ts';

/** The mail's own identifier. */
const OWN = /^<[!-;=?-~]{1,200}@[!-;=?-~]{1,200}>$/;
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
  if (given === undefined) return [];
  if (!Array.isArray(given)) return idsOf(given, name);
  return given.flatMap((one) => idsOf(one, name));
}

function idsOf(text: unknown, name: string): string[] {
  assertSingleLine(text, name);
  const ids: string[] = [];
  for (let at = 0; at < text.length; ) {
    const character = text.charAt(at);
    if (character === ' ' || character === '\t' || character === ',') {
      at++;
      continue;
    }
    const end = character === '<' ? text.indexOf('>', at) + 1 : bareEnd(text, at);
    const id = text.slice(at, end);
    const inner = character === '<' ? id.slice(1, -1) : id;
    if (end === 0 || inner.length > MAX_ID || !/^[ -;=?-~]*[!-;=?-~][ -;=?-~]*$/.test(inner)) {
      throw usage(`${name} holds something that is not like <unique@example.com>`);
    }
    ids.push(`<${inner}>`);
    at = end;
  }
  return ids;
}

function bareEnd(text: string, start: number): number {
  let end = start;
  while (end < text.length && !' \t,'.includes(text.charAt(end))) end++;
  return end;
}
