// The protocol's state: lines in, lines and events out. The time is an argument; it opens nothing and waits for nothing.
import { FairleadError } from '@fairlead/errors';
import { type CtcpEvent, ctcpReply, MAX_ECHOED_BYTES } from '../ctcp/ctcp-reply.ts';
import { refusal, usage } from '../errors.ts';
import type { IrcEvent, Message, ServerInfo, Tags } from '../types.ts';
import { readMessage } from '../wire/decode.ts';
import { checkObject, formatMessage, MAX_LINE_BYTES, type MessageDraft } from '../wire/encode.ts';
import { roomFor, splitText } from '../wire/split-text.ts';
import { type Batch, Batches } from './batches.ts';
import { ChannelTracker } from './channels/channel-tracker.ts';
import { Isupport } from './channels/isupport.ts';
import { interpret, type SelfState } from './message-events.ts';
import { type Answer, type PendingRequest, PendingRequests } from './pending-requests.ts';
import { Registration } from './registration/registration.ts';
import { SendQueue } from './send-queue.ts';
import type { SessionHost, SessionOptions } from './session-options.ts';

const NEVER = Number.POSITIVE_INFINITY;

/** One connection's session. */
export class Session {
  readonly isupport: Isupport = new Isupport();
  readonly self: SelfState;
  readonly registration: Registration;
  readonly requests: PendingRequests;
  server: ServerInfo = { name: '', version: '', network: '' };
  isRegistered = false;
  /** The last answer to a PING took so many milliseconds. */
  lagMs: number | undefined;
  /** How many lines were skipped because they are no messages. */
  skippedLines = 0;
  readonly #host: SessionHost;
  readonly #options: SessionOptions;
  readonly #sendQueue: SendQueue;
  readonly #batches: Batches = new Batches();
  #now = 0;
  #heardAt = 0;
  #pingAt = NEVER;
  /** When the unanswered PING left. */
  #pingedAt: number | undefined;
  #pings = 0;

  constructor(options: SessionOptions, host: SessionHost) {
    this.#options = options;
    this.#host = host;
    const tracker = new ChannelTracker(this.isupport, options.maxUsers ?? 100_000);
    const { isupport } = this;
    this.self = { nick: options.nick, user: '', host: '', account: undefined, isupport, tracker };
    this.requests = new PendingRequests(options.maxReplyMessages ?? 10_000);
    this.#sendQueue = new SendQueue(options.flood ?? {}, options.maxQueuedMessages ?? 1000);
    this.registration = new Registration(options, host, (line) => this.urgent(line));
  }

  /** Begins the registration, over TLS if TLS is to be. */
  begin(now: number): void {
    this.#now = this.#heardAt = now;
    this.registration.begin();
  }

  /** A line that leaves before all that waits: STARTTLS, PONG, QUIT. */
  urgent(line: string): void {
    this.#sendQueue.urgent(line);
  }

  /**
   * Takes one line, without its end.
   * @throws FairleadError when the session has failed; afterwards it must not be used.
   */
  receive(line: string, now: number): void {
    this.#now = this.#heardAt = now;
    // Empty lines are nothing (modern.ircdocs.horse, "Message Format").
    if (line === '') return;
    const message = this.#read(line);
    if (message === undefined) return;
    const { command, params, tags } = message;
    const batch = this.#batches.get(tags.batch);
    if (command === 'PING') this.#pong(params.at(-1) ?? '');
    else if (command === 'PONG') {
      if (!this.#answers(message, batch)) this.#onPong(params.at(-1) ?? '');
    } else if (command === 'BATCH') this.#onBatch(message);
    else this.#onMessage(message, batch);
  }

  /** A line as a message. What is none is skipped once the client is in: else any user whom a relay lets write a CR could end it. */
  #read(line: string): Message | undefined {
    try {
      return readMessage(line);
    } catch (error) {
      if (!this.registration.isWelcome) throw error;
      this.skippedLines++;
    }
    return undefined;
  }

  /** The time has come that `wakeAt` said. @throws FairleadError `connection_lost` when the server is silent. */
  tick(now: number): void {
    this.#now = now;
    for (const request of this.requests.waiting()) {
      if (request.deadline > now) continue;
      const safeToRetry = !request.sent;
      const reason = new FairleadError('timeout', 'The command took longer than timeoutMs', { safeToRetry });
      this.#giveUp(request, reason);
    }
    if (this.#pingedAt !== undefined) {
      if (Math.max(this.#heardAt, this.#pingedAt) + this.#pingTimeoutMs <= now) {
        throw new FairleadError(
          'connection_lost',
          `The server has been silent for ${this.#pingTimeoutMs} ms`,
        );
      }
    } else if (this.#pingAt <= now) {
      this.#pingedAt = now;
      this.urgent(`PING lag${++this.#pings}`);
    }
  }

  /** The caller has not read, and so the server's silence proves nothing. */
  excuse(now: number): void {
    this.#heardAt = now;
  }

  /** When `tick` must be called, or `output`. @param mayWrite Whether `output` would be called then. */
  wakeAt(mayWrite = true): number {
    let at = this.#pingAt;
    if (this.#pingedAt !== undefined) at = Math.max(this.#heardAt, this.#pingedAt) + this.#pingTimeoutMs;
    if (mayWrite) at = Math.min(at, this.#sendQueue.readyAt());
    for (const { deadline } of this.requests.waiting()) at = Math.min(at, deadline);
    return at;
  }

  /** What must be written now; empty for nothing. */
  output(now: number): string {
    return this.#sendQueue.take(now);
  }

  /**
   * Queues a command and nothing more.
   * @throws FairleadError `usage`, `limit`.
   */
  send(draft: MessageDraft): void {
    this.#sendQueue.push({ lines: [this.#format(draft)], sent: false });
    this.requests.isUnfenced = true;
  }

  /**
   * Queues a command whose answer is awaited.
   * @param deadline When it is given up, but for the time that it waits for its turn.
   * @returns A function that gives it up.
   * @throws FairleadError `usage`, `limit`: then `settle` is not called.
   */
  request(
    draft: MessageDraft,
    deadline: number,
    settle: (outcome: FairleadError | Answer) => void,
  ): (reason: (unsent: boolean) => FairleadError) => void {
    const { capabilities } = this.registration;
    const labeled = capabilities.has('labeled-response') && capabilities.has('batch');
    const format = (own: Tags): string => this.#format(draft, own);
    const request = this.requests.create(format, labeled, deadline + this.#sendQueue.delayMs(), settle);
    this.#sendQueue.push(request);
    this.requests.add(request);
    return (reason) => this.#giveUp(request, reason(!request.sent));
  }

  /** How many bytes of text fit a line for a target, as the server passes it on with this client's source before it. */
  room(command: string, target: string): number {
    return roomFor(this.self, this.#lineBytes, command, target);
  }

  /** The connection has ended. */
  fail(reason: FairleadError): void {
    this.requests.fail(reason);
  }

  get #pingTimeoutMs(): number {
    return this.#options.pingTimeoutMs ?? 30_000;
  }

  get #lineBytes(): number {
    return Math.max(MAX_LINE_BYTES, this.isupport.number('LINELEN', MAX_LINE_BYTES));
  }

  #format(draft: MessageDraft, own?: Tags): string {
    const tags = draft.tags === undefined ? { ...own } : { ...own, ...checkObject(draft.tags, 'The tags') };
    if (
      Object.keys(tags).some((name) => name !== 'label') &&
      !this.registration.capabilities.has('message-tags')
    ) {
      throw usage('The server takes no tags (message-tags)');
    }
    return formatMessage({ ...draft, tags }, this.#lineBytes);
  }

  #onMessage(message: Message, batch: Batch | undefined): void {
    const { command } = message;
    const isLogin = command === 'CAP' || command === 'AUTHENTICATE';
    if (!this.isRegistered || isLogin || /^90[0-8]$/.test(command)) this.#onRegistrationMessage(message);
    if (isLogin) {
      this.#answers(message, batch);
      return;
    }
    const event = interpret(this.self, message, this.#now, batch?.isHistory !== true);
    const own = this.requests.byLabel(message.tags.label);
    const request =
      own ?? batch?.request ?? (this.#isReply(message, event) ? this.requests.current() : undefined);
    if (request !== undefined) this.requests.collect(request, message);
    this.#emit(event, batch, request);
    if (event.type === 'ctcp') this.#replyToCtcp(event);
    if (own !== undefined) this.requests.finish(own);
    if (command === 'ERROR' && this.isRegistered) throw refusal(message, 'connection_lost');
  }

  /** Takes what makes no event for the labeled answer that it is, or a part of. @returns Whether it is one. */
  #answers(message: Message, batch: Batch | undefined): boolean {
    const own = this.requests.byLabel(message.tags.label);
    const request = own ?? batch?.request;
    if (request === undefined) return false;
    this.requests.collect(request, message);
    if (own !== undefined) this.requests.finish(own);
    return true;
  }

  /** Whether an unlabeled message may be the answer to a command: numerics, standard replies, and this client's own doings. */
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
    const enabled = this.registration.capabilities.enabled.size;
    this.registration.receive(message);
    if (this.isRegistered && this.registration.capabilities.enabled.size !== enabled) {
      const names = [...this.registration.capabilities.enabled];
      this.#host.event({ type: 'capabilities', time: this.#now, message, enabled: names });
    }
    if (command === '001') this.self.nick = params[0] ?? this.self.nick;
    else if (command === '004')
      this.server = { ...this.server, name: params[1] ?? '', version: params[2] ?? '' };
    else if ((command === '376' || command === '422') && this.registration.isWelcome) this.#onRegistered();
  }

  #onRegistered(): void {
    if (this.isRegistered) return;
    this.isRegistered = true;
    this.server = { ...this.server, network: this.isupport.tokens.get('NETWORK') ?? '' };
    this.#schedulePing();
    this.#host.registered();
  }

  #onBatch(message: Message): void {
    const reference = message.params[0] ?? '';
    if (reference.startsWith('+')) {
      const own = this.requests.byLabel(message.tags.label);
      this.#batches.open(
        message,
        own ?? (message.tags.batch === undefined ? this.requests.current() : undefined),
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
    const own = this.requests.byLabel(start.tags.label);
    if (own !== undefined) this.requests.finish(own);
  }

  #pong(token: string): void {
    const [echo = ''] = splitText(token, MAX_ECHOED_BYTES);
    this.urgent(formatMessage({ command: 'PONG', params: [echo] }));
  }

  #onPong(token: string): void {
    if (this.requests.pong(token)) return;
    if (this.#pingedAt === undefined || token !== `lag${this.#pings}`) return;
    this.lagMs = this.#now - this.#pingedAt;
    this.#pingedAt = undefined;
    this.#schedulePing();
  }

  #schedulePing(): void {
    this.#pingAt = this.#now + (this.#options.pingIntervalMs ?? 60_000);
  }

  #giveUp(request: PendingRequest, reason: FairleadError): void {
    this.#sendQueue.remove(request);
    this.requests.giveUp(request, reason);
  }

  /** Only where a line may leave at once: who sends many requests gets no flood of answers. */
  #replyToCtcp(event: CtcpEvent): void {
    const answer = ctcpReply(event, this.#options.ctcp);
    if (answer !== undefined && this.#sendQueue.isFree(this.#now)) this.send(answer);
  }
}
