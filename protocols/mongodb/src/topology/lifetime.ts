// The life of a topology: from its first dial to its end by `close()` or by the client's signal.
import { abortedBy, type CallLimit, deferred, whenAborted } from '@fairlead/client';
import { FairleadError } from '@fairlead/errors';
import type { Settings } from '../options/settings.ts';

/** Ends once. Its signal ends whatever is being dialled. */
export class Lifetime {
  readonly #controller = new AbortController();
  readonly #closed = deferred<void>();
  readonly #settings: Settings;
  readonly #stopListening: (() => void) | undefined;

  /** @param onAbort Ends the connections when the client's signal fires. */
  constructor(settings: Settings, onAbort: (reason: FairleadError) => void) {
    this.#settings = settings;
    this.#stopListening = whenAborted(settings.signal, (signal) => {
      const reason = abortedBy('client', signal);
      this.end(reason);
      onAbort(reason);
    });
  }

  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  /** Why it has ended; undefined while it lasts. */
  get ended(): unknown {
    return this.#controller.signal.aborted ? this.#controller.signal.reason : undefined;
  }

  /** The limit of one search, in which all dials and logins of it have to fit. */
  searchLimit(): CallLimit {
    const { connectTimeoutMs: timeoutMs } = this.#settings;
    return { signal: this.#controller.signal, timeoutMs, at: Date.now() + timeoutMs };
  }

  /** Idempotent. */
  end(
    reason: FairleadError = new FairleadError('closed', 'The client is closed.', { safeToRetry: true }),
  ): void {
    if (this.#controller.signal.aborted) return;
    this.#controller.abort(reason);
    // Undefined where the signal had fired before the topology was made.
    this.#stopListening?.();
    this.#closed.resolve();
  }
}
