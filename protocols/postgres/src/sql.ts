// Statements as tagged templates: what stands in `${}` becomes a parameter, or is a fragment itself. It never writes
// a value into the text.
import { FairleadError } from '@fairlead/errors';
import type { Parameter } from './values/index.ts';

/** What can stand in a template: a parameter, or a part of a statement. */
export type SqlValue = Parameter | Sql;

/** A statement, or a part of one, with its parameters. */
export class Sql {
  /** The text around the parameters: one piece more than there are parameters. */
  readonly #pieces: readonly string[];
  readonly params: readonly Parameter[];
  #text: string | undefined;

  private constructor(pieces: readonly string[], params: readonly Parameter[]) {
    this.#pieces = pieces;
    this.params = params;
  }

  /** The text with `$1`, `$2`, ... where the parameters stand. */
  get text(): string {
    // A digit behind a parameter would become part of its number.
    this.#text ??= this.#pieces.reduce(
      (text, piece, i) => `${text}$${i}${/^\d/.test(piece) ? ' ' : ''}${piece}`,
    );
    return this.#text;
  }

  /** Puts values, and the insides of fragments, between pieces of text. */
  static compose(strings: readonly string[], values: readonly SqlValue[]): Sql {
    const pieces = [strings[0] ?? ''];
    const params: Parameter[] = [];
    const append = (text: string): void => {
      pieces.push(`${pieces.pop()}${text}`);
    };
    values.forEach((value, i) => {
      if (value === undefined) throw refused('A value is undefined; use null for NULL');
      if (value instanceof Sql) {
        append(value.#pieces[0] ?? '');
        // A loop, as a fragment may have more pieces than a call can have arguments.
        for (let at = 1; at < value.#pieces.length; at += 1) pieces.push(value.#pieces[at] ?? '');
        for (const parameter of value.params) params.push(parameter);
      } else {
        params.push(value);
        pieces.push('');
      }
      append(strings[i + 1] ?? '');
    });
    return new Sql(pieces, params);
  }
}

/** The tag, and what makes fragments. */
export interface SqlTag {
  /** @throws FairleadError `usage` when a value is `undefined`, or when it is not used as a tag. */
  (strings: TemplateStringsArray, ...values: readonly SqlValue[]): Sql;
  /** Nothing at all. */
  readonly empty: Sql;
  /**
   * A quoted name: `"schema"."table"`.
   * @throws FairleadError `usage` when a name is empty or holds NUL.
   */
  identifier(...names: readonly string[]): Sql;
  /** One behind the other. @param separator Default: a comma. */
  join(fragments: readonly SqlValue[], separator?: Sql): Sql;
  /**
   * `($1, $2, ...)`, for IN.
   * @throws FairleadError `usage` when there is no value: SQL has no empty list (`= ANY($1)` takes an empty array).
   */
  list(values: readonly SqlValue[]): Sql;
  /**
   * For INSERT: `VALUES ($1, $2), ($3, $4)` of arrays, `("a", "b") VALUES ...` of objects.
   * @throws FairleadError `usage` when there is no row, no column, or when rows differ in their columns.
   */
  values(rows: readonly (readonly SqlValue[])[] | readonly Readonly<Record<string, SqlValue>>[]): Sql;
  /**
   * For UPDATE: `"a" = $1, "b" = $2`.
   * @throws FairleadError `usage` when there is no column.
   */
  set(columns: Readonly<Record<string, SqlValue>>): Sql;
  /** DANGEROUS: the text as it is. Whoever has a say in it has the database. */
  raw(text: string): Sql;
}

function refused(why: string): FairleadError {
  return new FairleadError('usage', `sql: ${why}.`, { safeToRetry: true });
}

const raw = (text: string): Sql => Sql.compose([text], []);

function join(fragments: readonly SqlValue[], separator: Sql = raw(', ')): Sql {
  const parts = fragments.flatMap((fragment, i) => (i === 0 ? [fragment] : [separator, fragment]));
  return Sql.compose([], parts);
}

function identifier(...names: readonly string[]): Sql {
  if (names.length === 0 || names.some((name) => !name || name.includes('\0'))) {
    throw refused('An identifier is empty, or holds NUL');
  }
  return raw(names.map((name) => `"${name.replaceAll('"', '""')}"`).join('.'));
}

function list(values: readonly SqlValue[]): Sql {
  if (values.length === 0) throw refused('A list has no values; = ANY() takes an empty array');
  return Sql.compose(['(', ')'], [join(values)]);
}

function values(rows: readonly (readonly SqlValue[] | Readonly<Record<string, SqlValue>>)[]): Sql {
  const [first = []] = rows;
  const columns = Object.keys(first);
  const tuples = rows.map((row) => {
    if (Object.keys(row).length !== columns.length) throw refused('Rows differ in their columns');
    return list(columns.map((column) => (row as Readonly<Record<string, SqlValue>>)[column] as SqlValue));
  });
  const head = Array.isArray(first) ? '' : `(${columns.map((name) => identifier(name).text).join(', ')}) `;
  if (tuples.length === 0) throw refused('There are no rows');
  return Sql.compose([`${head}VALUES `], [join(tuples)]);
}

function set(columns: Readonly<Record<string, SqlValue>>): Sql {
  const parts = Object.entries(columns).map(([name, value]) =>
    Sql.compose([`${identifier(name).text} = `], [value]),
  );
  if (parts.length === 0) throw refused('There is nothing to set');
  return join(parts);
}

function tag(strings: TemplateStringsArray, ...parts: readonly SqlValue[]): Sql {
  if (!Array.isArray(strings?.raw)) throw refused('It is a tag: sql`...`; for plain text there is sql.raw');
  if (strings.includes(undefined as unknown as string)) throw refused('The template has a broken escape');
  return Sql.compose(strings, parts);
}

/** Makes statements of templates: sql`SELECT * FROM t WHERE id = ${id}`. */
export const sql: SqlTag = Object.assign(tag, { empty: raw(''), identifier, join, list, values, set, raw });
