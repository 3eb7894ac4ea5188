// Tells when a connection has been idle for a while, so that its owner begins to read. It reads nothing itself.

/** How long a connection is idle before it is listened to. */
const IDLE_AFTER_MS = 100;

/**
 * One timer for one connection. A read under a write costs a third of a round trip, so a busy connection is read only
 * while something is owed; one that was idle for 100 to 200 ms is listened to, and a server's goodbye is heard.
 */
export class IdleTimer {
  readonly #onIdle: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Whether `noteIdle()` was called since the timer began. */
  #again = false;
  #stopped = false;

  /** @param onIdle Begins to read, unless a read is pending or something is owed at that moment. */
  constructor(onIdle: () => void) {
    this.#onIdle = onIdle;
  }

  /** Says that nothing is owed and nothing is under way, from now on. Costs next to nothing while the timer runs. */
  noteIdle(): void {
    if (this.#timer !== undefined) this.#again = true;
    else if (!this.#stopped) this.#start();
  }

  /** Ends it for good: the connection has ended. */
  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #start(): void {
    this.#again = false;
    this.#timer = setTimeout(this.#onTimer, IDLE_AFTER_MS);
    // It must not keep a Node process alive; workerd's timers are numbers.
    if (typeof this.#timer === 'object') this.#timer.unref();
  }

  readonly #onTimer = (): void => {
    this.#timer = undefined;
    if (this.#again) this.#start();
    else this.#onIdle();
  };
}
