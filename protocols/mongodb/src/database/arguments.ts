// Arguments of calls, checked: documents, counts, names of databases and collections, sort orders. Pure.
import { usage } from '@fairlead/errors';
import type { Document } from 'bson';
import type { Sort, SortDirection } from '../types/documents.ts';

/** @throws FairleadError `usage`: `value` is given, and no count. */
export function checkCount(name: string, value: number | undefined): void {
  if (value !== undefined && !(Number.isSafeInteger(value) && value >= 0)) {
    throw usage(`${name} must be a whole number, 0 or more`);
  }
}

/** @throws FairleadError `usage`: `value` is no document. */
export function documentOf(value: unknown, name: string): Document {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || '_bsontype' in value) {
    throw usage(`${name} must be a document`);
  }
  return value;
}

/** @throws FairleadError `usage` for a name that would mean another database, or none. */
export function checkDatabaseName(name: string): string {
  if (typeof name !== 'string' || name === '' || /[\0/\\ ."$]/.test(name.replace(/^\$external$/, 'x'))) {
    throw usage('the name of a database is text without / \\ . " $, spaces and NUL');
  }
  return name;
}

/** @throws FairleadError `usage` for a name that means no collection. */
export function checkCollectionName(name: string): string {
  if (typeof name !== 'string' || name === '' || name.includes('\0')) {
    throw usage('the name of a collection is text without NUL');
  }
  return name;
}

/** An order as the server takes it. @throws FairleadError `usage` for a direction that is none. */
export function sortOf(sort: Sort): ReadonlyMap<string, unknown> {
  if (typeof sort === 'string') return new Map([[sort, 1]]);
  if (typeof sort !== 'object' || sort === null) throw usage('sort names fields, with their directions');
  const order = new Map<string, unknown>();
  const fields = isIterable(sort) ? sort : Object.entries(sort);
  for (const pair of fields) {
    if (!Array.isArray(pair)) throw usage('a list of sort holds pairs of a field and its direction');
    order.set(pair[0], directionOf(pair[1]));
  }
  return order;
}

function isIterable(sort: Exclude<Sort, string>): sort is Extract<typeof sort, Iterable<unknown>> {
  return Symbol.iterator in sort;
}

function directionOf(direction: SortDirection): unknown {
  if (direction === 'asc') return 1;
  if (direction === 'desc') return -1;
  if ((typeof direction === 'object' && direction !== null) || Math.abs(Number(direction)) === 1)
    return direction;
  throw usage("a direction is 1, -1, 'asc', 'desc' or { $meta: ... }");
}
