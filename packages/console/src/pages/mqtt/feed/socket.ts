// One WebSocket of a subscription: messages in, confirmations out. It confirms in portions, and not while it is told to hold.
import type { FairleadProblem } from '@fairlead/sdk';
import { problemOf } from '../../../session/problem-of.ts';
import type { MessageEvent as MqttEvent } from './message.ts';

/** Confirmed together: brokers that allow twenty unconfirmed messages are kept going. */
const PORTION = 8;
/** The same of QoS 0, of which brokers count none: it keeps far from the gateway's window. */
const LOOSE_PORTION = 100;
/** The rest is confirmed after so long. */
const REST_MS = 20;

/** A filter, and the most that the broker delivers with. */
export interface Granted {
  readonly filter: string;
  readonly qos: number;
}

/** What the socket tells. */
export interface SocketListener {
  subscribed(granted: readonly Granted[]): void;
  message(event: MqttEvent): void;
  /** The socket has ended. @param reason `time`: the gateway's limit; a problem; undefined: the connection broke. */
  ended(reason: 'time' | FairleadProblem | undefined): void;
}

/** The socket. */
export class SubscriptionSocket {
  readonly #socket: WebSocket;
  #unconfirmed = 0;
  #lastId = 0;
  #isHolding = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #reason: 'time' | FairleadProblem | undefined;

  constructor(socket: WebSocket, listener: SocketListener) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => this.#take(JSON.parse(data), listener));
    socket.addEventListener('close', () => {
      clearTimeout(this.#timer);
      listener.ended(this.#reason);
    });
  }

  /** Whether messages are not confirmed: the broker then holds what does not fit into the window. */
  hold(isHolding: boolean): void {
    this.#isHolding = isHolding;
    if (!isHolding) this.#confirm();
  }

  close(): void {
    this.#confirm();
    this.#socket.close();
  }

  #take(event: { readonly event: string }, listener: SocketListener): void {
    if (event.event === 'message') {
      const message = event as unknown as MqttEvent;
      this.#lastId = message.id;
      this.#unconfirmed++;
      listener.message(message);
      if (this.#unconfirmed >= (message.qos === 0 ? LOOSE_PORTION : PORTION)) this.#confirm();
      else this.#timer ??= setTimeout(() => this.#confirm(), REST_MS);
      return;
    }
    if (event.event === 'waiting') this.#confirm();
    if (event.event === 'subscribed')
      listener.subscribed((event as unknown as { granted: readonly Granted[] }).granted);
    if (event.event === 'end') this.#reason = 'time';
    if (event.event === 'error') this.#reason = problemOf((event as { readonly problem?: unknown }).problem);
  }

  #confirm(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#isHolding || this.#unconfirmed === 0 || this.#socket.readyState !== WebSocket.OPEN) return;
    this.#unconfirmed = 0;
    this.#socket.send(`{"ack":${this.#lastId}}`);
  }
}
