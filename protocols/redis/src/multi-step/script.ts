// A Lua script that is sent by its digest, and in full only to a server that does not know it yet.
import { toHex } from '@fairlead/bytes';
import { isFairleadError, usage } from '@fairlead/errors';
import type { Key } from '../types.ts';
import type { Arg, Reply } from '../wire/messages.ts';

/** Sends a command. */
export interface Sender {
  send(...args: Arg[]): Promise<Reply>;
  /** A sender whose calls have the time of one call, all together. */
  withSharedTimeout?(): Sender;
}

/**
 * A Lua script. Make it once, at module level, and run it on any client.
 * @example
 * ```ts
 * import { connect, Script } from '@fairlead/redis';
 *
 * const addTo = new Script("return redis.call('INCRBY', KEYS[1], ARGV[1])");
 *
 * await using redis = await connect('redis://localhost');
 * console.log(await addTo.run(redis, ['visits'], [3]));
 * ```
 */
export class Script {
  /** The Lua text. */
  readonly source: string;
  // The digest and not its promise: a promise must not be awaited by another request than the one that made it.
  #sha: string | undefined;

  /**
   * @param source The Lua text.
   * @throws FairleadError `usage` for what is no text.
   */
  constructor(source: string) {
    if (typeof source !== 'string') throw usage('The source of a script must be text');
    this.source = source;
  }

  /**
   * Sends `EVALSHA`, and `EVAL` where the server does not know the script (`NOSCRIPT`): the script runs once in both
   * cases. Both together have the time of one call.
   * @throws FairleadError `server` for the script's errors, `usage` where keys or values are no arrays, else as `send`
   *   of a client.
   */
  async run(client: Sender, keys: readonly Key[] = [], args: readonly Arg[] = []): Promise<Reply> {
    // The letters of a text would be taken for keys.
    if (!Array.isArray(keys) || !Array.isArray(args))
      throw usage('The keys and the values of a script must be arrays');
    const sender = client.withSharedTimeout?.() ?? client;
    this.#sha ??= await sha1(this.source);
    const rest: Arg[] = [keys.length, ...keys, ...args];
    try {
      return await sender.send('EVALSHA', this.#sha, ...rest);
    } catch (error) {
      if (!isFairleadError(error) || error.server?.code !== 'NOSCRIPT') throw error;
      return sender.send('EVAL', this.source, ...rest);
    }
  }
}

async function sha1(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-1', new TextEncoder().encode(text));
  return toHex(new Uint8Array(digest));
}
