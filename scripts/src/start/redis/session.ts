// One connection: its protocol version, database, transaction and subscriptions. It touches no socket.
import { type Commands, glob, integer } from './command.ts';
import { commands } from './commands/index.ts';
import { Keyspace } from './keyspace.ts';
import { CommandError, encodeReply, NULL_ARRAY, OK, Push, type Reply, Simple } from './reply.ts';

const DATABASES = 16;
const MAX_QUEUED = 100_000;
const VERSION = '7.0.0';

/** What all connections share. */
export interface Server {
  readonly databases: readonly Keyspace[];
  readonly sessions: Set<Session>;
}

/** A server without data. */
export function newServer(): Server {
  return { databases: Array.from({ length: DATABASES }, () => new Keyspace()), sessions: new Set() };
}

interface Own {
  readonly arity: number;
  run(session: Session, args: string[]): Reply | undefined;
}

/** Runs commands for one client. */
export class Session {
  protocol: 2 | 3 = 2;
  database = 0;
  name = '';
  queue: string[][] | undefined;
  /** Set when a queued command was refused: EXEC then discards. */
  spoilt = false;
  readonly watched = new Map<string, [db: Keyspace, key: string, version: number]>();
  readonly channels = new Set<string>();
  readonly patterns = new Map<string, (text: string) => boolean>();
  readonly server: Server;
  readonly #write: (bytes: string) => void;

  /** @param write Takes the bytes for the client, as latin1. */
  constructor(server: Server, write: (bytes: string) => void) {
    this.server = server;
    this.#write = write;
    server.sessions.add(this);
  }

  /** To be called when the connection has ended. */
  end(): void {
    this.server.sessions.delete(this);
  }

  /** Sends something that was not asked for, or one of several replies. */
  send(reply: Reply): void {
    this.#write(encodeReply(reply, this.protocol));
  }

  /** Runs one command and sends its reply. */
  handle(words: string[]): void {
    const reply = this.#reply(words);
    if (reply !== undefined) this.send(reply);
  }

  #reply(words: string[]): Reply | undefined {
    try {
      return this.run(words);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      if (this.queue) this.spoilt = true;
      return error;
    }
  }

  /** @throws CommandError */
  run([word = '', ...args]: string[]): Reply | undefined {
    const name = word.toUpperCase();
    const own = Object.hasOwn(CONNECTION, name) ? CONNECTION[name] : undefined;
    const command = own ?? (Object.hasOwn(commands, name) ? commands[name] : undefined);
    if (!command) {
      const why = SCRIPTS.test(name) ? SCRIPTS_NEED : 'this in-memory server knows a part of Redis';
      throw new CommandError(`ERR unknown command '${word.slice(0, 128)}': ${why}`);
    }
    const count = args.length + 1;
    if (command.arity < 0 ? count < -command.arity : count !== command.arity) {
      throw new CommandError(`ERR wrong number of arguments for '${name.toLowerCase()}' command`);
    }
    if (this.protocol === 2 && this.subscriptions > 0 && !IN_RESP2_PUBSUB.has(name)) {
      throw new CommandError(`ERR Can't execute '${name.toLowerCase()}': only subscriptions in this context`);
    }
    if (this.queue && !['EXEC', 'DISCARD', 'MULTI', 'WATCH', 'QUIT', 'RESET'].includes(name)) {
      if (this.queue.length === MAX_QUEUED)
        throw new CommandError('ERR too many commands in one transaction');
      this.queue.push([name, ...args]);
      return new Simple('QUEUED');
    }
    return own ? own.run(this, args) : (commands as Commands)[name]?.run(this.db, args);
  }

  get db(): Keyspace {
    const db = this.server.databases[this.database];
    if (!db) throw new CommandError('ERR DB index is out of range');
    return db;
  }

  get subscriptions(): number {
    return this.channels.size + this.patterns.size;
  }
}

const SCRIPTS = /^(EVAL|EVALSHA|FCALL)(_RO)?$|^(SCRIPT|FUNCTION)$/;
const SCRIPTS_NEED =
  'this in-memory server has no Lua. With redis-server or valkey-server in PATH, npm start runs that one';
const IN_RESP2_PUBSUB = new Set('SUBSCRIBE UNSUBSCRIBE PSUBSCRIBE PUNSUBSCRIBE PING QUIT RESET'.split(' '));

function authenticate(): never {
  throw new CommandError('ERR AUTH called without any password configured for the default user');
}

function hello(session: Session, [version, ...options]: string[]): Reply {
  if (version !== undefined && version !== '2' && version !== '3') {
    throw new CommandError('NOPROTO unsupported protocol version');
  }
  for (let i = 0; i < options.length; i++) {
    const option = options[i]?.toUpperCase();
    if (option === 'SETNAME') session.name = options[++i] ?? '';
    else if (option === 'AUTH') authenticate();
    else throw new CommandError('ERR syntax error');
  }
  if (version) session.protocol = version === '3' ? 3 : 2;
  return new Map<string, Reply>([
    ['server', 'redis'],
    ['version', VERSION],
    ['proto', session.protocol],
    ['id', 1],
    ['mode', 'standalone'],
    ['role', 'master'],
    ['modules', []],
  ]);
}

function exec(session: Session): Reply {
  const queued = session.queue;
  if (!queued) throw new CommandError('ERR EXEC without MULTI');
  const { spoilt } = session;
  const changed = [...session.watched.values()].some(([db, key, version]) => db.version(key) !== version);
  discard(session);
  if (spoilt) throw new CommandError('EXECABORT Transaction discarded because of previous errors.');
  if (changed) return NULL_ARRAY;
  return queued.map((words) => {
    try {
      return session.run(words) ?? null;
    } catch (error) {
      if (error instanceof CommandError) return error;
      throw error;
    }
  });
}

function discard(session: Session): Reply {
  session.queue = undefined;
  session.spoilt = false;
  session.watched.clear();
  return OK;
}

function subscribe(session: Session, names: string[], pattern: boolean): undefined {
  for (const name of names) {
    if (pattern) session.patterns.set(name, glob(name));
    else session.channels.add(name);
    session.send(new Push([pattern ? 'psubscribe' : 'subscribe', name, session.subscriptions]));
  }
}

function unsubscribe(session: Session, names: string[], pattern: boolean): undefined {
  const set = pattern ? session.patterns : session.channels;
  const chosen: (string | null)[] = names.length ? names : [...set.keys()];
  for (const name of chosen.length ? chosen : [null]) {
    if (name !== null) set.delete(name);
    session.send(new Push([pattern ? 'punsubscribe' : 'unsubscribe', name, session.subscriptions]));
  }
}

function publish({ server }: Session, channel: string, message: string): number {
  let receivers = 0;
  for (const session of server.sessions) {
    if (session.channels.has(channel)) {
      session.send(new Push(['message', channel, message]));
      receivers++;
    }
    for (const [pattern, matches] of session.patterns) {
      if (!matches(channel)) continue;
      session.send(new Push(['pmessage', pattern, channel, message]));
      receivers++;
    }
  }
  return receivers;
}

function client(session: Session, [word = '', name = '']: string[]): Reply {
  switch (word.toUpperCase()) {
    case 'SETNAME':
      session.name = name;
      return OK;
    case 'GETNAME':
      return session.name || null;
    case 'SETINFO':
      return OK;
    default:
      throw new CommandError(`ERR unknown subcommand '${word.slice(0, 128)}' of CLIENT`);
  }
}

function ping(session: Session, [message]: string[]): Reply {
  if (session.protocol === 2 && session.subscriptions) return ['pong', message ?? ''];
  return message ?? new Simple('PONG');
}

const CONNECTION: Readonly<Record<string, Own>> = {
  PING: { arity: -1, run: ping },
  ECHO: { arity: 2, run: (_, [text = '']) => text },
  HELLO: { arity: -1, run: hello },
  AUTH: { arity: -2, run: authenticate },
  CLIENT: { arity: -2, run: client },
  INFO: { arity: -1, run: () => `# Server\r\nredis_version:${VERSION}\r\nredis_mode:standalone\r\n` },
  TIME: { arity: 1, run: () => [String(Math.floor(Date.now() / 1000)), String((Date.now() % 1000) * 1000)] },
  SELECT: {
    arity: 2,
    run: (session, [index]) => {
      const database = integer(index);
      if (database < 0 || database >= DATABASES) throw new CommandError('ERR DB index is out of range');
      session.database = database;
      return OK;
    },
  },
  FLUSHALL: {
    arity: -1,
    run: ({ server }) => {
      for (const database of server.databases) database.clear();
      return OK;
    },
  },
  MULTI: {
    arity: 1,
    run: (session) => {
      if (session.queue) throw new CommandError('ERR MULTI calls can not be nested');
      session.queue = [];
      return OK;
    },
  },
  EXEC: { arity: 1, run: exec },
  DISCARD: {
    arity: 1,
    run: (session) => {
      if (!session.queue) throw new CommandError('ERR DISCARD without MULTI');
      return discard(session);
    },
  },
  WATCH: {
    arity: -2,
    run: (session, keys) => {
      if (session.queue) throw new CommandError('ERR WATCH inside MULTI is not allowed');
      const { db, database } = session;
      for (const key of keys) session.watched.set(`${database} ${key}`, [db, key, db.version(key)]);
      return OK;
    },
  },
  UNWATCH: {
    arity: 1,
    run: (session) => {
      session.watched.clear();
      return OK;
    },
  },
  SUBSCRIBE: { arity: -2, run: (session, names) => subscribe(session, names, false) },
  PSUBSCRIBE: { arity: -2, run: (session, names) => subscribe(session, names, true) },
  UNSUBSCRIBE: { arity: -1, run: (session, names) => unsubscribe(session, names, false) },
  PUNSUBSCRIBE: { arity: -1, run: (session, names) => unsubscribe(session, names, true) },
  PUBLISH: { arity: 3, run: (session, [channel = '', text = '']) => publish(session, channel, text) },
};
