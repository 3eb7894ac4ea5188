// UIDs as callers give them, as the sets that commands take. No set is expanded.
import { usage } from '@fairlead/errors';
import { NumberSet } from '../names/number-set.ts';
import type { Uids } from '../types/messages.ts';
import { uidSet } from '../wire/values.ts';

/** Commands are lines, and servers cap them (RFC 7162 section 4: 8,192 octets). */
const MAX_CHARACTERS = 7000;

/** The sets for one command each; none where there is no UID. @throws FairleadError `usage`. */
export function uidSets(uids: Uids): readonly string[] {
  const isEmpty = Array.isArray(uids) ? uids.length === 0 : uids instanceof NumberSet && uids.size === 0;
  const text = isEmpty ? '' : uidSet(uids);
  if (text === '$') throw usage('UIDs are a set as 1:4,7; the result of a search is given as it came');
  const sets: string[] = [];
  for (let from = 0; from < text.length; ) {
    let end = text.length;
    if (end - from > MAX_CHARACTERS) end = text.lastIndexOf(',', from + MAX_CHARACTERS);
    sets.push(text.slice(from, end));
    from = end + 1;
  }
  return sets;
}

/** Whether a UID is in one of these sets. */
export function uidFilter(set: string): (uid: number) => boolean {
  // `*` alone is whichever is the last.
  const asked = NumberSet.parse(set);
  return asked === undefined ? () => true : (uid) => asked.has(uid);
}
