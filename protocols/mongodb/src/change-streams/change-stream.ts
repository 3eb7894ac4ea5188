// A change stream: changes as the server tells of them, fetched when they are asked for. It goes on by itself after lost connections.
import { abortedBy, type CallLimit, limitOf, pause } from '@fairlead/client';
import { FairleadError, isFairleadError, usage } from '@fairlead/errors';
import { bounded } from '@fairlead/transport';
import type { Document, Timestamp } from 'bson';
import type { CommandLink } from '../connection/types.ts';
import { type CursorPart, cursorPart } from '../cursors/cursor-reply.ts';
import { readOperation } from '../database/scope.ts';
import { serverCodeOf } from '../errors.ts';
import { isTimestamp } from '../operations/gossip.ts';
import type { Executor, Operation, SessionState } from '../operations/types.ts';
import { CURSOR_NOT_FOUND, isResumable } from './resumable.ts';
import type { ChangeEvent, ResumeToken, WatchOptions } from './types.ts';
import { checkWatch, type StartingPoint, type Watched, watchCommand, watchedOf } from './watched.ts';

/** How long the server waits for changes, where the caller has said nothing. */
const AWAIT_MS = 1_000;
/** How long the server is waited for when it is told that the cursor is over. */
const KILL_MS = 1_000;
/** An empty reply that comes sooner was not waited for: the next one is asked for after a pause. */
const SOON_MS = 5;
const MAX_PAUSE_MS = 1_000;

/**
 * Changes of a collection, a database or a whole deployment, from now on or from a resume token. Take one at a time by `for await`,
 * `next` or `tryNext`; nothing is fetched ahead. Leaving the loop closes it.
 */
export class ChangeStream<E extends Document = ChangeEvent> implements AsyncIterable<E>, AsyncDisposable {
  readonly #watched: Watched;
  readonly #executor: Executor;
  readonly #pipeline: readonly Document[];
  readonly #options: WatchOptions;
  readonly #session: SessionState;
  readonly #endsAt: number;
  #batch: readonly unknown[] = [];
  #at = 0;
  #part: CursorPart | undefined;
  #link: CommandLink | undefined;
  #token: ResumeToken | undefined;
  /** The last reply's token, which stands behind its last change. */
  #postBatchToken: ResumeToken | undefined;
  #operationTime: Timestamp | undefined;
  #hasGiven = false;
  #isOver = false;
  #emptyReplies = 0;
  #pending: Promise<E | null> | undefined;

  /** Use `watch`. */
  constructor(target: object, pipeline: readonly Document[], options: WatchOptions) {
    const watched = watchedOf(target);
    const { executor } = watched.scope;
    checkWatch(pipeline, options, executor.settings.timeoutMs);
    this.#watched = watched;
    this.#executor = executor;
    this.#pipeline = pipeline;
    this.#options = options;
    this.#session = options.session ?? executor.startSession();
    this.#endsAt = Date.now() + (options.maxDurationMs ?? Number.POSITIVE_INFINITY);
    this.#token = options.startAfter ?? options.resumeAfter;
  }

  /** Where a new stream would go on behind the change that was given last, also where there was none: store it. */
  get resumeToken(): ResumeToken | undefined {
    return this.#token;
  }

  /** Whether it was closed, or the server has ended it (an `invalidate`), and all changes were given. */
  get closed(): boolean {
    return this.#isOver && this.#at >= this.#batch.length;
  }

  /** Sends the first command. `watch` has done it. */
  open(): Promise<void> {
    const { resumeAfter, startAfter, startAtOperationTime } = this.#options;
    return this.#open({ resumeAfter, startAfter, startAtOperationTime });
  }

  /**
   * The next change, however long it takes; null where the stream has ended.
   * @throws FairleadError `server`, `timeout` (the server has not answered: `next` may be called again), `aborted`, `connection_lost`,
   *   `protocol`. `usage`: another call is under way.
   */
  next(): Promise<E | null> {
    return this.#once(async () => {
      for (;;) {
        const event = await this.#advance();
        if (event !== undefined) return event;
      }
    });
  }

  /** As `next`, but asks the server once at most: null also where there was no change within `maxAwaitTimeMS`. */
  tryNext(): Promise<E | null> {
    return this.#once(async () => (await this.#advance()) ?? null);
  }

  /** Each change. Leaving the loop closes the stream. */
  async *[Symbol.asyncIterator](): AsyncGenerator<E, void, undefined> {
    try {
      for (let event = await this.next(); event !== null; event = await this.next()) yield event;
    } finally {
      await this.close();
    }
  }

  /**
   * Tells the server that the stream is over, and waits a second at most for its answer. A `next` that is under way is waited for,
   * within the time of its command. Never rejects.
   */
  async close(): Promise<void> {
    this.#isOver = true;
    this.#batch = [];
    this.#at = 0;
    // A fetch that is under way brings the cursor's id. Where that takes long, it is not waited for.
    const pending = this.#pending;
    const end = (): Promise<void> => this.#end();
    if (pending === undefined || (await bounded(pending, KILL_MS)).kind !== 'timeout') await end();
    else pending.then(end, end);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #once(work: () => Promise<E | null>): Promise<E | null> {
    if (this.#pending !== undefined) throw usage('a change is asked for already: await it first');
    this.#pending = work();
    try {
      return await this.#pending;
    } catch (error) {
      // What took too long may be asked for again.
      if (!isFairleadError(error) || error.code !== 'timeout') this.#isOver = true;
      throw error;
    } finally {
      this.#pending = undefined;
    }
  }

  /** A change; null: it is over; undefined: there is none yet. */
  async #advance(): Promise<E | null | undefined> {
    if (this.#at >= this.#batch.length) {
      if (this.#isOver) return null;
      await this.#fetch();
    }
    if (this.#at < this.#batch.length) return this.#take();
    if (this.#part?.id === 0n) this.#isOver = true;
    return this.#isOver ? null : undefined;
  }

  #take(): E {
    const event = this.#batch[this.#at] as Document | undefined;
    this.#at += 1;
    const token: unknown = event?._id;
    if (event === undefined || typeof token !== 'object' || token === null) {
      this.#batch = [];
      throw new FairleadError('protocol', 'A change has no resume token: the pipeline has to leave its _id.');
    }
    const isLast = this.#at >= this.#batch.length;
    this.#token = (isLast ? this.#postBatchToken : undefined) ?? token;
    this.#hasGiven = true;
    return event as E;
  }

  async #fetch(): Promise<void> {
    if (Date.now() >= this.#endsAt) {
      await this.#kill();
      this.#isOver = true;
      return;
    }
    if (this.#part === undefined) return this.#resume();
    if (this.#part.id === 0n) return;
    const link = this.#link;
    const sentAt = Date.now();
    const limit = this.#limit();
    try {
      const { reply, link: answered } = await this.#executor.run(this.#getMore(this.#part, limit));
      this.#received(reply, answered);
    } catch (error) {
      if (!isFairleadError(error)) throw error;
      if (error.code === 'timeout' && error.server === undefined) await this.#kill();
      if (link === undefined || !isResumable(error, link.server.maxWireVersion)) throw error;
      if (serverCodeOf(error) !== CURSOR_NOT_FOUND) await this.#kill();
      if (this.#isOver) return;
      await this.#resume();
      // A server that refuses each getMore is asked more and more rarely.
      return this.#restAfter(0);
    }
    await this.#restAfter(Date.now() - sentAt);
  }

  #getMore({ id, collection, database }: CursorPart, limit: CallLimit): Operation {
    const { batchSize, comment, maxAwaitTimeMS = Math.min(AWAIT_MS, limit.timeoutMs / 2) } = this.#options;
    const maxTimeMS = Math.max(1, Math.floor(Math.min(maxAwaitTimeMS, this.#endsAt - Date.now())));
    return {
      database,
      command: {
        getMore: id,
        collection,
        ...(batchSize !== undefined && { batchSize }),
        maxTimeMS,
        ...(comment !== undefined && { comment }),
      },
      kind: 'admin',
      isRetryable: false,
      limit,
      session: this.#session,
      link: this.#link,
      hasTimeLimit: false,
    };
  }

  /** Opens the stream anew behind what was given last. */
  #resume(): Promise<void> {
    const { startAfter, startAtOperationTime } = this.#options;
    const token = this.#token;
    this.#batch = [];
    this.#at = 0;
    if (token === undefined) {
      return this.#open({ startAtOperationTime: startAtOperationTime ?? this.#operationTime });
    }
    const isUnmoved = startAfter !== undefined && !this.#hasGiven;
    return this.#open(isUnmoved ? { startAfter: token } : { resumeAfter: token });
  }

  async #open(start: StartingPoint): Promise<void> {
    const { scope, database } = this.#watched;
    const command = watchCommand(this.#watched, this.#pipeline, this.#options, start);
    const { readConcern, readPreference } = this.#options;
    const limit = this.#limit();
    this.#part = undefined;
    const { reply, link } = await this.#executor.run({
      ...readOperation(scope, database, command, { readConcern, readPreference, ...limit }),
      limit,
      session: this.#session,
    });
    this.#received(reply, link);
    const isFirst = Object.values(start).every((value) => value === undefined);
    const { operationTime } = reply;
    if (isFirst && this.#token === undefined && this.#batch.length === 0 && isTimestamp(operationTime)) {
      this.#operationTime = operationTime;
    }
  }

  #received(reply: Document, link: CommandLink): void {
    this.#link = link;
    const part = cursorPart(reply, this.#part, link.peer);
    this.#part = part;
    if (this.#isOver) return;
    this.#batch = part.batch;
    this.#at = 0;
    const token: unknown = reply.cursor.postBatchResumeToken;
    this.#postBatchToken = typeof token === 'object' && token !== null ? token : undefined;
    if (part.batch.length === 0) this.#token = this.#postBatchToken ?? this.#token;
  }

  /** Waits where a server answers with nothing at once, time and again. */
  async #restAfter(ms: number): Promise<void> {
    if (this.#batch.length > 0 || ms > SOON_MS || this.#part?.id === 0n) {
      this.#emptyReplies = 0;
      return;
    }
    this.#emptyReplies += 1;
    const pauseMs = Math.min(2 ** this.#emptyReplies, MAX_PAUSE_MS, Math.max(1, this.#endsAt - Date.now()));
    const { signal } = this.#options;
    const isOver = await pause(pauseMs, signal);
    if (!isOver && signal !== undefined) throw abortedBy('change stream', signal);
  }

  async #end(): Promise<void> {
    await this.#kill();
    if (this.#options.session === undefined) this.#session.end();
  }

  async #kill(): Promise<void> {
    const part = this.#part;
    const link = this.#link;
    this.#part = undefined;
    if (part === undefined || part.id === 0n || link === undefined || !link.isUsable) return;
    const operation: Operation = {
      database: part.database,
      command: { killCursors: part.collection, cursors: [part.id] },
      kind: 'admin',
      isRetryable: false,
      limit: limitOf({ timeoutMs: KILL_MS }),
      session: this.#session,
      link,
      hasTimeLimit: false,
    };
    await this.#executor.run(operation).catch(() => undefined);
  }

  #limit(): CallLimit {
    const { signal, timeoutMs } = this.#options;
    return limitOf({ signal, timeoutMs }, this.#executor.settings.timeoutMs);
  }
}
