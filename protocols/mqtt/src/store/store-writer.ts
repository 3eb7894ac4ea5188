// Hands a session's changes to its store, one call at a time.
import type { SessionOutput } from '../session/output.ts';
import type { SessionStore } from './store.ts';

/** Writes the changes of one session. */
export class StoreWriter {
  readonly #store: SessionStore | undefined;
  readonly #output: SessionOutput;
  /** Settles when the calls that have begun are finished. */
  #running: Promise<void> | undefined;

  constructor(store: SessionStore | undefined, output: SessionOutput) {
    this.#store = store;
    this.#output = output;
  }

  /** Stores what has changed. @returns `undefined` where there is nothing to wait for. @throws What the store does. */
  save(): Promise<void> | undefined {
    const changes = this.#output.takeChanges();
    if (changes === undefined && this.#running === undefined) return undefined;
    const call = (): void | Promise<void> => (changes === undefined ? undefined : this.#store?.save(changes));
    const saved = this.#running === undefined ? call() : this.#running.then(call);
    if (saved === undefined) return undefined;
    this.#running = saved;
    const done = (): void => {
      if (this.#running === saved) this.#running = undefined;
    };
    saved.then(done, done);
    return saved;
  }

  /** As `save`, without its errors. */
  async saveQuietly(): Promise<void> {
    try {
      await this.save();
    } catch {
      // The next call that depends on it fails too.
    }
  }
}
