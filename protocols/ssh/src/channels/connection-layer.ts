// The connection protocol (RFC 4254) on one link: reads it, hands messages to their channels, answers the server. Channels
// share it; it never reconnects.
import { abortedBy, type CallLimit, Deadlines, firstOf, timeUp, watchCall } from '@fairlead/client';
import { FairleadError, isFairleadError } from '@fairlead/errors';
import type { PacketLink } from '../connection/packet-link.ts';
import { asFairleadError, connectionHasEnded, errorOfCall, protocolError } from '../errors.ts';
import { MAX_PACKET_BYTES, WINDOW_BYTES } from '../session/windows.ts';
import { decodeMessage } from '../wire/channels/decode.ts';
import {
  type Body,
  globalRequestMessage,
  openMessage,
  refusalMessage,
  requestFailureMessage,
} from '../wire/channels/encode.ts';
import type { ChannelMessage, ConnectionMessage, OpenRequest } from '../wire/channels/messages.ts';
import { Channel } from './channel.ts';
import type { ChannelLink } from './channel-link.ts';
import { GlobalRequests, type OnReply } from './global-requests.ts';
import { KeepAlive } from './keep-alive.ts';

/** Channels at once, those that wait for the server's CLOSE included. */
const MAX_CHANNELS = 1_024;
/** Answers that the link has not accepted: behind so many no more is read, until the server has read some. */
const MAX_UNSENT_ANSWERS = 1_024;

/** Why a channel of the server is refused (RFC 4254 section 5.1). */
export interface Refusal {
  readonly reason: 1 | 3 | 4;
  readonly description: string;
}

/** Takes a channel that the server wants to open. @returns Why it is refused; undefined where `take` was called. */
export type OnOpenRequest = (request: OpenRequest, take: (noun: string) => Channel) => Refusal | undefined;

const PROHIBITED: Refusal = { reason: 1, description: 'Nothing was asked for' };
const noop = (): void => undefined;

/** The channels and requests of one connection. */
export class ConnectionLayer implements ChannelLink {
  readonly link: PacketLink;
  readonly deadlines: Deadlines = new Deadlines();
  /** Asked about each channel that the server wants to open. */
  onOpenRequest: OnOpenRequest = () => PROHIBITED;
  readonly #channels: Map<number, Channel> = new Map();
  readonly #requests: GlobalRequests = new GlobalRequests();
  readonly #keepAlive: KeepAlive;
  /** Ports that the server listens on for us. */
  #listeners = 0;
  #nextLocal = 0;
  #unsentAnswers = 0;
  #lastAnswer: Promise<void> = Promise.resolve();
  #failure: FairleadError | undefined;

  /** @param keepAliveMs How long the server may be silent while something is open; `Infinity` never asks. */
  constructor(link: PacketLink, keepAliveMs: number) {
    this.link = link;
    this.#keepAlive = new KeepAlive(this.deadlines, keepAliveMs, {
      ask: () => this.#askForLife(),
      onSilent: () => this.destroy(silentServer()),
    });
    void this.#read();
  }

  /**
   * Opens a channel. An error leaves nothing behind at the server.
   * @param noun What it is for, for messages: `command`.
   * @throws FairleadError `policy`, `limit`, `server`, `timeout`, `aborted`, `connection_lost`, `closed`.
   */
  async open(type: string, body: Body | undefined, noun: string, limit: CallLimit): Promise<Channel> {
    this.check(noun, limit);
    // Built first: a body that is too long leaves no channel behind.
    const message = openMessage(type, this.#nextLocal, WINDOW_BYTES, MAX_PACKET_BYTES, body ?? noop);
    const channel = this.#add((local) => new Channel(local, noun, this));
    this.post(message);
    const unwatch = watchCall(this.deadlines, noun, limit, (reason) => channel.abort(reason));
    try {
      await channel.opened;
    } catch (error) {
      throw errorOfCall(error, true, this.link.peer);
    } finally {
      unwatch();
    }
    return channel;
  }

  /**
   * Sends a global request.
   * @param onReply Called when the reply comes, before the next message is read, also where the call has ended before.
   * @returns The reply's body; undefined where the server refuses.
   * @throws FairleadError `timeout`, `aborted`, `connection_lost`, `closed`, `limit`.
   */
  async ask(
    name: string,
    body: Body | undefined,
    limit: CallLimit,
    onReply?: OnReply,
  ): Promise<Uint8Array | undefined> {
    this.check(name, limit);
    // Built first: a body that is too long must not wait for a reply.
    const message = globalRequestMessage(name, body);
    const reply = this.#requests.add(onReply);
    this.#updateKeepAlive();
    this.post(message);
    let unwatch = noop;
    const stopped = new Promise<never>((_, reject) => {
      unwatch = watchCall(this.deadlines, name, limit, reject);
    });
    try {
      return await firstOf(reply, stopped);
    } catch (error) {
      throw errorOfCall(error, false, this.link.peer);
    } finally {
      unwatch();
    }
  }

  /** The server listens for us, or does no more. */
  countListener(by: 1 | -1): void {
    this.#listeners += by;
    this.#updateKeepAlive();
  }

  /** @throws FairleadError Why a call cannot be made now. */
  check(noun: string, { signal, at, timeoutMs }: CallLimit): void {
    if (this.#failure !== undefined) throw connectionHasEnded(this.#failure);
    if (signal?.aborted) throw abortedBy(noun, signal, true);
    if (at <= Date.now()) throw timeUp(noun, timeoutMs, true);
  }

  send(payload: Uint8Array): Promise<void> {
    const sent = this.link.send(payload);
    sent.catch(this.#onUnsent);
    return sent;
  }

  post(payload: Uint8Array): void {
    void this.send(payload);
  }

  answer(payload: Uint8Array): void {
    this.#countAnswer(this.send(payload));
  }

  forget({ local }: { readonly local: number }): void {
    this.#channels.delete(local);
    this.#updateKeepAlive();
  }

  /** Ends everything at once. */
  destroy(reason: FairleadError): void {
    if (this.#fail(reason)) this.link.destroy(reason);
  }

  /** Ends everything with `closed`, says goodbye and closes the link. Never rejects. */
  close(): Promise<void> {
    this.#fail(new FairleadError('closed', 'The SSH client was closed', { peer: this.link.peer }));
    return this.link.close();
  }

  async #read(): Promise<void> {
    try {
      for (let payload = await this.link.receive(); payload !== undefined; ) {
        this.#keepAlive.noteHeard();
        this.#receive(decodeMessage(payload));
        const isBehind = this.#unsentAnswers > MAX_UNSENT_ANSWERS;
        if (isBehind && !this.link.isHolding) await this.#lastAnswer;
        payload = await this.link.receive();
      }
      this.#fail(new FairleadError('connection_lost', 'The server closed the connection'));
      void this.link.close();
    } catch (error) {
      this.destroy(asFairleadError(error));
    }
  }

  #receive(message: ChannelMessage | ConnectionMessage): void {
    // Behind `close` the link is read to its end, and nothing is answered.
    if (this.#failure !== undefined) return;
    switch (message.kind) {
      case 'global request':
        if (message.wantReply) this.answer(requestFailureMessage());
        break;
      case 'request success':
        this.#receiveReply(message.body);
        break;
      case 'request failure':
        this.#receiveReply(undefined);
        break;
      case 'open':
        this.#receiveOpen(message);
        break;
      case 'unknown':
        this.#countAnswer(this.link.sendUnimplemented());
        break;
      default:
        this.#find(message).receive(message);
    }
  }

  #receiveReply(body: Uint8Array | undefined): void {
    this.#requests.settle(body);
    this.#updateKeepAlive();
  }

  #receiveOpen(request: OpenRequest): void {
    const isFull = this.#channels.size >= MAX_CHANNELS;
    const take = (noun: string): Channel => this.#add((local) => new Channel(local, noun, this, request));
    const refusal: Refusal | undefined = isFull
      ? { reason: 4, description: 'Too many channels are open' }
      : this.onOpenRequest(request, take);
    if (refusal === undefined) return;
    this.answer(refusalMessage(request.remote, refusal.reason, refusal.description));
  }

  #find({ kind, channel: local }: ChannelMessage): Channel {
    const channel = this.#channels.get(local);
    if (channel !== undefined) return channel;
    const what = local < this.#nextLocal ? 'a channel that has ended' : 'an unknown channel';
    throw protocolError(`${kind} came for ${what} (${local})`);
  }

  #add(make: (local: number) => Channel): Channel {
    if (this.#channels.size >= MAX_CHANNELS) {
      throw new FairleadError('limit', `${MAX_CHANNELS} channels are open`, { safeToRetry: true });
    }
    // Numbers are not used again: a message for a channel that has ended is never taken for another's.
    const channel = make(this.#nextLocal++);
    this.#channels.set(channel.local, channel);
    this.#updateKeepAlive();
    return channel;
  }

  #countAnswer(sent: Promise<void>): void {
    this.#unsentAnswers++;
    this.#lastAnswer = sent.then(this.#onAnswered, this.#onAnswered);
  }

  #askForLife(): void {
    if (this.#failure !== undefined || this.#requests.isFull) return;
    // Its reply counts as any other message does.
    void this.#requests.add();
    this.post(globalRequestMessage('keepalive@openssh.com'));
  }

  #updateKeepAlive(): void {
    const isBusy = this.#channels.size > 0 || this.#listeners > 0 || this.#requests.count > 0;
    this.#keepAlive.update(isBusy && this.#failure === undefined);
  }

  /** @returns Whether it has not failed before. */
  #fail(reason: FairleadError): boolean {
    if (this.#failure !== undefined) return false;
    this.#failure = reason;
    for (const channel of [...this.#channels.values()]) channel.fail(reason);
    this.#channels.clear();
    this.#requests.fail(reason);
    this.#keepAlive.stop();
    this.deadlines.stop();
    return true;
  }

  /** A link that has ended says so to `receive` too. One that holds too much back has lost this payload, and goes on. */
  readonly #onUnsent = (error: unknown): void => {
    if (isFairleadError(error) && error.code === 'limit') this.destroy(error);
  };

  readonly #onAnswered = (): void => {
    this.#unsentAnswers--;
  };
}

function silentServer(): FairleadError {
  return new FairleadError('connection_lost', 'The server has not answered three keepalives');
}
