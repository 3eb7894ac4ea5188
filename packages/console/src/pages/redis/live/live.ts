// Listens to channels, patterns and commands, for as long as the page is open. One stream of the gateway for each of the three.
import { redisMonitor, redisPsubscribe, redisSubscribe } from '@fairlead/sdk';
import { type Signal, signal } from '@preact/signals';
import { Work } from '../../../browser/async.ts';
import type { Caller } from '../../../session/calls/caller.ts';
import { MessageBuffer } from './message-buffer.ts';
import { type Listening, type Message, readEvent } from './messages.ts';
import { Rates } from './rates.ts';

const MOST_SHOWN = 5_000;
const MOST_WAITING = 20_000;
const FLUSH_MS = 100;
const TICK_MS = 1_000;
/** Before a stream that has ended is opened again. */
const AGAIN_MS = 500;

/** What is listened to by a stream. */
export interface Stream {
  readonly work: Work;
  readonly names: Signal<readonly string[]>;
  /** Whether the server has confirmed it. */
  readonly isOpen: Signal<boolean>;
}

const stream = (): Stream => ({ work: new Work(), names: signal([]), isOpen: signal(false) });

/** The messages of one tab. */
export class Live {
  readonly streams: Readonly<Record<Listening, Stream>> = {
    channels: stream(),
    patterns: stream(),
    monitor: stream(),
  };
  readonly buffer = new MessageBuffer(MOST_SHOWN, MOST_WAITING);
  readonly rates = new Rates();
  /** Grows whenever there is something new to see. */
  readonly version: Signal<number> = signal(0);
  /** How often a stream has been opened again: what came in between was missed. */
  readonly renewed: Signal<number> = signal(0);
  readonly #caller: Caller;
  #arrived: Message[] = [];
  #ids = 0;
  #flushing: ReturnType<typeof setTimeout> | undefined;
  #ticking: ReturnType<typeof setInterval> | undefined;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** Whether anything is listened to. */
  get isOn(): boolean {
    return Object.values(this.streams).some(({ work }) => work.state.value === 'running');
  }

  /** Listens to names, beside those that are listened to already. MONITOR has none. */
  listen(kind: Listening, names: readonly string[]): void {
    const { names: known, work, isOpen } = this.streams[kind];
    known.value = [...new Set([...known.peek(), ...names])];
    isOpen.value = false;
    this.#ticking ??= setInterval(() => this.#tick(), TICK_MS);
    void work.run((abort) => this.#read(kind, abort));
  }

  /** Listens to a name no more. */
  leave(kind: Listening, name: string): void {
    const { names, work } = this.streams[kind];
    names.value = names.peek().filter((each) => each !== name);
    if (names.value.length === 0) work.stop();
    else this.listen(kind, []);
  }

  /** Holds the list still, or lets it go on with what has come meanwhile. */
  pause(isPaused: boolean): void {
    if (isPaused) this.buffer.isPaused = true;
    else this.buffer.resume();
    this.version.value++;
  }

  /** Forgets what came. */
  clear(): void {
    this.buffer.clear();
    this.rates.clear();
    this.renewed.value = 0;
    this.version.value++;
  }

  /** Ends all streams. */
  close(): void {
    for (const { work } of Object.values(this.streams)) work.stop();
    clearInterval(this.#ticking);
    clearTimeout(this.#flushing);
  }

  async #read(kind: Listening, abort: AbortSignal): Promise<void> {
    const { names, isOpen } = this.streams[kind];
    const heard = names.peek();
    for (;;) {
      for await (const { data } of this.#events(kind, heard, abort)) {
        if (abort.aborted) return;
        isOpen.value = true;
        const read = readEvent(kind, data, heard);
        if (read !== undefined) this.#take(read);
      }
      if (abort.aborted) return;
      // The gateway ends a stream after its longest time.
      this.renewed.value++;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }

  #events(kind: Listening, names: readonly string[], signal: AbortSignal) {
    // Several names are further segments of the path, which the document's type does not say.
    const listed = names as unknown as string;
    if (kind === 'channels')
      return this.#caller.run('redisSubscribe', redisSubscribe, { path: { channel: listed }, signal });
    if (kind === 'patterns')
      return this.#caller.run('redisPsubscribe', redisPsubscribe, { path: { pattern: listed }, signal });
    return this.#caller.run('redisMonitor', redisMonitor, { signal });
  }

  #take(read: Pick<Message, 'channel' | 'text'>): void {
    this.#ids++;
    this.rates.add(read.channel);
    this.#arrived.push({ ...read, id: this.#ids, at: Date.now() });
    this.#flushing ??= setTimeout(() => {
      this.#flushing = undefined;
      this.buffer.add(this.#arrived);
      this.#arrived = [];
      this.version.value++;
    }, FLUSH_MS);
  }

  #tick(): void {
    this.rates.tick();
    if (this.isOn) this.version.value++;
  }
}
