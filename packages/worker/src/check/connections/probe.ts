// Connects as each protocol's client does, logs in, asks what is worth knowing, and leaves. It changes nothing at the server:
// it sends no mail, joins no channel, takes over no session. Clients are imported when a connection needs them.
import { tlsOptionsOf } from '@fairlead/http';
import type { Address, Connector } from '@fairlead/transport';
import { type Advice, mysqlRole, postgresRole, type SqlProbe } from './roles.ts';

/** What to connect to. */
export interface ProbeTarget {
  readonly url: string;
  readonly address: Address;
  /** The entry's further members. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly connector: Connector;
  /** For the whole attempt. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Tries a connection, and gives what was found once it stood.
 * @throws FairleadError What the client throws.
 */
export type Probe = (target: ProbeTarget) => Promise<readonly Advice[]>;

/** How many different nicks there are to try with. */
const NICKS = 1_000_000;

/** By the first part of scopes; each imports its client. */
const PROBES: Readonly<Record<string, () => Promise<Probe>>> = {
  pg: async () => {
    const { connect } = await import('@fairlead/postgres');
    return async (target) => {
      await using db = await connect(target.url, clientOptions(target));
      return await postgresRole(sqlProbe((sql) => db.query(sql)));
    };
  },
  mysql: async () => {
    const { connect } = await import('@fairlead/mysql');
    return async (target) => {
      await using db = await connect(target.url, clientOptions(target));
      return await mysqlRole(sqlProbe((sql) => db.query(sql)));
    };
  },
  redis: async () => {
    const { connect } = await import('@fairlead/redis');
    return async (target) => {
      await using client = await connect(target.url, clientOptions(target, 'deny'));
      // The login leaves with the first command.
      await client.send('PING');
      return [];
    };
  },
  mongodb: async () => {
    const { mongodbRoutes } = await import('@fairlead/mongodb/route');
    return async ({ url, address, options, connector, timeoutMs, signal }) => {
      const limit = { signal, timeoutMs, at: Date.now() + timeoutMs };
      const dial = async <Options extends object>(own: Options) => ({ ...own, connector });
      // The entry may name further hosts, which the route's own check knows to read.
      await mongodbRoutes.check?.({ url, address, options, limit, connector, dial });
      return [];
    };
  },
  mqtt: async () => {
    const { connect } = await import('@fairlead/mqtt');
    return async (target) => {
      const options = clientOptions(target, 'topics', 'broker', 'clientIdPrefix');
      const { connector, ...own } = options;
      // A WebSocket is dialled by the client itself.
      await using _client = await connect(target.url, /^wss?:/.test(target.url) ? own : options);
      return [];
    };
  },
  smtp: async () => {
    const { connect } = await import('@fairlead/smtp');
    return async (target) => {
      await using _client = await connect(target.url, clientOptions(target, 'from', 'dkim'));
      return [];
    };
  },
  imap: async () => {
    const { connect } = await import('@fairlead/imap');
    return async (target) => {
      await using _client = await connect(target.url, clientOptions(target, 'mailboxes'));
      return [];
    };
  },
  ssh: async () => {
    const { connect } = await import('@fairlead/ssh');
    return async (target) => {
      await using _client = await connect(target.url, clientOptions(target, 'commands', 'root'));
      return [];
    };
  },
  ftp: async () => {
    const { connect } = await import('@fairlead/ftp');
    return async (target) => {
      await using _client = await connect(target.url, clientOptions(target, 'root'));
      return [];
    };
  },
  irc: async () => {
    const { connect } = await import('@fairlead/irc');
    return async (target) => {
      const options = clientOptions(target, 'rejoin', 'altNicks', 'nick');
      await using _client = await connect(target.url, {
        ...options,
        // The nick of the entry may be in use, by the gateway itself.
        nick: `chk${Math.floor(Math.random() * NICKS)}`,
      });
      return [];
    };
  },
};

/** How a protocol's connections are tried. Loading the client takes none of an attempt's time. */
export async function loadProbe(protocol: string): Promise<Probe> {
  const load = Object.hasOwn(PROBES, protocol) ? PROBES[protocol] : undefined;
  return load === undefined ? loadDial() : load();
}

/** TCP, and TLS where the URL says so: for protocols without a login. */
async function loadDial(): Promise<Probe> {
  const { ping } = await import('@fairlead/tcp');
  return async ({ url, address, options, connector, timeoutMs, signal }) => {
    const tls = url.startsWith('gophers:') && (tlsOptionsOf(options) ?? true);
    await ping(address, { tls, connector, connectTimeoutMs: timeoutMs, timeoutMs, signal });
    return [];
  };
}

/** The entry's members without the gateway's own, and how long to wait. */
function clientOptions({ options, connector, timeoutMs, signal }: ProbeTarget, ...gateways: string[]) {
  const own = Object.entries(options).filter(([name]) => !gateways.includes(name));
  return { ...Object.fromEntries(own), connector, connectTimeoutMs: timeoutMs, timeoutMs, signal };
}

function sqlProbe(query: (sql: string) => Promise<{ readonly rows: readonly object[] }>): SqlProbe {
  return async (sql) => (await query(sql)).rows;
}
