// Which type a value of canonical extended JSON has, and how it is shown. Pure.
import { formatBytes } from '../../../browser/format.ts';
import { visibleText } from '../../../browser/visible-text.ts';

/** A value that holds no others. */
export interface Scalar {
  /** As MongoDB names it: `ObjectId`, `int32`. */
  readonly type: string;
  readonly text: string;
  /** How it is coloured. */
  readonly look: 'string' | 'number' | 'boolean' | 'null';
}

/** A value: a scalar, or what holds others by their names. */
export type Shown =
  | { readonly scalar: Scalar }
  | { readonly type: 'array' | 'object'; readonly members: readonly (readonly [string, unknown])[] };

const UUID_SUBTYPE = '04';
const MAX_DATE_MS = 8.64e15;

const scalar = (type: string, text: string, look: Scalar['look'] = 'string'): Shown => ({
  scalar: { type, text, look },
});

/** Shows the value behind a name such as `$oid`; undefined where it is not of that form. */
type Show = (value: unknown, whole: Readonly<Record<string, unknown>>) => Shown | undefined;

const ofText =
  (type: string, look: Scalar['look'] = 'string'): Show =>
  (value) =>
    typeof value === 'string' ? scalar(type, value, look) : undefined;

const FORMS: Readonly<Record<string, Show>> = {
  $oid: ofText('ObjectId'),
  $numberInt: ofText('int32', 'number'),
  $numberLong: ofText('int64', 'number'),
  $numberDouble: ofText('double', 'number'),
  $numberDecimal: ofText('Decimal128', 'number'),
  $symbol: ofText('symbol'),
  $uuid: ofText('UUID'),
  $date: showDate,
  $binary: showBinary,
  $regularExpression: (value) =>
    isRecord(value) ? scalar('regex', `/${String(value.pattern)}/${String(value.options)}`) : undefined,
  $timestamp: (value) =>
    isRecord(value) ? scalar('timestamp', `${String(value.t)}, ${String(value.i)}`) : undefined,
  $code: (value) => (typeof value === 'string' ? scalar('JavaScript', value) : undefined),
  $dbPointer: (value) => (isRecord(value) ? scalar('DBPointer', JSON.stringify(value)) : undefined),
  $undefined: () => scalar('undefined', 'undefined', 'null'),
  $minKey: () => scalar('MinKey', 'MinKey', 'null'),
  $maxKey: () => scalar('MaxKey', 'MaxKey', 'null'),
};

/** A value of a document, as it is shown. */
export function shownOf(value: unknown): Shown {
  if (value === null) return scalar('null', 'null', 'null');
  if (typeof value === 'string') return scalar('string', value);
  if (typeof value === 'boolean') return scalar('boolean', String(value), 'boolean');
  if (typeof value !== 'object') return scalar(typeof value, String(value), 'number');
  if (Array.isArray(value))
    return { type: 'array', members: value.map((each, i) => [String(i), each] as const) };
  const whole = value as Readonly<Record<string, unknown>>;
  const [name = ''] = Object.keys(whole);
  const shown = Object.hasOwn(FORMS, name) ? FORMS[name]?.(whole[name], whole) : undefined;
  return shown ?? { type: 'object', members: Object.entries(whole) };
}

/** A value in one line, for cells and headings. @param maxLength In UTF-16 units; longer ones end in `…`. */
export function lineOf(value: unknown, maxLength = 120): string {
  const shown = shownOf(value);
  const line =
    'scalar' in shown
      ? visibleText(shown.scalar.text.slice(0, maxLength + 1))
      : shown.type === 'array'
        ? `[${shown.members.length}]`
        : `{ ${shown.members
            .slice(0, 6)
            .map(([name]) => visibleText(name))
            .join(', ')}${shown.members.length > 6 ? ', …' : ''} }`;
  return line.length > maxLength ? `${line.slice(0, maxLength)}…` : line;
}

function showDate(value: unknown): Shown | undefined {
  if (typeof value === 'string') return scalar('date', value);
  const digits = isRecord(value) ? value.$numberLong : undefined;
  if (typeof digits !== 'string') return undefined;
  const ms = Number(digits);
  return scalar('date', Math.abs(ms) <= MAX_DATE_MS ? new Date(ms).toISOString() : `${digits} ms`);
}

function showBinary(value: unknown): Shown | undefined {
  if (!isRecord(value) || typeof value.base64 !== 'string') return undefined;
  const { base64, subType } = value;
  const bytes = (base64.length / 4) * 3 - (base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0);
  if (subType === UUID_SUBTYPE && bytes === 16) return scalar('UUID', uuidOf(base64));
  return scalar(`Binary ${String(subType)}, ${formatBytes(bytes)}`, base64);
}

function uuidOf(base64: string): string {
  const hex = Array.from(atob(base64), (sign) => sign.charCodeAt(0).toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
