// What both clients share: the form in which their answers are compared, canonical EJSON with the types of all values, and a file.
import { Buffer } from 'node:buffer';
import { Binary, EJSON } from 'bson';

/** What a replica set adds to the reply of a command: times, which differ. */
const TIMES = new Set(['$clusterTime', 'operationTime']);

/** The value; documents that were left as their BSON as binary values, `undefined` as null, without a reply's times. */
export function canonical(value: unknown): unknown {
  const form: unknown = EJSON.serialize({ value: withBinaries(value) ?? null }, { relaxed: false }).value;
  if (typeof form !== 'object' || form === null || Array.isArray(form)) return form;
  return Object.fromEntries(Object.entries(form).filter(([key]) => !TIMES.has(key)));
}

function withBinaries(value: unknown): unknown {
  if (value instanceof Uint8Array) return new Binary(value);
  return Array.isArray(value) ? value.map(withBinaries) : value;
}

/** The bytes of a file: not all alike. */
export function sampleFile(length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, index) => (index * 31 + (index >> 8)) & 255);
}

/** SHA-256 in hexadecimal digits. */
export async function hashOf(bytes: ArrayBuffer | Uint8Array<ArrayBuffer>): Promise<string> {
  return Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('hex');
}
