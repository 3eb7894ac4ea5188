// One call of the client: its requests, its end by signal or time, and what its error may promise.
import { abortedBy, type CallLimit, deferred, timeUp, watchCall } from '@fairlead/client';
import { errorWith, FairleadError, isFairleadError } from '@fairlead/errors';
import { isRefusal, protocolError, quoted, statusError } from '../errors.ts';
import type { PendingReply } from '../session/pending-replies.ts';
import type { Message } from '../wire/decoder.ts';
import * as FXP from '../wire/numbers/fxp.ts';
import * as STATUS from '../wire/numbers/status.ts';
import { readStatus } from '../wire/replies.ts';
import { readWhole, type SftpRequest } from '../wire/requests.ts';
import type { SftpConnection } from './connection.ts';

const noop = (): void => undefined;

/** One call under way. A call that was given up leaves the session usable: its replies are dropped when they come. */
export class Call {
  readonly connection: SftpConnection;
  /** Whether it removes what another has left behind: `close` lets it end. */
  readonly isTidying: boolean;
  readonly #name: string;
  readonly #pending = new Set<PendingReply>();
  readonly #unwatch: () => void;
  /** How many requests were sent that change something. */
  #changes = 0;
  #reason: FairleadError | undefined;
  #onStop: ((reason: FairleadError) => void) | undefined;

  /**
   * @param noun What the call is, for messages: `stat`.
   * @throws FairleadError `aborted` or `timeout` when it is over before it begins.
   */
  constructor(connection: SftpConnection, noun: string, path: string, limit: CallLimit) {
    const { signal, at, timeoutMs } = limit;
    this.connection = connection;
    this.isTidying = noun === 'tidying';
    this.#name = `${noun} ${quoted(path)}`;
    if (signal?.aborted) throw abortedBy(`SFTP ${noun}`, signal, true);
    if (at <= Date.now()) throw timeUp(`SFTP ${noun}`, timeoutMs, true);
    this.#unwatch = watchCall(connection.deadlines, `SFTP ${noun}`, limit, (reason) => this.stop(reason));
    connection.calls.add(this);
  }

  /** Calls `listener` when the call is stopped by its signal, its time or the end of the session. */
  onStop(listener: (reason: FairleadError) => void): void {
    this.#onStop = listener;
  }

  /** Gives the call up: what it waits for rejects with `reason`. */
  stop(reason: FairleadError): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    const waiting = this.#abandon();
    for (const pending of waiting) pending.onFailure(reason);
    this.#onStop?.(reason);
  }

  /** The call has ended: replies that are still owed are dropped. */
  end(): void {
    this.#unwatch();
    this.connection.calls.delete(this);
    this.#onStop = undefined;
    this.#abandon();
  }

  /** @throws FairleadError the reason of `stop`. */
  check(): void {
    if (this.#reason !== undefined) throw this.#reason;
  }

  /** Sends a request. @returns What its reply says. */
  ask<T>(request: SftpRequest<T>): Promise<T>;
  ask<T>(request: SftpRequest<T>): Promise<T | undefined> {
    const answer = deferred<T | undefined>();
    // A call that has failed for another reason leaves its other answers alone.
    answer.promise.catch(noop);
    const { expects, read, opens, endsWithEof } = request;
    const pending: PendingReply = {
      expects,
      onReply: (message) => {
        this.#pending.delete(pending);
        if (message.type === FXP.STATUS) {
          const refusal = this.refusal(message, expects === FXP.STATUS);
          if (refusal === undefined || (refusal === 'eof' && endsWithEof)) answer.resolve(undefined);
          else answer.reject(this.refused(refusal));
        } else answer.resolve(readWhole(message.body, read));
      },
      onFailure: answer.reject,
      onLate: opens ? (message) => this.#closeLate(message, request) : undefined,
    };
    try {
      this.send(request.type, request.fields, pending).catch(noop);
      if (request.changes) this.#changes++;
    } catch (error) {
      answer.reject(error);
    }
    return answer.promise;
  }

  /** Sends a request whose reply `pending` takes. As `send` of the connection. */
  send(
    type: number,
    fields: SftpRequest<unknown>['fields'],
    pending: PendingReply,
    data?: Uint8Array,
  ): Promise<void> {
    this.check();
    const sent = this.connection.send(type, fields, pending, data);
    this.#pending.add(pending);
    if (data !== undefined) this.#changes++;
    return sent;
  }

  /** A reply to `send` has come. */
  answered(pending: PendingReply): void {
    this.#pending.delete(pending);
  }

  /** What a STATUS says: `undefined` for OK, where it may be, `eof`, or the error. @throws FairleadError `protocol`. */
  refusal({ body }: Message, mayBeOk: boolean): FairleadError | 'eof' | undefined {
    const { code, words } = readWhole(body, (reader) => {
      const status = readStatus(reader);
      reader.bytes();
      return status;
    });
    if (code === STATUS.EOF) return 'eof';
    if (code !== STATUS.OK) return statusError(this.#name, code, words);
    if (mayBeOk) return undefined;
    throw protocolError('the server said OK in place of what it was asked for');
  }

  /** The error of a refusal where EOF is no answer. */
  refused(refusal: FairleadError | 'eof'): FairleadError {
    return refusal === 'eof' ? statusError(this.#name, STATUS.EOF, '') : refusal;
  }

  /** The call's error, with an honest `safeToRetry`. */
  failure(error: unknown): FairleadError {
    const known = isFairleadError(error)
      ? error
      : (this.#reason ??
        new FairleadError('usage', `SFTP ${this.#name}: the source failed`, { cause: error }));
    const isUndone = this.#changes === 1 && known.code === 'server' && isRefusal(known);
    const { peer } = this.connection.transport;
    return errorWith(known, { peer, safeToRetry: this.#changes === 0 || isUndone });
  }

  /** A handle came for a call that was given up. */
  #closeLate({ type, body }: Message, { read }: SftpRequest<unknown>): void {
    if (type === FXP.STATUS) return;
    const handle = readWhole(body, read);
    if (handle instanceof Uint8Array) this.connection.close(handle);
  }

  #abandon(): PendingReply[] {
    const waiting = [...this.#pending];
    this.#pending.clear();
    for (const pending of waiting) pending.isAbandoned = true;
    return waiting;
  }
}

/** Runs `work` as one call. */
export async function runCall<T>(
  connection: SftpConnection,
  noun: string,
  path: string,
  limit: CallLimit,
  work: (call: Call) => Promise<T>,
): Promise<T> {
  const call = new Call(connection, noun, path, limit);
  try {
    return await work(call);
  } catch (error) {
    throw call.failure(error);
  } finally {
    call.end();
  }
}

/** Runs `work` with an open handle, and closes it behind, without waiting for that. */
export async function withHandle<T>(
  call: Call,
  request: SftpRequest<Uint8Array>,
  work: (handle: Uint8Array) => Promise<T>,
): Promise<T> {
  const handle = await call.ask(request);
  try {
    return await work(handle);
  } finally {
    call.connection.close(handle);
  }
}
