// When a WebSocket that has ended is opened again.

/** The first wait before an attempt; each one doubles it. */
const RETRY_MS = 1_000;
const MAX_RETRY_MS = 30_000;
/** Codes of problems that another attempt does not mend. */
const LASTING: ReadonlySet<string> = new Set([
  'auth',
  'policy',
  'forbidden',
  'unauthorized',
  'usage',
  'invalid',
]);

/** Whether another attempt is of no use, by the code of what it failed with. */
export function isLasting(error: unknown): boolean {
  return error instanceof Error && 'code' in error && LASTING.has(String(error.code));
}

/** How long to wait before the next attempt, in milliseconds. @param attempts How many have failed before this one. */
export function retryDelayMs(attempts: number): number {
  return Math.min(MAX_RETRY_MS, RETRY_MS * 2 ** attempts);
}
