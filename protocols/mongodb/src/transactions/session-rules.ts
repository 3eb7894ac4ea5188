// What an explicit session adds to its commands and reads from their replies: causal consistency, snapshots, transactions.
import { FairleadError, usage } from '@fairlead/errors';
import type { Document, Timestamp } from 'bson';
import type { CommandLink } from '../connection/types.ts';
import { addErrorLabel, hasErrorLabel } from '../errors.ts';
import { readConcernOf, takesReadConcern, writeConcernOf } from '../operations/concerns.ts';
import { isTimestamp, laterClusterTime } from '../operations/gossip.ts';
import { isNetworkError } from '../operations/retry-rules.ts';
import type { Attempt, Executor, Operation, ServerSession, SessionRules } from '../operations/types.ts';
import type { ReadPreference } from '../types/options.ts';
import { commandName } from '../wire/encode.ts';
import { move, type TransactionState } from './states.ts';
import type { SessionOptions, TransactionOptions } from './types.ts';

/** The first wire version (MongoDB 5.0) with snapshot reads. */
const SNAPSHOTS_SINCE = 13;

/** The writes that take `afterClusterTime`, in a read concern of its own. */
const CAUSAL_WRITES: ReadonlySet<string> = /* @__PURE__ */ new Set(
  'insert update delete findAndModify bulkWrite create createIndexes drop dropDatabase dropIndexes'.split(
    ' ',
  ),
);

/** How long a commit that is sent again waits for its majority, where the caller has said nothing. */
const COMMIT_AGAIN_MS = 10_000;

/** The rules of one explicit session, with its transaction. */
export class ExplicitRules implements SessionRules {
  state: TransactionState = 'none';
  operationTime: Timestamp | undefined;
  clusterTime: Document | undefined;
  snapshotTime: Timestamp | undefined;
  readonly #executor: Executor;
  readonly #options: SessionOptions;
  /** The session at the server, once a command has it. */
  readonly #serverSession: () => ServerSession | undefined;
  #transaction: TransactionOptions = {};
  #number = 0n;
  /** Transactions that were begun since the last command of one: each has a number, though the server may not hear of it. */
  #begun = 0n;
  #recoveryToken: Document | undefined;
  /** Where the transaction is bound to one connection. */
  #link: CommandLink | undefined;
  /** The commitTransaction or abortTransaction that is under way. */
  #ending: Operation | undefined;
  #isCommittedAgain = false;
  /** The attempt that has told the server of the transaction. */
  #first: Operation | undefined;

  constructor(executor: Executor, options: SessionOptions, serverSession: () => ServerSession | undefined) {
    this.#executor = executor;
    this.#options = options;
    this.#serverSession = serverSession;
    this.snapshotTime = options.snapshotTime;
  }

  get inTransaction(): boolean {
    return this.state === 'starting' || this.state === 'inProgress';
  }

  get readPreference(): ReadPreference | undefined {
    return this.inTransaction ? this.#readPreference : undefined;
  }

  get #readPreference(): ReadPreference {
    return this.#transaction.readPreference ?? this.#executor.settings.readPreference;
  }

  /** Begins a transaction, of which the server learns by the first command. */
  start(options: TransactionOptions): void {
    if (this.#options.snapshot === true) throw usage('Transactions are not supported in snapshot sessions.');
    const next = move(this.state, 'start');
    const { settings } = this.#executor;
    const defaults = this.#options.defaultTransactionOptions;
    const writeConcern = options.writeConcern ?? defaults?.writeConcern ?? settings.writeConcern;
    if (writeConcern?.w === 0) throw usage('Transactions do not support unacknowledged write concern.');
    this.#transaction = {
      writeConcern,
      readConcern: options.readConcern ?? defaults?.readConcern ?? settings.readConcern,
      readPreference: options.readPreference ?? defaults?.readPreference ?? settings.readPreference,
    };
    this.#recoveryToken = undefined;
    this.#link = undefined;
    this.#begun += 1n;
    this.state = next;
  }

  /**
   * Moves to the state behind a commit or an abort.
   * @returns Whether the server has to be told.
   */
  end(event: 'commit' | 'abort'): boolean {
    const before = this.state;
    this.state = move(before, event);
    this.#isCommittedAgain = before === 'committed';
    return before === 'inProgress' || before === 'committed';
  }

  /** The commit never left: the server has the transaction still. */
  uncommit(): void {
    this.state = move(this.state, 'unsent');
  }

  /** Says which operation tells the server of the end, while it is under way. */
  setEnding(operation: Operation | undefined): void {
    this.#ending = operation;
  }

  /** Lets go of the connection: the next command may go elsewhere. */
  unpin(): void {
    this.#link = undefined;
  }

  linkFor(operation: Operation): CommandLink | undefined {
    const link = this.#link;
    if (operation === this.#ending) return link?.isUsable ? link : undefined;
    if (!this.inTransaction) {
      this.#link = undefined;
      return undefined;
    }
    // A command as it is (`db.command`) may name its own.
    const own = operation.kind === 'admin' ? operation.readPreference : undefined;
    if (operation.kind !== 'write' && (own ?? this.#readPreference).mode !== 'primary') {
      throw usage('The read preference in a transaction must be primary.');
    }
    if (link === undefined || link.isUsable) return link;
    throw new FairleadError('connection_lost', "The transaction's connection has ended.", {
      peer: link.peer,
      safeToRetry: true,
    });
  }

  prepare(command: Document, attempt: Attempt): void {
    const { operation } = attempt;
    const { clusterTime } = this;
    if (clusterTime !== undefined && command.$clusterTime !== undefined) {
      command.$clusterTime = laterClusterTime(command.$clusterTime, clusterTime);
    }
    if (operation === this.#ending) {
      this.#addEnd(command, attempt.number > 1 || this.#isCommittedAgain);
    } else if (this.inTransaction) {
      this.#addTransaction(command, attempt);
    } else {
      this.state = move(this.state, 'operation');
      this.#addReadConcern(command, attempt);
    }
  }

  replied(reply: Document, { operation }: Attempt): void {
    const { operationTime, $clusterTime, recoveryToken, cursor, atClusterTime } = reply;
    if (isTimestamp(operationTime)) this.advance(operationTime);
    if ($clusterTime !== undefined) this.clusterTime = laterClusterTime(this.clusterTime, $clusterTime);
    const isTransaction = this.inTransaction || operation === this.#ending;
    if (isTransaction && typeof recoveryToken === 'object' && recoveryToken !== null) {
      this.#recoveryToken = recoveryToken;
    }
    const snapshotTime: unknown = cursor?.atClusterTime ?? atClusterTime;
    if (this.#options.snapshot === true && isTimestamp(snapshotTime)) this.snapshotTime ??= snapshotTime;
  }

  failed(error: FairleadError, { operation }: Attempt): void {
    const isEnd = operation === this.#ending;
    if (!isEnd && !this.inTransaction) return;
    const { code, server } = error;
    if (code === 'usage' || code === 'limit') {
      // It was found before anything was sent: the server knows of no transaction yet.
      if (error.safeToRetry && operation === this.#first) this.state = move(this.state, 'unsent');
      return;
    }
    const isNoReply = server === undefined && code !== 'aborted';
    if (isEnd) {
      if (isNoReply || hasErrorLabel(error, 'RetryableWriteError')) this.#link = undefined;
      return;
    }
    if (isNoReply && (isNetworkError(error) || code === 'timeout')) {
      addErrorLabel(error, 'TransientTransactionError');
    }
    if (hasErrorLabel(error, 'TransientTransactionError')) this.#link = undefined;
  }

  /** Sets the operation time forward. */
  advance(time: Timestamp): void {
    if (this.operationTime === undefined || time.greaterThan(this.operationTime)) this.operationTime = time;
  }

  #addTransaction(command: Document, { operation, link }: Attempt): void {
    const isFirst = this.state === 'starting';
    this.state = move(this.state, 'operation');
    // The transaction's own, and only with its first command.
    delete command.readConcern;
    delete command.writeConcern;
    this.#first = isFirst ? operation : undefined;
    if (isFirst) {
      const server = this.#serverSession();
      if (server === undefined) throw usage('This server has no sessions.');
      server.txnNumber += this.#begun;
      this.#begun = 0n;
      this.#number = server.txnNumber;
      command.startTransaction = true;
      const readConcern = { ...readConcernOf(this.#transaction.readConcern), ...this.#afterClusterTime() };
      if (Object.keys(readConcern).length > 0) command.readConcern = readConcern;
      const { kind } = this.#executor.topology;
      const isRouter = link?.server.kind === 'mongos' || kind === 'load balanced';
      if (kind !== 'replica set' && isRouter) this.#link = link;
    }
    command.txnNumber = this.#number;
    command.autocommit = false;
  }

  #addEnd(command: Document, isAgain: boolean): void {
    command.txnNumber = this.#number;
    command.autocommit = false;
    const concern = writeConcernOf(this.#transaction.writeConcern);
    if (isAgain && 'commitTransaction' in command) {
      command.writeConcern = { wtimeout: COMMIT_AGAIN_MS, ...concern, w: 'majority' };
    } else if (concern !== undefined) {
      command.writeConcern = concern;
    }
    if (this.#recoveryToken !== undefined) command.recoveryToken = this.#recoveryToken;
  }

  #addReadConcern(command: Document, { operation, link }: Attempt): void {
    const name = commandName(command);
    if (this.#options.snapshot === true) {
      // Also on what reads no snapshot, which the server then refuses.
      if (name !== 'getMore' && name !== 'killCursors') command.readConcern = this.#snapshotConcern(link);
      return;
    }
    const after = this.#afterClusterTime();
    if (after === undefined) return;
    if (CAUSAL_WRITES.has(name)) command.readConcern = after;
    else if (operation.kind === 'read' && takesReadConcern(command)) {
      command.readConcern = { ...command.readConcern, ...after };
    }
  }

  #snapshotConcern(link: CommandLink | undefined): Document {
    if (link !== undefined && link.server.maxWireVersion < SNAPSHOTS_SINCE) {
      throw usage('Snapshot reads require MongoDB 5.0 or later.');
    }
    const { snapshotTime } = this;
    return { level: 'snapshot', ...(snapshotTime !== undefined && { atClusterTime: snapshotTime }) };
  }

  #afterClusterTime(): Document | undefined {
    const { operationTime } = this;
    const isCausal = this.#options.causalConsistency !== false && operationTime !== undefined;
    return isCausal ? { afterClusterTime: operationTime } : undefined;
  }
}
