// How a pool opens, checks, resets and closes a connection to MySQL or MariaDB.
import { Buffer } from 'node:buffer';
import { limitOf } from '@fairlead/client';
import { isFairleadError } from '@fairlead/errors';
import type { Berth, OpenBerthOptions, Seat, Settings } from '@fairlead/mooring';
import { connect as runtimeConnector } from '@fairlead/transport';
import { type OpenedSession, openSession } from '../connection/login/open-session.ts';
import { killQuery } from '../connection/queue/kill-query.ts';
import type { ConnectOptions } from '../options/connect-options.ts';
import { DEFAULT_CONNECT_TIMEOUT_MS, readTarget } from '../options/target.ts';
import type { Reply } from '../session/replies/reply.ts';
import { silentReply } from '../session/replies/result-reply.ts';
import { sessionStart } from '../session/session-commands.ts';
import { SessionState } from '../session/session-state.ts';
import type { Value } from '../values/value.ts';
import { ERR } from '../wire/decode.ts';
import { COMMAND, encodeQuery, encodeQuit, HEADER_BYTES } from '../wire/encode.ts';
import { greetingTerms, playedGreeting } from '../wire/greeting.ts';
import type { MysqlGreeting } from './front.ts';
import { MysqlTracker } from './tracker.ts';

const CANCEL_TIMEOUT_MS = 5_000;
/** ER_CON_COUNT_ERROR, ER_TOO_MANY_USER_CONNECTIONS, ER_USER_LIMIT_REACHED. */
const NO_ROOM = ['1040', '1203', '1226'];
/**
 * What COM_RESET_CONNECTION does not reset, and what clients read texts by, which it takes from the server's present setting.
 * Profiles and traces hold the texts of statements.
 */
const KEPT = [
  'DATABASE()',
  'CURRENT_ROLE()',
  '@@sql_mode',
  '(SELECT COUNT(*) FROM information_schema.PROFILING)',
  '(SELECT COUNT(*) FROM information_schema.OPTIMIZER_TRACE)',
];

/** MySQL's and MariaDB's seat in a mooring. */
export const seat: Seat = {
  protocol: 'mysql',
  isShared: false,
  open,
  isFull: (error) => isFairleadError(error) && NO_ROOM.includes(error.server?.fields?.errno ?? ''),
};

async function open(
  { url, options }: Settings,
  { connector = runtimeConnector, signal }: OpenBerthOptions,
): Promise<Berth> {
  const target = readTarget(url, options as ConnectOptions);
  const limit = limitOf(
    { signal, timeoutMs: target.connectTimeoutMs },
    DEFAULT_CONNECT_TIMEOUT_MS,
    'connectTimeoutMs',
  );
  const opened = await openSession(target, connector, limit, true);
  const { transport, greeting, exchange } = opened;
  const state = new SessionState(greeting.isMariaDb ? 'mariadb' : 'mysql');
  const [session, check] = await Promise.all([
    beginSession(opened, state, target.timeZone !== 'session'),
    keptCheck(exchange),
  ]).catch((error: unknown) => Promise.reject(exchange.fail(error)));
  const reset = resetBytes(target.database, session, check);
  // From here on the pool reads.
  exchange.detach();
  const tracker = new MysqlTracker(transport.peer);
  let hasEnded = false;
  void transport.closed.then(() => {
    hasEnded = true;
  });
  return {
    transport,
    greeting: {
      ...playedGreeting(greeting.packet),
      session: session.map(({ text, answer }) => [text, answer] as const),
      settings: state.sqlSettings,
    } satisfies MysqlGreeting,
    terms: termsOf(greetingTerms(greeting.packet), state, session),
    tracker,
    resetBytes: () => reset,
    get isReset() {
      return !tracker.hasFailed;
    },
    checkBytes: () => command(COMMAND.ping),
    goodbyeBytes: encodeQuit,
    cancel: async () => {
      // A server that was started again gives the same ids to others.
      if (hasEnded) return;
      await killQuery(target, connector, greeting.connectionId, limitOf({ timeoutMs: CANCEL_TIMEOUT_MS }));
    },
  };
}

/** A statement that begins a session, and the server's answer in one packet. */
interface Begun {
  readonly text: string;
  readonly answer: Uint8Array;
}

/**
 * All that decides how a client talks to the server: its kind, what it can do, how it reads texts, and which of the statements that
 * begin a session it refuses. Not its version, in which the servers behind one name may differ.
 */
function termsOf(
  greeted: string,
  { sqlSettings, isAsBegun }: SessionState,
  session: readonly Begun[],
): string {
  const { server, noBackslashEscapes, ansiQuotes } = sqlSettings;
  const refused = session.map(({ answer }) => answer[HEADER_BYTES] === ERR);
  return JSON.stringify([server, greeted, noBackslashEscapes, ansiQuotes, isAsBegun, refused]);
}

/** Runs the statements that begin a client's session. */
function beginSession(
  { exchange, transport }: OpenedSession,
  state: SessionState,
  utc: boolean,
): Promise<Begun[]> {
  const commands = sessionStart(state, transport.peer, utc);
  return Promise.all(
    commands.map(async ({ packet, reply }) => {
      const recorder = new Recorder(reply);
      await exchange.ask(packet, recorder);
      return { text: packet.toString('utf8', HEADER_BYTES + 1), answer: recorder.answer };
    }),
  );
}

/** Keeps the packet that a reply consists of. */
class Recorder implements Reply {
  readonly failure: undefined;
  answer: Uint8Array = new Uint8Array();
  readonly #reply: Reply;

  constructor(reply: Reply) {
    this.#reply = reply;
  }

  receive(reader: Parameters<Reply['receive']>[0]): boolean {
    const { bytes, at, end } = reader;
    this.answer = framed(Buffer.concat([Buffer.alloc(HEADER_BYTES), bytes.subarray(at, end)]), 1);
    return this.#reply.receive(reader);
  }
}

/** A statement that fails where something of `KEPT` is not as it is now. Servers that do not know it do not have it. */
async function keptCheck(exchange: OpenedSession['exchange']): Promise<string> {
  const conditions = await Promise.all(
    KEPT.map(async (what) => {
      let hex: Value = null;
      const onRow = ([value = null]: readonly Value[]): void => {
        hex = value;
      };
      const reply = silentReply(undefined, onRow, exchange.columns);
      await exchange.ask(encodeQuery(`SELECT HEX(${what})`), reply);
      if (reply.failure !== undefined) return 'TRUE';
      return `HEX(${what}) <=> ${hex === null ? 'NULL' : `'${hex}'`}`;
    }),
  );
  return `SELECT (SELECT 1 UNION SELECT IF(${conditions.join(' AND ')}, 1, 2))`;
}

/** All that a borrower may have changed, undone in one flight: the session as it was when it began, and its database. */
function resetBytes(database: string | undefined, session: readonly Begun[], check: string): Uint8Array {
  const texts = session.filter(({ answer }) => answer[HEADER_BYTES] !== ERR).map(({ text }) => text);
  return Buffer.concat([
    command(COMMAND.resetConnection),
    ...(database === undefined ? [] : [command(COMMAND.initDatabase, database)]),
    ...[...texts, check].map((text) => framed(encodeQuery(text), 0)),
  ]);
}

function command(code: number, text = ''): Uint8Array {
  return framed(Buffer.concat([Buffer.alloc(HEADER_BYTES), Buffer.of(code), Buffer.from(text)]), 0);
}

/** Writes the header of a packet that has room for it. */
function framed(packet: Buffer, sequence: number): Uint8Array {
  packet.writeUIntLE(packet.length - HEADER_BYTES, 0, 3);
  packet[3] = sequence;
  return Uint8Array.from(packet);
}
