// A download or a listing as its reader sees it: pulled piece by piece. The connection's turn is held until its end.
import { type CallLimit, deferred } from '@fairlead/client';
import { FairleadError } from '@fairlead/errors';
import type { Connection } from '../connection/connection.ts';
import { asFairlead } from '../errors.ts';
import { openTransfer } from './open.ts';
import type { Transfer, TransferCommand } from './transfer.ts';

/** What a reading does besides its transfer. */
export interface ReadingPlan {
  /** For messages: `download`. */
  readonly noun: string;
  readonly limit: CallLimit;
  /** Gives the command, when it is the call's turn; it may ask the server first. */
  readonly command: () => TransferCommand | Promise<TransferCommand>;
  /** Called at an end that the server has confirmed and the data connection has not proved. */
  readonly onUnproven: (transfer: Transfer) => void | Promise<void>;
}

/** Opens a reading. @throws FairleadError as `openTransfer`. */
export function openReading(connection: Connection, plan: ReadingPlan): Promise<Reading> {
  const opened = deferred<Reading>();
  const whole = connection.call(plan.noun, plan.limit, async () => {
    const command = await plan.command();
    const [transfer, first] = await openProven(connection, command);
    const reading = new Reading(connection, transfer, first, plan.onUnproven);
    connection.interrupt = (reason) => reading.fail(reason);
    connection.whenClosed(connection.interrupt);
    // A call that was stopped since then has no reader any more.
    const stopped = transfer.stopped ?? connection.stopped;
    if (stopped !== undefined) reading.fail(stopped);
    opened.resolve(reading);
    await reading.ended;
  });
  whole.catch(opened.reject);
  return opened.promise;
}

/**
 * A server that wants data connections to resume the TLS session says so behind the handshake: the first bytes prove that it
 * does not. Tickets are shared by all connections to one host and are used once, so a second attempt often has a good one.
 */
async function openProven(
  connection: Connection,
  command: TransferCommand,
): Promise<[Transfer, Uint8Array | undefined]> {
  let refused: FairleadError | undefined;
  for (;;) {
    let transfer: Transfer | undefined;
    try {
      transfer = await openTransfer(connection, command);
      return [transfer, connection.settings.isDataPrivate ? await transfer.read() : undefined];
    } catch (error) {
      const known = asFairlead(error, 'The connection broke');
      await transfer?.abandon(known);
      // vsftpd closes the control connection behind its refusal: that says less than the refusal does.
      if (refused !== undefined) throw known.code === 'connection_lost' ? refused : error;
      if (known.reason !== 'session_reuse' || !connection.session.isReady) throw error;
      refused = known;
    }
  }
}

/** A reading under way. One `read` at a time. */
export class Reading {
  /** Settles when the server is done with it, too. */
  readonly ended: Promise<void>;
  readonly #connection: Connection;
  readonly #transfer: Transfer;
  readonly #onUnproven: ReadingPlan['onUnproven'];
  readonly #end = deferred<void>();
  /** What was read to prove the data connection. */
  #first: Uint8Array | undefined;
  #failure: FairleadError | undefined;
  #isOver = false;
  /** Whether the server is being asked for the size: its answer is waited for, whatever the reader wants. */
  #isProving = false;

  constructor(
    connection: Connection,
    transfer: Transfer,
    first: Uint8Array | undefined,
    onUnproven: ReadingPlan['onUnproven'],
  ) {
    this.#connection = connection;
    this.#transfer = transfer;
    this.#first = first;
    this.#onUnproven = onUnproven;
    this.ended = this.#end.promise;
  }

  /** Whether the network may have cut the end of the data, though the server has confirmed that it sent all. */
  get isEndUnproven(): boolean {
    return this.#transfer.isEndUnproven;
  }

  /** The next bytes, valid until the next call; `undefined` when the server has confirmed the end. */
  async read(): Promise<Uint8Array | undefined> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#isOver) return undefined;
    try {
      const chunk = this.#first ?? (await this.#transfer.read());
      this.#first = undefined;
      if (this.#failure !== undefined) throw this.#failure;
      if (chunk !== undefined) return chunk;
      await this.#transfer.finish();
      if (this.#failure !== undefined) throw this.#failure;
      if (this.#isOver) return undefined;
      if (this.#transfer.isEndUnproven) {
        this.#isProving = true;
        await this.#onUnproven(this.#transfer);
      }
    } catch (error) {
      throw this.fail(error);
    }
    this.#isOver = true;
    this.#end.resolve();
    return undefined;
  }

  /** Ends it with an error, for its reader too. Returns the error that counts. */
  fail(error: unknown): FairleadError {
    if (this.#failure !== undefined || this.#isOver) return this.#failure ?? asFairlead(error, 'It was over');
    const reason = asFairlead(error, 'The connection broke');
    this.#failure = this.#connection.told(reason);
    this.#abandon(reason);
    return this.#failure;
  }

  /** Ends it since its reader wants no more. Settles when the connection can be used again, or has ended. */
  async cancel(): Promise<void> {
    if (this.#isOver || this.#failure !== undefined) return;
    if (!this.#isProving) {
      this.#isOver = true;
      this.#abandon(new FairleadError('aborted', 'The transfer was cancelled by its reader'));
    }
    await this.ended.catch(() => undefined);
  }

  #abandon(reason: FairleadError): void {
    this.#transfer.abandon(reason).then(() => {
      // A reader that has left wants no error.
      if (this.#failure === undefined) this.#end.resolve();
      else this.#end.reject(this.#failure);
    }, this.#end.reject);
  }
}
