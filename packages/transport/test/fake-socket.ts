// A platform socket that a test steers by hand, for what no workerd of today shows on demand. No bytes leave it.
import type { ConnectBinding, PlatformReader, PlatformSocket, PlatformWriter } from '../src/workerd.ts';

type ReadResult = Awaited<ReturnType<PlatformReader['read']>>;

/** One scripted answer of the reader: a result, or an error to reject with. */
export type FakeRead = ReadResult | { readonly error: unknown };

/** The end of the stream as `readAtLeast` tells it: a view of no bytes. */
export const END: FakeRead = { done: true, value: new Uint8Array(0) };

/** What is scripted. What is left out never settles, which is what the platform does when it hangs. */
export interface FakeBehaviour {
  readonly opened?: Promise<unknown>;
  readonly closed?: Promise<void>;
  readonly reads?: FakeRead[];
  readonly write?: (bytes: Uint8Array) => Promise<void>;
  readonly close?: () => Promise<void>;
  /** What the socket says of its TLS; left out, as wrapped sockets do. */
  readonly secureTransport?: string;
  /** Of the writer: the end of this side's direction. */
  readonly end?: () => Promise<void>;
  /** The socket after the upgrade. Default: `startTls` throws, as on a socket that was not made for it. */
  readonly upgraded?: FakeSocket;
}

const never = <T>(): Promise<T> => new Promise(() => undefined);

/** A socket of which everything is scripted, and which remembers what was done to it. */
export class FakeSocket implements PlatformSocket {
  readonly opened: Promise<unknown>;
  readonly closed: Promise<void>;
  readonly secureTransport?: string;
  readonly written: Uint8Array[] = [];
  readonly calls: string[] = [];
  readonly readable: { getReader(): PlatformReader };
  readonly writable: { getWriter(): PlatformWriter };
  readonly #behaviour: FakeBehaviour;

  constructor(behaviour: FakeBehaviour = {}) {
    this.#behaviour = behaviour;
    this.opened = behaviour.opened ?? Promise.resolve({});
    this.closed = behaviour.closed ?? never();
    if (behaviour.secureTransport !== undefined) this.secureTransport = behaviour.secureTransport;
    const reads = behaviour.reads ?? [];
    let rejectPending = (_: unknown): void => undefined;
    const read = (): Promise<ReadResult> => {
      const next = reads.shift();
      if (next === undefined) {
        return new Promise((_, reject) => {
          rejectPending = reject;
        });
      }
      return 'error' in next ? Promise.reject(next.error) : Promise.resolve(next);
    };
    const noted = async (call: string): Promise<void> => {
      this.calls.push(call);
    };
    this.readable = {
      getReader: () => ({
        read,
        readAtLeast: read,
        cancel: (reason) => {
          rejectPending(reason);
          return noted('cancel');
        },
        releaseLock: () => void noted('release reader'),
      }),
    };
    this.writable = {
      getWriter: () => ({
        write: (bytes) => {
          this.written.push(bytes.slice());
          return behaviour.write?.(bytes) ?? Promise.resolve();
        },
        close: () => behaviour.end?.() ?? noted('end'),
        abort: () => noted('abort'),
        releaseLock: () => void noted('release writer'),
      }),
    };
  }

  startTls(): PlatformSocket {
    this.calls.push('startTls');
    if (!this.#behaviour.upgraded) throw new TypeError('Cannot startTls on a TLS socket.');
    return this.#behaviour.upgraded;
  }

  close(): Promise<void> {
    this.calls.push('close');
    return this.#behaviour.close?.() ?? Promise.resolve();
  }
}

/** A binding that hands out these sockets in turn, and remembers how it was dialled. */
export function bindingOf(...sockets: FakeSocket[]): ConnectBinding & { dialled: unknown[] } {
  const dialled: unknown[] = [];
  return {
    dialled,
    connect: (address, options) => {
      dialled.push({ ...address, ...options });
      const socket = sockets.shift();
      if (!socket) throw new Error('the test has no further socket');
      return socket;
    },
  };
}
