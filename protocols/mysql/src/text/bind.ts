// Puts parameters into a statement's text, or replaces their names by `?` for a prepared statement. Texts are quoted so that
// they mean the same under every sql_mode and connection charset.
import { usage } from '../errors.ts';
import type { SqlSettings } from '../session/session-state.ts';
import { isWhole, toWire, type WireParameter } from '../values/parameters.ts';
import type { InputParameters } from '../values/value.ts';
import { findPlaceholders, type Placeholder } from './placeholders.ts';

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const encoder = new TextEncoder();

function hex(bytes: Uint8Array): string {
  let digits = '';
  for (const byte of bytes) digits += HEX[byte] ?? '';
  return `X'${digits}'`;
}

/**
 * One parameter as an SQL literal. A doubled quote is one quote under every sql_mode. The meaning of a backslash depends on
 * sql_mode, so a text with a backslash is written as its bytes in hexadecimal.
 */
export function literal(value: WireParameter): string {
  if (value === null) return 'NULL';
  if (typeof value === 'string') {
    if (value.includes('\\')) return `_utf8mb4 ${hex(encoder.encode(value))}`;
    return `'${value.replaceAll("'", "''")}'`;
  }
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return numberLiteral(value);
  return hex(value);
}

/** An exponent makes the literal a DOUBLE, as in a prepared statement; without one it would be a DECIMAL. */
function numberLiteral(value: number): string {
  if (isWhole(value)) return String(value);
  return value.toExponential();
}

/** The placeholders of a text. */
const placeholdersOf: (sql: string, named: boolean, settings: SqlSettings) => Placeholder[] =
  findPlaceholders;

function isNamed(params: InputParameters): params is Exclude<InputParameters, readonly unknown[]> {
  return !Array.isArray(params);
}

/** The values of the placeholders, in their order. */
function valuesOf(placeholders: readonly Placeholder[], params: InputParameters): WireParameter[] {
  if (!isNamed(params)) {
    if (params.length !== placeholders.length) {
      throw usage(`the statement has ${placeholders.length} placeholders and ${params.length} parameters`);
    }
    return params.map(toWire);
  }
  return placeholders.map(({ name }) => {
    if (name === '')
      throw usage('the parameters are named, and the statement has "?": write ":name", or pass an array');
    if (!Object.hasOwn(params, name)) throw usage(`the parameter ":${name}" was not given`);
    return toWire(params[name], name);
  });
}

function isEmpty(params: InputParameters): boolean {
  return !isNamed(params) && params.length === 0;
}

/**
 * The statement with its parameters in its text. Without parameters the text is unchanged.
 * @param settings The known settings of the session that will read it. Default: none.
 * @throws FairleadError `usage`.
 */
export function interpolate(sql: string, params: InputParameters, settings: SqlSettings = {}): string {
  if (isEmpty(params)) return sql;
  const placeholders = placeholdersOf(sql, isNamed(params), settings);
  const values = valuesOf(placeholders, params);
  let text = '';
  let at = 0;
  placeholders.forEach(({ start, end }, i) => {
    // Blanks separate the literal from its neighbours, such as an x or a quote.
    text += `${sql.slice(at, start)} ${literal(values[i] ?? null)} `;
    at = end;
  });
  return text + sql.slice(at);
}

/** A statement for the server to prepare, and the parameters to run it with. */
export interface Bound {
  readonly text: string;
  readonly values: readonly WireParameter[];
}

/**
 * The statement with `?` for each `:name`. The server counts the `?` when it prepares the statement.
 * @param settings As of `interpolate`.
 * @throws FairleadError `usage`.
 */
export function bind(sql: string, params: InputParameters, settings: SqlSettings = {}): Bound {
  if (!isNamed(params)) return { text: sql, values: params.map(toWire) };
  const placeholders = placeholdersOf(sql, true, settings);
  const values = valuesOf(placeholders, params);
  let text = '';
  let at = 0;
  for (const { start, end } of placeholders) {
    text += `${sql.slice(at, start)}?`;
    at = end;
  }
  return { text: text + sql.slice(at), values };
}
