// The catalogue of Postgres 13 and later, as statements that a token may run that only reads.
import { type Ask, countOf, textOf } from './ask.ts';
import type {
  ColumnName,
  ConstraintDetail,
  IndexDetail,
  Relation,
  RelationDetail,
  RelationKind,
  ServerFacts,
} from './model.ts';

const OWN_SCHEMAS = `n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg\\_toast%'
  and n.nspname not like 'pg\\_temp%'`;

const FACTS = `select current_setting('server_version'), current_schema()`;

const RELATIONS = `select n.nspname, c.relname,
  case c.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'p' then 'partitioned table'
    when 'f' then 'foreign table' else 'table' end,
  case when c.relkind in ('r', 'm') and c.reltuples >= 0 then c.reltuples::float8 end,
  case when c.relkind in ('r', 'm') then pg_total_relation_size(c.oid)::float8 end
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'v', 'm', 'p', 'f') and ${OWN_SCHEMAS} order by 1, 2 limit $1::int`;

const COLUMNS = `select n.nspname, c.relname, a.attname, format_type(a.atttypid, a.atttypmod)
from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'v', 'm', 'p', 'f') and a.attnum > 0 and not a.attisdropped and ${OWN_SCHEMAS}
order by 1, 2, a.attnum limit $1::int`;

const DETAIL = `select json_build_object(
  'columns', (select json_agg(json_build_array(a.attname, format_type(a.atttypid, a.atttypmod), not a.attnotnull,
      case when a.attidentity <> '' then 'identity'
        when a.attgenerated <> '' then 'generated: ' || pg_get_expr(d.adbin, d.adrelid)
        else pg_get_expr(d.adbin, d.adrelid) end,
      (select string_agg(distinct case k.contype when 'p' then 'primary' when 'u' then 'unique' else 'foreign' end, ', ')
        from pg_constraint k where k.conrelid = a.attrelid and a.attnum = any (k.conkey) and k.contype in ('p', 'u', 'f')))
      order by a.attnum)
    from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped),
  'indexes', (select json_agg(json_build_array(i.relname, pg_get_indexdef(x.indexrelid),
      pg_relation_size(x.indexrelid), s.idx_scan) order by i.relname)
    from pg_index x join pg_class i on i.oid = x.indexrelid
    left join pg_stat_all_indexes s on s.indexrelid = x.indexrelid where x.indrelid = r.oid),
  'constraints', (select json_agg(json_build_array(k.conname, pg_get_constraintdef(k.oid)) order by k.conname)
    from pg_constraint k where k.conrelid = r.oid and k.contype in ('f', 'c')),
  'referencedBy', (select json_agg(json_build_array(k.conname, k.conrelid::regclass::text || ': ' ||
      pg_get_constraintdef(k.oid)) order by k.conname)
    from pg_constraint k where k.confrelid = r.oid and k.contype = 'f'))
from pg_class r join pg_namespace n on n.oid = r.relnamespace
where n.nspname = $1 and r.relname = $2 and r.relkind in ('r', 'v', 'm', 'p', 'f')`;

/** What the server says of itself. @throws As `ask`. */
export async function postgresFacts(ask: Ask): Promise<ServerFacts> {
  const [[version, schema] = []] = await ask(FACTS);
  return { version: textOf(version), schema: textOf(schema) };
}

/** The relations, at most so many. @throws As `ask`. */
export async function postgresRelations(ask: Ask, most: number): Promise<readonly Relation[]> {
  const rows = await ask(RELATIONS, [most]);
  return rows.map(([schema, name, kind, count, bytes]) => ({
    schema: textOf(schema),
    name: textOf(name),
    kind: textOf(kind) as RelationKind,
    rows: countOf(count),
    bytes: countOf(bytes),
  }));
}

/** The columns of all relations, at most so many. @throws As `ask`. */
export async function postgresColumns(ask: Ask, most: number): Promise<readonly ColumnName[]> {
  const rows = await ask(COLUMNS, [most]);
  return rows.map(([schema, table, name, type]) => ({
    schema: textOf(schema),
    table: textOf(table),
    name: textOf(name),
    type: textOf(type),
  }));
}

/** A relation in detail. @throws As `ask`; Error where it is gone. */
export async function postgresDetail(ask: Ask, { schema, name }: Relation): Promise<RelationDetail> {
  const [[detail] = []] = await ask(DETAIL, [schema, name]);
  if (typeof detail !== 'object' || detail === null)
    throw new Error(`${schema}.${name} is gone. Load the tables anew.`);
  const part = (member: string): readonly (readonly unknown[])[] =>
    (detail as Readonly<Record<string, readonly (readonly unknown[])[] | null>>)[member] ?? [];
  return {
    columns: part('columns').map(([column, type, isNullable, initial, keys]) => ({
      name: textOf(column),
      type: textOf(type),
      isNullable: isNullable === true,
      initial: textOf(initial),
      keys: textOf(keys),
    })),
    indexes: part('indexes').map(indexOf),
    constraints: part('constraints').map(constraintOf),
    referencedBy: part('referencedBy').map(constraintOf),
  };
}

function indexOf([name, definition, bytes, uses]: readonly unknown[]): IndexDetail {
  return { name: textOf(name), definition: textOf(definition), bytes: countOf(bytes), uses: countOf(uses) };
}

function constraintOf([name, definition]: readonly unknown[]): ConstraintDetail {
  return { name: textOf(name), definition: textOf(definition) };
}
