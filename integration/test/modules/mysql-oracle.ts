// Asks mysql2 on Node, which the run started beside the servers, and writes its answers as @fairlead/mysql would: the
// one place where the two may differ, and how.
import type {
  OracleAnswer,
  OracleColumn,
  OracleRequest,
  OracleResult,
  OracleValue,
} from '../../servers/mysql-oracle.ts';

/** A value in a form in which equal ones are equal: bytes as text. */
export type Shown = string | number | null;

/** What became of a statement. */
export type Shape =
  | { readonly results: readonly unknown[] }
  | { readonly error: { readonly errno: number; readonly sqlState: string; readonly message: string } };

const TYPE = { float: 0x04, timestamp: 0x07, time: 0x0b, datetime: 0x0c, vector: 0xf2 } as const;
const MAX_FRACTION_DIGITS = 6;
const BASE64_CHUNK = 8192;

/** Bytes as text that says so. */
export function showBytes(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += BASE64_CHUNK) {
    text += String.fromCharCode(...bytes.subarray(at, at + BASE64_CHUNK));
  }
  return `bytes ${btoa(text)}`;
}

/**
 * mysql2 takes a VECTOR apart, where we leave its bytes, of little-endian floats, to the caller. By the text protocol it
 * takes NULL for one without numbers, which no server has.
 */
function showVector(numbers: readonly number[]): Shown {
  if (numbers.length === 0) return null;
  return showBytes(new Uint8Array(new Float32Array(numbers).buffer));
}

/** Runs the steps through mysql2, and gives its answers as `@fairlead/mysql` writes them. */
export async function askOracle(url: string, request: OracleRequest): Promise<Shape[]> {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(request) });
  if (!response.ok) throw new Error(await response.text());
  const answers = (await response.json()) as OracleAnswer[];
  return answers.map((answer) => ('error' in answer ? answer : { results: answer.results.map(normalised) }));
}

function normalised(result: OracleResult): unknown {
  if (!('columns' in result)) {
    const { affectedRows, insertId, warningCount } = result;
    // mysql2 takes the id for signed, although columns of BIGINT UNSIGNED have larger ones.
    return { affectedRows, lastInsertId: String(BigInt.asUintN(64, BigInt(insertId))), warningCount };
  }
  const { columns, rows } = result;
  return {
    columns: columns.map(({ name }) => name),
    rows: rows.map((row) =>
      row.map((value, index) => {
        const column = columns[index];
        return column === undefined ? value : shown(value, column);
      }),
    ),
  };
}

function shown(value: OracleValue, { type, decimals }: OracleColumn): Shown {
  if (value === null) return null;
  if (typeof value === 'object') {
    if ('$minusZero' in value) return -0;
    return '$base64' in value ? `bytes ${value.$base64}` : showVector(value);
  }
  // By the binary protocol mysql2 gives the double that a FLOAT is, not the decimal that it stands for.
  if (type === TYPE.float) return Math.fround(Number(value));
  if (typeof value !== 'string') return value as number;
  // By the binary protocol mysql2 leaves out zeros at the end of a fraction, and a fraction of nothing but zeros.
  if (type === TYPE.time) return withFraction(value, decimals);
  if (type === TYPE.datetime || type === TYPE.timestamp) {
    // We write ISO 8601 where there is such a day.
    const text = withFraction(value, decimals);
    return /-00|^0000-00/.test(text) ? text : text.replace(' ', 'T');
  }
  return value;
}

/** As many digits behind the second as the column has. */
function withFraction(text: string, decimals: number): string {
  if (decimals === 0 || decimals > MAX_FRACTION_DIGITS) return text;
  const [whole = '', fraction = ''] = text.split('.');
  return `${whole}.${fraction.padEnd(decimals, '0')}`;
}
