// A cursor: the documents of a command's reply, and of as many getMore commands as are asked for. It reads nothing ahead.
import { abortedBy, type CallLimit, limitOf, timeUp } from '@fairlead/client';
import { FairleadError, usage } from '@fairlead/errors';
import { bounded } from '@fairlead/transport';
import type { Document } from 'bson';
import type { CommandLink, RawFields } from '../connection/types.ts';
import { limitFor, type Scope } from '../database/scope.ts';
import type { Operation, Outcome, SessionState } from '../operations/types.ts';
import type { CommandOptions } from '../types/calls.ts';
import { type CursorPart, cursorPart } from './cursor-reply.ts';

/** How long the server is waited for when it is told that a cursor is over. */
const KILL_MS = 1000;
/** Documents that `toArray` keeps where the caller has said nothing. */
const MAX_DOCUMENTS = 100_000;
const RAW: RawFields = { cursor: { firstBatch: true, nextBatch: true } };

/** What a cursor reads of its options. */
export interface CursorOptions extends CommandOptions {
  readonly batchSize?: number | undefined;
  /** How long the server may wait at each getMore, unless `awaitData` is false. */
  readonly maxAwaitTimeMS?: number | undefined;
  readonly awaitData?: boolean | undefined;
  readonly raw?: boolean | undefined;
}

/** What `toArray` takes. */
export interface ToArrayOptions {
  /** More documents than these are refused with `limit`. Default 100,000. */
  readonly maxDocuments?: number | undefined;
}

/**
 * The documents of a command, fetched in batches: the next batch when the last one is used up, on the same connection and session.
 * Leaving early (`break`, `close()`, `await using`, an abort) tells the server that the cursor is over.
 */
export abstract class Cursor<T> implements AsyncIterable<T>, AsyncDisposable {
  readonly #scope: Scope;
  #batch: readonly T[] = [];
  #at = 0;
  /** Of documents given to the caller or in the batch. */
  #received = 0;
  #part: CursorPart | undefined;
  #link: CommandLink | undefined;
  #session: SessionState | undefined;
  #fetching: Promise<void> | undefined;
  #isOver = false;
  #ending: Promise<void> | undefined;
  #failure: unknown;
  /** Whether one time covers the command and all that follows it, so that the server may be told of it. */
  #isOneCall = false;

  constructor(scope: Scope) {
    this.#scope = scope;
  }

  /** The command that makes the cursor. Called once. */
  protected abstract start(limit: CallLimit): Operation;

  protected abstract readonly options: CursorOptions;

  /** Documents that come at most; 0: no limit. */
  protected get maxDocuments(): number {
    return 0;
  }

  /** @throws FairleadError `usage`: the command has been sent. */
  protected checkUnsent(): void {
    if (this.#session !== undefined || this.#isOver) throw usage('the cursor has begun already');
  }

  /** Whether all documents have been given, or the cursor was closed. */
  get closed(): boolean {
    return this.#isOver && this.#at >= this.#batch.length;
  }

  /**
   * The next document; null behind the last.
   * @throws FairleadError `server` (`error.server.code` is `43` where the server has given the cursor up), `timeout`, `aborted`,
   *   `connection_lost`, `protocol`, `limit`.
   */
  async next(): Promise<T | null> {
    // Another call may have taken what this one waited for.
    while (!this.#isAtHand) if (!(await this.#fill())) return null;
    return this.#take();
  }

  /** Whether there is another document. It is fetched, where none is at hand. */
  async hasNext(): Promise<boolean> {
    return this.#isAtHand || this.#fill();
  }

  /** As `next`, but asks the server once at most: null also where it has nothing yet (tailable cursors). */
  async tryNext(): Promise<T | null> {
    if (!this.#isAtHand && !this.#isOver) await this.#fetch(this.#limit);
    return this.#isAtHand ? this.#take() : null;
  }

  /**
   * All documents that are left; the cursor is over then. `timeoutMs` covers all batches together.
   * @throws FairleadError `limit`: there are more than `maxDocuments`.
   */
  async toArray({ maxDocuments = MAX_DOCUMENTS }: ToArrayOptions = {}): Promise<T[]> {
    const limit = this.#limit;
    this.#isOneCall = true;
    let documents: T[] = [];
    while (this.#isAtHand || (await this.#fill(limit))) {
      const rest = this.#at === 0 ? (this.#batch as T[]) : this.#batch.slice(this.#at);
      if (documents.length + rest.length > maxDocuments) {
        await this.close();
        throw new FairleadError('limit', `more than ${maxDocuments} documents: iterate, or set maxDocuments`);
      }
      if (documents.length === 0) documents = rest;
      else for (const document of rest) documents.push(document);
      this.#drop();
    }
    return documents;
  }

  /**
   * Tells the server that the cursor is over, where it is not, and waits a second at most for its answer. A fetch that is under way is
   * waited for, within its own time. Never rejects.
   */
  async close(): Promise<void> {
    this.#isOver = true;
    this.#drop();
    // A fetch that is under way brings the cursor's id. Where that takes long, the fetch ends the cursor itself.
    const isLate = this.#fetching && (await bounded(this.#fetching, KILL_MS)).kind === 'timeout';
    if (!isLate) await this.#end();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Each document once. Leaving the loop closes the cursor. */
  [Symbol.asyncIterator](): AsyncIterableIterator<T, undefined> {
    const iterator: AsyncIterableIterator<T, undefined> = {
      next: async () => {
        const value = this.#isAtHand ? this.#take() : await this.next();
        return value === null ? { done: true, value: undefined } : { done: false, value };
      },
      return: async () => {
        await this.close();
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]: () => iterator,
    };
    return iterator;
  }

  get #limit(): CallLimit {
    return limitFor(this.#scope, this.options);
  }

  /** Whether the server need not be asked for the next document. */
  get #isAtHand(): boolean {
    return this.#at < this.#batch.length && !this.options.signal?.aborted;
  }

  #take(): T {
    return this.#batch[this.#at++] as T;
  }

  #drop(): void {
    this.#batch = [];
    this.#at = 0;
  }

  /** Fetches until there is a document. @returns Whether there is one. */
  async #fill(limit: CallLimit = this.#limit): Promise<boolean> {
    const { signal, timeoutMs, at } = limit;
    if (signal?.aborted) {
      await this.close();
      throw abortedBy('cursor', signal);
    }
    while (this.#at >= this.#batch.length) {
      if (this.#failure !== undefined) throw this.#failure;
      if (this.#isOver) return false;
      // Empty batches, one after another, are the server's right. The call has its time all the same.
      if (Date.now() >= at) throw timeUp('cursor', timeoutMs);
      await this.#fetch(limit);
    }
    return true;
  }

  /** One batch. Calls that wait at once wait for the same. */
  #fetch(limit: CallLimit): Promise<void> {
    this.#fetching ??= this.#fetchNow(limit).finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  async #fetchNow(limit: CallLimit): Promise<void> {
    try {
      const outcome = await this.#run(limit);
      const part = cursorPart(outcome.reply, this.#part, outcome.link.peer);
      this.#part = part;
      this.#link = outcome.link;
      // Closed meanwhile: nobody wants the documents.
      if (!this.#isOver) this.#batch = part.batch as T[];
      this.#at = 0;
      this.#received += part.batch.length;
    } catch (error) {
      this.#failure = error;
      await this.#end();
      throw error;
    }
    // Since MongoDB 5 a cursor stays open at its limit. The documents need not wait for its end.
    const isFull = this.maxDocuments > 0 && this.#received >= this.maxDocuments;
    if (this.#part.id === 0n || isFull || this.#isOver) void this.#end();
  }

  #run(limit: CallLimit): Promise<Outcome> {
    const { executor } = this.#scope;
    const rawFields = this.options.raw ? RAW : undefined;
    if (this.#part === undefined) {
      const operation = this.start(limit);
      const session = operation.session === undefined ? executor.startSession() : operation.session;
      this.#session = session;
      // The server counts a cursor's time over all its batches; here each has its own.
      return executor.run({ ...operation, session, rawFields, hasTimeLimit: this.#isOneCall });
    }
    const command: Document = { getMore: this.#part.id, collection: this.#part.collection };
    const { batchSize = 0, comment } = this.options;
    const left = this.maxDocuments > 0 ? this.maxDocuments - this.#received : batchSize;
    if (batchSize > 0) command.batchSize = Math.min(batchSize, left);
    const { maxAwaitTimeMS, awaitData } = this.options;
    if (maxAwaitTimeMS !== undefined && awaitData !== false) command.maxTimeMS = maxAwaitTimeMS;
    // MongoDB 4.4.
    if (comment !== undefined && (this.#link?.server.maxWireVersion ?? 0) >= 9) command.comment = comment;
    return executor.run({ ...this.#follow(command, limit), rawFields });
  }

  /** A command about this cursor, to its own server. */
  #follow(command: Document, limit: CallLimit): Operation {
    const [session, link, database] = [this.#session, this.#link, this.#part?.database ?? 'admin'];
    return { database, command, kind: 'read', isRetryable: false, limit, session, link, hasTimeLimit: false };
  }

  /** Ends the cursor at the server, if it may be open there, and the session with it. */
  #end(): Promise<void> {
    this.#isOver = true;
    this.#ending ??= this.#endNow();
    return this.#ending;
  }

  async #endNow(): Promise<void> {
    const part = this.#part;
    if (part !== undefined && part.id !== 0n && this.#link?.isUsable) {
      const command = { killCursors: part.collection, cursors: [part.id] };
      await this.#scope.executor.run(this.#follow(command, limitOf({ timeoutMs: KILL_MS }))).catch(noop);
    }
    if (this.options.session === undefined) this.#session?.end();
  }
}

const noop = (): void => undefined;
