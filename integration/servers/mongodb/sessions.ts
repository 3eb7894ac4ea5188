// What a server keeps of clients' sessions: transactions with their connections, cursors, and the replies to retryable writes.
import { Binary, type Document } from 'bson';
import type { PoolClient } from 'pg';
import type { Engine } from './engine.ts';
import { CommandError } from './errors.ts';

/** A cursor that has more to give. */
export interface OpenCursor {
  readonly continuation: Uint8Array;
  /** Where its pages have to be asked; `isOwn` where no transaction has it. */
  readonly client: PoolClient | undefined;
  readonly isOwn: boolean;
}

interface Transaction {
  readonly number: string;
  readonly client: PoolClient;
}

/** A reply that is given again. */
interface Past {
  readonly number: string;
  readonly reply: Uint8Array;
}

/** What several listeners of one engine share. */
export class Sessions {
  readonly cursors = new Map<string, OpenCursor>();
  readonly #engine: Engine;
  readonly #transactions = new Map<string, Transaction>();
  readonly #pasts = new Map<string, Past>();
  /** By session: the last transaction that was committed, which clients may ask for again. */
  readonly #committed = new Map<string, string>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /**
   * The connection of the transaction that a command belongs to, begun if it is the first.
   * @returns undefined for a command outside of transactions.
   * @throws CommandError for a transaction that is not there.
   */
  async clientOf(command: Document): Promise<PoolClient | undefined> {
    if (command.autocommit !== false) return undefined;
    const id = sessionId(command);
    const number = String(command.txnNumber);
    const known = this.#transactions.get(id);
    if (command.startTransaction === true) {
      if (known) await this.end(command, 'ROLLBACK');
      const client = await this.#engine.reserve();
      this.#transactions.set(id, { number, client });
      await client.query('BEGIN');
      return client;
    }
    if (known?.number !== number) throw noTransaction(number);
    return known.client;
  }

  /** Ends a transaction. @throws CommandError if there is none. */
  async end(command: Document, how: 'COMMIT' | 'ROLLBACK'): Promise<void> {
    const id = sessionId(command);
    const number = String(command.txnNumber);
    const transaction = this.#transactions.get(id);
    if (!transaction) {
      if (how === 'COMMIT' && this.#committed.get(id) === number) return;
      throw noTransaction(number);
    }
    this.#transactions.delete(id);
    if (how === 'COMMIT') this.#committed.set(id, number);
    for (const [cursor, { client }] of this.cursors)
      if (client === transaction.client) this.cursors.delete(cursor);
    try {
      await transaction.client.query(how);
    } finally {
      transaction.client.release();
    }
  }

  /** Ends the sessions of these ids. */
  async endSessions(ids: readonly Document[]): Promise<void> {
    for (const lsid of ids) {
      this.#pasts.delete(sessionId({ lsid }));
      this.#committed.delete(sessionId({ lsid }));
      if (this.#transactions.has(sessionId({ lsid }))) await this.end({ lsid }, 'ROLLBACK');
    }
  }

  /** What a retryable write was answered with before. */
  pastReply(command: Document): Uint8Array | undefined {
    if (command.txnNumber === undefined || command.autocommit === false) return undefined;
    const past = this.#pasts.get(sessionId(command));
    return past?.number === String(command.txnNumber) ? past.reply : undefined;
  }

  /** Keeps the reply to a retryable write. */
  keepReply(command: Document, reply: Uint8Array): void {
    if (command.txnNumber === undefined || command.autocommit === false) return;
    this.#pasts.set(sessionId(command), { number: String(command.txnNumber), reply });
  }
}

function sessionId({ lsid }: Document): string {
  return lsid?.id instanceof Binary ? lsid.id.toString('hex') : '';
}

function noTransaction(number: string): CommandError {
  const text = `Given transaction number ${number} does not match any in-progress transactions.`;
  return new CommandError(251, 'NoSuchTransaction', text, ['TransientTransactionError']);
}
