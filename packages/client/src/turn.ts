// Waits for a gate no longer than a call may. It watches nothing itself.
import { FairleadError } from '@fairlead/errors';
import type { Gate } from './gate.ts';

/**
 * Takes the gate once it is free.
 * @param watch Begins to watch over the call, as `watchCall` does, and returns what ends that.
 * @returns What gives the gate back; call it once.
 * @throws FairleadError with the code of the reason that `watch` stops it for (`aborted`, `timeout`): nothing was sent.
 */
export function takeTurn(
  gate: Gate,
  watch: (stop: (reason: FairleadError) => void) => () => void,
): Promise<() => void> {
  return new Promise((resolve, reject) => {
    let gaveUp = false;
    const unwatch = watch(({ code, message, cause }) => {
      gaveUp = true;
      const text = `${message} It was waiting for a transaction on this connection to end, and was not sent.`;
      reject(new FairleadError(code, text, { cause, safeToRetry: true }));
    });
    gate.hold().then((release) => {
      unwatch();
      if (gaveUp) release();
      else resolve(release);
    });
  });
}
