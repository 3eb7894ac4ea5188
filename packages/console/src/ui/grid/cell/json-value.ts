// JSON as a value to look at: whole numbers keep their digits.

/** What newer engines tell a reviver. */
interface Source {
  readonly source?: string;
}

type Reviver = (this: unknown, key: string, value: unknown, context?: Source) => unknown;

/** The object or list that a text holds, integers beyond 2^53 as `bigint`; undefined for all other texts. */
export function readJsonTree(text: string): object | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  const value = readJson(text);
  return typeof value === 'object' && value !== null ? value : undefined;
}

function readJson(text: string): unknown {
  const revive: Reviver = (_, value, context) => {
    const source = context?.source;
    const isRounded = typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value);
    return isRounded && source !== undefined && /^-?\d+$/.test(source) ? BigInt(source) : value;
  };
  try {
    return JSON.parse(text, revive);
  } catch {
    return undefined;
  }
}
