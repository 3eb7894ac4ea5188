// How a pool opens, checks, resets and closes a connection to Postgres.
import { isFairleadError } from '@fairlead/errors';
import type { Berth, OpenBerthOptions, Seat, Settings } from '@fairlead/mooring';
import { connect as runtimeConnector } from '@fairlead/transport';
import { cancelOnServer } from '../connection/cancel-request.ts';
import { logIn } from '../connection/open/login.ts';
import { usage } from '../errors.ts';
import type { ConnectOptions } from '../options/connect-options.ts';
import { readTarget } from '../options/target.ts';
import type { SessionOwner } from '../session/replies.ts';
import { bytesOf, writeQuery, writeSync, writeTerminate } from '../wire/encode/client.ts';
import type { PostgresGreeting } from './front.ts';
import { PostgresTracker } from './tracker.ts';

/** Alone in its message: it refuses to run in a transaction, which several statements of one message are. */
const RESET = /* @__PURE__ */ bytesOf((writer) => writeQuery(writer, 'DISCARD ALL'));
const CHECK = /* @__PURE__ */ bytesOf(writeSync);
const GOODBYE = /* @__PURE__ */ bytesOf(writeTerminate);
/** too_many_connections. */
const NO_ROOM = '53300';
const MAX_ROW_BYTES = 67_108_864;

/** Postgres' seat in a mooring. */
export const seat: Seat = {
  protocol: 'pg',
  isShared: false,
  open,
  isFull: (error) => isFairleadError(error) && error.server?.code === NO_ROOM,
};

async function open(
  { url, options }: Settings,
  { connector = runtimeConnector, signal }: OpenBerthOptions,
): Promise<Berth> {
  const target = readTarget(url, options as ConnectOptions);
  const input = { connector, owner: NOBODY, maxRowBytes: MAX_ROW_BYTES, signal, isWhole: true };
  const { transport, session } = await logIn(target, input);
  const tracker = new PostgresTracker();
  const greeting: PostgresGreeting = {
    parameters: [...session.parameters],
    processId: session.key?.processId ?? 0,
  };
  return {
    transport,
    greeting,
    terms: termsOf(session.parameters),
    tracker,
    resetBytes: () => RESET,
    get isReset() {
      return !tracker.hasFailed;
    },
    checkBytes: () => CHECK,
    goodbyeBytes: () => GOODBYE,
    cancel: async () => {
      if (session.key !== undefined) await cancelOnServer(target, transport.peer, connector, session.key);
    },
  };
}

/** The parameters by which clients read and write values. */
const TERMS = [
  'server_encoding',
  'client_encoding',
  'standard_conforming_strings',
  'integer_datetimes',
  'DateStyle',
  'IntervalStyle',
  'TimeZone',
];

function termsOf(parameters: ReadonlyMap<string, string>): string {
  return TERMS.map((name) => parameters.get(name)).join(' ');
}

/** A login without statements: nobody has to be told of any. */
const NOBODY: SessionOwner = {
  peer: undefined,
  ended: unexpected,
  stopped: unexpected,
  needsSync: unexpected,
  refuseCopy: unexpected,
  redefined: () => undefined,
  notice: () => undefined,
  notification: () => undefined,
};

function unexpected(): never {
  throw usage('a pooled connection runs no statement of its own');
}
