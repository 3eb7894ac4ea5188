// What several tests of this package assert.
import { expect } from 'vitest';

/** `call` throws FairleadError `usage`. */
export function expectUsage(call: () => void): void {
  expect(call).toThrow(expect.objectContaining({ code: 'usage' }));
}
