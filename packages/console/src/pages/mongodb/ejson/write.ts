// Canonical extended JSON as text to edit: shorter where nothing is lost. What is read back from it is stored as the same types. Pure.

/** From year 1 to 9999: what an ISO text of four digits holds. */
const MIN_ISO_MS = -62_135_596_800_000;
const MAX_ISO_MS = 253_402_300_799_999;

/** The text of a value, indented. */
export function writeEjson(value: unknown): string {
  return JSON.stringify(shortened(value), undefined, 2);
}

/** The same value in fewer signs: int32 and fractions as numbers, dates as ISO texts. Other types keep their form. */
export function shortened(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(shortened);
  const whole = value as Readonly<Record<string, unknown>>;
  const [name, ...more] = Object.keys(whole);
  const short = name !== undefined && more.length === 0 ? shortForm(name, whole[name]) : undefined;
  if (short !== undefined) return short;
  const result: Record<string, unknown> = {};
  for (const [member, each] of Object.entries(whole))
    Object.defineProperty(result, member, { value: shortened(each), enumerable: true });
  return result;
}

function shortForm(name: string, value: unknown): unknown {
  if (name === '$numberInt' && typeof value === 'string') return Number(value);
  if (name === '$numberDouble' && typeof value === 'string') {
    const number = Number(value);
    // Whole ones would be read back as int32, and JSON has no infinite ones.
    const isFraction = Number.isFinite(number) && !Number.isInteger(number);
    return isFraction && String(number) === value ? number : undefined;
  }
  if (name !== '$date' || typeof value !== 'object' || value === null || !('$numberLong' in value))
    return undefined;
  const ms = Number(value.$numberLong);
  return ms >= MIN_ISO_MS && ms <= MAX_ISO_MS ? { $date: new Date(ms).toISOString() } : undefined;
}
