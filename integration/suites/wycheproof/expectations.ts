// What must become of a vector: "valid" is accepted and "invalid" refused. "Acceptable" ones, and what is refused by policy, stand here
// with their reasons.
import type { Vector } from './vectors.ts';

/** What must become of a vector. */
export interface Expectation {
  readonly outcome: 'accepted' | 'refused';
  /** Where the suite leaves it open. */
  readonly reason?: string;
}

const REFUSED: Readonly<Record<string, string>> = {
  ZeroSharedSecret: 'RFC 8446 section 7.4.2: an all-zero secret',
  CompressedPoint: 'RFC 8446 section 4.2.8.2: points are uncompressed',
  MissingNull: 'RFC 8017 section 9.2: NULL stands in DigestInfo',
};

/** @param name The file's, without `_test.json`. */
export function expectation(name: string, { result, flags }: Vector): Expectation {
  if (result === 'valid') return { outcome: 'accepted' };
  if (result === 'invalid') return { outcome: 'refused' };
  for (const flag of flags) {
    const reason = REFUSED[flag];
    if (reason !== undefined) return { outcome: 'refused', reason };
  }
  if (name === 'x25519')
    return { outcome: 'accepted', reason: 'RFC 7748 section 5: every 32 bytes are a point' };
  return { outcome: 'refused' };
}
