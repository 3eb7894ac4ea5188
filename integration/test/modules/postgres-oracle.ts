// Asks pg on Node, which the run started beside the servers, and writes its answers as @fairlead/postgres would: the one
// place where the two may differ, and how.
import { Range, type Value } from '@fairlead/postgres';
import type { OracleAnswer, OracleCell, OracleRequest } from '../../servers/postgres-oracle.ts';

/** Runs the steps through pg. */
export async function askOracle(url: string, request: OracleRequest): Promise<OracleAnswer[]> {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(request) });
  if (!response.ok) throw new Error(await response.text());
  return await response.json();
}

/** Bytes as text that says so. */
export function showBytes(bytes: Uint8Array): string {
  return `bytes ${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

/** A value of ours in a form in which equal ones are equal. */
export function shown(value: Value): unknown {
  if (value instanceof Uint8Array) return showBytes(value);
  if (value instanceof Range) {
    const { lower, upper, bounds } = value;
    return { lower: shown(lower), upper: shown(upper), bounds };
  }
  if (Array.isArray(value)) return value.map(shown);
  return value;
}

/** What our client shall make of a cell. `json` is parsed. */
export function expected(cell: OracleCell, type: string): unknown {
  if (cell === null) return null;
  if (type.endsWith('[]') && cell.elements !== undefined) return ofElements(cell.elements, type.slice(0, -2));
  if (type === 'box[]') return ofBoxes(cell.text);
  if (NUMBERS.includes(type) && cell.value !== undefined) return Number(cell.value);
  return ofText(cell.text, type);
}

const NUMBERS = ['int2', 'int4', 'oid', 'float4', 'float8'];

function ofElements(elements: unknown, type: string): unknown {
  if (Array.isArray(elements)) return elements.map((each) => ofElements(each, type));
  return typeof elements === 'string' ? ofText(elements, type) : null;
}

/** Boxes have commas themselves, and semicolons between them. */
function ofBoxes(text: string): unknown {
  const boxes = text.replace(/^[^{]*=/, '').replace(/\([^()]*\),\([^()]*\)/g, '"$&"');
  return JSON.parse(
    boxes.replaceAll('{', '[').replaceAll('}', ']').replaceAll(';', ',').replaceAll('NULL', 'null'),
  );
}

function ofText(text: string, type: string): unknown {
  if (NUMBERS.includes(type)) return Number(text);
  if (type.endsWith('multirange')) return ofMultirange(text, type.replace('multi', ''));
  if (type.endsWith('range')) return ofRange(text, type);
  return (OF_TEXT[type] ?? same)(text);
}

const same = (text: string): string => text;

const OF_TEXT: Readonly<Record<string, (text: string) => unknown>> = {
  bool: (text) => text === 't',
  bytea: (text) => `bytes ${text.slice(2)}`,
  json: JSON.parse,
  jsonb: JSON.parse,
  date: isoDate,
  timestamp: isoDate,
  timestamptz: isoDate,
  timetz: isoZone,
  interval: isoInterval,
  // A statement that gives nothing has an empty text.
  void: same,
};

function isoZone(text: string): string {
  return text.replace(/([+-]\d\d)$/, '$1:00').replace(/\+00:00$/, 'Z');
}

function isoDate(text: string): string {
  const [, day, time, bc = ''] = /^(\d+-\d\d-\d\d)(?: (\d\S*))?( BC)?$/.exec(text) ?? [];
  if (day === undefined) return text;
  return `${day}${time === undefined ? '' : `T${/[+-]/.test(time) ? isoZone(time) : time}`}${bc}`;
}

function isoInterval(text: string): string {
  const amount = (unit: string): number => Number(new RegExp(`([+-]?\\d+) ${unit}`).exec(text)?.[1] ?? 0);
  const [, sign = '', hours, minutes, seconds] = /(-?)(\d+):(\d+):([\d.]+)/.exec(text) ?? [];
  const time = (digits: string | undefined): number => Number(`${sign}${digits ?? 0}`);
  const written = (parts: readonly (readonly [number, string])[]): string =>
    parts.map(([value, unit]) => (value === 0 ? '' : `${value}${unit}`)).join('');
  const date = written([
    [amount('year'), 'Y'],
    [amount('mon'), 'M'],
    [amount('day'), 'D'],
  ]);
  const clock = written([
    [time(hours), 'H'],
    [time(minutes), 'M'],
    [time(seconds), 'S'],
  ]);
  return date + clock === '' ? 'PT0S' : `P${date}${clock === '' ? '' : `T${clock}`}`;
}

const BOUND = '"(?:[^"\\\\]|""|\\\\.)*"|[^",()\\[\\]]*';
const RANGE = new RegExp(`([[(])(${BOUND}),(${BOUND})([\\])])`, 'g');

/** The types of ranges, and those of their bounds. */
const BOUNDS: Readonly<Record<string, string>> = {
  int4range: 'int4',
  int8range: 'int8',
  numrange: 'numeric',
  daterange: 'date',
  tsrange: 'timestamp',
  tstzrange: 'timestamptz',
};

function ofRange(text: string, type: string): unknown {
  return text === 'empty' ? text : ofMultirange(text, type)[0];
}

function ofMultirange(text: string, type: string): unknown[] {
  const bound = (written = ''): unknown => {
    if (written === '') return null;
    const bare = written.startsWith('"') ? written.slice(1, -1).replace(/""|\\(.)/g, '$1') : written;
    return ofText(bare, BOUNDS[type] ?? '');
  };
  return [...text.matchAll(RANGE)].map(([, left, lower, upper, right]) => ({
    lower: bound(lower),
    upper: bound(upper),
    bounds: `${left}${right}`,
  }));
}
