// The header fields of mailing lists (RFC 2369, RFC 2919, RFC 8058). Links are URLs or addresses.

import { usage } from '@fairlead/errors';
import { readMailbox } from '../../addresses/mailbox.ts';
import { checkKnownKeys } from '../../options/known-keys.ts';
import { oneOrMany } from '../../options/one-or-many.ts';
import { assertSingleLine } from '../../options/single-line.ts';
import type { MailingList } from '../mail.ts';
import { field } from './folding.ts';
import { phraseWords, separatedBy } from './header-words.ts';

/** In the order in which they are written. */
const LINKS = ['help', 'unsubscribe', 'subscribe', 'post', 'owner', 'archive'] as const;
const KEYS: readonly string[] = ['id', 'oneClick', ...LINKS];
/** RFC 2919 section 2: dot-atom-text with a dot, and RFC 5321's longest domain. */
const LIST_ID = /^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)+$/;
/** A URL (RFC 3986 section 2) without the characters that would end it in a header field. */
const URL_TEXT = /^(?:https?|mailto|ftp|news|nntp):[\w\-.~:/?#[\]@!$&'()*+;=%]{1,900}$/i;

/** The fields, each with its CR LF. @throws FairleadError `usage`. */
export function listFields(list: MailingList): string {
  checkKnownKeys(list, KEYS, 'list');
  let fields = list.id === undefined ? '' : field('List-ID', idWords(list.id));
  for (const name of LINKS) {
    const given = list[name];
    if (given === undefined) continue;
    const links = oneOrMany<unknown>(given).map((one) => [link(one, name)]);
    if (links.length === 0) throw usage(`list.${name} is empty`);
    const title = `List-${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    fields += field(title, separatedBy(',', links));
  }
  return fields + oneClick(list);
}

/** RFC 8058 section 3.1: there has to be an HTTPS URL. */
function oneClick({ oneClick: wanted = false, unsubscribe = [] }: MailingList): string {
  if (typeof wanted !== 'boolean') throw usage('list.oneClick is true or false');
  if (!wanted) return '';
  if (!oneOrMany(unsubscribe).some((one) => /^https:/i.test(one))) {
    throw usage('list.oneClick needs an https: URL in list.unsubscribe (RFC 8058)');
  }
  return field('List-Unsubscribe-Post', ['List-Unsubscribe=One-Click']);
}

function idWords(given: NonNullable<MailingList['id']>): string[] {
  if (typeof given === 'object') checkKnownKeys(given, ['name', 'id'], 'list.id');
  const { name = '', id } = typeof given === 'string' ? { id: given } : given;
  assertSingleLine(name, 'the name in list.id');
  if (typeof id !== 'string' || id.length > 255 || !LIST_ID.test(id)) {
    throw usage('list.id is not like news.example.com');
  }
  return [...phraseWords(name), `<${id}>`];
}

/** `NO` stands for a list without posting (RFC 2369 section 3.4). */
function link(text: unknown, name: string): string {
  assertSingleLine(text, `list.${name}`);
  if (name === 'post' && text === 'NO') return text;
  if (URL_TEXT.test(text)) return `<${text}>`;
  if (text.includes(':')) throw usage(`list.${name} is neither a URL nor an address`);
  return `<mailto:${encodeURI(readMailbox(text, `list.${name}`).wire).replace(/[?#&]/g, encodeURIComponent)}>`;
}
