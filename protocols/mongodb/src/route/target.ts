// A request's deployment: the named connection, or an address of the caller's own, and how a client is opened to it.
import { type CallLimit, remainingMs } from '@fairlead/client';
import { FairleadError } from '@fairlead/errors';
import {
  connectionSettings,
  connectorOf,
  dialOptions,
  type RouteContext,
  resolveTarget,
  type Target,
} from '@fairlead/http';
import type { Connector } from '@fairlead/transport';
import { connect, type MongoClient } from '../client.ts';
import type { ConnectOptions } from '../types/options.ts';
import type { FenceSettings } from './access/fence.ts';
import { withHosts } from './hosts.ts';
import { type ConnectionSettings, settingsSchema } from './settings.ts';

/** What a request may do. Who may write may read, and an administrator may do all. */
export type MongodbAction = 'read' | 'write' | 'admin';

const SUFFICIENT = { read: ['read', 'write', 'admin'], write: ['write', 'admin'], admin: ['admin'] } as const;

/** A request's deployment. */
export interface MongodbTarget {
  readonly fence: FenceSettings;
  /** Connects and logs in; `signal` ends the client. */
  readonly open: (signal: AbortSignal, limit: CallLimit) => Promise<MongoClient>;
}

/**
 * The deployment that a request names, if its token may.
 * @param dataSource The connection's name.
 * @throws HttpProblem 400, 403, 404; FairleadError `usage`, `policy`.
 */
export function mongodbTarget(c: RouteContext, action: MongodbAction, dataSource?: string): MongodbTarget {
  const target = resolveTarget(c, { action: SUFFICIENT[action], connection: dataSource });
  if (target.name === undefined) return { fence: {}, open: openOwn(c, target) };
  const { collections, allow, ...settings } = connectionSettings(target, settingsSchema, 'MongoDB');
  return { fence: { collections, allow }, open: openNamed(c, target, settings, action) };
}

type ClientSettings = Omit<ConnectionSettings, 'collections' | 'allow'>;

/** What a dialler makes of a connection's settings: `isPooled`, where the options are those of a client on a mooring. */
export type DialledSettings = ClientSettings & {
  readonly connector: Connector;
  readonly isPooled?: boolean | undefined;
};

/** Connects to a named connection, whose own members a dialler may change. */
export async function openClient(
  url: string,
  settings: ClientSettings & Pick<ConnectOptions, 'signal' | 'timeoutMs'>,
  dial: (settings: ClientSettings) => Promise<DialledSettings>,
): Promise<MongoClient> {
  const { hosts, isPooled, ...dialled } = await dial(settings);
  if (isPooled) return connect(dialled);
  const text = withHosts(url, hosts);
  if (dialled.directConnection) return connect(text, dialled);
  const { discovery } = await import('../discovery/index.ts');
  return connect(text, { ...dialled, discovery: discovery() });
}

function openNamed(
  c: RouteContext,
  target: Target,
  settings: ClientSettings,
  action: MongodbAction,
): MongodbTarget['open'] {
  return (signal, limit) =>
    openClient(target.url, { ...settings, signal, timeoutMs: remainingMs(limit) }, async (own) => {
      // A command of the administrator's may change the connection itself: it is not lent again.
      const isOwn = action === 'admin' || (target.pool && !(await isPoolable(target.url, settings)));
      return isOwn ? { ...own, connector: connectorOf(c, target) } : dialOptions(c, target, own);
    });
}

/** A pool's connections are to the primary. */
async function isPoolable(url: string, { hosts, ...options }: ClientSettings): Promise<boolean> {
  const mooring = await import('../mooring/index.ts');
  return mooring.isPoolable(withHosts(url, hosts), options);
}

/**
 * A server of the caller's own may say anything of itself. It is asked as the one server that it is, and nothing is dialled but the
 * address that the policy has allowed.
 */
function openOwn(c: RouteContext, { url, address }: Target): MongodbTarget['open'] {
  if (!url.startsWith('mongodb://')) {
    throw refused(
      'Fairlead-Url must begin with mongodb://, since the records behind mongodb+srv:// name servers that the policy has not seen',
    );
  }
  const connector: Connector = (asked, options) => {
    if (asked.hostname !== address.hostname || asked.port !== address.port)
      throw refused('A server of the caller’s own led to another address');
    return c.get('connector')(asked, options);
  };
  return (signal, limit) =>
    connect(url, { directConnection: true, connector, signal, timeoutMs: remainingMs(limit) });
}

function refused(what: string): FairleadError {
  return new FairleadError('policy', `${what}.`, { safeToRetry: true });
}
