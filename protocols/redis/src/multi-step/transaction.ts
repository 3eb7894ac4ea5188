// Collects the commands of a transaction and sends them, with MULTI and EXEC around them, in one piece.
import { FairleadError, usage } from '@fairlead/errors';
import { defineCommands, type Queued } from '../commands/methods.ts';
import { blockingTimeOf } from '../commands/send-rules.ts';
import type { Connection } from '../connection/connection.ts';
import type { CallOptions } from '../options/options.ts';
import type { Arg } from '../types.ts';
import type { ReplyShape } from '../wire/reply-shapes.ts';

/** A transaction: queue typed commands or `send`, then `exec()` once. */
export interface Multi extends MultiBase, Queued<Multi> {}

/** The part of a transaction that is not typed commands. */
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

  /** Queues any command. @throws FairleadError `usage`. */
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
   * Runs all of it, or nothing.
   * @returns The replies in order; a command that failed while it ran has its FairleadError there, since Redis
   *   does not undo the others. `null` when a watched key has changed, and nothing was run.
   * @throws FairleadError `server` when a command could not be queued: then nothing was run.
   */
  async exec(): Promise<unknown[] | null> {
    if (this.#done) throw usage('This transaction was sent already');
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
