// Sends a statement: prepares it if it has to, and writes it with the commands that belong around it. It does not know which
// statement may be sent.
import { FairleadError } from '@fairlead/errors';
import { statementError, tooLarge, usage } from '../../errors.ts';
import { ColumnCache } from '../../session/replies/column-cache.ts';
import { PrepareReply } from '../../session/replies/prepare-reply.ts';
import { silentReply } from '../../session/replies/result-reply.ts';
import type { SessionCommand } from '../../session/session-commands.ts';
import type { SessionState, SqlSettings } from '../../session/session-state.ts';
import type { Statement } from '../../session/statement.ts';
import type { StatementSetup } from '../../session/statement-setup.ts';
import { type Bound, bind, interpolate } from '../../text/bind.ts';
import { isWhole, type WireParameter } from '../../values/parameters.ts';
import type { Value } from '../../values/value.ts';
import { encodePrepare, encodeQuery, HEADER_BYTES } from '../../wire/encode.ts';
import { encodeExecute, sizeOfValues } from '../../wire/encode-execute.ts';
import type { CheckedStatement, PendingStatement } from '../queue/pending-statement.ts';
import type { KnownStatement } from './statement-cache.ts';
import { type RunParts, StatementRun } from './statement-run.ts';

/** Statements up to this size are sent without asking what the server takes: by default 16 or 64 MiB. */
const SMALL_BYTES = 1_048_576;

const nothing = (): void => undefined;

/** What a sender needs of its connection. */
export interface SenderParts extends RunParts {
  readonly state: SessionState;
  readonly setup: StatementSetup;
  /** Whether the server keeps the types that parameters had first, as MySQL does and MariaDB does not. */
  readonly pinsTypes: boolean;
  /** Settles when the server has sent the session's variables for the first time. Never rejects. */
  readonly stateKnown: Promise<void>;
}

/** A statement that is sent as a text. */
class TextStatement implements CheckedStatement {
  readonly #sender: StatementSender;
  readonly #packet: Uint8Array;

  constructor(sender: StatementSender, packet: Uint8Array) {
    this.#sender = sender;
    this.#packet = packet;
  }

  isReady(): boolean {
    return this.#packet.length <= SMALL_BYTES;
  }

  send(pending: PendingStatement): void {
    this.#sender.sendText(this.#packet, pending);
  }
}

/** A statement that the server prepares, and its values. */
export class BoundStatement implements CheckedStatement {
  readonly text: string;
  readonly values: readonly WireParameter[];
  /** The prepared statement's key in the cache. */
  readonly key: string;
  /** Whether its values fit into a packet that every server takes. */
  readonly isSmall: boolean;
  readonly #sender: StatementSender;

  constructor(sender: StatementSender, { text, values }: Bound, key: string) {
    this.#sender = sender;
    this.text = text;
    this.values = values;
    this.key = key;
    this.isSmall = sizeOfValues(values) <= SMALL_BYTES;
  }

  isReady(): boolean {
    return this.isSmall && this.#sender.isPrepared(this.key);
  }

  send(pending: PendingStatement): void {
    this.#sender.sendBound(this, pending);
  }
}

/** Sends statements over one connection. */
export class StatementSender {
  readonly #parts: SenderParts;
  /** The columns of the last statement that was sent as a text. */
  readonly #columns = new ColumnCache();
  /** The server's `max_allowed_packet`, once a large statement has asked for it. */
  #maxPacketBytes: number | undefined;

  constructor(parts: SenderParts) {
    this.#parts = parts;
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
      return {
        isReady: () => false,
        send: (pending) => void this.#sendLater(pending).catch((later: unknown) => pending.complete(later)),
      };
    }
  }

  #checked({ text, params, protocol }: Statement, settings: SqlSettings): CheckedStatement {
    if (protocol === 'text') return new TextStatement(this, encodeQuery(interpolate(text, params, settings)));
    const bound = bind(text, params, settings);
    const key = this.#parts.pinsTypes ? `${kinds(bound.values)} ${bound.text}` : bound.text;
    return new BoundStatement(this, bound, key);
  }

  async #sendLater(pending: PendingStatement): Promise<void> {
    pending.prepare();
    await this.#parts.stateKnown;
    assertGoing(pending);
    this.#checked(pending.statement, this.#parts.state.sqlSettings).send(pending);
  }

  /** Sends a statement as a text. @throws FairleadError `usage`, or the connection's failure. */
  sendText(packet: Uint8Array, pending: PendingStatement): void {
    const run = new StatementRun(this.#parts, pending, this.#columns);
    if (packet.length <= SMALL_BYTES) this.#send(packet, run);
    else this.#sendLarge(packet, run).catch((error: unknown) => pending.complete(error));
  }

  /** Whether the server has prepared the statement with this key. */
  isPrepared(key: string): boolean {
    return this.#parts.prepared.get(key) !== undefined;
  }

  /** Sends a statement that may have to be prepared first. @throws FairleadError `usage`, or the connection's failure. */
  sendBound(bound: BoundStatement, pending: PendingStatement): void {
    const known = this.#parts.prepared.get(bound.key);
    if (known !== undefined && bound.isSmall) this.#execute(known, bound, pending);
    else this.#prepareFirst(known, bound, pending).catch((error: unknown) => pending.complete(error));
  }

  async #prepareFirst(
    known: KnownStatement | undefined,
    bound: BoundStatement,
    pending: PendingStatement,
  ): Promise<void> {
    const prepared = known ?? (await this.#prepare(bound, pending));
    if (bound.isSmall) {
      this.#execute(prepared, bound, pending);
      return;
    }
    const run = this.#runOf(prepared, bound, pending);
    await this.#sendLarge(encodeExecute(prepared.id, bound.values), run);
  }

  async #prepare({ text, key }: BoundStatement, pending: PendingStatement): Promise<KnownStatement> {
    pending.prepare();
    const packet = encodePrepare(text);
    if (packet.length > SMALL_BYTES) await this.#assertFits(packet.length, pending);
    const columns = new ColumnCache();
    const reply = new PrepareReply(columns);
    const { exchange, prepared } = this.#parts;
    await exchange.ask(packet, reply);
    if (reply.failure !== undefined) throw statementError(reply.failure, exchange.peer);
    const known = { ...(reply.prepared ?? { id: 0, parameterCount: 0 }), columns };
    prepared.add(key, known);
    assertGoing(pending);
    return known;
  }

  /** @throws FairleadError `usage` where the parameters are not as many as the statement takes. */
  #runOf({ parameterCount, columns }: KnownStatement, bound: BoundStatement, pending: PendingStatement) {
    const { values, key } = bound;
    if (parameterCount !== values.length) {
      throw usage(`the statement has ${parameterCount} placeholders and ${values.length} parameters`);
    }
    const closing = this.#parts.prepared.takeClosing();
    if (closing !== undefined) this.#parts.exchange.writeRaw(closing);
    return new StatementRun(this.#parts, pending, columns, key);
  }

  #execute(known: KnownStatement, bound: BoundStatement, pending: PendingStatement): void {
    const run = this.#runOf(known, bound, pending);
    const after = this.#before(run);
    this.#parts.exchange.execute(known.id, bound.values, run);
    this.#behind(run, after);
  }

  async #sendLarge(packet: Uint8Array, run: StatementRun): Promise<void> {
    if (packet.length > SMALL_BYTES) await this.#assertFits(packet.length, run.pending);
    this.#send(packet, run);
  }

  #send(packet: Uint8Array, run: StatementRun): void {
    const after = this.#before(run);
    this.#parts.exchange.send(packet, run);
    this.#behind(run, after);
  }

  /** Sends what belongs before a statement, which follows without waiting. @returns What belongs behind it. */
  #before({ pending }: StatementRun): SessionCommand | undefined {
    const { exchange, setup } = this.#parts;
    const commands = setup.commandsFor(pending.statement, pending.options);
    pending.send();
    if (commands === undefined) {
      pending.reach();
      return undefined;
    }
    const { before, after } = commands;
    before.forEach(({ packet, reply }, i) => {
      const ended = i === before.length - 1 ? () => pending.reach() : nothing;
      exchange.send(packet, { reply, ended });
    });
    return after;
  }

  #behind(run: StatementRun, after: SessionCommand | undefined): void {
    if (after !== undefined) this.#parts.exchange.send(after.packet, run.endsWith(after.reply));
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
    if (bytes >= this.#maxPacketBytes) {
      throw tooLarge(bytes, this.#maxPacketBytes, this.#parts.exchange.peer);
    }
  }

  async #askMaxPacket(): Promise<number> {
    let bytes = Number.POSITIVE_INFINITY;
    const onRow = ([value]: readonly Value[]): void => {
      bytes = Number(value);
    };
    const reply = silentReply(undefined, onRow, this.#parts.replies.format);
    await this.#parts.exchange.ask(encodeQuery('SELECT @@max_allowed_packet'), reply);
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
