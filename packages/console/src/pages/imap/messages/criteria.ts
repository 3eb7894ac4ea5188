// What is searched for, from the fields of the form.
import type { Input } from '@fairlead/sdk';

/** What `POST /imap/search` takes. */
export type Criteria = NonNullable<Input<'imapSearch'>['body']['criteria']>;

/** Where words are looked for. */
export type Place = 'text' | 'subject' | 'from' | 'to' | 'body';

/** The places, and what they are called. */
export const PLACES: readonly (readonly [Place, string])[] = [
  ['text', 'Anywhere'],
  ['subject', 'Subject'],
  ['from', 'From'],
  ['to', 'To'],
  ['body', 'Text'],
];

/** The fields. */
export interface SearchText {
  readonly words: string;
  readonly place: Place;
  /** `2026-01-31`, or empty. */
  readonly since: string;
  readonly before: string;
  readonly isUnseen: boolean;
  readonly isFlagged: boolean;
}

const DAY = /^\d{4}-\d\d-\d\d$/;

/** The criteria; without a member where nothing is searched for. */
export function criteriaOf({ words, place, since, before, isUnseen, isFlagged }: SearchText): Criteria {
  const asked = words.trim();
  return {
    ...(asked === '' ? {} : { [place]: asked }),
    ...(DAY.test(since) ? { since } : {}),
    ...(DAY.test(before) ? { before } : {}),
    ...(isUnseen ? { seen: false } : {}),
    ...(isFlagged ? { flagged: true } : {}),
  };
}
