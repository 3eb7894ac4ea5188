// Loads the types that a database defines, in one query, and adds them to a connection's registry. It sends nothing by
// itself.
import type { TypeInfo } from './oids.ts';
import type { TypeRegistry } from './registry.ts';
import { malformed } from './text/malformed.ts';

/** Runs a query of one text column; `params` are arrays of text. */
export type TypesQuery = (
  text: string,
  params: readonly (readonly string[])[],
) => Promise<readonly (readonly unknown[])[]>;

const KINDS = {
  a: 'array',
  b: 'base',
  c: 'composite',
  d: 'domain',
  e: 'enum',
  m: 'multirange',
  r: 'range',
} as const;

/** What one row holds, as JSON. */
type Row = [
  oid: number,
  name: string,
  kind: keyof typeof KINDS,
  element: number,
  delimiter: string,
  attributes: readonly [name: string, oid: number][] | null,
];

/** Row types of tables are left out, as there is one for each table: they are loaded by name. */
const VISIBLE = `typnamespace <> 'pg_catalog'::regnamespace AND pg_type_is_visible(oid) AND typelem = 0
  AND (typtype <> 'c' OR EXISTS (SELECT FROM pg_class k WHERE k.oid = typrelid AND relkind = 'c'))`;

const NAMED = 'oid = ANY($1::text[]::regtype[])';

/**
 * The wanted types, and all that they are made of or that is made of them, as far as the server does not have it built in
 * (OIDs from 10000 on, which differ from server to server: transam.h, FirstGenbkiObjectId). Servers before version 14 have no multiranges.
 */
const typesQuery = (wanted: string): string => `WITH RECURSIVE g AS (
  SELECT rngtypid, rngsubtype, coalesce(to_jsonb(r)->>'rngmultitypid', '0')::oid AS multi FROM pg_range r
), t AS (
  SELECT oid FROM pg_type WHERE ${wanted}
  UNION
  SELECT x FROM t JOIN pg_type p ON p.oid = t.oid LEFT JOIN g ON p.oid IN (rngtypid, multi),
    LATERAL (SELECT unnest(ARRAY[typarray, typelem, typbasetype, rngtypid, rngsubtype, multi])
      UNION ALL SELECT atttypid FROM pg_attribute WHERE attrelid = typrelid AND attnum > 0 AND NOT attisdropped) y (x)
  WHERE x >= 10000
)
SELECT json_build_array(p.oid::int8, coalesce(e.typname || '[]', p.typname), CASE WHEN e.oid > 0 THEN 'a' ELSE p.typtype END,
  coalesce(e.oid, nullif(p.typbasetype, 0), CASE p.oid WHEN rngtypid THEN rngsubtype WHEN multi THEN rngtypid END, 0)::int8,
  p.typdelim, (SELECT json_agg(json_build_array(attname, atttypid::int8) ORDER BY attnum) FROM pg_attribute
    WHERE attrelid = p.typrelid AND attnum > 0 AND NOT attisdropped))::text
FROM t JOIN pg_type p ON p.oid = t.oid LEFT JOIN pg_type e ON e.oid = p.typelem AND e.typarray = p.oid
  LEFT JOIN g ON p.oid IN (rngtypid, multi)`;

function typeOf([text]: readonly unknown[]): TypeInfo {
  try {
    const [oid, name, kind, element, delimiter, attributes] = JSON.parse(String(text)) as Row;
    const columns = (attributes ?? []).map(([column, type]) => ({ name: column, oid: type }));
    return { oid, name, kind: KINDS[kind] ?? 'base', element, delimiter, attributes: columns };
  } catch {
    throw malformed('description of a type');
  }
}

/**
 * Makes types known that the database defines: enums, domains, composites, ranges, multiranges, extensions' types,
 * their arrays, and what they are made of.
 * @param names As SQL has them (`mood`, `shop.price`, `"Mood"`). Default: all that are visible in the search path but
 *   the row types of tables.
 * @throws FairleadError `server` with code 42704 when there is no type of that name; as `query` does.
 */
export async function lookUpTypes(
  query: TypesQuery,
  registry: TypeRegistry,
  names?: readonly string[],
): Promise<void> {
  const rows = await (names === undefined
    ? query(typesQuery(VISIBLE), [])
    : query(typesQuery(NAMED), [names]));
  registry.add(rows.map(typeOf));
}
