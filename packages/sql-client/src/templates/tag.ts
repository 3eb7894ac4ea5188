// The tag sql`...` and its fragments, for one database. It knows no statement.
import { refused, SqlTemplate, type TemplateDialect, type TemplateValue } from './template.ts';

/** Rows for INSERT: arrays of values, or objects by column. */
type Rows<Parameter> =
  | readonly (readonly TemplateValue<Parameter>[])[]
  | readonly Readonly<Record<string, TemplateValue<Parameter>>>[];

/** The tag, and what makes fragments. The examples are Postgres'; elsewhere `?` stands for a parameter. */
export interface TemplateTag<Parameter> {
  /** @throws FairleadError `usage` when a value is `undefined`, or when it is not used as a tag. */
  (strings: TemplateStringsArray, ...values: readonly TemplateValue<Parameter>[]): SqlTemplate<Parameter>;
  /** Nothing at all. */
  readonly empty: SqlTemplate<Parameter>;
  /**
   * A quoted name: `"schema"."table"`.
   * @throws FairleadError `usage` when a name is empty or holds NUL.
   */
  identifier(...names: readonly string[]): SqlTemplate<Parameter>;
  /** One behind the other. @param separator Default: a comma. */
  join(
    fragments: readonly TemplateValue<Parameter>[],
    separator?: SqlTemplate<Parameter>,
  ): SqlTemplate<Parameter>;
  /**
   * `($1, $2, ...)`, for IN.
   * @throws FairleadError `usage` when there is no value: SQL has no empty list.
   */
  list(values: readonly TemplateValue<Parameter>[]): SqlTemplate<Parameter>;
  /**
   * For INSERT: `VALUES ($1, $2), ($3, $4)` of arrays, `("a", "b") VALUES ...` of objects.
   * @throws FairleadError `usage` when there is no row, no column, or when rows differ in their columns.
   */
  values(rows: Rows<Parameter>): SqlTemplate<Parameter>;
  /**
   * For UPDATE: `"a" = $1, "b" = $2`.
   * @throws FairleadError `usage` when there is no column.
   */
  set(columns: Readonly<Record<string, TemplateValue<Parameter>>>): SqlTemplate<Parameter>;
  /** DANGEROUS: the text as it is. Text from a user here is SQL injection. */
  raw(text: string): SqlTemplate<Parameter>;
}

/** The tag for a database. */
export function templateTag<Parameter>(dialect: TemplateDialect): TemplateTag<Parameter> {
  type Value = TemplateValue<Parameter>;
  type Fragment = SqlTemplate<Parameter>;

  const compose = (strings: readonly string[], values: readonly Value[]): Fragment =>
    SqlTemplate.compose(dialect, strings, values);
  const raw = (text: string): Fragment => compose([text], []);
  const quote = (name: string): string => {
    if (typeof name !== 'string') throw refused('An identifier is a text');
    if (!name || name.includes('\0')) throw refused('An identifier is empty, or holds NUL');
    return dialect.quote(name);
  };
  const identifier = (...names: readonly string[]): Fragment => {
    if (names.length === 0) throw refused('An identifier is empty, or holds NUL');
    return raw(names.map(quote).join('.'));
  };
  const join = (fragments: readonly Value[], separator: Fragment = raw(', ')): Fragment => {
    if (!(separator instanceof SqlTemplate)) throw refused('A separator is a template: sql` or `');
    return compose(
      [],
      // A hole is undefined, which is refused: `flatMap` alone would leave it out.
      [...fragments].flatMap((fragment, i) => (i === 0 ? [fragment] : [separator, fragment])),
    );
  };
  const list = (values: readonly Value[]): Fragment => {
    if (values.length === 0) throw refused('A list has no values');
    return compose(['(', ')'], [join(values)]);
  };
  const values = (rows: Rows<Parameter>): Fragment => {
    const [first = []] = rows;
    const columns = Object.keys(first);
    const tuples = rows.map((row) => {
      if (Object.keys(row).length !== columns.length) throw refused('Rows differ in their columns');
      return list(columns.map((column) => (row as Readonly<Record<string, Value>>)[column] as Value));
    });
    const head = Array.isArray(first) ? '' : `(${columns.map(quote).join(', ')}) `;
    if (tuples.length === 0) throw refused('There are no rows');
    return compose([`${head}VALUES `], [join(tuples)]);
  };
  const set = (columns: Readonly<Record<string, Value>>): Fragment => {
    const parts = Object.entries(columns).map(([name, value]) => compose([`${quote(name)} = `], [value]));
    if (parts.length === 0) throw refused('There is nothing to set');
    return join(parts);
  };
  const tag = (strings: TemplateStringsArray, ...parts: readonly Value[]): Fragment => {
    if (!Array.isArray(strings?.raw)) throw refused('It is a tag: sql`...`; for plain text there is sql.raw');
    if (strings.includes(undefined as unknown as string)) throw refused('The template has a broken escape');
    return compose(strings, parts);
  };
  return Object.assign(tag, { empty: raw(''), identifier, join, list, values, set, raw });
}
