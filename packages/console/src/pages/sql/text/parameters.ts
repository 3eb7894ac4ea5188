// The parameters of a statement, and the values that a person gives them.
import { type Dialect, scannerOf } from '../server/dialect.ts';

/** How what was typed is sent. */
export type ValueKind = 'text' | 'number' | 'boolean' | 'null';

/** A value as it was typed. */
export interface TypedValue {
  readonly kind: ValueKind;
  readonly text: string;
}

/** A parameter: `$2` of Postgres; the second `?` of MySQL is called `? 2`. */
export interface Parameter {
  /** From 1. */
  readonly number: number;
  readonly name: string;
}

/** More are not asked for. */
const MOST = 100;

/** The parameters of a statement, by number; of Postgres from $1 to the highest. */
export function parametersOf(sql: string, dialect: Dialect): readonly Parameter[] {
  const tokens = scannerOf(sql, dialect);
  let count = 0;
  for (let kind = tokens.next(); kind !== 'end'; kind = tokens.next()) {
    if (kind !== 'parameter') continue;
    const number = dialect === 'postgres' ? Number(sql.slice(tokens.start + 1, tokens.end)) : count + 1;
    count = Math.min(MOST, Math.max(count, number));
  }
  return Array.from({ length: count }, (_, i) => ({
    number: i + 1,
    name: dialect === 'postgres' ? `$${i + 1}` : `? ${i + 1}`,
  }));
}

/**
 * A value as the gateway takes it.
 * @throws Error in words for a number that is none.
 */
export function sentValue({ kind, text }: TypedValue, name: string): string | number | boolean | null {
  switch (kind) {
    case 'null':
      return null;
    case 'boolean':
      return /^\s*(?:t|true|yes|on|1)\s*$/i.test(text);
    case 'number': {
      const number = text.trim() === '' ? Number.NaN : Number(text);
      if (!Number.isFinite(number)) throw new Error(`${name} is to be a number, and “${text}” is none.`);
      // Digits beyond a double would be lost: servers read them from text as well.
      return Number.isSafeInteger(number) || !/^-?\d+$/.test(text.trim()) ? number : text.trim();
    }
    case 'text':
      return text;
  }
}
