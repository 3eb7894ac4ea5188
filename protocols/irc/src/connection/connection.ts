// Moves the bytes of one transport: gives lines to the session, writes the session's lines, wakes the session in time.
import { decodeUtf8, decodeUtf8Lossy, LineDecoder } from '@fairlead/bytes';
import { Alarm, type CallLimit, deferred, limitOf, stackAtCaller, Tick, whenAborted } from '@fairlead/client';
import { errorWith, FairleadError, isFairleadError } from '@fairlead/errors';
import type { Transport } from '@fairlead/transport';
import { aborted, closedHere, loginFailure, refusal, sameFailure } from '../errors.ts';
import type { CallOptions, Settings } from '../options/connect-options.ts';
import type { Answer } from '../session/outgoing/pending-requests.ts';
import { Session } from '../session/session.ts';
import type { SessionHost } from '../session/session-options.ts';
import type { StsValue } from '../sts/sts-policy.ts';
import type { IrcEvent } from '../types.ts';
import { parseMessage } from '../wire/decode.ts';
import { type MessageDraft, utf8 } from '../wire/encode.ts';
import { EventQueues } from './event-queues.ts';
import { type SaslLogin, saslLoginOf } from './sasl-login.ts';

/** While more bytes than this wait to be accepted, nothing is written or read: each line read may have to be answered. */
const MAX_UNWRITTEN_BYTES = 65_536;

/** One connection, open or ended. After a failure it stays failed: it never reconnects by itself. */
export class Connection implements SessionHost {
  readonly session: Session;
  readonly events: EventQueues;
  readonly settings: Settings;
  readonly sasl: SaslLogin | undefined;
  /** The server's demand for TLS. */
  sts: StsValue | undefined;
  /** The port to connect to by TLS instead: the server demanded it, and this connection has ended. */
  upgradePort: number | undefined;
  readonly #transport: Transport;
  readonly #decoder: LineDecoder;
  readonly #registered = deferred<void>();
  readonly #flushTick: Tick = new Tick(() => {
    if (this.#failure === undefined) this.#flush();
  });
  readonly #alarm: Alarm = new Alarm(() => this.#onAlarm());
  #registerLimit: CallLimit | undefined;
  #failure: FairleadError | undefined;
  /** Bytes that the platform has not accepted yet. */
  #unwritten = 0;
  #onRoom: (() => void) | undefined;

  constructor(transport: Transport, settings: Settings) {
    this.#transport = transport;
    this.settings = settings;
    this.#decoder = new LineDecoder({ maxLineBytes: settings.maxLineBytes ?? 16_384, lineEnd: 'lenient' });
    this.sasl = saslLoginOf(settings);
    this.events = new EventQueues(settings, () => this.#onRoom?.());
    this.session = new Session(settings, this);
  }

  /**
   * Registers.
   * @throws FairleadError as `connect` of the client.
   */
  async register(limit: CallLimit): Promise<void> {
    this.#registerLimit = limit;
    if (this.settings.tls === 'starttls') this.session.startTls();
    else this.session.begin(Date.now());
    this.#flush();
    void this.#pump();
    try {
      await this.#registered.promise;
    } catch (error) {
      throw loginFailure(this.#failureOf(error), this.session.registration.notices);
    }
  }

  /** Sends a command. @returns The messages that are its answer. @throws FairleadError. */
  async request(draft: MessageDraft, options: CallOptions): Promise<Answer> {
    const { promise, resolve, reject } = deferred<Answer>();
    const { signal } = options;
    let stopListening: (() => void) | undefined;
    try {
      const { at } = limitOf(options, this.settings.timeoutMs ?? 10_000);
      this.#checkOpen();
      if (signal?.aborted) throw aborted(signal, true);
      const giveUp = this.session.commands.request(draft, at, (outcome) =>
        isFairleadError(outcome) ? reject(outcome) : resolve(outcome),
      );
      stopListening = whenAborted(signal, () => giveUp((unsent) => aborted(signal, unsent)));
      this.#flushTick.schedule();
      return await promise;
    } catch (error) {
      throw stackAtCaller(this.#failureOf(error));
    } finally {
      stopListening?.();
    }
  }

  /** Sends a command whose answer, if there is one, comes as events. @throws FairleadError. */
  send(draft: MessageDraft): void {
    this.#checkOpen();
    this.session.commands.send(draft);
    this.#flushTick.schedule();
  }

  /** Sends QUIT and closes. Never rejects. @param line The QUIT. */
  async close(line: string): Promise<void> {
    if (this.#failure === undefined) {
      this.session.urgent(line);
      this.#flush();
      this.#end(closedHere(this.#transport.peer), true);
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
    this.#alarm.clear();
    this.session.fail(reason);
    this.events.end(isPlain ? undefined : reason);
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

  demandTls(value: StsValue): boolean {
    this.sts = value;
    // In clear only the port counts, and within TLS only the duration (sts, "Details").
    if (!this.tls) this.upgradePort = value.port;
    return this.upgradePort !== undefined;
  }

  event(event: IrcEvent): void {
    this.events.push(event);
  }

  registered(): void {
    this.#registerLimit = undefined;
    // It must not ring at the limit of `connect`, when the caller's own limit may be up too; `#flush` sets it again.
    this.#alarm.clear();
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
      if (this.session.state === 'upgrading') {
        await this.#onPlain(text);
        continue;
      }
      this.session.receive(text, now);
      if (this.upgradePort !== undefined) throw new FairleadError('policy', 'The server demands TLS (sts)');
      if (this.events.isFull) await this.#room();
      if (this.#failure !== undefined) return;
    }
  }

  /** Waits until the queues of events have room, and the server takes more. */
  async #room(): Promise<void> {
    // The session's lines leave before the wait.
    this.#flush();
    while (this.#failure === undefined && (this.events.isFull || this.#isBlocked)) {
      await new Promise<void>((resolve) => {
        this.#onRoom = resolve;
      });
    }
  }

  /** Takes a line before TLS. Nothing of it is kept but whether TLS may begin (numerics 670 and 691). */
  async #onPlain(text: string): Promise<void> {
    if (text === '') return;
    const message = parseMessage(text);
    if (message.command === 'NOTICE') return;
    if (message.command !== '670') throw refusal(message, 'tls_failed');
    if (this.#decoder.length > 0) {
      throw new FairleadError('tls_failed', 'Bytes came between the answer to STARTTLS and TLS');
    }
    await this.#transport.startTls();
    this.session.begin(Date.now());
  }

  #flush(): void {
    // Lines that the server does not take yet wait in the session's queue, which has a limit.
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

  #arm(): void {
    if (this.#failure !== undefined) return;
    this.#alarm.ringBy(this.session.wakeAt(!this.#isBlocked));
    if (this.#registerLimit !== undefined) this.#alarm.ringBy(this.#registerLimit.at);
  }

  #onAlarm(): void {
    const now = Date.now();
    try {
      this.#checkRegisterLimit(now);
      if (this.events.isFull) this.session.excuse(now);
      this.session.tick(now);
      this.#flush();
    } catch (error) {
      this.fail(error);
    }
  }

  #checkRegisterLimit(now: number): void {
    const { at, timeoutMs } = this.#registerLimit ?? {};
    if (at === undefined || at > now) return;
    throw new FairleadError('connect_timeout', `The registration was not done within ${timeoutMs} ms`);
  }

  #checkOpen(): void {
    if (this.#failure !== undefined) throw sameFailure(this.#failure, true);
  }

  #failureOf(error: unknown): FairleadError {
    const { peer } = this.#transport;
    if (!isFairleadError(error))
      return new FairleadError('connection_lost', 'The connection failed', { cause: error, peer });
    return error.peer !== undefined || error.code === 'usage' ? error : errorWith(error, { peer });
  }
}
