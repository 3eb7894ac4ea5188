// What a column holds, as far as the grid treats it differently: numbers, JSON, bytes, truth, text.

/** A column, as the gateway's `columns` have it. */
export interface GridColumn {
  /** Two columns may have one name. */
  readonly name: string;
  /** The server's word for the type: `int8`, `varchar`, `bigint unsigned`, `text[]`. Empty where there is none. */
  readonly type: string;
}

/** How the cells of a column are drawn, compared and opened. */
export type ColumnKind = 'number' | 'boolean' | 'json' | 'bytes' | 'text';

const KINDS: ReadonlyMap<string, ColumnKind> = new Map([
  ['bool', 'boolean'],
  ['json', 'json'],
  ['jsonb', 'json'],
  ['bytea', 'bytes'],
  ['binary', 'bytes'],
  ['varbinary', 'bytes'],
  ['blob', 'bytes'],
  ['bit', 'bytes'],
  ['geometry', 'bytes'],
  ['vector', 'bytes'],
  ['object', 'json'],
  ['array', 'json'],
]);

const NUMBERS =
  /^(?:u?int[248]?|oid|float[48]?|double|real|numeric|decimal|money|tinyint|smallint|mediumint|bigint|year|number|long)(?: unsigned)?$/;

/**
 * The kind of a type: `int8` is `number`, `jsonb` is `json`, `text[]` is `json` (an array), `bytea` is `bytes`.
 * A type that is not known is `text`. A cell of kind `bytes` may still be text: MySQL's `bit` is bytes, Postgres's is not.
 */
export function kindOf({ type }: GridColumn): ColumnKind {
  const plain = type.toLowerCase();
  if (plain.endsWith('[]') || plain.startsWith('_')) return 'json';
  if (NUMBERS.test(plain)) return plain === 'money' ? 'text' : 'number';
  return KINDS.get(plain) ?? 'text';
}
