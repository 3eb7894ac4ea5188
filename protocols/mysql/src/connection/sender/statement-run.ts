// One statement on its way, from the command that runs it to the end of its reply. It sends nothing but the content of files.
import type { FairleadError } from '@fairlead/errors';
import { statementError } from '../../errors.ts';
import type { ColumnCache } from '../../session/replies/column-cache.ts';
import type { Reply, ReplyOptions } from '../../session/replies/reply.ts';
import { ResultReply } from '../../session/replies/result-reply.ts';
import type { FileEvents } from '../../wire/messages.ts';
import type { Command, Exchange } from '../exchange/exchange.ts';
import type { PendingStatement } from '../queue/pending-statement.ts';
import { FileRequests } from './local-data.ts';
import type { StatementCache } from './statement-cache.ts';

/** ER_UNKNOWN_STMT_HANDLER: the server has forgotten it, as poolers do. */
const UNKNOWN_STATEMENT = 1243;
/**
 * ER_IMPOSSIBLE_STRING_CONVERSION: MySQL keeps the charset that a parameter's column had when the statement was prepared,
 * also where the column has another one by now.
 */
const OUTDATED_CHARSET = 3988;

/** What runs have in common on one connection. */
export interface RunParts {
  readonly exchange: Exchange;
  readonly prepared: StatementCache;
  readonly replies: ReplyOptions;
}

/** One run of a statement. */
export class StatementRun implements Command, FileEvents {
  readonly pending: PendingStatement;
  readonly reply: ResultReply;
  readonly #parts: RunParts;
  /** The prepared statement's key in the cache. */
  readonly #key: string | undefined;
  #files: FileRequests | undefined;
  /** Whether a command that belongs to the statement is to be answered behind it. */
  #goesOn = false;
  #isOver = false;

  /** @param key The prepared statement's key in the cache; undefined by the text protocol. */
  constructor(parts: RunParts, pending: PendingStatement, columns: ColumnCache, key?: string) {
    this.#parts = parts;
    this.#key = key;
    this.pending = pending;
    const protocol = key === undefined ? 'text' : 'binary';
    this.reply = new ResultReply(protocol, parts.replies, columns, pending, this);
  }

  onLocalFile(): void {
    this.#files ??= new FileRequests(this.#parts.exchange, this.pending);
    this.#files.onLocalFile();
  }

  /** The statement has not ended before `reply` has, too. @returns Its command. */
  endsWith(reply: Reply): Command {
    this.#goesOn = true;
    return { reply, ended: (failure) => this.#end(failure) };
  }

  ended(failure: FairleadError | undefined): void {
    if (failure !== undefined || !this.#goesOn) this.#end(failure);
  }

  #end(failure: FairleadError | undefined): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#files?.end();
    this.pending.complete(failure ?? this.#files?.refused ?? this.#error());
  }

  /** The server's error, if there is one. */
  #error(): FairleadError | undefined {
    const { failure } = this.reply;
    if (failure === undefined) return undefined;
    const { exchange, prepared } = this.#parts;
    const key = this.#key;
    if (key !== undefined && failure.errno === UNKNOWN_STATEMENT) prepared.forget(key);
    if (key !== undefined && failure.errno === OUTDATED_CHARSET) prepared.drop(key);
    return statementError(failure, exchange.peer);
  }
}
