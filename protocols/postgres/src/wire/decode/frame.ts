// How messages are framed: a type byte, and a length that counts itself. It looks at no body.
import { malformed } from '../../errors.ts';

/** The signed 32-bit integer at `at`, big-endian. Bytes behind the end count as 0. */
export function int32At(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] ?? 0) << 24) |
    ((bytes[at + 1] ?? 0) << 16) |
    ((bytes[at + 2] ?? 0) << 8) |
    (bytes[at + 3] ?? 0)
  );
}

/**
 * How many bytes the message at `start` takes with its type and length, whether or not all of them have arrived;
 * 0 while its length has not. What is in between, from `start + 5` on, is its body.
 * @throws FairleadError `protocol` for a length that no message has.
 */
export function frameLength(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < 5) return 0;
  const length = int32At(bytes, start + 1);
  if (length < 4) throw malformed(`a message of ${length} bytes`);
  return length + 1;
}
