// The language of a server's statements, with completion of its schemas, tables and columns.
import { MariaSQL, MySQL, PostgreSQL, type SQLNamespace, sql } from '@codemirror/lang-sql';
import type { Extension } from '@codemirror/state';
import type { ColumnName, Relation } from '../catalogue/model.ts';
import type { Dialect } from '../server/dialect.ts';

const LANGUAGES = { postgres: PostgreSQL, mysql: MySQL, mariadb: MariaSQL } as const;

/** The language, and what it completes. Names behind an alias are those of the table that it stands for in the statement. */
export function sqlLanguage(
  dialect: Dialect,
  { relations, columns, defaultSchema }: CompletionSource,
): Extension {
  return sql({
    dialect: LANGUAGES[dialect],
    schema: namespaceOf(relations, columns),
    ...(defaultSchema === '' ? {} : { defaultSchema }),
  });
}

/** What there is to complete. */
export interface CompletionSource {
  readonly relations: readonly Relation[];
  readonly columns: readonly ColumnName[];
  /** '' where there is none. */
  readonly defaultSchema: string;
}

/** Schemas, in them tables, in them columns with their types. */
export function namespaceOf(relations: readonly Relation[], columns: readonly ColumnName[]): SQLNamespace {
  const schemas: Record<
    string,
    Record<string, { label: string; type: string; detail: string }[]>
  > = Object.create(null);
  const table = (schema: string, name: string) => {
    schemas[schema] ??= Object.create(null) as Record<string, []>;
    const tables = schemas[schema];
    tables[name] ??= [];
    return tables[name];
  };
  for (const { schema, name } of relations) table(schema, name);
  for (const { schema, table: name, name: column, type } of columns)
    table(schema, name).push({ label: column, type: 'property', detail: type });
  return schemas;
}
