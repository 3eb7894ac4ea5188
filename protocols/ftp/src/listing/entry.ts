// Makes the entries of listings: all fields in one place, the missing ones undefined.
import type { FtpEntry } from './types.ts';

const NO_FACTS: ReadonlyMap<string, string> = /* @__PURE__ */ new Map();

/** An entry with these fields. */
export function entryOf(fields: Pick<FtpEntry, 'name' | 'type' | 'raw'> & Partial<FtpEntry>): FtpEntry {
  return {
    size: undefined,
    modifiedAt: undefined,
    isTimeApproximate: false,
    target: undefined,
    permissions: undefined,
    owner: undefined,
    group: undefined,
    facts: NO_FACTS,
    ...fields,
  };
}

/** A line that fits no known form. */
export function unparsed(raw: string): FtpEntry {
  return entryOf({ name: '', type: 'unparsed', raw });
}

/** A size in bytes; `undefined` for no size, and beyond what a number holds exactly. */
export function sizeOf(digits: string | undefined): number | undefined {
  if (digits === undefined || !/^\d+$/.test(digits)) return undefined;
  const size = Number(digits);
  return Number.isSafeInteger(size) ? size : undefined;
}
