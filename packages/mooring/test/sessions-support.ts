// A session's object in memory, on a storage that outlives it, and a protocol that does what a test says.
import { FairleadError } from '@fairlead/errors';
import {
  type OpenSessionOptions,
  SessionClient,
  type SessionOptions,
  type SessionProtocol,
  SessionReader,
  type SessionStorage,
  sessionLimitsOf,
} from '../src/index.ts';
import { SessionDock } from '../src/sessions/object/session-dock.ts';

/** A storage in memory; what is put there is copied, as in the platform's. */
export class FakeStorage implements SessionStorage {
  readonly records = new Map<string, unknown>();
  alarmAt: number | undefined;
  /** How many records were put. */
  written = 0;

  async get<T>(key: string): Promise<T | undefined> {
    return structuredClone(this.records.get(key)) as T | undefined;
  }

  async list<T>({ prefix }: { readonly prefix: string }): Promise<Map<string, T>> {
    const found = [...this.records]
      .filter(([key]) => key.startsWith(prefix))
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return new Map(structuredClone(found) as [string, T][]);
  }

  async put<T>(entries: Record<string, T>): Promise<void> {
    for (const [key, value] of Object.entries(entries)) {
      this.records.set(key, structuredClone(value));
      this.written += 1;
    }
  }

  async delete(keys: string[]): Promise<number> {
    return keys.filter((key) => this.records.delete(key)).length;
  }

  async deleteAll(): Promise<void> {
    this.records.clear();
  }

  async setAlarm(at: number): Promise<void> {
    this.alarmAt = at;
  }

  async deleteAlarm(): Promise<void> {
    this.alarmAt = undefined;
  }
}

/** The server's side of a session. */
export interface FakeServer {
  /** What `open` was given, for each connection. */
  readonly opened: OpenSessionOptions[];
  /** Connections that were closed: whether the session was to end. */
  readonly closed: boolean[];
  readonly called: string[];
  readonly released: string[];
  /** What `open` and calls reject with. */
  failure: FairleadError | undefined;
  /** Says something on the latest connection. */
  say(event: unknown, tags?: readonly string[], isStored?: boolean): Promise<void>;
}

/** A session of a protocol without a server. */
export async function session(options: SessionOptions = {}) {
  const server: FakeServer = {
    opened: [],
    closed: [],
    called: [],
    released: [],
    failure: undefined,
    say(event, tags, isStored = true) {
      return server.opened.at(-1)?.deliver(event, { byteLength: 100, tags, isStored }) ?? Promise.reject();
    },
  };
  const seat: SessionProtocol = {
    protocol: 'fake',
    async open(_settings, open) {
      if (server.failure !== undefined) throw server.failure;
      server.opened.push(open);
      return {
        greeting: `hello ${server.opened.length}`,
        async call(name) {
          server.called.push(name);
          if (server.failure !== undefined) throw server.failure;
          return `${name} done`;
        },
        async release(tags) {
          server.released.push(...tags);
        },
        async close(isEnd) {
          server.closed.push(isEnd);
        },
      };
    },
    isPassing: (error) => error instanceof FairleadError && error.code !== 'auth',
  };
  const storage = new FakeStorage();
  const make = () => new SessionDock(new Map([['fake', seat]]), undefined, storage);
  const object = { dock: make() };
  const namespace = { idFromName: (name: string) => name, get: () => object.dock };
  const client = await SessionClient.at(namespace, {
    protocol: 'fake',
    settings: { url: 'fake://server.test', options: {} },
    identity: 'one',
    limits: sessionLimitsOf(options),
    timeoutMs: 2_000,
  });
  return {
    client,
    server,
    storage,
    object,
    reader: (key = 'default', tags?: readonly string[]) => new SessionReader(client, { key, tags }),
    open: (key = 'default', tags?: readonly string[]) => client.ask({ op: 'open', reader: { key, tags } }),
    /** The object's memory is gone, and its storage stays. */
    evict: () => {
      object.dock = make();
    },
  };
}

/** The next events of a reader, which it has worked on. */
export async function take(reader: SessionReader, count: number): Promise<unknown[]> {
  const events: unknown[] = [];
  while (events.length < count) {
    const next = await reader.next();
    if (next === undefined) break;
    reader.confirm(next.sequence);
    events.push(next.event);
  }
  return events;
}
