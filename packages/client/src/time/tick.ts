// Work that is put off to the end of the current tick, once for all that asked for it, and to the next turn.

// In workerd queueMicrotask() crosses into native code each time; a settled promise does not.
const SETTLED = /* @__PURE__ */ Promise.resolve();

/**
 * Runs one function once per tick, however often it is asked for: what the callers of one tick write leaves together.
 * @example
 * ```ts
 * import { Tick } from '@fairlead/client';
 *
 * const flush = new Tick(() => transport.write(writer.take()));
 * flush.schedule();
 * flush.schedule(); // one write for both
 * ```
 */
export class Tick {
  /** Whether the function will run. */
  scheduled = false;
  readonly #run: () => void;

  /** @param run Must not throw. */
  constructor(run: () => void) {
    this.#run = run;
  }

  /** Asks for a run at the end of this tick. */
  schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    void SETTLED.then(this.#onTick);
  }

  readonly #onTick = (): void => {
    this.scheduled = false;
    this.#run();
  };
}

/** Calls `run` in the next turn of the event loop, when what has arrived has been handed out. */
export function inNextTurn(run: () => void): void {
  setTimeout(run, 0);
}
