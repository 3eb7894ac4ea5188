// What the fields of a search say, checked before anything is sent. Pure.
import type { Search } from '../calls.ts';
import { type Read, readDocument } from '../ejson/reader.ts';

/** The fields, as they are typed. */
export interface SearchTexts {
  readonly filter: string;
  readonly projection: string;
  readonly sort: string;
  readonly limit: string;
  readonly skip: string;
}

/** The gateway's own limit is higher; a page of more is hard to look at. */
const MOST_DOCUMENTS = 1_000;
const MOST_SKIPPED = 2_147_483_647;

/** A field of whole numbers. @returns Undefined where it is none between both. */
function wholeNumber(text: string, least: number, most: number): number | undefined {
  const number = /^\d{1,10}$/.test(text.trim()) ? Number(text) : Number.NaN;
  return number >= least && number <= most ? number : undefined;
}

/** What is wrong with the numbers, by field. */
export function numberFaults({ limit, skip }: Pick<SearchTexts, 'limit' | 'skip'>): {
  readonly limit?: string;
  readonly skip?: string;
} {
  return {
    ...(wholeNumber(limit, 1, MOST_DOCUMENTS) === undefined && { limit: `From 1 to ${MOST_DOCUMENTS}` }),
    ...(wholeNumber(skip, 0, MOST_SKIPPED) === undefined && { skip: 'A whole number' }),
  };
}

/** The search; undefined where a field is wrong, which the fields themselves say. */
export function searchOf(texts: SearchTexts): Search | undefined {
  const [filter, projection, sort] = [texts.filter, texts.projection, texts.sort].map(readDocument);
  const limit = wholeNumber(texts.limit, 1, MOST_DOCUMENTS);
  const skip = wholeNumber(texts.skip, 0, MOST_SKIPPED);
  if (!isRead(filter) || !isRead(projection) || !isRead(sort)) return undefined;
  if (limit === undefined || skip === undefined) return undefined;
  return { filter: filter.value, projection: projection.value, sort: sort.value, limit, skip };
}

function isRead<T>(read: Read<T> | undefined): read is { readonly value: T } {
  return read !== undefined && 'value' in read;
}
