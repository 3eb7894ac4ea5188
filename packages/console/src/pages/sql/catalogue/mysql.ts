// The catalogue of MySQL and MariaDB: information_schema, as statements that a token may run that only reads.
import { type Ask, countOf, textOf } from './ask.ts';
import type {
  ColumnName,
  ConstraintDetail,
  IndexDetail,
  Relation,
  RelationDetail,
  ServerFacts,
} from './model.ts';

const OWN_SCHEMAS = `table_schema not in ('information_schema', 'mysql', 'performance_schema', 'sys')`;

const FACTS = 'select version(), database()';

const RELATIONS = `select table_schema, table_name, table_type, table_rows, data_length + index_length
from information_schema.tables where ${OWN_SCHEMAS} order by table_schema, table_name limit `;

const COLUMNS = `select table_schema, table_name, column_name, column_type
from information_schema.columns where ${OWN_SCHEMAS} order by table_schema, table_name, ordinal_position limit `;

const DETAIL = `select column_name, column_type, is_nullable, column_default, column_key, extra
from information_schema.columns where table_schema = ? and table_name = ? order by ordinal_position`;

const INDEXES = `select index_name, non_unique, index_type, column_name, sub_part
from information_schema.statistics where table_schema = ? and table_name = ? order by index_name, seq_in_index`;

const KEYS = `select constraint_name, table_schema, table_name, column_name, referenced_table_schema,
  referenced_table_name, referenced_column_name
from information_schema.key_column_usage
where referenced_table_name is not null
  and ((table_schema = ? and table_name = ?) or (referenced_table_schema = ? and referenced_table_name = ?))
order by constraint_name, ordinal_position`;

const KEY_WORDS: Readonly<Record<string, string>> = { PRI: 'primary', UNI: 'unique', MUL: 'index' };

/** What the server says of itself. @throws As `ask`. */
export async function mysqlFacts(ask: Ask): Promise<ServerFacts> {
  const [[version, schema] = []] = await ask(FACTS);
  return { version: textOf(version), schema: textOf(schema) };
}

/** The relations, at most so many. @throws As `ask`. */
export async function mysqlRelations(ask: Ask, most: number): Promise<readonly Relation[]> {
  const rows = await ask(RELATIONS + most);
  return rows.map(([schema, name, type, count, bytes]) => ({
    schema: textOf(schema),
    name: textOf(name),
    kind: /VIEW/i.test(textOf(type)) ? 'view' : 'table',
    rows: countOf(count),
    bytes: countOf(bytes),
  }));
}

/** The columns of all relations, at most so many. @throws As `ask`. */
export async function mysqlColumns(ask: Ask, most: number): Promise<readonly ColumnName[]> {
  const rows = await ask(COLUMNS + most);
  return rows.map(([schema, table, name, type]) => ({
    schema: textOf(schema),
    table: textOf(table),
    name: textOf(name),
    type: textOf(type),
  }));
}

/** A relation in detail. @throws As `ask`; Error where it is gone. */
export async function mysqlDetail(ask: Ask, { schema, name }: Relation): Promise<RelationDetail> {
  const columns = await ask(DETAIL, [schema, name]);
  if (columns.length === 0) throw new Error(`${schema}.${name} is gone. Load the tables anew.`);
  const indexes = await ask(INDEXES, [schema, name]);
  const keys = await ask(KEYS, [schema, name, schema, name]);
  const isOwn = (row: readonly unknown[]) => row[1] === schema && row[2] === name;
  const leadsHere = (row: readonly unknown[]) => row[4] === schema && row[5] === name;
  return {
    columns: columns.map(([column, type, nullable, initial, key, extra]) => ({
      name: textOf(column),
      type: textOf(type),
      isNullable: textOf(nullable) === 'YES',
      initial: [textOf(initial), textOf(extra)].filter((part) => part !== '').join(' '),
      keys: KEY_WORDS[textOf(key)] ?? '',
    })),
    indexes: indexesOf(indexes),
    constraints: keysOf(keys.filter(isOwn), false),
    referencedBy: keysOf(keys.filter(leadsHere), true),
  };
}

/** A row for each column of an index becomes one for the index. */
function indexesOf(rows: readonly (readonly unknown[])[]): readonly IndexDetail[] {
  const groups = Map.groupBy(rows, ([name]) => textOf(name));
  return [...groups].map(([name, parts]) => {
    const columns = parts.map(([, , , column, length]) => {
      // An index on an expression has no column.
      const text = column === null ? '(expression)' : textOf(column);
      return length === null ? text : `${text}(${textOf(length)})`;
    });
    const unique = countOf(parts[0]?.[1]) === 0 ? 'UNIQUE ' : '';
    const definition = `${unique}${textOf(parts[0]?.[2])} (${columns.join(', ')})`;
    return { name, definition, bytes: undefined, uses: undefined };
  });
}

function keysOf(rows: readonly (readonly unknown[])[], fromOutside: boolean): readonly ConstraintDetail[] {
  const groups = Map.groupBy(rows, (row) => `${textOf(row[1])}.${textOf(row[2])} ${textOf(row[0])}`);
  return [...groups.values()].map((parts) => {
    const [name, schema, table, , toSchema, toTable] = (parts[0] ?? []).map(textOf);
    const own = parts.map((row) => textOf(row[3])).join(', ');
    const other = parts.map((row) => textOf(row[6])).join(', ');
    const key = `FOREIGN KEY (${own}) REFERENCES ${toSchema}.${toTable} (${other})`;
    return { name: name ?? '', definition: fromOutside ? `${schema}.${table}: ${key}` : key };
  });
}
