// One statement on its way: prepared if it has to be, sent, its reply taken apart. It does not know whose turn it is.
import { Buffer } from 'node:buffer';
import { FairleadError } from '@fairlead/errors';
import type { Driver } from '../connection/mysql2/driver.ts';
import { statementError, tooLarge, usage } from '../errors.ts';
import { ColumnCache, PrepareReply, type Reply, type ReplyOptions, ResultReply } from '../session/replies.ts';
import { quietReply } from '../session/session-commands.ts';
import type { SessionState, SqlSettings } from '../session/session-state.ts';
import { isWhole, type WireParameter } from '../values/parameters.ts';
import type { InputParameters, Value } from '../values/value.ts';
import { encodeExecute, encodePrepare, encodeQuery, HEADER_BYTES } from '../wire/encode.ts';
import type { PreparedWords, ReplyEvents } from '../wire/messages.ts';
import type { Journey } from './journey.ts';
import { halfLoaded, LocalData } from './local-data.ts';
import type { StatementCache } from './prepared.ts';
import { type Bound, bind, interpolate } from './text/bind.ts';

/** ER_UNKNOWN_STMT_HANDLER: the server has forgotten it, as poolers do. */
const UNKNOWN_STATEMENT = 1243;
/**
 * ER_IMPOSSIBLE_STRING_CONVERSION: MySQL keeps the charset that a parameter's column had when the statement was prepared,
 * also where the column has another one by now.
 */
const OUTDATED_CHARSET = 3988;
/** Statements up to this size are sent without asking what the server takes: by default 16 or 64 MiB. */
const SMALL_BYTES = 1_048_576;

/** What is to be run. */
export interface Statement {
  readonly protocol: 'text' | 'prepared';
  readonly text: string;
  readonly params: InputParameters;
  readonly localData?: AsyncIterable<Uint8Array> | undefined;
}

/** Who hears of the rows. */
export type RowEvents = Omit<ReplyEvents, 'onLocalFile'>;

/** A statement that can be sent. */
export interface CheckedStatement {
  /** Whether all there is to send can be written at once. */
  readonly isReady: () => boolean;
  readonly send: (events: RowEvents, journey: Journey) => Promise<void>;
}

/** A statement's packet and how its reply is read. */
interface Outgoing {
  readonly packet: Buffer;
  readonly protocol: 'text' | 'binary';
  readonly statement: Statement;
  /** Under what the statement was prepared. */
  readonly key?: string;
}

/** What of the server decides how a statement is sent. */
export interface ServerTraits {
  /** Whether it keeps the types that parameters had first, as MySQL does and MariaDB does not. */
  readonly pinsTypes: boolean;
  readonly state: SessionState;
  /** Settles when it has told of its session for the first time. Never rejects. */
  readonly told: Promise<void>;
}

/** Runs statements over one driver. */
export class StatementRunner {
  readonly #driver: Driver;
  readonly #prepared: StatementCache;
  readonly #options: ReplyOptions;
  readonly #columns = new ColumnCache();
  readonly #server: ServerTraits;
  /** The server's `max_allowed_packet`, once a large statement has asked for it. */
  #maxPacketBytes: number | undefined;

  constructor(driver: Driver, prepared: StatementCache, options: ReplyOptions, server: ServerTraits) {
    this.#server = server;
    this.#driver = driver;
    this.#prepared = prepared;
    this.#options = options;
  }

  /**
   * What has to be done for a statement, checked. Nothing is sent before `send` is called.
   * @throws FairleadError `usage`.
   */
  check(statement: Statement): CheckedStatement {
    try {
      return this.#checked(statement, {});
    } catch (error) {
      if (!/[\\"]/.test(statement.text)) throw error;
      // What is known when it leaves may tell what is uncertain now: then nothing that changes it is on its way.
      return { isReady: () => false, send: (events, journey) => this.#sendLater(statement, events, journey) };
    }
  }

  #checked(statement: Statement, settings: SqlSettings): CheckedStatement {
    const { text, params, protocol } = statement;
    if (protocol === 'prepared') return this.#checkedPrepared(statement, bind(text, params, settings));
    const packet = encodeQuery(interpolate(text, params, settings));
    return {
      isReady: () => packet.length <= SMALL_BYTES,
      send: (events, journey) => this.#run({ packet, protocol: 'text', statement }, events, journey),
    };
  }

  #checkedPrepared(statement: Statement, bound: Bound): CheckedStatement {
    const key = this.#server.pinsTypes ? `${kinds(bound.values)} ${bound.text}` : bound.text;
    const isSmall = sizeOf(bound.values) <= SMALL_BYTES;
    return {
      isReady: () => isSmall && this.#prepared.get(key) !== undefined,
      send: async (events, journey) => {
        const known = this.#prepared.get(key) ?? (await this.#prepare(bound.text, key, journey));
        if (known.parameterCount !== bound.values.length) {
          throw usage(
            `the statement has ${known.parameterCount} placeholders and ${bound.values.length} parameters`,
          );
        }
        const closing = this.#prepared.takeClosing();
        if (closing !== undefined) this.#driver.writeRaw(closing);
        const packet = encodeExecute(known.id, bound.values);
        await this.#run({ packet, protocol: 'binary', statement, key }, events, journey);
      },
    };
  }

  async #sendLater(statement: Statement, events: RowEvents, journey: Journey): Promise<void> {
    await this.#server.told;
    assertGoing(journey);
    await this.#checked(statement, this.#server.state.sqlSettings).send(events, journey);
  }

  async #prepare(text: string, key: string, journey: Journey): Promise<PreparedWords> {
    const packet = encodePrepare(text);
    if (packet.length > SMALL_BYTES) await this.#assertFits(packet.length, journey);
    const reply = new PrepareReply();
    await this.#driver.send(packet, reply);
    if (reply.failure !== undefined) throw statementError(reply.failure, this.#driver.peer);
    const prepared = reply.prepared ?? { id: 0, parameterCount: 0 };
    this.#prepared.add(key, prepared);
    assertGoing(journey);
    return prepared;
  }

  async #run(outgoing: Outgoing, events: RowEvents, journey: Journey): Promise<void> {
    const { packet, protocol, key } = outgoing;
    if (packet.length > SMALL_BYTES) await this.#assertFits(packet.length, journey);
    let loading: Loading | undefined;
    // Nobody hears of the rows of a statement that was stopped.
    const reply: Reply = new ResultReply(protocol, this.#options, this.#columns, {
      onColumns: (columns) => {
        if (!journey.stopped) events.onColumns(columns);
      },
      onRow: (row) => {
        if (!journey.stopped) events.onRow(row);
      },
      onResult: (words) => {
        if (!journey.stopped) events.onResult(words);
      },
      onLocalFile: () => {
        loading ??= new Loading(this.#driver, outgoing.statement, journey);
        loading.begin();
      },
    });
    try {
      await this.#send(packet, reply, journey);
    } finally {
      loading?.end();
    }
    if (loading?.refused !== undefined) throw loading.refused;
    if (reply.failure === undefined) return;
    const { errno } = reply.failure;
    if (key !== undefined && errno === UNKNOWN_STATEMENT) this.#prepared.forget(key);
    if (key !== undefined && errno === OUTDATED_CHARSET) this.#prepared.drop(key);
    throw statementError(reply.failure, this.#driver.peer);
  }

  /** Sends the statement, and what goes along with it, in one flight. */
  #send(packet: Buffer, reply: Reply, journey: Journey): Promise<unknown> {
    const escort = journey.escort();
    if (escort === undefined) {
      journey.reach();
      return this.#driver.send(packet, reply);
    }
    const before = escort.before.map((each) => this.#driver.send(each.packet, each.reply));
    const own = this.#driver.send(packet, reply);
    const { after } = escort;
    const all = [...before, own];
    if (after !== undefined) all.push(this.#driver.send(after.packet, after.reply));
    Promise.all(before).then(
      () => journey.reach(),
      () => journey.reach(),
    );
    return Promise.all(all);
  }

  /**
   * A server answers a packet that is too long by ending the connection, more often than not before its reason arrives.
   * @throws FairleadError `limit`: nothing was sent.
   */
  async #assertFits(packetBytes: number, journey: Journey): Promise<void> {
    this.#maxPacketBytes ??= await this.#askMaxPacket();
    assertGoing(journey);
    const bytes = packetBytes - HEADER_BYTES;
    if (bytes >= this.#maxPacketBytes) throw tooLarge(bytes, this.#maxPacketBytes, this.#driver.peer);
  }

  async #askMaxPacket(): Promise<number> {
    let bytes = Number.POSITIVE_INFINITY;
    const onRow = ([value]: readonly Value[]): void => {
      bytes = Number(value);
    };
    const reply = quietReply(undefined, onRow, this.#options.extended);
    await this.#driver.send(encodeQuery('SELECT @@max_allowed_packet'), reply);
    return bytes > 0 ? bytes : Number.POSITIVE_INFINITY;
  }
}

/** Nothing of a call goes out once it was stopped. The lane puts the reason in this error's place. */
function assertGoing({ stopped }: Journey): void {
  if (stopped) throw new FairleadError('aborted', 'The statement was stopped before it was sent.');
}

/** What a statement does when the server asks for the content of a file. */
class Loading {
  readonly #driver: Driver;
  readonly #statement: Statement;
  readonly #journey: Journey;
  #data: LocalData | undefined;
  /** Why the server got nothing. */
  refused: FairleadError | undefined;

  constructor(driver: Driver, statement: Statement, journey: Journey) {
    this.#driver = driver;
    this.#statement = statement;
    this.#journey = journey;
  }

  begin(): void {
    const { localData } = this.#statement;
    if (this.#driver.unanswered > 1) {
      // What was sent behind it would be taken for the file.
      this.#driver.fail(notAsked());
    } else if (localData === undefined) {
      this.refused = notAsked();
      this.#driver.write(Buffer.alloc(HEADER_BYTES));
    } else {
      const data = new LocalData(this.#driver, localData);
      this.#data = data;
      data.send();
      // The server reads the file's packets and nothing else: KILL QUERY does not end that.
      this.#journey.onStop(() => {
        if (!data.complete) this.#driver.fail(halfLoaded(this.#driver.peer));
      });
    }
  }

  end(): void {
    const data = this.#data;
    if (data === undefined) return;
    data.leave();
    // The source's own error is the one to hear of, not the connection's end that it led to.
    if (data.failure !== undefined) this.#journey.failWith(data.failure.error);
    if (data.complete || this.#driver.failed) return;
    // The server expects commands while packets of the file may still be on their way.
    this.#driver.fail(new Error('a load was answered before its end'));
  }
}

function notAsked(): FairleadError {
  return new FairleadError(
    'policy',
    'MySQL: the server asked for a local file (LOAD DATA LOCAL); pass the data in the option localData.',
  );
}

/**
 * What kinds of values these are. MySQL gives a parameter the type of its first value, and makes the later ones fit:
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

/** How large parameters are at most, in bytes. */
function sizeOf(values: readonly WireParameter[]): number {
  let bytes = 0;
  for (const value of values) {
    if (typeof value === 'string') bytes += 3 * value.length;
    else bytes += value instanceof Uint8Array ? value.length : 8;
  }
  return bytes;
}
