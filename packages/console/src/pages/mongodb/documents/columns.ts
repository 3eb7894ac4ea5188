// Documents as the rows and columns of a table. Pure.
import type { GridColumn } from '../../../ui/grid/column.ts';
import type { EjsonDocument } from '../ejson/reader.ts';
import { shownOf } from '../ejson/types.ts';
import { shortened } from '../ejson/write.ts';

const MAX_COLUMNS = 60;
/** Of a column whose values have several types. */
const MIXED = 'mixed';
/** MongoDB's own aliases of numbers, by which the grid knows a column of them. */
const NUMBERS: Readonly<Record<string, string>> = {
  int32: 'int',
  int64: 'long',
  double: 'double',
  Decimal128: 'decimal',
};

/** The names of the members, `_id` first, then in the order in which they are met. At most 60. */
export function columnsOf(documents: readonly EjsonDocument[]): readonly string[] {
  const names = new Set<string>();
  if (documents.some((each) => Object.hasOwn(each, '_id'))) names.add('_id');
  for (const each of documents) for (const name of Object.keys(each)) names.add(name);
  return [...names].slice(0, MAX_COLUMNS);
}

/** The columns with their types, and the documents' values in their order: numbers and texts as such, others as extended JSON. */
export function rowsOf(documents: readonly EjsonDocument[]): {
  readonly columns: readonly GridColumn[];
  readonly rows: readonly (readonly unknown[])[];
} {
  const names = columnsOf(documents);
  return {
    columns: names.map((name) => ({ name, type: typeOf(documents.map((each) => memberOf(each, name))) })),
    rows: documents.map((each) => names.map((name) => cellOf(memberOf(each, name)))),
  };
}

/** The value of a member; undefined where the document has none of that name. */
export function memberOf(document: EjsonDocument, name: string): unknown {
  return Object.hasOwn(document, name) ? document[name] : undefined;
}

function typeOf(values: readonly unknown[]): string {
  const types = new Set<string>();
  for (const value of values) {
    if (value === undefined || value === null) continue;
    const shown = shownOf(value);
    types.add('scalar' in shown ? shown.scalar.type.replace(/^Binary .*/, 'Binary') : shown.type);
  }
  const [first = 'null', ...more] = types;
  return more.length > 0 ? MIXED : (NUMBERS[first] ?? first);
}

/** A large number stays a text: its digits are kept. */
function cellOf(value: unknown): unknown {
  if (value === undefined || value === null) return null;
  const shown = shownOf(value);
  if (!('scalar' in shown)) return shortened(value);
  const { type, text } = shown.scalar;
  if (type === 'boolean') return value;
  return (type === 'int32' || type === 'double') && Number.isFinite(Number(text)) ? Number(text) : text;
}
