// Pumps one transport and one session: reads, writes what the session has to say, keeps one timer.

import { decodeUtf8, decodeUtf8Lossy, LineDecoder } from '@fairlead/bytes';
import { type CallLimit, deferred, limitOf, remainingMs, stackAtCaller } from '@fairlead/client';
import { FairleadError, isFairleadError } from '@fairlead/errors';
import { MAX_TIMER_MS, type Transport } from '@fairlead/transport';
import { aborted, changed, loginFailure, refusal, sameFailure } from '../errors.ts';
import type { CallOptions, Settings } from '../options/connect-options.ts';
import type { Answer } from '../session/pending-requests.ts';
import { Session } from '../session/session.ts';
import type { SessionHost } from '../session/session-options.ts';
import type { StsValue } from '../sts/sts-policy.ts';
import type { IrcEvent } from '../types.ts';
import { parseMessage } from '../wire/decode.ts';
import { type MessageDraft, utf8 } from '../wire/encode.ts';
import { Inbox } from './event-queue.ts';
import { SaslLogin } from './sasl-login.ts';

/** With more than this on its way, nothing is written, nor read that would have to be answered. */
const MAX_UNWRITTEN_BYTES = 65_536;

/** A connection that is open, or was. After a failure it stays failed: nothing reconnects behind the caller's back. */
export class Connection implements SessionHost {
  readonly session: Session;
  readonly inbox: Inbox;
  readonly settings: Settings;
  /** What the server demands by `sts`. */
  sts: StsValue | undefined;
  /** The port to which the connection must go over for TLS; set, this one has ended. */
  upgradePort: number | undefined;
  readonly #transport: Transport;
  readonly #decoder: LineDecoder;
  readonly sasl: SaslLogin | undefined;
  readonly #registered = deferred<void>();
  #isRegistered = false;
  #failure: FairleadError | undefined;
  /** STARTTLS was sent, and not answered. */
  #awaitsTls: boolean;
  #isScheduled = false;
  /** Bytes that the platform has not accepted yet. */
  #unwritten = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wakesAt = Number.POSITIVE_INFINITY;
  #onRoom: (() => void) | undefined;

  constructor(transport: Transport, settings: Settings) {
    this.#transport = transport;
    this.settings = settings;
    this.#awaitsTls = settings.tls === 'starttls';
    this.#decoder = new LineDecoder({ maxLineBytes: settings.maxLineBytes ?? 16_384, lineEnd: 'lenient' });
    this.sasl = settings.sasl && new SaslLogin(settings.sasl, settings.nick);
    this.inbox = new Inbox(settings, () => this.#onRoom?.());
    this.session = new Session(settings, this);
  }

  /**
   * Registers.
   * @throws FairleadError as `connect` of the client.
   */
  async register(limit: CallLimit): Promise<void> {
    const timer = setTimeout(
      () => {
        if (this.#isRegistered) return;
        const message = `The registration took longer than ${limit.timeoutMs} ms`;
        this.fail(new FairleadError('timeout', message));
      },
      Math.min(remainingMs(limit), MAX_TIMER_MS),
    );
    if (this.#awaitsTls) this.session.urgent('STARTTLS');
    else this.session.begin(Date.now());
    this.#flush();
    void this.#pump();
    try {
      await this.#registered.promise;
    } catch (error) {
      throw loginFailure(this.#failureOf(error), this.session.registration.notices);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Sends a command, and resolves to what came as its answer. */
  async request(draft: MessageDraft, options: CallOptions): Promise<Answer> {
    const { promise, resolve, reject } = deferred<Answer>();
    const { signal } = options;
    let giveUp: ReturnType<Session['request']> | undefined;
    const onAbort = (): void => giveUp?.((unsent) => aborted(signal, unsent));
    try {
      const { at } = limitOf(options, this.settings.timeoutMs ?? 10_000);
      this.#checkOpen();
      if (signal?.aborted) throw aborted(signal, true);
      giveUp = this.session.request(draft, at, (outcome) =>
        isFairleadError(outcome) ? reject(outcome) : resolve(outcome),
      );
      signal?.addEventListener('abort', onAbort);
      this.#schedule();
      return await promise;
    } catch (error) {
      throw stackAtCaller(this.#failureOf(error));
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  /** Sends a command whose answer, if it has one, comes as events. @throws FairleadError. */
  send(draft: MessageDraft): void {
    this.#checkOpen();
    this.session.send(draft);
    this.#schedule();
  }

  /** Says goodbye and closes. Never rejects. */
  async close(line: string): Promise<void> {
    if (this.#failure === undefined) {
      this.session.urgent(line);
      this.#flush();
      this.#end(new FairleadError('closed', 'The connection was closed', { safeToRetry: true }), true);
    }
    await this.#transport.close();
  }

  /** Ends everything at once. */
  fail(error: unknown): void {
    if (this.#failure !== undefined) return;
    const reason = this.#end(error, false);
    this.#transport.destroy(reason);
  }

  #end(error: unknown, isPlain: boolean): FairleadError {
    const reason = this.#failureOf(error);
    this.#failure = reason;
    clearTimeout(this.#timer);
    this.session.fail(reason);
    this.inbox.end(isPlain ? undefined : reason);
    this.#registered.reject(reason);
    this.#registered.promise.catch(() => {});
    this.#onRoom?.();
    return reason;
  }

  get tls(): boolean {
    return this.#transport.peer.tls;
  }

  challenge(bytes: Uint8Array): void {
    void this.#answer(bytes);
  }

  demand(value: StsValue): boolean {
    this.sts = value;
    // In clear only the port counts, and within TLS only the duration (sts, "Details").
    if (!this.tls) this.upgradePort = value.port;
    return this.upgradePort !== undefined;
  }

  event(event: IrcEvent): void {
    this.inbox.push(event);
  }

  registered(): void {
    this.#isRegistered = true;
    this.#registered.resolve();
  }

  async #answer(challenge: Uint8Array): Promise<void> {
    try {
      const response = await this.sasl?.answer(challenge);
      if (response === undefined || this.#failure !== undefined) return;
      this.session.registration.authenticate(response);
      this.#flush();
    } catch (error) {
      this.fail(error);
    }
  }

  async #pump(): Promise<void> {
    try {
      while (this.#failure === undefined) {
        this.#decoder.keep();
        const chunk = await this.#transport.read();
        if (this.#failure !== undefined) return;
        if (chunk === undefined)
          throw new FairleadError('connection_lost', 'The server closed the connection');
        this.#decoder.push(chunk);
        await this.#takeLines();
        this.#flush();
        if (this.#isBlocked) await this.#room();
      }
    } catch (error) {
      this.fail(error);
    }
  }

  async #takeLines(): Promise<void> {
    const now = Date.now();
    for (let line = this.#decoder.next(); line !== undefined; line = this.#decoder.next()) {
      const text = decodeUtf8(line) ?? decodeUtf8Lossy(line);
      if (this.#awaitsTls) {
        await this.#onPlain(text);
        continue;
      }
      this.session.receive(text, now);
      if (this.upgradePort !== undefined) throw new FairleadError('policy', 'The server demands TLS (sts)');
      if (this.inbox.isFull) await this.#room();
      if (this.#failure !== undefined) return;
    }
  }

  /** Waits until the queue of events, or the server, takes more. */
  async #room(): Promise<void> {
    // What the session has to say leaves before the wait.
    this.#flush();
    while (this.#failure === undefined && (this.inbox.isFull || this.#isBlocked)) {
      await new Promise<void>((resolve) => {
        this.#onRoom = resolve;
      });
    }
  }

  /** A line before TLS: nothing of it is kept but whether TLS may begin (numerics 670 and 691). */
  async #onPlain(text: string): Promise<void> {
    if (text === '') return;
    const message = parseMessage(text);
    if (message.command === 'NOTICE') return;
    if (message.command !== '670') throw refusal(message, 'tls_failed');
    if (this.#decoder.length > 0) {
      throw new FairleadError('tls_failed', 'Bytes came between the answer to STARTTLS and TLS');
    }
    await this.#transport.startTls();
    this.#awaitsTls = false;
    this.session.begin(Date.now());
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    void Promise.resolve().then(() => {
      this.#isScheduled = false;
      if (this.#failure === undefined) this.#flush();
    });
  }

  #flush(): void {
    // What the server does not take waits in the session's queue, which has a cap.
    const text = this.#isBlocked ? '' : this.session.output(Date.now());
    if (text !== '') {
      const bytes = utf8(text);
      this.#unwritten += bytes.length;
      this.#transport.write(bytes).then(() => this.#onWritten(bytes.length), this.#onError);
    }
    this.#arm();
  }

  get #isBlocked(): boolean {
    return this.#unwritten > MAX_UNWRITTEN_BYTES;
  }

  #onWritten(bytes: number): void {
    const wasBlocked = this.#isBlocked;
    this.#unwritten -= bytes;
    if (!wasBlocked || this.#isBlocked || this.#failure !== undefined) return;
    this.#onRoom?.();
    this.#flush();
  }

  readonly #onError = (error: unknown): void => this.fail(error);

  /** The timer is left as it is where it fires early enough: it then looks again. */
  #arm(): void {
    const at = this.session.wakeAt(!this.#isBlocked);
    if (at >= this.#wakesAt || this.#failure !== undefined) return;
    clearTimeout(this.#timer);
    this.#wakesAt = at;
    this.#timer = setTimeout(this.#onTimer, Math.min(Math.max(at - Date.now(), 1), MAX_TIMER_MS));
  }

  readonly #onTimer = (): void => {
    this.#wakesAt = Number.POSITIVE_INFINITY;
    if (this.#failure !== undefined) return;
    try {
      if (this.inbox.isFull) this.session.excuse(Date.now());
      this.session.tick(Date.now());
      this.#flush();
    } catch (error) {
      this.fail(error);
    }
  };

  #checkOpen(): void {
    if (this.#failure !== undefined) throw sameFailure(this.#failure, true);
  }

  #failureOf(error: unknown): FairleadError {
    const { peer } = this.#transport;
    if (!isFairleadError(error))
      return new FairleadError('connection_lost', 'The connection failed', { cause: error, peer });
    return error.peer !== undefined || error.code === 'usage' ? error : changed(error, { peer });
  }
}
