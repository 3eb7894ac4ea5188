// The platform of a counted operation: a channel that hands each write to a function and reads what that returns. It plays a server
// without promises of its own, so that all that are counted are the client's. It knows no TLS.
import {
  type Channel,
  type ChannelFault,
  type Connector,
  createTransport,
  normalizeAddress,
  READ_BUFFER_BYTES,
  withTimeLeft,
} from '@fairlead/transport';
import { deferred } from '../deferred.ts';

/**
 * A server's answer to the bytes of one write: bytes, the end of the connection, or `undefined` where none is due. The bytes of the
 * write belong to the client, and may not be kept.
 */
export type Answer = (bytes: Uint8Array) => Uint8Array | 'end' | undefined;

/** A peer, and how often the platform was called on all connections to it. */
export interface CountedPeer {
  readonly connector: Connector;
  readonly reads: number;
  readonly writes: number;
}

/**
 * A peer in memory. Its answers come as from a network: not before the client has done all it can do.
 * @param greeting What it sends first.
 */
export function countedPeer(answer: Answer, greeting?: Uint8Array): CountedPeer {
  const counts = { reads: 0, writes: 0 };
  return {
    get reads() {
      return counts.reads;
    },
    get writes() {
      return counts.writes;
    },
    async connector(to, options = {}) {
      const startedAt = Date.now();
      const channel = new CountedChannel(answer, counts);
      if (greeting !== undefined) channel.receive(greeting);
      return createTransport(channel, normalizeAddress(to), withTimeLeft(options, startedAt));
    },
  };
}

class CountedChannel implements Channel {
  readonly #answer: Answer;
  readonly #counts: { reads: number; writes: number };
  readonly #buffer = new Uint8Array(READ_BUFFER_BYTES);
  readonly #ended = deferred<void>();
  /** Answers that were not read. */
  readonly #waiting: Uint8Array[] = [];
  #reader: { readonly atLeast: number; resolve(bytes: Uint8Array | undefined): void } | undefined;
  #isEnded = false;

  constructor(answer: Answer, counts: { reads: number; writes: number }) {
    this.#answer = answer;
    this.#counts = counts;
  }

  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  read(atLeast: number): Promise<Uint8Array | undefined> {
    this.#counts.reads += 1;
    return new Promise((resolve) => {
      this.#reader = { atLeast, resolve };
      this.#serve();
    });
  }

  write(bytes: Uint8Array): Promise<void> {
    this.#counts.writes += 1;
    const answer = this.#answer(bytes);
    if (answer !== undefined) setImmediate(() => (answer === 'end' ? this.#end() : this.receive(answer)));
    return Promise.resolve();
  }

  /** Bytes come from the peer. */
  receive(bytes: Uint8Array): void {
    this.#waiting.push(bytes);
    this.#serve();
  }

  startTls(): Promise<void> {
    return Promise.reject(new Error('a counted peer knows no TLS'));
  }

  buffered(): number {
    return this.#waiting.reduce((sum, { length }) => sum + length, 0);
  }

  finish(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.#end();
    return Promise.resolve();
  }

  destroy(): void {
    this.#end();
  }

  classify(): ChannelFault {
    return 'lost';
  }

  #end(): void {
    this.#isEnded = true;
    this.#ended.resolve();
    this.#serve();
  }

  #serve(): void {
    const reader = this.#reader;
    if (reader === undefined) return;
    const isDue = this.buffered() >= Math.max(1, reader.atLeast);
    if (!isDue && !this.#isEnded) return;
    this.#reader = undefined;
    let filled = 0;
    for (let next = this.#waiting[0]; next !== undefined && filled < this.#buffer.length; ) {
      const part = next.subarray(0, this.#buffer.length - filled);
      this.#buffer.set(part, filled);
      filled += part.length;
      if (part.length === next.length) this.#waiting.shift();
      else this.#waiting[0] = next.subarray(part.length);
      next = this.#waiting[0];
    }
    reader.resolve(filled === 0 ? undefined : this.#buffer.subarray(0, filled));
  }
}
