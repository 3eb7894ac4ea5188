// One channel of a connection (RFC 4254 section 5): its two outputs, its input, its requests, its end. It reads no link.
import { type Deferred, deferred, Fifo } from '@fairlead/client';
import { FairleadError } from '@fairlead/errors';
import { bounded } from '@fairlead/transport';
import { channelClosed, openRefused, protocolError } from '../errors.ts';
import { ChannelStates } from '../session/channel-states.ts';
import { MAX_PACKET_BYTES, ReceiveWindow, WINDOW_BYTES } from '../session/windows.ts';
import {
  adjustMessage,
  type Body,
  bareMessage,
  confirmationMessage,
  dataMessage,
  refusalMessage,
  requestMessage,
} from '../wire/channels/encode.ts';
import { type ProcessExit, readExit, UNKNOWN_EXIT } from '../wire/channels/exit.ts';
import type {
  ChannelMessage,
  ChannelRequest,
  OpenConfirmation,
  OpenFailure,
  OpenRequest,
} from '../wire/channels/messages.ts';
import * as CONNECTION from '../wire/numbers/connection.ts';
import { ByteQueue } from './byte-queue.ts';
import type { ChannelLink } from './channel-link.ts';
import { Outgoing } from './outgoing.ts';

/** How long `close` waits for the server's CLOSE. */
const CLOSE_TIMEOUT_MS = 2_000;
/** The only type of extended data that is known: standard error. */
const STDERR = 1;
/** RFC 4254 section 5.1. */
const RESOURCE_SHORTAGE = 4;

const noop = (): void => undefined;

/** One channel. */
export class Channel {
  /** Our number of it. */
  readonly local: number;
  readonly states: ChannelStates;
  /** What the server sends as data. */
  readonly output: ByteQueue = new ByteQueue((bytes) => this.#onTaken(bytes));
  /** What it sends as standard error. */
  readonly errors: ByteQueue = new ByteQueue((bytes) => this.#onTaken(bytes));
  /** Whether the server ended its output before it closed the channel. */
  hasOutputEnded = false;
  readonly #noun: string;
  readonly #link: ChannelLink;
  readonly #outgoing: Outgoing = new Outgoing((data) => this.#link.send(dataMessage(this.#remote, data)));
  readonly #window: ReceiveWindow = new ReceiveWindow();
  readonly #opened: Deferred<void> = deferred();
  readonly #exit: Deferred<ProcessExit> = deferred();
  readonly #closed: Deferred<void> = deferred();
  readonly #ended: Deferred<void> = deferred();
  readonly #replies: Fifo<Deferred<boolean>> = new Fifo();
  #remote = 0;
  #failure: FairleadError | undefined;

  /**
   * @param noun What it is for, for messages: `command`.
   * @param offer The server's request, for a channel that the server opens.
   */
  constructor(local: number, noun: string, link: ChannelLink, offer?: OpenRequest) {
    this.local = local;
    this.#noun = noun;
    this.#link = link;
    this.states = new ChannelStates(offer === undefined ? 'opening' : 'offered');
    for (const { promise } of [this.#opened, this.#exit]) promise.catch(noop);
    if (offer === undefined) return;
    this.#remote = offer.remote;
    this.#outgoing.begin(offer.window, offer.maxPacket);
  }

  /** Resolves when the server has opened it. @throws FairleadError Why it does not, or what has ended the channel. */
  get opened(): Promise<void> {
    return this.#opened.promise;
  }

  /** Settles when the channel has ended on both sides. Never rejects. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  /** Settles when the channel has ended on this side, or on both. Never rejects. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** How the command has ended. @throws FairleadError What has ended the channel before. */
  get exit(): Promise<ProcessExit> {
    return this.#exit.promise;
  }

  /** Opens a channel that the server has asked for. */
  accept(): void {
    this.states.move('accept');
    this.#link.post(confirmationMessage(this.#remote, this.local, WINDOW_BYTES, MAX_PACKET_BYTES));
  }

  /** Refuses a channel that the server has asked for. */
  refuse(): void {
    if (this.states.state !== 'offered') return;
    this.states.move('refuse');
    this.#link.post(refusalMessage(this.#remote, RESOURCE_SHORTAGE, 'Nobody listens any more'));
    this.#end();
  }

  /** Settles when the link has accepted all of `bytes`; leave them unchanged until then. */
  write(bytes: Uint8Array): Promise<void> {
    return this.#outgoing.write(bytes);
  }

  /** Sends EOF behind what was written. */
  async endInput(): Promise<void> {
    await this.#outgoing.handed;
    if (!this.#isUsable || !this.states.takesInput) return;
    this.states.move('send EOF');
    this.#link.post(bareMessage(CONNECTION.CHANNEL_EOF, this.#remote));
  }

  /** Sends a request without want-reply, if the channel is open. Settles when the link has accepted it, or never will. */
  tell(name: string, body?: Body): Promise<void> {
    if (!this.#isUsable) return Promise.resolve();
    return this.#link.send(requestMessage(this.#remote, name, false, body)).catch(noop);
  }

  /** Sends a request. @returns Whether the server has done it. @throws FairleadError What has ended the channel. */
  ask(name: string, body?: Body): Promise<boolean> {
    if (!this.#isUsable) return Promise.reject(this.#failure ?? channelClosed());
    const message = requestMessage(this.#remote, name, true, body);
    const reply = deferred<boolean>();
    reply.promise.catch(noop);
    this.#replies.push(reply);
    this.#link.post(message);
    return reply.promise;
  }

  /** Ends this side at once: what waits rejects with `reason`, the server is told. */
  abort(reason: FairleadError): void {
    const { states } = this;
    if (states.state === 'opening') states.move('give up');
    else if (states.isOpen) this.#sendClose();
    else return;
    this.#settle(reason);
  }

  /** As `abort`, and waits for the server's CLOSE, two seconds at most. Never rejects. */
  async close(): Promise<void> {
    this.abort(new FairleadError('closed', `The ${this.#noun} was closed by this side`));
    await bounded(this.#closed.promise, CLOSE_TIMEOUT_MS);
  }

  /** The connection has ended. */
  fail(reason: FairleadError): void {
    this.#settle(reason);
    this.#closed.resolve();
  }

  /** Takes a message in. @throws FairleadError `protocol`. */
  receive(message: ChannelMessage): void {
    switch (message.kind) {
      case 'data':
        this.#receiveData(this.output, message.data);
        break;
      case 'extended data':
        this.#receiveData(message.type === STDERR ? this.errors : undefined, message.data);
        break;
      case 'window adjust':
        this.#checkOpened(message.kind);
        this.#outgoing.grow(message.bytes);
        break;
      case 'EOF':
        this.states.move('EOF');
        this.hasOutputEnded = true;
        this.output.end();
        this.errors.end();
        break;
      case 'CLOSE':
        this.#receiveClose();
        break;
      case 'request':
        this.#receiveRequest(message);
        break;
      case 'success':
      case 'failure':
        this.#receiveReply(message.kind);
        break;
      case 'open confirmation':
        this.#receiveConfirmation(message);
        break;
      case 'open failure':
        this.#receiveOpenFailure(message);
    }
  }

  /** Whether a message may be sent: neither has the channel ended, nor the connection. */
  get #isUsable(): boolean {
    return this.#failure === undefined && this.states.isOpen;
  }

  #receiveConfirmation(message: OpenConfirmation): void {
    this.states.move('open confirmation');
    this.#remote = message.remote;
    if (this.states.state === 'openedTooLate') {
      this.#sendClose();
      return;
    }
    this.#outgoing.begin(message.window, message.maxPacket);
    this.#opened.resolve();
  }

  #receiveOpenFailure(message: OpenFailure): void {
    this.states.move('open failure');
    this.#settle(openRefused(this.#noun, message));
    this.#end();
  }

  #receiveData(queue: ByteQueue | undefined, data: Uint8Array): void {
    this.states.move('data');
    this.#window.receive(data.length);
    if (this.states.state === 'closing' || data.length === 0) return;
    if (queue === undefined) this.#onTaken(data.length);
    else queue.push(data);
  }

  #receiveClose(): void {
    const wasOpen = this.states.isOpen;
    this.states.move('CLOSE');
    if (wasOpen) this.#link.answer(bareMessage(CONNECTION.CHANNEL_CLOSE, this.#remote));
    // What has come before stays readable.
    this.output.end();
    this.errors.end();
    this.#exit.resolve(UNKNOWN_EXIT);
    this.#settle(channelClosed(), false);
    this.#end();
  }

  #receiveRequest(request: ChannelRequest): void {
    this.#checkOpened(request.kind);
    const exit = readExit(request);
    if (exit !== undefined) this.#exit.resolve(exit);
    if (!request.wantReply || !this.states.isOpen) return;
    const reply = exit === undefined ? CONNECTION.CHANNEL_FAILURE : CONNECTION.CHANNEL_SUCCESS;
    this.#link.answer(bareMessage(reply, this.#remote));
  }

  #receiveReply(kind: 'success' | 'failure'): void {
    this.#checkOpened(kind);
    const reply = this.#replies.shift();
    // Behind our CLOSE nobody waits any more, but the server may not have seen it yet.
    if (reply === undefined && this.states.state === 'closing') return;
    if (reply === undefined) throw protocolError(`A ${kind} came for a request that was not made`);
    reply.resolve(kind === 'success');
  }

  #checkOpened(kind: ChannelMessage['kind']): void {
    const { state } = this.states;
    if (state === 'opening' || state === 'abandoned' || state === 'offered') {
      throw protocolError(`${kind} came on a channel that is ${state}`);
    }
  }

  #sendClose(): void {
    this.states.move('send CLOSE');
    this.#link.post(bareMessage(CONNECTION.CHANNEL_CLOSE, this.#remote));
  }

  #onTaken(bytes: number): void {
    const grown = this.#window.take(bytes);
    if (grown > 0 && this.#isUsable && !this.states.hasOutputEnded) {
      this.#link.post(adjustMessage(this.#remote, grown));
    }
  }

  /** Ends all that waits. @param outputsToo Whether the outputs end with `reason`. */
  #settle(reason: FairleadError, outputsToo = true): void {
    if (this.#failure !== undefined) return;
    this.#failure = reason;
    this.#ended.resolve();
    this.#opened.reject(reason);
    this.#exit.reject(reason);
    this.#outgoing.fail(reason);
    if (outputsToo) {
      this.output.end(reason);
      this.errors.end(reason);
    }
    for (let reply = this.#replies.shift(); reply !== undefined; reply = this.#replies.shift()) {
      reply.reject(reason);
    }
  }

  #end(): void {
    this.#link.forget(this);
    this.#closed.resolve();
  }
}
