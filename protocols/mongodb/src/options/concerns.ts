// Checks read preferences, read and write concerns: of a connection string, of the client's options, and of calls.
import { checkOptions, defined } from '@fairlead/client';
import { usage } from '@fairlead/errors';
import type {
  ReadConcern,
  ReadPreference,
  ReadPreferenceMode,
  TagSet,
  WriteConcern,
} from '../types/option-values.ts';

const MODES: readonly string[] = [
  'primary',
  'primaryPreferred',
  'secondary',
  'secondaryPreferred',
  'nearest',
];

/** The read preference that a client has by default. */
export const PRIMARY: ReadPreference = { mode: 'primary' };

const isTagSet = (value: unknown): value is TagSet =>
  isObject(value) && Object.values(value).every((tag) => typeof tag === 'string');

/**
 * Checks a read preference, or the name of its mode.
 * @throws FairleadError `usage`.
 */
export function checkReadPreference(value: ReadPreference | ReadPreferenceMode): ReadPreference {
  const preference: ReadPreference = typeof value === 'string' ? { mode: value } : value;
  if (!isObject(preference) || !MODES.includes(preference.mode)) {
    throw usage(`readPreference must be one of ${MODES.join(', ')}, or an object with it as mode`);
  }
  const { mode, tags, maxStalenessSeconds } = preference;
  if (tags !== undefined && !(Array.isArray(tags) && tags.every(isTagSet))) {
    throw usage('The tags of readPreference must be a list of objects of text');
  }
  const hasStaleness = maxStalenessSeconds !== undefined && maxStalenessSeconds !== -1;
  if (hasStaleness && !(Number.isFinite(maxStalenessSeconds) && maxStalenessSeconds >= 90)) {
    throw usage('maxStalenessSeconds must be a number of at least 90');
  }
  if (mode === 'primary' && (hasStaleness || tags?.some((set) => Object.keys(set).length > 0))) {
    throw usage('readPreference with tags or maxStalenessSeconds needs another mode than primary');
  }
  return { mode, ...(tags?.length && { tags }), ...(hasStaleness && { maxStalenessSeconds }) };
}

/**
 * Checks a read concern.
 * @throws FairleadError `usage`.
 */
export function checkReadConcern(value: ReadConcern): ReadConcern | undefined {
  if (!isObject(value)) throw usage('readConcern must be an object');
  checkOptions(value, [['level', 'text']]);
  return value.level === undefined ? undefined : { level: value.level };
}

/**
 * Checks a write concern.
 * @returns Undefined where it says nothing: the server's own default holds.
 * @throws FairleadError `usage`.
 */
export function checkWriteConcern(value: WriteConcern): WriteConcern | undefined {
  if (!isObject(value)) throw usage('writeConcern must be an object');
  const isCount = (count: unknown): boolean => Number.isSafeInteger(count) && Number(count) >= 0;
  checkOptions(value, [
    ['w', 'a whole number or text', (w) => isCount(w) || (typeof w === 'string' && w !== '')],
    ['j', 'true or false'],
    ['wtimeoutMS', 'a whole number', isCount],
  ]);
  const { w, j, wtimeoutMS } = value;
  if (w === 0 && j) throw usage('writeConcern cannot be w: 0 with the journal: w: 0 is not acknowledged');
  const checked = defined({ w, j, wtimeoutMS });
  return Object.keys(checked).length > 0 ? checked : undefined;
}

/** Whether a value is an object of names and values. */
export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
