// A session of the caller's own, with its transactions. It is used by one call at a time.
import { type CallOptions, limitOf } from '@fairlead/client';
import { FairleadError, usage } from '@fairlead/errors';
import type { Document, Timestamp } from 'bson';
import { addErrorLabel, afterOthers, hasErrorLabel } from '../errors.ts';
import { isTimestamp, laterClusterTime } from '../operations/gossip.ts';
import { concernErrorOf, replyError } from '../operations/reply-error.ts';
import { isNetworkError } from '../operations/retry-rules.ts';
import type { Executor, Operation, ServerSession, SessionSource, SessionState } from '../operations/types.ts';
import { ExplicitRules } from './session-rules.ts';
import type { TransactionState } from './states.ts';
import type { SessionOptions, TransactionOptions } from './types.ts';

/** Write concern errors that would come again: UnsatisfiableWriteConcern, UnknownReplWriteConcern. */
const HOPELESS_CONCERNS: ReadonlySet<unknown> = /* @__PURE__ */ new Set([100, 79]);

/** How long the server is waited for when it is told of an abort that nobody asked about. */
export const ABORT_MS = 1_000;

/** MaxTimeMSExpired. */
const MAX_TIME_EXPIRED = '50';

/** A session of `startSession`. Give it to calls as their `session`, one call at a time, and end it when they are done. */
export class ClientSession implements SessionState, AsyncDisposable {
  readonly pool: SessionSource;
  readonly rules: ExplicitRules;
  server: ServerSession | undefined;
  readonly #executor: Executor;
  #isEnded = false;
  /** Whether a commit of this transaction was sent, and its result is unknown. */
  #isInDoubt = false;

  /** Use `startSession`. */
  constructor(executor: Executor, options: SessionOptions) {
    this.#executor = executor;
    this.pool = executor.sessions;
    this.rules = new ExplicitRules(executor, options, () => this.server);
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** The session's identifier at the server; undefined before its first command. */
  get id(): ServerSession['lsid'] | undefined {
    return this.server?.lsid;
  }

  /** Where the transaction is. */
  get transactionState(): TransactionState {
    return this.rules.state;
  }

  /** Whether a transaction has begun and was neither committed nor aborted. */
  get inTransaction(): boolean {
    return this.rules.inTransaction;
  }

  /** The time of the last operation, for another session's `advanceOperationTime`. */
  get operationTime(): Timestamp | undefined {
    return this.rules.operationTime;
  }

  /** The highest cluster time that this session knows, for another session's `advanceClusterTime`. */
  get clusterTime(): Document | undefined {
    return this.rules.clusterTime;
  }

  /** In snapshot sessions: the moment that is read. */
  get snapshotTime(): Timestamp | undefined {
    return this.rules.snapshotTime;
  }

  /** Makes reads see what another session, perhaps of another client, has seen. @throws FairleadError `usage`: it is no Timestamp. */
  advanceOperationTime(time: Timestamp): void {
    if (!isTimestamp(time)) throw usage('operationTime is a Timestamp');
    this.rules.advance(time);
  }

  /** Takes over another session's cluster time. @throws FairleadError `usage`: it is no `$clusterTime`. */
  advanceClusterTime(time: Document): void {
    if (!isTimestamp(time?.clusterTime)) throw usage('clusterTime is a document with a Timestamp');
    this.rules.clusterTime = laterClusterTime(this.rules.clusterTime, time);
  }

  /**
   * Begins a transaction. The server learns of it by the first command.
   * @throws FairleadError `usage`: one is under way, or the session reads a snapshot.
   */
  startTransaction(options: TransactionOptions = {}): void {
    if (this.#isEnded) throw usage('The session has ended.');
    this.rules.start(options);
    this.#isInDoubt = false;
  }

  /**
   * Commits. It is sent a second time where that is safe; after an error with the label `UnknownTransactionCommitResult` it may
   * be called again.
   * @throws FairleadError `usage`: there is no transaction, or it was aborted. `server`, `timeout`, `connection_lost`, ...
   */
  async commitTransaction(options: CallOptions = {}): Promise<void> {
    if (!this.rules.end('commit')) return;
    let reply: Document;
    try {
      reply = await this.#tell({ commitTransaction: 1 }, options);
    } catch (error) {
      throw this.#commitFailure(error);
    }
    this.#isInDoubt = false;
    const concernError = concernErrorOf(reply);
    if (concernError === undefined) return;
    const error = replyError(reply, undefined);
    if (!HOPELESS_CONCERNS.has(concernError.code)) {
      addErrorLabel(error, 'UnknownTransactionCommitResult');
    }
    throw error;
  }

  /**
   * Aborts. What the server says to it does not matter, and is thrown away: it forgets the transaction in any case.
   * @throws FairleadError `usage`: there is no transaction, or it has ended.
   */
  async abortTransaction(options: CallOptions = {}): Promise<void> {
    const mustTell = this.rules.end('abort');
    if (mustTell) await this.#tell({ abortTransaction: 1 }, options).catch(() => undefined);
    this.rules.unpin();
  }

  /** Ends the session; a transaction that is under way is aborted. Never rejects. */
  async end(): Promise<void> {
    if (this.#isEnded) return;
    if (this.rules.inTransaction) await this.abortTransaction({ timeoutMs: ABORT_MS }).catch(() => undefined);
    this.#isEnded = true;
    this.rules.unpin();
    const { server } = this;
    this.server = undefined;
    if (server !== undefined) this.pool.give(server);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.end();
  }

  /** What is known of the transaction when a commit has failed, and whether an earlier one may have done it. */
  #commitFailure(thrown: unknown): unknown {
    const wasInDoubt = this.#isInDoubt;
    const error = wasInDoubt ? afterOthers(thrown) : thrown;
    if (!(error instanceof FairleadError)) return error;
    this.#isInDoubt = isUnknownResult(error) || (wasInDoubt && error.server === undefined);
    if (this.#isInDoubt) addErrorLabel(error, 'UnknownTransactionCommitResult');
    if (!wasInDoubt && error.safeToRetry && error.server === undefined) {
      this.#isInDoubt = false;
      this.rules.uncommit();
    }
    return error;
  }

  async #tell(command: Document, options: CallOptions): Promise<Document> {
    const operation: Operation = {
      database: 'admin',
      command,
      kind: 'admin',
      isRetryable: true,
      limit: limitOf(options, this.#executor.settings.timeoutMs),
      session: this,
    };
    this.rules.setEnding(operation);
    try {
      return (await this.#executor.run(operation)).reply;
    } finally {
      this.rules.setEnding(undefined);
    }
  }
}

/** Whether the transaction may have been committed all the same. */
function isUnknownResult(error: FairleadError): boolean {
  if (hasErrorLabel(error, 'RetryableWriteError') || error.server?.code === MAX_TIME_EXPIRED) return true;
  if (error.server !== undefined) return false;
  // An abort before the commit left is no doubt; one behind it is.
  return (
    isNetworkError(error) || error.code === 'timeout' || (error.code === 'aborted' && !error.safeToRetry)
  );
}
