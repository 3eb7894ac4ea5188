// The vocabulary of sessions: what a protocol tells the object that keeps one, and what the object and its callers hand each
// other. Types only.
import type { Connector } from '@fairlead/transport';
import type { PlainError, Settings } from '../types.ts';

/** What is used of a Durable Object's storage. Writes that are issued without a pause are committed as one. */
export interface SessionStorage {
  get<T>(key: string): Promise<T | undefined>;
  list<T>(options: { readonly prefix: string }): Promise<Map<string, T>>;
  put<T>(entries: Record<string, T>): Promise<void>;
  delete(keys: string[]): Promise<number>;
  deleteAll(): Promise<void>;
  setAlarm(at: number): Promise<void>;
  deleteAlarm(): Promise<void>;
}

/** Which readers get an event. */
export interface Audience {
  /** Only readers of one of these tags. Default: all readers. */
  readonly tags?: readonly string[] | undefined;
  /** Of these, readers of one of these tags do not: they get another copy. */
  readonly exceptTags?: readonly string[] | undefined;
}

/** What a seat says of an event that it delivers. */
export interface DeliveryOptions extends Audience {
  /** Counted for the buffer's limit and for the size of batches. */
  readonly byteLength: number;
  /** Whether the event is stored, so that it outlives the object's memory. Default false. */
  readonly isStored?: boolean | undefined;
}

/** What a session's `open` is given. */
export interface OpenSessionOptions {
  /** The object's storage. Keys that begin with `session:` are the mooring's own. */
  readonly storage: SessionStorage;
  readonly connector: Connector | undefined;
  /** Ends the attempt, and not the connection that came of it. */
  readonly signal: AbortSignal;
  /**
   * Puts an event (plain values) into the buffer, at once: storage writes of the same turn are committed with it.
   * @returns Settles when it is stored, where it is to be stored.
   */
  deliver(event: unknown, options: DeliveryOptions): Promise<void>;
  /** Settles when the buffer takes an event without dropping another; `undefined` where it does now, or drops the oldest. */
  room(): Promise<void> | undefined;
  /** Whether a reader gets events with this tag. */
  wants(tag: string): boolean;
  /** Called once when the connection has ended by itself. */
  ended(error: unknown): void;
}

/** One connection of a session, with the protocol's client that runs on it. */
export interface RunningSession {
  /** What the server said at login: plain values. */
  readonly greeting: unknown;
  /** Runs one command of the protocol's own. Arguments and result are plain values. */
  call(name: string, args: readonly unknown[], timeoutMs: number): Promise<unknown>;
  /** No reader wants these tags any more. */
  release?(tags: readonly string[]): Promise<void>;
  /** Says goodbye. @param isEnd Whether the server forgets the session too. */
  close(isEnd: boolean): Promise<void>;
}

/** How one protocol's sessions run in a mooring. */
export interface SessionProtocol {
  /** The protocol's name, as in the scopes: `mqtt`, `irc`. */
  readonly protocol: string;
  /** @throws FairleadError what the protocol's `connect` throws. */
  open(settings: Settings, options: OpenSessionOptions): Promise<RunningSession>;
  /** Whether another attempt may succeed behind a failure of `open`, or behind the end of a connection. */
  isPassing(error: unknown): boolean;
}

/** What keeps the session of one object. */
export interface SessionKeeper extends SessionStub {
  /** What the session is doing; `undefined` before its first call. */
  readonly stats: SessionStats | undefined;
  /** Closes the connection; it is opened again when it is needed. */
  drain(): Promise<void>;
  /** The storage's alarm has rung. */
  alarm(): Promise<void>;
}

/** What a session is doing, for operators. */
export interface SessionStats {
  readonly isOpen: boolean;
  /** Attempts to connect that succeeded, since the object began to run. */
  readonly opened: number;
}

/**
 * A protocol's seat for sessions: made by `sessionSeat`, and exported by each protocol. What keeps sessions comes with it, so
 * that a mooring without them has none of it.
 */
export interface SessionSeat extends SessionProtocol {
  readonly kind: 'session';
  keeper(
    protocols: ReadonlyMap<string, SessionProtocol>,
    connector: Connector | undefined,
    storage: SessionStorage,
  ): SessionKeeper;
}

/** The limits of one session; see `SessionOptions`. */
export interface SessionLimits {
  /** Events that wait for readers at most. */
  readonly maxEvents: number;
  /** Bytes of events that wait for readers at most. */
  readonly maxBytes: number;
  /** Whether a full buffer drops its oldest event, or the session reads nothing more from the server. */
  readonly overflow: 'drop-oldest' | 'wait';
  /** For how long the session stays connected when nothing is asked of it. */
  readonly keepMs: number;
}

/** Which session is meant. */
export interface SessionTarget {
  readonly protocol: string;
  readonly settings: Settings;
  readonly limits: SessionLimits;
}

/** A reader, by its name, and the tags of the events that it gets; without tags all events. */
export interface ReaderName {
  readonly key: string;
  readonly tags?: readonly string[] | undefined;
}

/** What a caller asks of a session. */
export type SessionAsk =
  /** Connects, and answers with the greeting. A reader that is named gets all events from now on. */
  | { readonly op: 'open'; readonly reader?: ReaderName | undefined }
  /** Runs one command of the protocol's own. */
  | {
      readonly op: 'call';
      readonly name: string;
      readonly args: readonly unknown[];
      readonly reader?: ReaderName | undefined;
      /** Whether the command may run twice, as where the object was evicted and its answer is unknown. */
      readonly mayRepeat?: boolean | undefined;
    }
  /** Confirms all events up to `after`, and answers with later ones as soon as there are some: a `Batch`. */
  | { readonly op: 'read'; readonly reader: ReaderName; readonly after?: number | undefined }
  /** Confirms all events up to `after`. */
  | { readonly op: 'confirm'; readonly reader: ReaderName; readonly after: number }
  /** Forgets a reader. */
  | { readonly op: 'leave'; readonly reader: ReaderName }
  /** Ends the session, here and at the server. */
  | { readonly op: 'end' };

/** A question to a session, across RPC. */
export type SessionRequest = SessionTarget & { readonly timeoutMs: number; readonly ask: SessionAsk };

/** The answer to a question. */
export interface SessionAnswer {
  readonly value?: unknown;
  readonly error?: PlainError | undefined;
}

/** Events of one reader. */
export interface Batch {
  readonly events: readonly { readonly sequence: number; readonly event: unknown }[];
  /** What confirms all of them. */
  readonly next: number;
  /** How many events for this reader were dropped since its last batch, because the buffer was full. */
  readonly lost: number;
  /** Whether the session has ended: nothing more will come. */
  readonly isOver: boolean;
}

/** A mooring's object, as sessions use it across RPC. */
export interface SessionStub {
  session(request: SessionRequest): Promise<SessionAnswer>;
}
