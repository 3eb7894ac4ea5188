// Runs work when it is its turn. It watches nothing itself.
import { FairleadError } from '@fairlead/errors';
import { atCaller } from '../promises/caller-stack.ts';
import type { Gate } from './gate.ts';

/** Begins to watch over a call, as `watchCall` does, and returns what ends that. */
export type Watch = (stop: (reason: FairleadError) => void) => () => void;

/**
 * Runs `work` once the gate is free, and gives the gate back when it has ended, however it ends. No promise is awaited
 * between the taking and the `finally` that gives back, so an abort at any moment leaves no turn behind.
 * @param watch Watches over the wait alone; `work` has to watch over itself.
 * @throws FairleadError with the code of the reason that `watch` stops the wait for (`aborted`, `timeout`): nothing was
 *   sent. Else what `work` rejects with.
 */
export function inTurn<T>(gate: Gate, watch: Watch, work: () => Promise<T>): Promise<T> {
  if (!gate.shut) {
    gate.enter(noop);
    return finish(gate, work);
  }
  return new Promise((resolve) => {
    let gaveUp = false;
    let unwatch = noop;
    const giveUp = gate.enter(() => {
      unwatch();
      resolve(finish(gate, work));
    });
    unwatch = watch((reason) => {
      gaveUp = true;
      giveUp();
      unwatch();
      resolve(atCaller(notSent(reason)));
    });
    // A signal that had fired already stops the wait before there is anything to end.
    if (gaveUp) unwatch();
  });
}

async function finish<T>(gate: Gate, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    gate.leave();
  }
}

function notSent({ code, message, cause }: FairleadError): FairleadError {
  const text = `${message} It was waiting for its turn on this connection, and was not sent.`;
  return new FairleadError(code, text, { cause, safeToRetry: true });
}

const noop = (): void => undefined;
