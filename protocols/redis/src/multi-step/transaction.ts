// Collects the commands of a transaction and sends them, with MULTI and EXEC around them, in one piece.
import { FairleadError, usage } from '@fairlead/errors';
import { defineCommands, type Queued } from '../commands/methods.ts';
import { blockingTimeOf } from '../commands/send-rules.ts';
import type { Connection } from '../connection/connection.ts';
import type { CallOptions } from '../types.ts';
import type { Arg } from '../wire/messages.ts';
import type { ReplyShape } from '../wire/reply-shapes.ts';

/** A transaction: queue commands by their methods or by `send`, then call `exec()` once. */
export interface Multi extends MultiBase, Queued<Multi> {}

/** All methods of a transaction but the typed commands. */
export class MultiBase {
  readonly #connection: Connection;
  readonly #options: CallOptions;
  readonly #commands: Arg[][] = [['MULTI']];
  readonly #shapes: (ReplyShape | undefined)[] = [];
  #done = false;

  constructor(connection: Connection, options: CallOptions) {
    this.#connection = connection;
    this.#options = options;
  }

  /** Queues any command. @throws FairleadError `usage` for a command that needs a connection or a method of its own. */
  send(...command: Arg[]): Multi {
    blockingTimeOf(command, false);
    return this.run(command);
  }

  /** Queues a command with the shape of its reply. */
  run(command: Arg[], shape?: ReplyShape): Multi {
    this.#commands.push(command);
    this.#shapes.push(shape);
    return this as unknown as Multi;
  }

  /** Throws what the arguments of a typed command have wrong. */
  refuse(mistake: unknown): never {
    throw mistake;
  }

  /**
   * Sends the transaction. The server runs all of its commands, or none of them.
   * @returns The replies in order. A command that failed while it ran has its FairleadError there: Redis does not undo
   *   the others. `null` if a watched key has changed; then no command has run.
   * @throws FairleadError `server` when the server refused to queue a command: then no command has run. `usage` for a
   *   second call. Else as `send` of a client.
   */
  async exec(): Promise<unknown[] | null> {
    if (this.#done) throw usage('exec() was called already: begin another transaction');
    this.#done = true;
    const reply: unknown = await this.#connection.submit([...this.#commands, ['EXEC']], this.#options);
    if (!Array.isArray(reply)) return null;
    return reply.map((item, index) => {
      const shape = this.#shapes[index];
      return shape === undefined || item instanceof FairleadError ? item : shape(item);
    });
  }
}

defineCommands(MultiBase.prototype);
