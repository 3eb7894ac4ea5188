// mongod's fail point `failCommand`: commands that are refused, delayed or cut off as a test asks.
import { setTimeout as delay } from 'node:timers/promises';
import { type Document, serialize } from 'bson';
import type { Command } from './commands.ts';

/** One listener's fail point. */
export class FailPoints {
  #left = 0;
  #data: Document = {};

  /** Takes the command `configureFailPoint`; the mode is `off`, `alwaysOn` or `{ times }`. */
  configure({ mode, data }: Document): void {
    this.#data = data ?? {};
    if (mode === 'off') this.#left = 0;
    else this.#left = mode === 'alwaysOn' ? Number.POSITIVE_INFINITY : Number(mode.times);
  }

  /** @returns The reply that a command gets instead of its own, `close` for none, undefined if it goes its way. */
  async meet({ name }: Command): Promise<Uint8Array | 'close' | undefined> {
    const {
      failCommands,
      blockConnection,
      blockTimeMS,
      closeConnection,
      errorCode,
      errorLabels,
      writeConcernError,
    } = this.#data;
    if (this.#left <= 0 || !Array.isArray(failCommands) || !failCommands.includes(name)) return undefined;
    this.#left -= 1;
    if (blockConnection === true) await delay(Number(blockTimeMS));
    if (closeConnection === true) return 'close';
    const labels = Array.isArray(errorLabels) && { errorLabels };
    if (writeConcernError) return serialize({ ok: 1, n: 1, writeConcernError, ...labels });
    if (errorCode === undefined) return undefined;
    const code = Number(errorCode);
    return serialize({
      ok: 0,
      code,
      codeName: `Code${code}`,
      errmsg: "failed by the fail point 'failCommand'",
      ...labels,
    });
  }
}
