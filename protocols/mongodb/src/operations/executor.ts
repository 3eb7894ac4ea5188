// The executor of a client's commands: chooses the connection, adds what every command carries, sends once more where that is allowed.
import { type CallLimit, timeUp } from '@fairlead/client';
import { type FairleadError, isFairleadError, usage } from '@fairlead/errors';
import type { Document } from 'bson';
import type { CommandLink, CommandRequest } from '../connection/types.ts';
import { hasErrorLabel, isOk } from '../errors.ts';
import { PRIMARY } from '../options/concerns.ts';
import { apiFields } from '../session/login/hello.ts';
import { ImplicitSession, SessionPool } from '../sessions/session-pool.ts';
import type { Topology } from '../topology/types.ts';
import type { ReadPreference } from '../types/options.ts';
import { readConcernOf, readPreferenceOf, takesReadConcern, writeConcernOf } from './concerns.ts';
import { Gossip } from './gossip.ts';
import { concernErrorOf, replyError } from './reply-error.ts';
import {
  isNetworkError,
  isStateChange,
  knowsRetryableWrites,
  mayTryAgain,
  type RetryKind,
} from './retry-rules.ts';
import type { Attempt, Executor, ExecutorSettings, Operation, Outcome, SessionState } from './types.ts';

/** The longest time that a server takes: an int32. */
const MAX_TIME_MS = 0x7fffffff;

/**
 * Makes a client's executor.
 * @param topology Whose connections it uses. It closes none.
 * @param settings The client's defaults.
 */
export function createExecutor(topology: Topology, settings: ExecutorSettings): Executor {
  const { readPreference, readConcern, writeConcern, retryReads, retryWrites, serverApi, timeoutMs } =
    settings;
  // Not the settings as they are: those of `connect` hold the password, and a logged collection shows what is here.
  const own = { readPreference, readConcern, writeConcern, retryReads, retryWrites, serverApi, timeoutMs };
  return new CommandExecutor(topology, own);
}

/** One run of an operation: what its two attempts share. */
class Run implements Attempt {
  readonly operation: Operation;
  readonly session: SessionState;
  number = 1;
  link: CommandLink | undefined;
  /** The number by which the server knows a second attempt for the same write. */
  txnNumber: bigint | undefined;
  isUnacknowledged = false;
  /** The first attempt's failure, while the second is under way. */
  before: FairleadError | undefined;
  /** The first attempt's reply, where it succeeded but for its write concern. */
  outcome: Outcome | undefined;

  constructor(operation: Operation, session: SessionState) {
    this.operation = operation;
    this.session = session;
  }
}

class CommandExecutor implements Executor {
  readonly topology: Topology;
  readonly settings: ExecutorSettings;
  readonly sessions = new SessionPool();
  readonly #gossip = new Gossip();
  readonly #api: Document;
  readonly #readConcern: Document | undefined;
  readonly #writeConcern: Document | undefined;

  constructor(topology: Topology, settings: ExecutorSettings) {
    this.topology = topology;
    this.settings = settings;
    this.#readConcern = readConcernOf(settings.readConcern);
    this.#writeConcern = writeConcernOf(settings.writeConcern);
    this.#api = apiFields(settings);
  }

  startSession(): SessionState {
    return new ImplicitSession(this.sessions);
  }

  async run(operation: Operation): Promise<Outcome> {
    const run = new Run(operation, this.#sessionOf(operation));
    try {
      for (;;) {
        let reply: Document | undefined;
        let error: FairleadError;
        try {
          const link = operation.link ?? run.session.rules?.linkFor(operation) ?? (await this.#select(run));
          run.link = link;
          const request = this.#request(run, link);
          const sentAt = Date.now();
          reply = await link.command(request);
          if (!run.isUnacknowledged) this.#received(reply, link, sentAt, run);
          if (run.isUnacknowledged || (isOk(reply) && concernErrorOf(reply) === undefined)) {
            return { reply, link };
          }
          error = replyError(reply, link.peer);
        } catch (thrown) {
          if (!isFairleadError(thrown)) throw thrown;
          error = thrown;
        }
        const outcome = this.#settle(run, error, reply);
        if (outcome !== undefined) return outcome;
      }
    } finally {
      if (operation.session === undefined) run.session.end();
    }
  }

  async endSessions(limit: CallLimit): Promise<void> {
    const { link } = this.#gossip;
    const endSessions = this.sessions.drain();
    if (endSessions.length === 0 || link === undefined || !link.isUsable) return;
    const command: Document = { endSessions, ...this.#api };
    await link.command({ database: 'admin', command, limit }).catch(() => undefined);
  }

  #sessionOf({ session }: Operation): SessionState {
    if (session === undefined) return new ImplicitSession(this.sessions);
    if (typeof session !== 'object' || session === null) throw usage('session is one of startSession');
    if (session.isEnded) throw usage('The session has ended.');
    if (session.pool !== this.sessions) throw usage('The session belongs to another client.');
    return session;
  }

  #select(run: Run): Promise<CommandLink> {
    const { kind, limit } = run.operation;
    return this.topology.select(kind === 'write' ? 'writable' : this.#readPreference(run), limit);
  }

  #readPreference({ operation, session }: Run): ReadPreference {
    const chosen = session.rules?.readPreference ?? operation.readPreference;
    return chosen ?? (operation.kind === 'read' ? this.settings.readPreference : PRIMARY);
  }

  #received(reply: Document, link: CommandLink, sentAt: number, run: Run): void {
    const { session } = run;
    this.#gossip.received(reply, link, sentAt);
    if (session.server !== undefined) session.server.lastUsed = sentAt;
    session.rules?.replied(reply, run);
  }

  /** The attempt's command with everything that it carries. */
  #request(run: Run, link: CommandLink): CommandRequest {
    const { operation, session } = run;
    const { kind, database, sequence, limit, rawFields } = operation;
    const { rules } = session;
    const inTransaction = rules?.inTransaction === true;
    const command: Document = { ...operation.command };
    if (kind === 'write') {
      if (this.#writeConcern !== undefined && !inTransaction) command.writeConcern ??= this.#writeConcern;
    } else {
      const wire = readPreferenceOf(this.#readPreference(run), link.server, this.topology.kind);
      if (wire !== undefined) command.$readPreference = wire;
      if (this.#readConcern !== undefined && kind === 'read' && takesReadConcern(command)) {
        command.readConcern ??= this.#readConcern;
      }
    }
    run.isUnacknowledged = !inTransaction && (operation.isUnacknowledged ?? command.writeConcern?.w === 0);
    if (!run.isUnacknowledged) this.#joinSession(command, run, link);
    else if (rules !== undefined) throw usage('A write without acknowledgement takes no session.');
    if (operation.hasTimeLimit !== false) this.#addTimeLimit(command, limit, link);
    Object.assign(command, this.#api);
    const { clusterTime } = this.#gossip;
    if (clusterTime !== undefined && link.server.kind !== 'standalone') command.$clusterTime = clusterTime;
    rules?.prepare(command, run);
    return { database, command, sequence, limit, isUnacknowledged: run.isUnacknowledged, rawFields };
  }

  #joinSession(command: Document, run: Run, link: CommandLink): void {
    const { session } = run;
    const { server } = link;
    const minutes = server.logicalSessionTimeoutMinutes;
    if (minutes === undefined && session.rules !== undefined) throw usage('This server has no sessions.');
    const isNumbered = this.#retryKind(run) === 'write' && knowsRetryableWrites(server);
    // Without its number, the server would take it for another write.
    if (run.txnNumber !== undefined && !isNumbered) throw usage('This server has no retryable writes.');
    if (minutes === undefined) return;
    session.server ??= session.pool.take(minutes);
    command.lsid = session.server.lsid;
    if (!isNumbered) return;
    run.txnNumber ??= session.server.txnNumber += 1n;
    command.txnNumber = run.txnNumber;
  }

  #addTimeLimit(command: Document, { at, timeoutMs }: CallLimit, link: CommandLink): void {
    if (at === Number.POSITIVE_INFINITY) return;
    const leftMs = Math.floor(at - Date.now() - this.#gossip.roundTripMs(link));
    // The server would end it when the caller has gone already.
    if (leftMs < 1) throw timeUp('command', timeoutMs, true);
    const own: unknown = command.maxTimeMS;
    command.maxTimeMS = Math.min(leftMs, MAX_TIME_MS, typeof own === 'number' && own > 0 ? own : leftMs);
  }

  #retryKind({ operation, session, isUnacknowledged }: Run): RetryKind | undefined {
    const { kind, isRetryable, link } = operation;
    if (!isRetryable || link !== undefined) return undefined;
    if (kind === 'admin') return 'end';
    if (session.rules?.inTransaction === true) return undefined;
    if (kind === 'read') return this.settings.retryReads ? 'read' : undefined;
    return this.settings.retryWrites && !isUnacknowledged ? 'write' : undefined;
  }

  /**
   * Decides what comes after an attempt that did not succeed.
   * @returns A reply that succeeded but for its write concern; undefined: try once more.
   * @throws FairleadError The failure that tells most: one after which a write may have happened, else the first.
   */
  #settle(run: Run, error: FairleadError, reply: Document | undefined): Outcome | undefined {
    const { link, session } = run;
    if (link !== undefined) this.#doubt(run, link, error, reply);
    const kind = this.#retryKind(run);
    // A write without a number may be sent once; a connection that did not come about may be asked for again.
    const isSafe = kind !== 'write' || link === undefined || run.txnNumber !== undefined;
    const isRetryable = kind !== undefined && isSafe && mayTryAgain(kind, error, reply, link?.server);
    session.rules?.failed(error, run);
    const outcome = reply !== undefined && link !== undefined && isOk(reply) ? { reply, link } : undefined;
    if (isRetryable && run.before === undefined) {
      run.before = error;
      run.outcome = outcome;
      run.number = 2;
      run.link = undefined;
      return undefined;
    }
    const isHarmless = link === undefined || error.safeToRetry || hasErrorLabel(error, 'NoWritesPerformed');
    const isFirst = run.before !== undefined && isHarmless;
    const result = isFirst ? run.outcome : outcome;
    if (result !== undefined) return result;
    throw isFirst ? run.before : error;
  }

  /** Notes what a failure says about the session and the server. */
  #doubt({ session }: Run, link: CommandLink, error: FairleadError, reply: Document | undefined): void {
    if (reply !== undefined) {
      if (isStateChange(reply)) this.topology.failed(link, error);
      return;
    }
    // The server may still be at work under this session.
    if (session.server !== undefined && !error.safeToRetry) session.server.isDirty = true;
    if (isNetworkError(error)) this.topology.failed(link, error);
  }
}
