// What all features of one session share: the connection, the encoding of names, and what the server can do.
import { type CallLimit, limitOf } from '@fairlead/client';
import { FairleadError, usage } from '@fairlead/errors';
import { bounded } from '@fairlead/transport';
import type { TransferWindow } from '../files/window.ts';
import type { SftpCallOptions, SftpOptions } from '../types/options.ts';
import type { Message } from '../wire/decoder.ts';
import { MAX_REQUEST_BYTES, SAFE_REQUEST_BYTES } from '../wire/limits.ts';
import { decodeName, encodePath, type NameEncoding } from '../wire/names.ts';
import * as FXP from '../wire/numbers/fxp.ts';
import { readLimits } from '../wire/replies.ts';
import { question, readWhole } from '../wire/requests.ts';
import { type Call, runCall } from './call.ts';
import type { SftpConnection } from './connection.ts';

const DEFAULT_TIMEOUT_MS = 60_000;
const LIMITS = 'limits@openssh.com';
/** How long `close` waits for the removal of what uploads leave behind. */
const TIDYING_MS = 2_000;

const noop = (): void => undefined;

/** One session after VERSION. */
export class SftpSession {
  readonly connection: SftpConnection;
  /** What the server announced in VERSION. */
  readonly extensions: ReadonlyMap<string, string>;
  readonly #options: SftpOptions;
  /** Work that leaves something behind at the server where the session ends before it. */
  readonly #tidying: Set<Promise<unknown>> = new Set();
  #readBytes: number = SAFE_REQUEST_BYTES;
  #writeBytes: number = SAFE_REQUEST_BYTES;

  constructor(connection: SftpConnection, extensions: ReadonlyMap<string, string>, options: SftpOptions) {
    this.connection = connection;
    this.extensions = extensions;
    this.#options = options;
  }

  /** Whether SYMLINK takes its paths in OpenSSH's order. */
  get hasOpenSshSymlinks(): boolean {
    const { symlinkOrder } = this.#options;
    if (symlinkOrder !== undefined) return symlinkOrder === 'openssh';
    return [...this.extensions.keys()].some((name) => name.endsWith('@openssh.com'));
  }

  /** The requests of a download. */
  get readWindow(): TransferWindow {
    return this.#window(this.#readBytes);
  }

  /** The requests of an upload. */
  get writeWindow(): TransferWindow {
    return this.#window(this.#writeBytes);
  }

  get encoding(): NameEncoding {
    return this.#options.names ?? 'utf8';
  }

  /** A path as bytes. @throws FairleadError `usage`. */
  path(text: string): Uint8Array {
    return encodePath(text, this.encoding);
  }

  /** A name of the server's as text. @throws FairleadError `usage` where it is not UTF-8. */
  name(bytes: Uint8Array): string {
    return decodeName(bytes, this.encoding);
  }

  /** @throws FairleadError `usage` where the server does not announce the extension. */
  need(extension: string): void {
    if (!this.extensions.has(extension)) throw usage(`The server does not offer ${extension}`);
  }

  /** The limits of a call, by default the session's. @param defaultMs Where the session has none either. */
  limit(options: SftpCallOptions, defaultMs: number = DEFAULT_TIMEOUT_MS): CallLimit {
    return limitOf(options, this.#options.timeoutMs ?? defaultMs);
  }

  /** Lets `close` wait for `work`, which leaves something behind at the server where the session ends before it. */
  tidy<T>(work: Promise<T>): Promise<T> {
    const settled = work.then(noop, noop);
    this.#tidying.add(settled);
    void settled.then(() => this.#tidying.delete(settled));
    return work;
  }

  /** Stops the calls under way, lets them tidy up, and closes the transport. Never rejects. */
  async close(): Promise<void> {
    const { connection } = this;
    const reason = new FairleadError('closed', 'The SFTP session was closed');
    if (this.#tidying.size > 0) {
      for (const call of connection.calls) if (!call.isTidying) call.stop(reason);
      await bounded(this.#tidied(), TIDYING_MS);
    }
    await connection.end(reason);
  }

  async #tidied(): Promise<void> {
    while (this.#tidying.size > 0) await Promise.all(this.#tidying);
  }

  /** Runs one call with the session's limits. */
  async call<T>(
    noun: string,
    path: string,
    options: SftpCallOptions,
    work: (call: Call) => Promise<T>,
  ): Promise<T> {
    return await runCall(this.connection, noun, path, this.limit(options), work);
  }

  /**
   * Asks for the server's limits without waiting: they arrive ahead of whatever is asked next. A server that refuses keeps the
   * safe sizes.
   */
  askForLimits(): void {
    if (!this.extensions.has(LIMITS)) return;
    const { type, fields, expects } = question(LIMITS, FXP.EXTENDED_REPLY, noop, readLimits);
    // At once when it comes: what arrives together with it counts on it.
    const onReply = (message: Message): void => {
      if (message.type !== expects) return;
      const { maxReadBytes, maxWriteBytes } = readWhole(message.body, readLimits);
      this.#readBytes = requestBytes(maxReadBytes);
      this.#writeBytes = requestBytes(maxWriteBytes);
    };
    this.connection.send(type, fields, { expects, onReply, onFailure: noop }).catch(noop);
  }

  #window(bytes: number): TransferWindow {
    const { requestBytes: wanted = bytes, maxRequests = 64 } = this.#options;
    return { requestBytes: wanted, maxRequests };
  }
}

/** A limit as the size of a request; 0 is no limit, which promises nothing. */
function requestBytes(limit: number): number {
  return limit === 0 ? SAFE_REQUEST_BYTES : Math.min(MAX_REQUEST_BYTES, Math.max(512, limit));
}
