// One statement on its way: prepared if it has to be, sent, its reply taken apart. It does not know whose turn it is.
import { Buffer } from 'node:buffer';
import { FairleadError } from '@fairlead/errors';
import { bind, interpolate } from './bind.ts';
import type { Driver } from './driver.ts';
import { encodeExecute, encodePrepare, encodeQuery, HEADER_BYTES } from './encode.ts';
import { statementError } from './errors.ts';
import { sendLocalData } from './local-data.ts';
import type { PreparedWords, ReplyEvents } from './messages.ts';
import { isWhole, type WireParameter } from './parameters.ts';
import type { StatementCache } from './prepared.ts';
import { ColumnCache, PrepareReply, type Reply, type ReplyOptions, ResultReply } from './session.ts';
import type { InputParameters } from './values.ts';

/** ER_UNKNOWN_STMT_HANDLER: the server has forgotten it, as poolers do. */
const UNKNOWN_STATEMENT = 1243;

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
  /** Whether one packet is all there is to send. */
  readonly isReady: () => boolean;
  readonly send: (events: RowEvents) => Promise<void>;
}

/** Runs statements over one driver. */
export class StatementRunner {
  readonly #driver: Driver;
  readonly #prepared: StatementCache;
  readonly #options: ReplyOptions;
  readonly #columns = new ColumnCache();
  readonly #pinsTypes: boolean;

  /** @param pinsTypes Whether the server keeps the types that parameters had first, as MySQL does and MariaDB does not. */
  constructor(driver: Driver, prepared: StatementCache, options: ReplyOptions, pinsTypes: boolean) {
    this.#pinsTypes = pinsTypes;
    this.#driver = driver;
    this.#prepared = prepared;
    this.#options = options;
  }

  /**
   * What has to be done for a statement, checked. Nothing is sent before `send` is called.
   * @throws FairleadError `usage`.
   */
  check(statement: Statement): CheckedStatement {
    const { text, params, protocol } = statement;
    if (protocol === 'text') {
      const packet = encodeQuery(interpolate(text, params));
      return { isReady: () => true, send: (events) => this.#run(packet, 'text', statement, events) };
    }
    const bound = bind(text, params);
    const key = this.#pinsTypes ? `${kinds(bound.values)} ${bound.text}` : bound.text;
    const send = async (events: RowEvents): Promise<void> => {
      const known = this.#prepared.get(key) ?? (await this.#prepare(bound.text, key));
      if (known.parameterCount !== bound.values.length) {
        throw new FairleadError(
          'usage',
          `MySQL: the statement has ${known.parameterCount} placeholders and ${bound.values.length} parameters.`,
          { safeToRetry: true },
        );
      }
      const closing = this.#prepared.takeClosing();
      if (closing !== undefined) this.#driver.writeRaw(closing);
      await this.#run(encodeExecute(known.id, bound.values), 'binary', statement, events, key);
    };
    return { isReady: () => this.#prepared.get(key) !== undefined, send };
  }

  async #prepare(text: string, key: string): Promise<PreparedWords> {
    const reply = new PrepareReply();
    await this.#driver.send(encodePrepare(text), reply);
    if (reply.failure !== undefined) throw statementError(reply.failure, this.#driver.peer);
    const prepared = reply.prepared ?? { id: 0, parameterCount: 0 };
    this.#prepared.add(key, prepared);
    return prepared;
  }

  async #run(
    packet: Buffer,
    protocol: 'text' | 'binary',
    statement: Statement,
    events: RowEvents,
    prepared?: string,
  ): Promise<void> {
    let refused: FairleadError | undefined;
    const onLocalFile = (): void => {
      if (this.#driver.unanswered > 1) {
        // What was sent behind it would be taken for the file.
        this.#driver.fail(notAsked());
        return;
      }
      if (statement.localData !== undefined) {
        sendLocalData(this.#driver, statement.localData);
        return;
      }
      refused = notAsked();
      sendNothing(this.#driver);
    };
    const reply: Reply = new ResultReply(protocol, this.#options, this.#columns, {
      ...eventsOf(events),
      onLocalFile,
    });
    await this.#driver.send(packet, reply);
    if (refused !== undefined) throw refused;
    if (reply.failure === undefined) return;
    if (prepared !== undefined && reply.failure.errno === UNKNOWN_STATEMENT) this.#prepared.forget(prepared);
    throw statementError(reply.failure, this.#driver.peer);
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

function eventsOf(events: RowEvents): RowEvents {
  return {
    onColumns: (columns) => events.onColumns(columns),
    onRow: (row) => events.onRow(row),
    onResult: (words) => events.onResult(words),
  };
}

function sendNothing(driver: Driver): void {
  driver.write(Buffer.alloc(HEADER_BYTES));
}
