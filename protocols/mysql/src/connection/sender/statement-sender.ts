// Sends a statement: prepares it if it has to, writes it with the commands that belong around it, and reads its reply.
// It does not know which statement may be sent.
import type { Buffer } from 'node:buffer';
import { FairleadError } from '@fairlead/errors';
import { statementError, tooLarge, usage } from '../../errors.ts';
import {
  ColumnCache,
  PrepareReply,
  type Reply,
  type ReplyOptions,
  ResultReply,
  silentReply,
} from '../../session/replies.ts';
import type { SessionState, SqlSettings } from '../../session/session-state.ts';
import type { Statement } from '../../session/statement.ts';
import type { StatementSetup } from '../../session/statement-setup.ts';
import { type Bound, bind, interpolate } from '../../text/bind.ts';
import { isWhole, type WireParameter } from '../../values/parameters.ts';
import type { Value } from '../../values/value.ts';
import { encodeExecute, encodePrepare, encodeQuery, HEADER_BYTES } from '../../wire/encode.ts';
import type { PreparedStatement } from '../../wire/messages.ts';
import type { Driver } from '../mysql2/driver.ts';
import type { CheckedStatement, PendingStatement } from '../queue/pending-statement.ts';
import { FileRequests } from './local-data.ts';
import type { StatementCache } from './statement-cache.ts';

/** ER_UNKNOWN_STMT_HANDLER: the server has forgotten it, as poolers do. */
const UNKNOWN_STATEMENT = 1243;
/**
 * ER_IMPOSSIBLE_STRING_CONVERSION: MySQL keeps the charset that a parameter's column had when the statement was prepared,
 * also where the column has another one by now.
 */
const OUTDATED_CHARSET = 3988;
/** Statements up to this size are sent without asking what the server takes: by default 16 or 64 MiB. */
const SMALL_BYTES = 1_048_576;

/** A statement's packet and how its reply is read. */
interface Outgoing {
  readonly packet: Buffer;
  readonly protocol: 'text' | 'binary';
  /** The prepared statement's key in the cache. */
  readonly key?: string;
}

/** What a sender needs of its connection. */
export interface SenderParts {
  readonly driver: Driver;
  readonly prepared: StatementCache;
  readonly replies: ReplyOptions;
  readonly state: SessionState;
  readonly setup: StatementSetup;
  /** Whether the server keeps the types that parameters had first, as MySQL does and MariaDB does not. */
  readonly pinsTypes: boolean;
  /** Settles when the server has sent the session's variables for the first time. Never rejects. */
  readonly stateKnown: Promise<void>;
}

/** Sends statements over one driver. */
export class StatementSender {
  readonly #driver: Driver;
  readonly #prepared: StatementCache;
  readonly #replies: ReplyOptions;
  readonly #columns = new ColumnCache();
  readonly #state: SessionState;
  readonly #setup: StatementSetup;
  readonly #pinsTypes: boolean;
  readonly #stateKnown: Promise<void>;
  /** The server's `max_allowed_packet`, once a large statement has asked for it. */
  #maxPacketBytes: number | undefined;

  constructor({ driver, prepared, replies, state, setup, pinsTypes, stateKnown }: SenderParts) {
    this.#driver = driver;
    this.#prepared = prepared;
    this.#replies = replies;
    this.#state = state;
    this.#setup = setup;
    this.#pinsTypes = pinsTypes;
    this.#stateKnown = stateKnown;
  }

  /**
   * Checks a statement and its parameters. Nothing is sent before `send` of the result is called.
   * @throws FairleadError `usage`.
   */
  check(statement: Statement): CheckedStatement {
    try {
      return this.#checked(statement, {});
    } catch (error) {
      if (!/[\\"]/.test(statement.text)) throw error;
      // The text is ambiguous without the session's sql_mode, which is known when the statement is the next to be sent.
      return { isReady: () => false, send: (pending) => this.#sendLater(pending) };
    }
  }

  #checked(statement: Statement, settings: SqlSettings): CheckedStatement {
    const { text, params, protocol } = statement;
    if (protocol === 'prepared') return this.#checkedPrepared(bind(text, params, settings));
    const packet = encodeQuery(interpolate(text, params, settings));
    return {
      isReady: () => packet.length <= SMALL_BYTES,
      send: (pending) => this.#run({ packet, protocol: 'text' }, pending),
    };
  }

  #checkedPrepared(bound: Bound): CheckedStatement {
    const key = this.#pinsTypes ? `${kinds(bound.values)} ${bound.text}` : bound.text;
    const isSmall = sizeOf(bound.values) <= SMALL_BYTES;
    return {
      isReady: () => isSmall && this.#prepared.get(key) !== undefined,
      send: async (pending) => {
        const known = this.#prepared.get(key) ?? (await this.#prepare(bound.text, key, pending));
        if (known.parameterCount !== bound.values.length) {
          throw usage(
            `the statement has ${known.parameterCount} placeholders and ${bound.values.length} parameters`,
          );
        }
        const closing = this.#prepared.takeClosing();
        if (closing !== undefined) this.#driver.writeRaw(closing);
        const packet = encodeExecute(known.id, bound.values);
        await this.#run({ packet, protocol: 'binary', key }, pending);
      },
    };
  }

  async #sendLater(pending: PendingStatement): Promise<void> {
    pending.prepare();
    await this.#stateKnown;
    assertGoing(pending);
    await this.#checked(pending.statement, this.#state.sqlSettings).send(pending);
  }

  async #prepare(text: string, key: string, pending: PendingStatement): Promise<PreparedStatement> {
    pending.prepare();
    const packet = encodePrepare(text);
    if (packet.length > SMALL_BYTES) await this.#assertFits(packet.length, pending);
    const reply = new PrepareReply();
    await this.#driver.send(packet, reply);
    if (reply.failure !== undefined) throw statementError(reply.failure, this.#driver.peer);
    const prepared = reply.prepared ?? { id: 0, parameterCount: 0 };
    this.#prepared.add(key, prepared);
    assertGoing(pending);
    return prepared;
  }

  async #run({ packet, protocol, key }: Outgoing, pending: PendingStatement): Promise<void> {
    if (packet.length > SMALL_BYTES) await this.#assertFits(packet.length, pending);
    const files = new FileRequests(this.#driver, pending);
    const reply = new ResultReply(protocol, this.#replies, this.#columns, pending, files);
    try {
      await this.#send(packet, reply, pending);
    } finally {
      files.end();
    }
    if (files.refused !== undefined) throw files.refused;
    if (reply.failure === undefined) return;
    const { errno } = reply.failure;
    if (key !== undefined && errno === UNKNOWN_STATEMENT) this.#prepared.forget(key);
    if (key !== undefined && errno === OUTDATED_CHARSET) this.#prepared.drop(key);
    throw statementError(reply.failure, this.#driver.peer);
  }

  /** Sends the statement, and the commands that belong around it, without waiting between them. */
  #send(packet: Buffer, reply: Reply, pending: PendingStatement): Promise<unknown> {
    const commands = this.#setup.commandsFor(pending.statement, pending.options);
    pending.send();
    if (commands === undefined) {
      pending.reach();
      return this.#driver.send(packet, reply);
    }
    const before = commands.before.map((each) => this.#driver.send(each.packet, each.reply));
    const all = [...before, this.#driver.send(packet, reply)];
    const { after } = commands;
    if (after !== undefined) all.push(this.#driver.send(after.packet, after.reply));
    Promise.all(before).then(
      () => pending.reach(),
      () => pending.reach(),
    );
    return Promise.all(all);
  }

  /**
   * A server answers a packet that is too long by ending the connection, more often than not before its reason arrives.
   * @throws FairleadError `limit`: nothing was sent.
   */
  async #assertFits(packetBytes: number, pending: PendingStatement): Promise<void> {
    pending.prepare();
    this.#maxPacketBytes ??= await this.#askMaxPacket();
    assertGoing(pending);
    const bytes = packetBytes - HEADER_BYTES;
    if (bytes >= this.#maxPacketBytes) throw tooLarge(bytes, this.#maxPacketBytes, this.#driver.peer);
  }

  async #askMaxPacket(): Promise<number> {
    let bytes = Number.POSITIVE_INFINITY;
    const onRow = ([value]: readonly Value[]): void => {
      bytes = Number(value);
    };
    const reply = silentReply(undefined, onRow, this.#replies.extended);
    await this.#driver.send(encodeQuery('SELECT @@max_allowed_packet'), reply);
    return bytes > 0 ? bytes : Number.POSITIVE_INFINITY;
  }
}

/** Nothing of a statement is sent once it was stopped. Its caller gets the reason of the stop instead of this error. */
function assertGoing({ draining }: PendingStatement): void {
  if (draining) throw new FairleadError('aborted', 'The statement was stopped before it was sent.');
}

/**
 * The kinds of these values, a letter each. MySQL gives a parameter the type of its first value, and makes the later ones fit:
 * a text becomes 0 where a number stood (manual, "PREPARE Statement"). So each combination is a statement of its own.
 */
function kinds(values: readonly WireParameter[]): string {
  let letters = '';
  for (const value of values) letters += kind(value);
  return letters;
}

function kind(value: WireParameter): string {
  if (typeof value === 'bigint') return 'i';
  if (typeof value === 'number') return isWhole(value) ? 'i' : 'd';
  return value instanceof Uint8Array ? 'b' : 't';
}

/** The largest size that these parameters can have, in bytes. */
function sizeOf(values: readonly WireParameter[]): number {
  let bytes = 0;
  for (const value of values) {
    if (typeof value === 'string') bytes += 3 * value.length;
    else bytes += value instanceof Uint8Array ? value.length : 8;
  }
  return bytes;
}
