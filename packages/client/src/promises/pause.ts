// A wait for nothing but the time.
import { bounded } from '@fairlead/transport';

/**
 * Waits for some time.
 * @param ms Milliseconds.
 * @param signal Ends the wait early.
 * @returns Whether the time has passed; false where the signal had fired, or fired meanwhile.
 */
export async function pause(ms: number, signal: AbortSignal | undefined): Promise<boolean> {
  const never = new Promise<never>(() => undefined);
  return (await bounded(never, ms, signal)).kind === 'timeout';
}
