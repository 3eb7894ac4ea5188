// Follows one pooled connection: which replies are owed, and which cursors and transactions are open.
import type { AnswerTracker } from '@fairlead/mooring';
import { protocolError } from '../errors.ts';
import { HEADER_BYTES, int32 } from '../wire/protocol.ts';
import { type CommandFacts, readCommand } from './commands.ts';
import { Replies, type ReplyFacts } from './replies.ts';

/** The server is no primary any longer, recovers or shuts down, or wants another login: the connection is not lent again. */
const SPENT: readonly number[] = [10_107, 13_435, 11_600, 11_602, 189, 91, 10_058, 13_436, 391];

/** One connection's answers. */
export class MongodbTracker implements AnswerTracker {
  readonly #owed: CommandFacts[] = [];
  readonly #replies = new Replies((facts) => this.#reply(facts));
  /** Cursors that are open, with their collections. */
  readonly #cursors = new Map<bigint, string>();
  #inTransaction = false;
  #isSpent = false;
  /** Whether a command was refused since the last `sent`. */
  hasFailed = false;

  sent(bytes: Uint8Array): void {
    this.hasFailed = false;
    for (let at = 0; at < bytes.length; ) {
      const length = int32(bytes, at);
      if (length < HEADER_BYTES || at + length > bytes.length)
        throw protocolError('a command of a pooled connection is cut off');
      this.#owed.push(readCommand(bytes.subarray(at, at + length)));
      at += length;
    }
  }

  received(bytes: Uint8Array): void {
    this.#replies.take(bytes);
  }

  get owes(): boolean {
    return this.#owed.length > 0;
  }

  get isIdle(): boolean {
    return !this.owes && this.#replies.isWhole && !this.#inTransaction;
  }

  get needsReset(): boolean {
    return this.#cursors.size > 0 && this.isIdle;
  }

  get isSpent(): boolean {
    return this.#isSpent;
  }

  /** Cursors that a borrower has left open, with their collections. */
  get openCursors(): ReadonlyMap<bigint, string> {
    return this.#cursors;
  }

  #reply({ responseTo, isOk, code, cursor, namespace }: ReplyFacts): void {
    const command = this.#owed.shift();
    if (command === undefined || command.requestId !== responseTo)
      throw protocolError('a reply that no command asked for');
    this.hasFailed ||= !isOk;
    if (!isOk && SPENT.includes(code)) this.#isSpent = true;
    // It is over, or fails: what has failed is no longer to be asked for more.
    for (const id of command.cursors) this.#cursors.delete(id);
    if (isOk && cursor !== undefined && cursor !== 0n) this.#cursors.set(cursor, namespace);
    if (!command.isOfTransaction) return;
    const ends = command.name === 'commitTransaction' || command.name === 'abortTransaction';
    this.#inTransaction = !(ends && isOk);
  }
}
