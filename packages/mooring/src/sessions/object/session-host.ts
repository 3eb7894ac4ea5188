// What one object does for its session: it answers the questions of readers and callers, and keeps the session alive over an
// eviction where that was asked for. It knows no protocol and no platform.
import { FairleadError, isFairleadError } from '@fairlead/errors';
import { bounded, type Connector } from '@fairlead/transport';
import { toPlain } from '../../plain-error.ts';
import type { Settings } from '../../types.ts';
import type {
  Batch,
  OpenSessionOptions,
  ReaderName,
  SessionAnswer,
  SessionAsk,
  SessionProtocol,
  SessionRequest,
  SessionStats,
  SessionStorage,
  SessionTarget,
} from '../types.ts';
import { EventLog } from './event-log.ts';
import { Retention } from './retention.ts';
import { SessionConnection } from './session-connection.ts';

const TARGET = 'session:t';
/** A session that is kept for longer than this is looked after by the storage's alarm. */
const SHORT_MS = 60_000;
/** How often: an idle object is evicted in 70 s. */
const ALARM_MS = 55_000;
/** How many times a command is sent anew that a dying connection has not sent. */
const MAX_ATTEMPTS = 3;
/** A call that takes longer may see its connection closed. */
const MOST_CALL_MS = 3_600_000;
/** How long the object keeps a session for which a caller has come, at least. */
const LEAST_KEEP_MS = 1_000;

/** What brings a session back behind an eviction. */
interface Kept {
  readonly target: SessionTarget;
  readonly neededUntil: number;
}

/** What a session is made of. */
export interface SessionInput {
  readonly seat: SessionProtocol;
  readonly target: SessionTarget;
  readonly storage: SessionStorage;
  readonly connector: Connector | undefined;
}

/** One session and its readers. */
export class SessionHost {
  readonly #input: SessionInput;
  readonly #connection: SessionConnection;
  readonly #retention: Retention;
  #log: EventLog;
  #loading: Promise<void> | undefined;
  /** Why the session cannot be connected; undefined while attempts are made. */
  #failure: FairleadError | undefined;
  /** The read that answers for a reader: a later one takes its place. */
  readonly #reads = new Map<string, symbol>();
  #opened = 0;
  /** As it is stored. */
  #keptUntil = 0;
  /** Of the caller that came last: a password that a function gives is another one each time. */
  #settings: Settings;

  constructor(input: SessionInput) {
    this.#input = input;
    this.#settings = input.target.settings;
    this.#log = new EventLog(input.storage, input.target.limits);
    this.#retention = new Retention(input.storage);
    this.#connection = new SessionConnection({
      open: (signal, ended) => this.#open(signal, ended),
      isPassing: (error) => input.seat.isPassing(error),
      failed: (error) => {
        this.#failure = error;
        this.#log.wake();
        this.#letGo();
      },
    });
  }

  /** What the session is doing. */
  get stats(): SessionStats {
    return { isOpen: this.#connection.running !== undefined, opened: this.#opened };
  }

  /** Closes the connection; it is opened again when it is needed. */
  drain(): Promise<void> {
    return this.#connection.close();
  }

  /** Answers one question. Never rejects. */
  async answer({ ask, timeoutMs, ...target }: SessionRequest): Promise<SessionAnswer> {
    try {
      await this.#load();
      if (ask.op === 'open') this.#settings = target.settings;
      if (this.#isNeeded(ask)) this.#keep({ ...target, settings: this.#settings }, timeoutMs);
      return { value: await this.#answer(ask, timeoutMs) };
    } catch (error) {
      return { error: toPlain(error) };
    }
  }

  /** The storage's alarm has rung: the session is opened where it is still kept, and the alarm set again. */
  async onAlarm(): Promise<void> {
    await this.#load();
    const left = this.#keptUntil - Date.now();
    if (left <= 0) return this.#letGo();
    await this.#input.storage.setAlarm(Date.now() + Math.min(left, ALARM_MS));
    this.#connection.need(left);
    this.#connection.start();
  }

  /** An eviction ends the session's connection from now on, until it is needed again. */
  #letGo(): void {
    this.#keptUntil = 0;
    void this.#input.storage.delete([TARGET]).catch(noop);
    void this.#retention.check().catch(noop);
  }

  #load(): Promise<void> {
    this.#loading ??= (async () => {
      const [kept] = await Promise.all([
        this.#input.storage.get<Kept>(TARGET),
        this.#log.load(),
        this.#retention.load(),
      ]);
      this.#keptUntil = kept?.neededUntil ?? 0;
    })();
    return this.#loading;
  }

  /** Whether a question needs the connection. A reader that was forgotten needs none. */
  #isNeeded(ask: SessionAsk): boolean {
    return ask.op === 'read' || ask.op === 'leave'
      ? this.#log.readers.has(ask.reader.key)
      : ask.op !== 'confirm';
  }

  /** The session is needed now, and for as long as its limits say. */
  #keep(target: SessionTarget, timeoutMs: number): void {
    const { keepMs } = this.#input.target.limits;
    this.#connection.need(Math.min(timeoutMs, MOST_CALL_MS) + Math.max(keepMs, LEAST_KEEP_MS));
    if (this.#retention.extend() && this.#keptUntil === 0) void this.#retention.check().catch(noop);
    const neededUntil = Date.now() + keepMs;
    // One write a minute at most.
    if (keepMs <= SHORT_MS || neededUntil - this.#keptUntil < ALARM_MS) return;
    this.#keptUntil = neededUntil;
    const kept: Kept = { target, neededUntil };
    void this.#input.storage.put({ [TARGET]: kept }).catch(noop);
    void this.#input.storage.setAlarm(Date.now() + ALARM_MS).catch(noop);
  }

  #answer(ask: SessionAsk, timeoutMs: number): Promise<unknown> {
    if (ask.op === 'read') return this.#read(ask.reader, ask.after, timeoutMs);
    if (ask.op === 'call') return this.#call(ask, timeoutMs);
    if (ask.op === 'open') return this.#greet(ask.reader, timeoutMs);
    if (ask.op === 'end') return this.#end(timeoutMs);
    return ask.op === 'leave' ? this.#leave(ask.reader) : this.#confirm(ask.reader, ask.after);
  }

  async #greet(reader: ReaderName | undefined, timeoutMs: number): Promise<unknown> {
    if (reader !== undefined) this.#log.openReader(reader);
    return (await this.#connection.get(timeoutMs)).greeting;
  }

  async #call(ask: Extract<SessionAsk, { op: 'call' }>, timeoutMs: number): Promise<unknown> {
    const { reader } = ask;
    const isNew = reader !== undefined && this.#log.openReader(reader);
    try {
      return await this.#run(ask, timeoutMs);
    } catch (error) {
      if (isNew && this.#log.readers.has(reader.key)) this.#forget(reader);
      throw error;
    }
  }

  /** Forgets a reader whose first call has failed. */
  #forget({ key }: ReaderName): void {
    const unwanted = this.#log.readers.remove(key);
    this.#log.trim();
    // Otherwise the next connection gives them up.
    void this.#connection.running?.release?.(unwanted).catch(noop);
  }

  async #run({ name, args }: Extract<SessionAsk, { op: 'call' }>, timeoutMs: number): Promise<unknown> {
    const until = Date.now() + timeoutMs;
    for (let attempt = 1; ; attempt++) {
      const running = await this.#connection.get(Math.max(1, until - Date.now()));
      try {
        return await running.call(name, args, Math.max(1, until - Date.now()));
      } catch (error) {
        const isUnsent = isFairleadError(error) && error.code === 'connection_lost' && error.safeToRetry;
        if (!isUnsent || attempt === MAX_ATTEMPTS || Date.now() >= until) throw error;
      }
    }
  }

  async #read(reader: ReaderName, after: number | undefined, timeoutMs: number): Promise<Batch> {
    const log = this.#log;
    // A session that has ended knows its readers no more.
    if (!log.readers.has(reader.key)) return { events: [], next: after ?? 0, lost: 0, isOver: true };
    log.openReader(reader);
    if (after !== undefined) log.confirm(reader.key, after);
    const read = Symbol(reader.key);
    this.#reads.set(reader.key, read);
    // The loop that has waited under this name is told.
    log.wake();
    const until = Date.now() + timeoutMs;
    this.#failure = undefined;
    this.#connection.start();
    for (;;) {
      if (this.#reads.get(reader.key) !== read) throw taken();
      const batch = log.take(reader.key);
      if (batch.events.length > 0 || batch.lost > 0 || batch.isOver || Date.now() >= until) return batch;
      if (this.#failure !== undefined) throw this.#failure;
      await bounded(log.news, until - Date.now());
    }
  }

  async #confirm({ key }: ReaderName, after: number): Promise<void> {
    this.#log.confirm(key, after);
  }

  async #leave({ key }: ReaderName): Promise<void> {
    const unwanted = this.#log.readers.remove(key);
    this.#log.trim();
    this.#log.wake();
    if (unwanted.length === 0) return;
    try {
      const running = await this.#connection.get(OPEN_FOR_RELEASE_MS);
      await running.release?.(unwanted);
    } catch {
      // The next connection gives them up.
    }
  }

  /**
   * Ends the session at the server, and forgets all of it.
   * @throws FairleadError where the server was not told. The session is forgotten here all the same.
   */
  async #end(timeoutMs: number): Promise<void> {
    try {
      await this.#connection.get(timeoutMs);
      await this.#connection.end();
    } finally {
      this.#connection.neededUntil = 0;
      this.#log.end();
      const { storage, target } = this.#input;
      await Promise.all([storage.deleteAlarm(), storage.deleteAll()]);
      this.#log = new EventLog(storage, target.limits);
      this.#keptUntil = 0;
      this.#retention.clear();
    }
  }

  async #open(signal: AbortSignal, ended: (error: unknown) => void) {
    const { seat, storage, connector } = this.#input;
    const options: OpenSessionOptions = {
      storage,
      connector,
      signal,
      deliver: (event, delivery) => this.#log.append(event, delivery),
      room: () => this.#log.room(),
      wants: (tag) => this.#log.readers.isTagWanted(tag),
      ended,
    };
    const running = await seat.open(this.#settings, options);
    this.#failure = undefined;
    this.#opened += 1;
    return running;
  }
}

/** How long a filter that no reader wants any more may take to be given up. */
const OPEN_FOR_RELEASE_MS = 10_000;

/** The session that is kept in an object's storage. One whose time is up is deleted with its password. */
export async function keptTarget(storage: SessionStorage): Promise<SessionTarget | undefined> {
  const kept = await storage.get<Kept>(TARGET);
  if (kept === undefined || kept.neededUntil > Date.now()) return kept?.target;
  await storage.delete([TARGET]);
  return undefined;
}

function taken(): FairleadError {
  return new FairleadError('aborted', 'Another loop reads under the name of this reader.');
}

const noop = (): void => undefined;
