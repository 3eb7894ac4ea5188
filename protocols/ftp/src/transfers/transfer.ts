// One transfer: its data connection, and the replies to its command on the control connection, which come while bytes flow. It
// knows neither files nor listings.
import { deferred, firstOf } from '@fairlead/client';
import { FairleadError } from '@fairlead/errors';
import { bounded } from '@fairlead/transport';
import type { Connection } from '../connection/connection.ts';
import { type DataConnection, STOP_TIMEOUT_MS } from '../connection/data-connection.ts';
import { asFairlead, protocolError, refusal, sessionReuse, truncated, wordsOf } from '../errors.ts';
import type { Reply } from '../types.ts';
import { announcedSize } from '../wire/values.ts';

/** How long the server's end is waited for behind an upload that it has confirmed. */
const END_TIMEOUT_MS = 1_000;
/** Read at once where so much is announced, since some platforms read in small pieces. */
const READ_AT_LEAST = 16_384;
const SPEAKS_OF_REUSE = /reus|resum/i;

/** The command of a transfer. */
export interface TransferCommand {
  /** Its name: `RETR`. */
  readonly what: 'RETR' | 'STOR' | 'APPE' | 'MLSD' | 'LIST';
  readonly path: string | undefined;
  /** The first byte, for REST. */
  readonly start?: number | undefined;
}

/** A transfer under way. Whoever has it awaits `finish` or `abandon`. */
export class Transfer {
  /** The size that the server has announced for a download. */
  readonly announced: number | undefined;
  /** Bytes that came or went. */
  bytes = 0;
  /**
   * Whether the end of the data was no proper one, so that the network may have cut it; the server has confirmed it. A server
   * behind a proxy may take a broken upload for a whole one.
   */
  isEndUnproven = false;
  readonly #connection: Connection;
  readonly #command: TransferCommand;
  readonly #data: DataConnection;
  /** Settles with the final reply, or when the control connection has failed. */
  readonly #answered: Promise<void>;
  /** The control connection's failure. */
  #failure: FairleadError | undefined;
  /** The server's refusal, in place of a final 2xx. */
  #refused: FairleadError | undefined;
  #isAnswered = false;
  #hasEnded = false;
  #aside: Promise<void> | undefined;
  #onStop: ((reason: FairleadError) => void) | undefined;

  /** @param first The reply to the command, below 300. */
  constructor(connection: Connection, command: TransferCommand, data: DataConnection, first: Reply) {
    this.#connection = connection;
    this.#command = command;
    this.#data = data;
    if (first.code < 200) {
      connection.session.move('preliminary');
      // A file may be called like a size.
      const mayAnnounce = command.what === 'RETR' && !command.path?.endsWith(' bytes)');
      this.announced = mayAnnounce ? announcedSize(first) : undefined;
      this.#answered = this.#awaitAnswer();
      return;
    }
    connection.session.move('accepted');
    this.#isAnswered = this.#hasEnded = true;
    this.#answered = Promise.resolve();
    data.release(true);
  }

  /** Why this side has stopped it, or the server's refusal. */
  get stopped(): FairleadError | undefined {
    return this.#data.stopped;
  }

  /** Turns TLS on for the data connection, where it is due. */
  async startTls(): Promise<void> {
    if (!this.#connection.settings.isDataPrivate || this.#hasEnded) return;
    try {
      await this.#data.transport.startTls();
    } catch (error) {
      const { stopped } = this.#data;
      if (stopped !== undefined) throw stopped;
      await bounded(this.#answered, STOP_TIMEOUT_MS);
      const words = this.#refused?.server;
      if (this.#failure !== undefined && this.#failure.code !== 'connection_lost') throw this.#failure;
      // Else the handshake's own failure says more: a certificate of another name, perhaps.
      if (words?.code === '522' || SPEAKS_OF_REUSE.test(words?.message ?? '')) throw this.#refused;
      throw error;
    }
  }

  /** The next bytes, valid until the next call, or `undefined` at the end of the data. */
  async read(): Promise<Uint8Array | undefined> {
    if (this.#hasEnded) return undefined;
    const left = (this.announced ?? 0) - (this.#command.start ?? 0) - this.bytes;
    const atLeast = Math.max(1, Math.min(left, READ_AT_LEAST));
    try {
      const chunk = await this.inTime(this.#data.transport.read(atLeast), 'The next bytes of the transfer');
      this.bytes += chunk?.length ?? 0;
      this.#hasEnded = chunk === undefined;
      // At once: some servers confirm only when this side has ended it too.
      if (this.#hasEnded) this.#data.release(false);
      return chunk;
    } catch (error) {
      await this.#explain(error);
      // The server has sent it all: whether all came is checked by the size.
      this.isEndUnproven = this.#hasEnded = true;
      return undefined;
    }
  }

  /** Sends bytes; settles when the platform has accepted them. */
  async write(bytes: Uint8Array): Promise<void> {
    await this.#writing(this.#data.transport.write(bytes));
    this.bytes += bytes.length;
  }

  /** Ends the data of an upload. */
  async endWriting(): Promise<void> {
    const { session } = this.#connection;
    if (session.state === 'transfer') session.move('end of data');
    await this.#writing(this.#data.transport.closeWrite());
  }

  async #writing(written: Promise<void>): Promise<void> {
    try {
      await this.inTime(written, 'Sending');
    } catch (error) {
      await this.#explain(error);
      throw error;
    }
  }

  /**
   * Reads during an upload: what comes are TLS tickets, which the next data connection needs, and the server's end. A reset
   * leaves the end unproven: some servers reset connections that they are done with.
   */
  readAside(): void {
    const { transport } = this.#data;
    const read = async (): Promise<void> => {
      while ((await transport.read()) !== undefined);
    };
    this.#aside = read().catch((error: unknown) => {
      // An end without TLS's goodbye is what many servers do.
      this.isEndUnproven = asFairlead(error, 'The data connection broke').code === 'connection_lost';
    });
  }

  /** Stops the transfer when `work` takes longer than `replyTimeoutMs`. */
  inTime<T>(work: Promise<T>, what: string): Promise<T> {
    return this.#connection.inTime(work, what, (reason) => this.stop(reason));
  }

  /** `work`, or the reason why the transfer was stopped meanwhile. */
  async unlessStopped<T>(work: Promise<T>): Promise<T> {
    const { stopped } = this.#data;
    if (stopped !== undefined) throw stopped;
    const end = deferred<never>();
    this.#onStop = end.reject;
    return await firstOf(work, end.promise);
  }

  /** Destroys the data connection; what waits for it rejects with `reason`. `abandon` does the rest. */
  stop(reason: FairleadError): void {
    const first = this.#data.stop(reason);
    this.#onStop?.(first);
  }

  /**
   * Waits for the server's final reply behind the end of the data.
   * @throws FairleadError `server` where it is an error, `connection_lost` where none comes or bytes are missing.
   */
  async finish(): Promise<void> {
    const { session } = this.#connection;
    if (session.state === 'transfer' || session.state === 'drain') session.move('end of data');
    await this.#connection.inTime(this.unlessStopped(this.#answered), 'The reply at the end of the transfer');
    if (this.#refused !== undefined) throw this.#refused;
    if (this.#failure !== undefined) throw this.#unconfirmed(this.#failure);
    if (this.#aside !== undefined) await bounded(this.#aside, END_TIMEOUT_MS);
    this.#data.release(true);
    if (this.isMissing(this.announced)) {
      throw truncated(`${this.bytes} bytes came, and the server had announced ${this.announced}`);
    }
  }

  /** Whether fewer bytes came than a file of `size` has from the start on. */
  isMissing(size: number | undefined): boolean {
    return size !== undefined && this.bytes < size - (this.#command.start ?? 0);
  }

  /** Ends a transfer that has failed or is not wanted any more, and waits five seconds at most for the server's reply. */
  async abandon(reason: FairleadError): Promise<void> {
    this.stop(reason);
    const { session } = this.#connection;
    if (session.state === 'transfer' || session.state === 'drain' || session.state === 'completion') {
      session.move('stopped');
    }
    if (this.#isAnswered) return;
    const end = (): void => {
      this.#connection.destroy(reason);
    };
    await this.#connection.inTime(this.#answered, 'The reply', end, STOP_TIMEOUT_MS);
  }

  get #isUpload(): boolean {
    return this.#command.what === 'STOR' || this.#command.what === 'APPE';
  }

  /**
   * A data connection that breaks is often the server's doing, and its reply says why: it is waited for.
   * @throws FairleadError the reason of a stop, the server's refusal, or `error` where the server does not confirm the
   *   transfer.
   */
  async #explain(error: unknown): Promise<void> {
    const { stopped } = this.#data;
    if (stopped !== undefined) throw stopped;
    await bounded(this.#answered, STOP_TIMEOUT_MS);
    if (this.#refused !== undefined) throw this.#refused;
    // A control connection that has failed as well says more.
    if (!this.#isAnswered || this.#failure !== undefined) {
      throw this.#failure ?? asFairlead(error, 'The data connection broke');
    }
  }

  /** Reads the final reply while bytes flow. Never rejects. */
  async #awaitAnswer(): Promise<void> {
    const { session } = this.#connection;
    try {
      const reply = await this.#connection.replyAtAnyTime();
      const { code } = reply;
      if (code < 200 || (code >= 300 && code < 400))
        throw protocolError(`${code} came in the middle of a transfer`);
      if (code < 300 && this.#isUpload && session.state === 'transfer') {
        throw protocolError(`${code} came before the end of the upload`);
      }
      session.move(code < 300 ? 'completed' : 'refused');
      if (code >= 400) this.#refused = this.#refusal(reply);
    } catch (error) {
      this.#failure = asFairlead(error, 'The control connection broke');
    }
    this.#isAnswered = true;
    if (this.#refused !== undefined) this.stop(this.#refused);
    // A download may still come to its end; that it is whole is checked there.
    else if (this.#failure !== undefined && this.#isUpload) this.stop(this.#failure);
  }

  #refusal(reply: Reply): FairleadError {
    const { isDataPrivate } = this.#connection.settings;
    const isNoDataConnection = reply.code === 425 || reply.code === 522;
    if (isDataPrivate && isNoDataConnection) return sessionReuse(reply);
    return refusal(this.#command.what, reply);
  }

  /** The control connection failed before the final reply: whether all bytes came may be known all the same. */
  #unconfirmed(failure: FairleadError): FairleadError {
    const { announced, bytes } = this;
    const start = this.#command.start ?? 0;
    const isWhole = announced !== undefined && (bytes === announced || bytes === announced - start);
    if (!isWhole || failure.code === 'protocol') return failure;
    const words = failure.server ?? wordsOf({ code: 150, lines: [] });
    return new FairleadError(
      'connection_lost',
      `All ${bytes} bytes came that the server had announced, but its confirmation did not: ${failure.message}`,
      { cause: failure, server: { ...words, fields: { bytesVerified: 'true' } } },
    );
  }
}
