// Search criteria as search keys (RFC 9051 section 6.4.4). It refuses what it does not know.

import { usage } from '@fairlead/errors';
import type { Argument, EncodeAbilities } from '../arguments.ts';
import {
  astring,
  dateArgument,
  flagArgument,
  listPattern,
  type Numbers,
  sequenceSet,
  uidSet,
} from '../values.ts';
import type { SearchCriteria } from './search-criteria.ts';

/** Criteria in criteria. */
const MAX_DEPTH = 32;

type Kind = 'flag' | 'keyword' | 'words' | 'date' | 'number' | 'set' | 'uids' | 'id' | 'labels' | 'criteria';

/** Criteria by the kind of their value. */
const KINDS: Record<Kind, string> = {
  flag: ' answered deleted draft flagged seen all recent new old ',
  keyword: ' keyword unkeyword ',
  words: ' from to cc bcc subject body text gmailRaw ',
  date: ' before on since sentBefore sentOn sentSince savedBefore savedOn savedSince ',
  number: ' younger older larger smaller modSeq gmailMessageId gmailThreadId ',
  set: ' sequence ',
  uids: ' uid ',
  id: ' emailId threadId ',
  labels: ' gmailLabels ',
  criteria: ' fuzzy not ',
};
/** Keys that are not the criterion's name in upper case. */
const RENAMED: Record<string, string> = {
  SEQUENCE: '',
  GMAILRAW: 'X-GM-RAW',
  GMAILMESSAGEID: 'X-GM-MSGID',
  GMAILTHREADID: 'X-GM-THRID',
  GMAILLABELS: 'X-GM-LABELS',
};
/** Flags whose key takes no `UN`. */
const NEGATED = /^(ALL|RECENT|NEW|OLD)$/;

/**
 * The search keys, with `CHARSET UTF-8` before them where a text needs it.
 * @throws FairleadError `usage` for criteria that are unknown or malformed.
 */
export function searchKeys(criteria: SearchCriteria, abilities: EncodeAbilities = {}): Argument[] {
  const keys = keysOf(criteria, abilities, 0).flat();
  return !abilities.utf8 && hasUnicode(keys) ? ['CHARSET', 'UTF-8', ...keys] : keys;
}

function hasUnicode(argument: Argument): boolean {
  if (typeof argument === 'string') return false;
  if ('text' in argument) return /[^\0-\x7f]/.test(argument.text);
  return Array.isArray(argument) && argument.some(hasUnicode);
}

/** Each key with its arguments; `ALL` where there is none. */
function keysOf(criteria: SearchCriteria, abilities: EncodeAbilities, depth: number): Argument[][] {
  if (depth > MAX_DEPTH) throw usage(`Search criteria are nested deeper than ${MAX_DEPTH}`);
  const keys: Argument[][] = [];
  const nested = (one: SearchCriteria) => asOne(keysOf(one, abilities, depth + 1));
  for (const [name, value] of Object.entries(criteria)) {
    if (value === undefined) continue;
    if (name === 'and') for (const one of many<SearchCriteria>(value)) keys.push(nested(one));
    else if (name === 'or') keys.push(anyOf(many<SearchCriteria>(value).map(nested)));
    else if (name === 'header') keys.push(...headerKeys(value));
    else {
      const kind = (Object.keys(KINDS) as Kind[]).find((one) => KINDS[one].includes(` ${name} `));
      if (kind === undefined) throw usage(`Unknown search criterion "${name.slice(0, 40)}"`);
      const key = RENAMED[name.toUpperCase()] ?? name.toUpperCase();
      if (kind === 'flag') keys.push(flagKey(key, value));
      else
        for (const one of kind === 'set' || kind === 'uids' ? [value] : many(value)) {
          const argument =
            kind === 'criteria' ? nested(one as SearchCriteria) : [WRITE[kind](one, abilities)];
          keys.push(key === '' ? argument : [key, ...argument]);
        }
    }
  }
  return keys.length > 0 ? keys : [['ALL']];
}

/** How a criterion's value is written. */
const WRITE: Record<
  Exclude<Kind, 'flag' | 'criteria'>,
  (value: unknown, abilities: EncodeAbilities) => Argument
> = {
  keyword: (value) => flagArgument(text(value)),
  words: (value) => ({ text: text(value) }),
  id: (value) => astring(text(value)),
  labels: (value, abilities) => {
    const label = text(value);
    return /^\\[A-Za-z]+$/.test(label) ? label : listPattern(label, abilities);
  },
  date: (value) => dateArgument(value instanceof Date ? value : text(value)),
  set: (value) => sequenceSet(value as Numbers),
  uids: (value) => uidSet(value as Numbers),
  number: (value) => {
    if (!/^\d{1,20}$/.test(String(value))) throw usage('A search takes whole numbers from 0');
    return String(value);
  },
};

function flagKey(key: string, value: unknown): Argument[] {
  if (typeof value !== 'boolean') throw usage('A flag in a search is true or false');
  if (value) return [key];
  return NEGATED.test(key) ? ['NOT', key] : [`UN${key}`];
}

function headerKeys(fields: object): Argument[][] {
  const keys: Argument[][] = [];
  for (const [name, values] of Object.entries(fields)) {
    if (!/^[!-9;-~]+$/.test(name)) throw usage('A header field has a name of printable ASCII');
    for (const value of many(values)) {
      keys.push(['HEADER', astring(name), { text: value === true ? '' : text(value) }]);
    }
  }
  return keys;
}

/** In halves, so that servers need not go deep. */
function anyOf(keys: readonly Argument[][]): Argument[] {
  const [first] = keys;
  if (first === undefined) throw usage('A search by `or` needs criteria');
  if (keys.length === 1) return first;
  const half = keys.length >> 1;
  return ['OR', ...anyOf(keys.slice(0, half)), ...anyOf(keys.slice(half))];
}

function asOne(keys: readonly Argument[][]): Argument[] {
  return keys.length === 1 ? (keys[0] ?? []) : [keys.flat()];
}

function many<Value>(value: unknown): readonly Value[] {
  return Array.isArray(value) ? value : [value as Value];
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw usage('A search takes text here');
  return value;
}
