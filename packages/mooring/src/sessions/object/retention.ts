// When an object forgets what it has stored of a session that nobody has asked for: by the storage's alarm, which serves the
// session itself before.
import type { SessionStorage } from '../types.ts';

const FORGET_AT = 'session:f';
const DAY_MS = 86_400_000;
/** Behind the last call. The longest `keepSeconds` are as long. */
const FORGET_MS = 30 * DAY_MS;

/** The time at which one session is forgotten. */
export class Retention {
  readonly #storage: SessionStorage;
  /** As it is stored; 0 where nothing is. */
  #forgetAt = 0;

  constructor(storage: SessionStorage) {
    this.#storage = storage;
  }

  /** Takes what an earlier run of the object has stored. */
  async load(): Promise<void> {
    this.#forgetAt = (await this.#storage.get<number>(FORGET_AT)) ?? 0;
  }

  /** The session was asked for. Writes once a day. @returns Whether the time has changed. */
  extend(): boolean {
    const forgetAt = Date.now() + FORGET_MS;
    if (forgetAt - this.#forgetAt < DAY_MS) return false;
    this.#forgetAt = forgetAt;
    // The object ends by itself where its storage fails.
    void this.#storage.put({ [FORGET_AT]: forgetAt }).catch(noop);
    return true;
  }

  /** The alarm has rung, or has no other purpose now: forgets the session, or sets the alarm for that. */
  async check(): Promise<void> {
    if (this.#forgetAt > Date.now()) return this.#storage.setAlarm(this.#forgetAt);
    this.#forgetAt = 0;
    await Promise.all([this.#storage.deleteAlarm(), this.#storage.deleteAll()]);
  }

  /** The session was ended. */
  clear(): void {
    this.#forgetAt = 0;
  }
}

const noop = (): void => undefined;
