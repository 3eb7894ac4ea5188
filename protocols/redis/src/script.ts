// A Lua script that is sent by its digest, and in full only to a server that does not know it yet.
import { isFairleadError } from '@fairlead/errors';
import type { Arg, Key, Reply } from './messages.ts';

/** Sends a command. */
export interface Sender {
  send(...args: Arg[]): Promise<Reply>;
}

/** Make it once, at module level, and run it on any client. */
export class Script {
  /** The Lua text. */
  readonly source: string;
  // The digest and not its promise: a promise must not be awaited by another request than the one that made it.
  #sha: string | undefined;

  /** @param source The Lua text. */
  constructor(source: string) {
    this.source = source;
  }

  /**
   * `EVALSHA`, and `EVAL` where the server does not know the script (`NOSCRIPT`): it ran in neither case twice.
   * @throws FairleadError `server` for the script's own errors, and what a connection throws.
   */
  async run(client: Sender, keys: readonly Key[] = [], args: readonly Arg[] = []): Promise<Reply> {
    this.#sha ??= await sha1(this.source);
    const rest = [keys.length, ...keys, ...args];
    try {
      return await client.send('EVALSHA', this.#sha, ...rest);
    } catch (error) {
      if (!isFairleadError(error) || error.server?.code !== 'NOSCRIPT') throw error;
      return client.send('EVAL', this.source, ...rest);
    }
  }
}

async function sha1(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-1', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
