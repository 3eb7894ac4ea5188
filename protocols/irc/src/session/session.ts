// The state of one connection: lines in, lines and events out. The time is an argument; it does no I/O.
import type { FairleadError } from '@fairlead/errors';
import { type CtcpEvent, ctcpReply, MAX_ECHOED_BYTES } from '../ctcp/ctcp-reply.ts';
import { refusal } from '../errors.ts';
import type { IrcEvent, Message, ServerInfo } from '../types.ts';
import { readMessage } from '../wire/decode.ts';
import { formatMessage } from '../wire/encode.ts';
import { roomFor, splitText } from '../wire/split-text.ts';
import { type Batch, Batches } from './batches.ts';
import { ChannelTracker } from './channels/channel-tracker.ts';
import { Isupport } from './channels/isupport.ts';
import type { JoinParams, Rejoin } from './channels/rejoin.ts';
import { KeepAlive } from './keep-alive.ts';
import { interpret, type SelfState } from './message-events.ts';
import { Commands } from './outgoing/commands.ts';
import type { PendingRequest, PendingRequests } from './outgoing/pending-requests.ts';
import { Registration } from './registration/registration.ts';
import type { SessionHost, SessionOptions } from './session-options.ts';
import { CONNECTION, type ConnectionMove, type ConnectionState, StateMachine } from './states.ts';

/** The session of one connection. */
export class Session {
  readonly isupport: Isupport = new Isupport();
  readonly self: SelfState;
  readonly registration: Registration;
  readonly commands: Commands;
  readonly keepAlive: KeepAlive;
  server: ServerInfo = { name: '', version: '', network: '' };
  /** How many lines were skipped because they are no messages. */
  skippedLines = 0;
  readonly #host: SessionHost;
  readonly #options: SessionOptions;
  readonly #machine: StateMachine<ConnectionState, ConnectionMove> = new StateMachine(CONNECTION, 'new');
  readonly #batches: Batches = new Batches();
  readonly #rejoin: Rejoin | undefined;
  /** The end of the MOTD has come. */
  #isGreeted = false;
  #now = 0;

  constructor(options: SessionOptions, host: SessionHost) {
    this.#options = options;
    this.#host = host;
    const { isupport } = this;
    const tracker = new ChannelTracker(isupport, options.maxUsers ?? 100_000);
    this.self = { nick: options.nick, user: '', host: '', account: undefined, isupport, tracker };
    this.keepAlive = new KeepAlive(options);
    this.commands = new Commands(
      options,
      isupport,
      () => this.registration.capabilities,
      ({ command, params = [] }) => this.#rejoin?.onCommand(command, params),
    );
    this.registration = new Registration(options, host, (line) => this.urgent(line), this.#machine);
    this.#rejoin = options.rejoin?.((name) => isupport.fold(name));
  }

  /** The state of the connection. */
  get state(): ConnectionState {
    return this.#machine.state;
  }

  /** Whether commands may be sent. */
  get isRegistered(): boolean {
    return this.state === 'registered';
  }

  /** Asks for TLS by STARTTLS. */
  startTls(): void {
    this.#machine.move('startTls');
    this.urgent('STARTTLS');
  }

  /** Begins the registration; behind STARTTLS, once TLS is up. */
  begin(now: number): void {
    this.#machine.move('register');
    this.#hear(now);
    this.registration.begin();
  }

  /** Sends a line before all lines that wait for their turn: PONG, QUIT, the registration. */
  urgent(line: string): void {
    this.commands.queue.urgent(line);
  }

  /**
   * Takes one line, without its end.
   * @throws FairleadError if the session has failed; it must not be used afterwards.
   */
  receive(line: string, now: number): void {
    this.#hear(now);
    // Empty lines are ignored (modern.ircdocs.horse, "Message Format").
    if (line === '') return;
    const message = this.#read(line);
    if (message === undefined) return;
    const { command, params, tags } = message;
    const batch = this.#batches.get(tags.batch);
    if (command === 'PING') this.#pong(params.at(-1) ?? '');
    else if (command === 'PONG') {
      const token = params.at(-1) ?? '';
      if (this.#isLabeledAnswer(message, batch) || this.#requests.pong(token)) return;
      this.keepAlive.pong(token, now);
    } else if (command === 'BATCH') this.#onBatch(message);
    else this.#onMessage(message, batch);
  }

  #hear(now: number): void {
    this.#now = now;
    this.keepAlive.heard(now);
  }

  /**
   * Reads a line. Behind the welcome a line that is no message is skipped: otherwise any user could end the connection
   * through a relay that lets a CR pass.
   */
  #read(line: string): Message | undefined {
    try {
      return readMessage(line);
    } catch (error) {
      if (this.state === 'registering') throw error;
      this.skippedLines++;
    }
    return undefined;
  }

  /** Does what is due by now. @throws FairleadError `connection_lost` if the server is silent. */
  tick(now: number): void {
    this.#now = now;
    this.commands.expire(now);
    const token = this.keepAlive.tick(now);
    if (token !== undefined) this.urgent(`PING ${token}`);
    for (const params of this.#rejoin?.takeDue(now) ?? []) this.#joinAgain(params);
  }

  /** The connection did not read for a while, so that the silence of the server proves nothing. */
  excuse(now: number): void {
    this.keepAlive.heard(now);
  }

  /** When `tick` or `output` must be called. @param mayWrite Whether `output` would be called then. */
  wakeAt(mayWrite = true): number {
    const rejoinAt = this.#rejoin?.wakeAt() ?? Number.POSITIVE_INFINITY;
    return Math.min(this.keepAlive.wakeAt(), this.commands.wakeAt(mayWrite), rejoinAt);
  }

  /** The lines to write now; empty for none. */
  output(now: number): string {
    return this.commands.queue.take(now);
  }

  /** How many bytes of text fit one line to a target, as the server relays it with this client's source before it. */
  room(command: string, target: string): number {
    return roomFor(this.self, this.commands.lineBytes, command, target);
  }

  /** The connection has ended. */
  fail(reason: FairleadError): void {
    this.#machine.move('end');
    this.#requests.fail(reason);
  }

  get #requests(): PendingRequests {
    return this.commands.requests;
  }

  #onMessage(message: Message, batch: Batch | undefined): void {
    const { command } = message;
    const isNegotiation = command === 'CAP' || command === 'AUTHENTICATE';
    if (!this.isRegistered || isNegotiation || /^90[0-8]$/.test(command))
      this.#onRegistrationMessage(message);
    if (isNegotiation) {
      this.#isLabeledAnswer(message, batch);
      return;
    }
    const isLive = batch?.isHistory !== true;
    const event = interpret(this.self, message, this.#now, isLive);
    const own = this.#requests.byLabel(message.tags.label);
    const request =
      own ?? batch?.request ?? (this.#isReply(message, event) ? this.#requests.current() : undefined);
    if (request !== undefined) this.#requests.collect(request, message);
    if (isLive) this.#rejoin?.onEvent(event, this.#now);
    this.#emit(event, batch, request);
    if (event.type === 'ctcp') this.#replyToCtcp(event);
    if (own !== undefined) this.#requests.finish(own);
    if (command === 'ERROR' && this.isRegistered) throw refusal(message, 'connection_lost');
  }

  /** Gives a message that makes no event to the labeled answer that it belongs to. @returns Whether there is one. */
  #isLabeledAnswer(message: Message, batch: Batch | undefined): boolean {
    const own = this.#requests.byLabel(message.tags.label);
    const request = own ?? batch?.request;
    if (request === undefined) return false;
    this.#requests.collect(request, message);
    if (own !== undefined) this.#requests.finish(own);
    return true;
  }

  /** Whether an unlabeled message may be a reply to a command: a numeric, a standard reply, or something that this client did. */
  #isReply({ command }: Message, event: IrcEvent): boolean {
    return /^\d/.test(command) || event.type === 'standard' || ('self' in event && event.self);
  }

  #emit(event: IrcEvent, batch: Batch | undefined, request: PendingRequest | undefined): void {
    if (this.#batches.hold(batch, event)) return;
    request?.answer.events.push(event);
    this.#host.event(event);
  }

  #onRegistrationMessage(message: Message): void {
    const { command, params } = message;
    const { capabilities } = this.registration;
    const enabled = capabilities.enabled.size;
    this.registration.receive(message);
    if (this.isRegistered && capabilities.enabled.size !== enabled) {
      const names = [...capabilities.enabled];
      this.#host.event({ type: 'capabilities', time: this.#now, message, enabled: names });
    }
    if (command === '001') this.self.nick = params[0] ?? this.self.nick;
    else if (command === '004')
      this.server = { ...this.server, name: params[1] ?? '', version: params[2] ?? '' };
    else if (/^(376|422)$/.test(command) && this.state === 'welcomed') this.#isGreeted = true;
    // Behind a refusal, capabilities are requested one by one, and their answers come later.
    if (this.#isGreeted && this.state === 'welcomed' && !this.registration.isAsking) this.#onEndOfMotd();
  }

  #onEndOfMotd(): void {
    this.#machine.move('endOfMotd');
    this.server = { ...this.server, network: this.isupport.tokens.get('NETWORK') ?? '' };
    this.keepAlive.schedule(this.#now);
    this.#host.registered();
  }

  #onBatch(message: Message): void {
    const reference = message.params[0] ?? '';
    if (reference.startsWith('+')) {
      const own = this.#requests.byLabel(message.tags.label);
      this.#batches.open(
        message,
        own ?? (message.tags.batch === undefined ? this.#requests.current() : undefined),
      );
      return;
    }
    const batch = this.#batches.close(reference.slice(1));
    if (batch === undefined) return;
    const { type, params, start, parent, request, events } = batch;
    if (events !== undefined) {
      const time = events[0]?.time ?? this.#now;
      this.#emit({ type: 'batch', time, message: start, batch: type, params, events }, parent, request);
    }
    const own = this.#requests.byLabel(start.tags.label);
    if (own !== undefined) this.#requests.finish(own);
  }

  #pong(token: string): void {
    const [echo = ''] = splitText(token, MAX_ECHOED_BYTES);
    this.urgent(formatMessage({ command: 'PONG', params: [echo] }));
  }

  #joinAgain(params: JoinParams): void {
    const onEnd = (): void => this.#rejoin?.onAttemptEnded(params[0], this.#now);
    try {
      const deadline = this.#now + (this.#options.timeoutMs ?? 10_000);
      this.commands.request({ command: 'JOIN', params }, deadline, onEnd);
    } catch {
      // As many commands wait as may.
      onEnd();
    }
  }

  /** Replies to a CTCP request only if a line may leave at once, so that a flood of requests makes no flood of replies. */
  #replyToCtcp(event: CtcpEvent): void {
    const answer = ctcpReply(event, this.#options.ctcp);
    if (answer !== undefined && this.commands.queue.isFree(this.#now)) this.commands.send(answer);
  }
}
