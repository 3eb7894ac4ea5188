// Parsed options, kept for the next connection: reading authorities and keys costs more than a handshake.
import type { TlsOptions } from '@fairlead/transport';
import type { Settings } from '../client/types.ts';
import { type SplitOptions, settingsOf } from './options.ts';

/** More sets of options than a Worker has servers with wishes of their own. */
const MAX_ENTRIES = 16;

/** The settings of one connector, the ones used last at the end. */
export class SettingsCache {
  readonly #own: SplitOptions['own'];
  readonly #onForget: (settings: Settings) => void;
  /** No promises: in a Worker one that another request began need not settle. */
  #kept: Settings[] = [];
  /** What all were made of that are in use anywhere. */
  readonly #options = new WeakMap<Settings, TlsOptions>();

  /** @param onForget Called with settings that are no longer kept here. */
  constructor(own: SplitOptions['own'], onForget: (settings: Settings) => void) {
    this.#own = own;
    this.#onForget = onForget;
  }

  /**
   * The settings of `wishes`; the same object for the same wishes.
   * @param earlier Those of an open connection: they are given again for the same wishes, though they were forgotten meanwhile.
   * @throws FairleadError `usage`
   */
  async settingsOf(wishes: TlsOptions, earlier?: Settings): Promise<Settings> {
    const known = this.#find(wishes, earlier);
    if (known !== undefined) return this.#use(known);
    const options = copied(wishes);
    const made = await settingsOf(this.#own, options);
    this.#options.set(made, options);
    // Another call may have made the same meanwhile.
    return this.#use(this.#find(options) ?? made);
  }

  #find(wishes: TlsOptions, ...earlier: (Settings | undefined)[]): Settings | undefined {
    return [...earlier, ...this.#kept].find((settings) => {
      const options = settings && this.#options.get(settings);
      return options !== undefined && isSame(options, wishes);
    });
  }

  #use(settings: Settings): Settings {
    this.#kept = [...this.#kept.filter((other) => other !== settings), settings];
    const [oldest] = this.#kept;
    if (this.#kept.length > MAX_ENTRIES && oldest !== undefined) {
      this.#kept.shift();
      this.#onForget(oldest);
    }
    return settings;
  }
}

/** With lists of its own: the caller may change those that were given. */
function copied(options: TlsOptions): TlsOptions {
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => [name, Array.isArray(value) ? [...value] : value]),
  );
}

function isSame(a: TlsOptions, b: TlsOptions): boolean {
  return Object.keys({ ...a, ...b }).every((name) => {
    const [first, second]: unknown[] = [Reflect.get(a, name), Reflect.get(b, name)];
    if (!Array.isArray(first) || !Array.isArray(second)) return first === second;
    return first.length === second.length && first.every((item, i) => item === second[i]);
  });
}
