// How a pool opens, checks, resets and closes a connection to MongoDB: to the primary, by whatever leads there.
import { limitOf } from '@fairlead/client';
import type { Berth, OpenBerthOptions, Seat, Settings as SeatSettings } from '@fairlead/mooring';
import { formatAddress } from '@fairlead/transport';
import type { Document } from 'bson';
import { type OpenConnection, openConnection } from '../connection/open-link.ts';
import type { CommandLink } from '../connection/types.ts';
import { discovery } from '../discovery/index.ts';
import { protocolError } from '../errors.ts';
import { readSettings } from '../options/read-settings.ts';
import type { OpenLink } from '../options/settings.ts';
import type { ConnectOptions } from '../types/options.ts';
import { type MongodbGreeting, message } from './front.ts';
import { MongodbTracker } from './tracker.ts';

/** MongoDB's seat in a mooring. */
export const seat: Seat = {
  protocol: 'mongodb',
  isShared: false,
  open,
  // The server has no error for it: it closes the connection.
  isFull: () => false,
};

/** What clients read of a hello. */
const OF_HELLO = [
  'ok',
  'helloOk',
  'ismaster',
  'isWritablePrimary',
  'msg',
  'setName',
  'me',
  'minWireVersion',
  'maxWireVersion',
  'maxBsonObjectSize',
  'maxMessageSizeBytes',
  'maxWriteBatchSize',
  'logicalSessionTimeoutMinutes',
] as const;

async function open({ url, options }: SeatSettings, { connector, signal }: OpenBerthOptions): Promise<Berth> {
  const { transport, hello } = await openPrimary(url, { ...(options as ConnectOptions), connector, signal });
  const tracker = new MongodbTracker();
  const known: Document = {};
  for (const name of OF_HELLO) if (name in hello) known[name] = plain(hello[name]);
  const greeting: MongodbGreeting = { hello: known };
  return {
    transport,
    greeting,
    terms: JSON.stringify(known),
    tracker,
    resetBytes: () => resetBytes(tracker),
    get isReset() {
      return !tracker.hasFailed && tracker.openCursors.size === 0;
    },
    checkBytes: () => PING,
    goodbyeBytes: () => new Uint8Array(0),
  };
}

const PING = /* @__PURE__ */ message(0, { ping: 1, $db: 'admin' });

/** Numbers of hello are small, whichever kind they have. */
function plain(value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value;
}

/** Ends the cursors that were left open. Without any, a sign of life shows that nothing is owed. */
function resetBytes({ openCursors }: MongodbTracker): Uint8Array {
  const [first] = openCursors;
  if (first === undefined) return PING;
  const namespace = first[1];
  const dot = namespace.indexOf('.');
  // Those of one collection: where there are others, the connection is ended.
  const cursors = [...openCursors].filter(([, own]) => own === namespace).map(([id]) => id);
  return message(0, { killCursors: namespace.slice(dot + 1), cursors, $db: namespace.slice(0, dot) });
}

/** Connects to the primary, or to the one server that the settings name. */
async function openPrimary(url: string, options: ConnectOptions): Promise<OpenConnection> {
  const settings = readSettings(url, { ...options, discovery: discovery() });
  const opened = new Map<CommandLink, OpenConnection>();
  const openLink: OpenLink = async (address, own, limit) => {
    const connection = await openConnection(address, own, limit);
    const link = bareLink(connection, formatAddress(address), () => opened.has(link));
    opened.set(link, connection);
    return link;
  };
  const topology = (settings.discovery ?? discovery()).openTopology(settings, openLink);
  try {
    const link = await topology.select('writable', limitOf({ signal: settings.signal }));
    const connection = opened.get(link);
    if (connection === undefined) throw protocolError('a server was found that nobody has dialled');
    // From here on it is the pool's.
    opened.delete(link);
    return connection;
  } finally {
    await topology.close();
  }
}

/** A connection that is only looked at. */
function bareLink({ transport, server }: OpenConnection, address: string, isOwn: () => boolean): CommandLink {
  return {
    peer: transport.peer,
    address,
    server,
    isUsable: true,
    closed: transport.closed.then(() => undefined),
    command: () => Promise.reject(protocolError('a pooled connection sends nothing of its own')),
    async close() {
      if (isOwn()) await transport.close();
    },
    destroy(reason) {
      if (isOwn()) transport.destroy(reason);
    },
  };
}
