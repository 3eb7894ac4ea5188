// A bare socket of the platform: the least that any client can cost. It parses nothing.
import { connect } from 'cloudflare:sockets';

const VIEW_BYTES = 65_536;

/** A socket whose reads go into one recycled 64 KiB view. */
export interface RawSocket {
  write(bytes: Uint8Array): Promise<void>;
  /** Reads until `count` bytes have come. @throws Error at an early end. */
  skip(count: number): Promise<void>;
  /** One read of what has come. @throws Error at the end. */
  readOnce(take: (chunk: Uint8Array) => void): Promise<void>;
  /** Reads, 64 KiB at a time where there is so much, until a chunk is the last one. */
  until(isLast: (chunk: Uint8Array) => boolean): Promise<void>;
  /** Reads to the end. */
  each(take: (chunk: Uint8Array) => void): Promise<void>;
  close(): Promise<void>;
}

/** Connects to this machine. @param tls TLS from the first byte, for the name `localhost`. */
export async function rawSocket(port: number, tls = false): Promise<RawSocket> {
  const socket = tls
    ? connect({ hostname: 'localhost', port }, { secureTransport: 'on', allowHalfOpen: false })
    : connect({ hostname: '127.0.0.1', port });
  await socket.opened;
  const writer = socket.writable.getWriter();
  const reader = socket.readable.getReader({ mode: 'byob' });
  let buffer = new ArrayBuffer(VIEW_BYTES);
  const readOnce = async (take: (chunk: Uint8Array) => void): Promise<void> => {
    const { value, done } = await reader.read(new Uint8Array(buffer, 0, VIEW_BYTES));
    if (done || !value) throw new Error('The socket ended early');
    take(value);
    buffer = value.buffer as ArrayBuffer;
  };
  return {
    readOnce,
    async until(isLast) {
      for (let last = false; !last; ) {
        await readOnce((chunk) => {
          last = isLast(chunk);
        });
      }
    },
    write: (bytes) => writer.write(bytes),
    async skip(count) {
      for (let left = count; left > 0; ) {
        const view = new Uint8Array(buffer, 0, VIEW_BYTES);
        const { value, done } = await reader.readAtLeast(Math.min(left, VIEW_BYTES), view);
        if (done || !value) throw new Error(`The socket ended ${left} bytes early`);
        left -= value.byteLength;
        buffer = value.buffer as ArrayBuffer;
      }
    },
    async each(take) {
      for (;;) {
        const { value, done } = await reader.readAtLeast(VIEW_BYTES, new Uint8Array(buffer, 0, VIEW_BYTES));
        if (value) take(value);
        if (done || !value) return;
        buffer = value.buffer as ArrayBuffer;
      }
    },
    close: () => socket.close(),
  };
}

/**
 * Calls over a bare socket, one after the other: each is a promise that is settled when its answer is complete, written at the end
 * of its tick, and bound in time by one timer for all.
 */
export function rawCalls(socket: RawSocket, isLast: (chunk: Uint8Array) => boolean) {
  const settled = Promise.resolve();
  const timer = setTimeout(() => socket.close(), 60_000);
  const exchange = (request: Uint8Array): Promise<void> => {
    void socket.write(request);
    return socket.until(isLast);
  };
  return {
    ask: (request: Uint8Array): Promise<void> =>
      new Promise((resolve, reject) => void settled.then(() => exchange(request).then(resolve, reject))),
    close(): Promise<void> {
      clearTimeout(timer);
      return socket.close();
    },
  };
}

/** How a step of a connection is waited for. */
export type Wait = <T>(step: Promise<T>) => Promise<T>;

const withoutEnd: Wait = (step) => step;

/** Waits for ten seconds at most: what "every wait has an end" costs at the least. */
export const within: Wait = (step) =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('It took too long')), 10_000);
    const settle =
      <T>(how: (outcome: T) => void) =>
      (outcome: T): void => {
        clearTimeout(timer);
        how(outcome);
      };
    step.then(settle(resolve), settle(reject));
  });

/** Begins a timer for each of `restsMs`, as a client has them that stays: of its next PING, of idleness. @returns What closes. */
export function resting(socket: Pick<RawSocket, 'close'>, restsMs: readonly number[]): () => Promise<void> {
  const timers = restsMs.map((ms) => setTimeout(() => {}, ms));
  return () => {
    for (const timer of timers) clearTimeout(timer);
    return socket.close();
  };
}

/** The least that a connection can cost: a byte there and back, into a view that is set aside when it is read. */
export async function rawByte(port: number, tls: boolean, wait: Wait = withoutEnd): Promise<void> {
  const socket = tls
    ? connect({ hostname: 'localhost', port }, { secureTransport: 'on', allowHalfOpen: false })
    : connect({ hostname: '127.0.0.1', port });
  await wait(socket.opened);
  void socket.writable.getWriter().write(Uint8Array.of(7));
  const { value } = await socket.readable.getReader({ mode: 'byob' }).read(new Uint8Array(VIEW_BYTES));
  if (value?.length !== 1) throw new Error('The socket gave something else');
  await wait(socket.close());
}

/** What a bare socket answers to `request`, as the platform's own stream. */
export async function rawStream(port: number, request: Uint8Array): Promise<ReadableStream<Uint8Array>> {
  const socket = connect({ hostname: '127.0.0.1', port });
  await socket.writable.getWriter().write(request);
  return socket.readable;
}
