// What the page receives: one subscription, opened again when it breaks, its messages taken into the tree and the log at once, and
// drawn together some times a second.
import { type ReadonlySignal, signal } from '@preact/signals';
import { isLasting, retryDelayMs } from '../../../session/calls/attempts.ts';
import type { Caller } from '../../../session/calls/caller.ts';
import { Drawing } from '../../../ui/live/drawing.ts';
import { MessageLog } from '../log/message-log.ts';
import { queryOf, type Subscription } from '../subscribe/subscription.ts';
import { TopicTree } from '../tree/topic-tree.ts';
import { type Message, type MessageEvent, toMessage } from './message.ts';
import { refusalOf } from './refusal.ts';
import { type Granted, SubscriptionSocket } from './socket.ts';
import { WaitingMessages } from './waiting-messages.ts';

/** `waiting`: for the next attempt. */
export type FeedState = 'off' | 'connecting' | 'live' | 'waiting';

/** The feed of one tab. */
export class Feed {
  readonly #caller: Caller;
  readonly #state = signal<FeedState>('off');
  readonly #error = signal<unknown>(undefined);
  readonly #granted = signal<readonly Granted[]>([]);
  readonly #isPaused = signal(false);
  readonly #drawing = new Drawing();
  readonly #waiting = new WaitingMessages();
  #tree = new TopicTree();
  #log = new MessageLog();
  #received = 0;
  #interruptions = 0;
  #subscription: Subscription | undefined;
  #socket: SubscriptionSocket | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #attempts = 0;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  get state(): ReadonlySignal<FeedState> {
    return this.#state;
  }

  /** Why it ended, or waits; undefined where nothing failed. */
  get error(): ReadonlySignal<unknown> {
    return this.#error;
  }

  get granted(): ReadonlySignal<readonly Granted[]> {
    return this.#granted;
  }

  get isPaused(): ReadonlySignal<boolean> {
    return this.#isPaused;
  }

  /** Changes when what it holds is to be drawn again. */
  get drawn(): ReadonlySignal<number> {
    return this.#drawing.turn;
  }

  get tree(): TopicTree {
    return this.#tree;
  }

  get log(): MessageLog {
    return this.#log;
  }

  /** All messages that came, shown or waiting. */
  get received(): number {
    return this.#received;
  }

  /** Messages that wait for the pause to end. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Whether no more fit into the pause: the broker holds them then. */
  get isFull(): boolean {
    return this.#waiting.isFull;
  }

  /** How often the connection was opened again, so that messages without a session may be missing. */
  get interruptions(): number {
    return this.#interruptions;
  }

  /** Begins, in place of what was before; what was received stays. */
  start(subscription: Subscription): void {
    this.stop();
    this.#subscription = subscription;
    this.#attempts = 0;
    this.#open();
  }

  /** Ends the subscription. What was received stays. */
  stop(): void {
    this.#subscription = undefined;
    clearTimeout(this.#timer);
    this.#leave();
    this.#state.value = 'off';
    this.#error.value = undefined;
    this.#granted.value = [];
    this.#drawing.now();
  }

  /** Keeps what comes apart until `resume`. */
  pause(): void {
    this.#isPaused.value = true;
  }

  /** Shows what has come meanwhile. */
  resume(): void {
    this.#isPaused.value = false;
    for (const message of this.#waiting.takeAll()) this.#show(message);
    this.#socket?.hold(false);
    this.#drawing.now();
  }

  /** Forgets all messages and topics. */
  clear(): void {
    this.#waiting.takeAll();
    this.#socket?.hold(false);
    this.#tree = new TopicTree();
    this.#log = new MessageLog();
    this.#received = 0;
    this.#interruptions = 0;
    this.#drawing.now();
  }

  #open(): void {
    const subscription = this.#subscription;
    if (subscription === undefined) return;
    this.#state.value = 'connecting';
    let isOpen = false;
    const socket = new SubscriptionSocket(this.#caller.socket('/mqtt/subscribe', queryOf(subscription)), {
      subscribed: (granted) => {
        isOpen = true;
        this.#attempts = 0;
        this.#error.value = undefined;
        this.#granted.value = granted;
        this.#state.value = 'live';
      },
      message: (event) => this.#take(event),
      ended: (reason) => {
        if (this.#socket !== socket) return;
        this.#socket = undefined;
        if (isOpen) this.#reopen(reason);
        else void this.#refused(subscription);
      },
    });
    this.#socket = socket;
  }

  #take(event: MessageEvent): void {
    this.#received++;
    const message = toMessage(event, this.#received, Date.now());
    if (!this.#isPaused.peek()) this.#show(message);
    else {
      this.#waiting.add(message);
      if (this.#waiting.isFull) this.#socket?.hold(true);
    }
    this.#drawing.soon();
  }

  #show(message: Message): void {
    this.#tree.add(message);
    this.#log.add(message);
  }

  /** A subscription that lived goes on: at once where only its time was over. */
  #reopen(reason: unknown): void {
    this.#interruptions++;
    if (reason === 'time') this.#open();
    else this.#fail(reason ?? new Error('The connection to the gateway broke.'));
  }

  /** Browsers tell no reason of a refused handshake: the same is asked in another way. */
  async #refused(subscription: Subscription): Promise<void> {
    const reason = await refusalOf(this.#caller, subscription);
    if (this.#subscription === subscription) this.#fail(reason);
  }

  #fail(error: unknown): void {
    this.#error.value = error;
    if (isLasting(error)) {
      this.#state.value = 'off';
      return;
    }
    this.#state.value = 'waiting';
    const delay = retryDelayMs(this.#attempts);
    this.#attempts++;
    this.#timer = setTimeout(() => this.#open(), delay);
  }

  #leave(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
  }
}
