// The bare socket over memory transports: what a driver sees of data, backpressure, the end, and failures, and when
// it reads.
import { FairleadError } from '@fairlead/errors';
import { type MemoryServer, memoryPair } from '@fairlead/testkit';
import type { Transport } from '@fairlead/transport';
import { describe, expect, it, vi } from 'vitest';
import { type NodeSocketOptions, type TransportSocket, toNodeSocket } from '../src/index.ts';

function pair(options?: NodeSocketOptions): [TransportSocket, MemoryServer, Transport] {
  const [client, server] = memoryPair();
  return [toNodeSocket(client, options), server, client];
}

const encode = (value: string): Uint8Array => new TextEncoder().encode(value);
const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);
const settle = (ms = 5): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const event = (socket: TransportSocket, name: string): Promise<unknown> =>
  new Promise((resolve) => socket.once(name, resolve));

describe('reading', () => {
  it('hands out data as buffers of its own, which the next read leaves alone', async () => {
    const [socket, server] = pair();
    const chunks: Uint8Array[] = [];
    socket.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    await server.write(encode('first'));
    await settle();
    await server.write(encode('later'));
    await settle();
    expect(chunks.map(text)).toEqual(['first', 'later']);
    expect(chunks.every((chunk) => Buffer.isBuffer(chunk))).toBe(true);
    socket.destroy();
  });

  it('reads nothing before somebody listens, nor while paused', async () => {
    const [socket, server, client] = pair();
    const read = vi.spyOn(client, 'read');
    await settle();
    expect(read).not.toHaveBeenCalled();
    let received = 0;
    socket.on('data', (chunk: Uint8Array) => {
      received += chunk.length;
      socket.pause();
    });
    server.write(new Uint8Array(300_000)).catch(() => undefined);
    await settle();
    expect(received).toBeGreaterThan(0);
    expect(received).toBeLessThanOrEqual(65_536);
    const reads = read.mock.calls.length;
    await settle(40);
    expect(read.mock.calls.length).toBe(reads);
    socket.removeAllListeners('data');
    socket.on('data', (chunk: Uint8Array) => {
      received += chunk.length;
    });
    socket.resume();
    await vi.waitFor(() => expect(received).toBe(300_000));
    socket.destroy();
  });

  it('waits for the next write while nothing is owed, and reads behind it in the same turn', async () => {
    let owed = true;
    const [socket, server, client] = pair({ owed: () => owed });
    const read = vi.spyOn(client, 'read');
    const write = vi.spyOn(client, 'write');
    const answered = new Promise<void>((resolve) => {
      socket.on('data', () => {
        owed = false;
        resolve();
      });
    });
    server.write(encode('answer'));
    await answered;
    await settle();
    expect(read).toHaveBeenCalledTimes(1);
    owed = true;
    socket.write(encode('request'));
    expect(read).toHaveBeenCalledTimes(2);
    expect(write.mock.invocationCallOrder[0]).toBeLessThan(read.mock.invocationCallOrder[1] ?? 0);
    socket.destroy();
  });

  it('sees the end of a connection of which nothing is owed', async () => {
    const [socket, server] = pair({ owed: () => false });
    const closed = event(socket, 'close');
    const data = event(socket, 'data');
    await server.write(encode('last words'));
    await data;
    socket.on('data', () => undefined);
    server.end();
    await closed;
    expect(socket.readyState).toBe('closed');
  });
});

describe('writing', () => {
  it('calls back, answers false when the peer does not read, and drains when it does', async () => {
    const [socket, server] = pair();
    const called = new Promise<unknown>((resolve) => socket.write(encode('a'), resolve));
    expect(await called).toBeUndefined();
    const big = new Uint8Array(4_000_000);
    expect(socket.write(big)).toBe(false);
    let drained = false;
    socket.once('drain', () => {
      drained = true;
    });
    await settle();
    expect(drained).toBe(false);
    let received = 0;
    while (received <= big.length) received += (await server.read())?.length ?? Number.NaN;
    await vi.waitFor(() => expect(drained).toBe(true));
    socket.destroy();
  });

  it('end() sends its last bytes, then closes once and without an error', async () => {
    const [socket, server] = pair();
    const seen: string[] = [];
    for (const name of ['close', 'error']) socket.on(name, () => seen.push(name));
    socket.on('data', () => undefined);
    socket.end(encode('bye'));
    socket.end();
    expect(socket.readyState).toBe('closed');
    expect(text(await server.read())).toBe('bye');
    await vi.waitFor(() => expect(seen).toEqual(['close']), { timeout: 3_000 });
  });
});

describe('failures', () => {
  it('emits the transport’s error, then close', async () => {
    const [socket, server] = pair();
    const seen: unknown[] = [];
    socket.on('error', (error: unknown) => seen.push(error));
    socket.on('close', () => seen.push('close'));
    socket.on('data', () => undefined);
    await settle();
    server.reset();
    await vi.waitFor(() => expect(seen).toHaveLength(2));
    expect(seen).toEqual([expect.objectContaining({ code: 'connection_lost' }), 'close']);
  });

  it('reports a failed write to its callback, and closes though nobody listens for errors', async () => {
    const [socket, server] = pair();
    const closed = event(socket, 'close');
    server.reset();
    await settle();
    const reported = new Promise<unknown>((resolve) => socket.write(encode('x'), resolve));
    expect(await reported).toMatchObject({ code: 'connection_lost' });
    await closed;
  });

  it('destroy() ends the transport with the reason given, or with none as an error', async () => {
    const [socket, , client] = pair();
    const reason = new FairleadError('timeout', 'too slow');
    const error = event(socket, 'error');
    socket.on('data', () => undefined);
    socket.destroy(reason);
    expect(await error).toBe(reason);
    await expect(client.read()).rejects.toBe(reason);
    const [quiet] = pair();
    const errors: unknown[] = [];
    quiet.on('error', (each: unknown) => errors.push(each));
    const closed = event(quiet, 'close');
    quiet.destroy();
    await closed;
    expect(errors).toEqual([]);
  });
});

describe('a transport that is ended behind the socket', () => {
  it('is told of at once, and leaves no timer behind', async () => {
    vi.useFakeTimers();
    try {
      const [socket, server, client] = pair({ owed: () => false });
      const closed = event(socket, 'close');
      socket.on('error', () => undefined);
      socket.on('data', () => undefined);
      await server.write(encode('hello'));
      for (let n = 0; n < 50; n += 1) await Promise.resolve();
      expect(vi.getTimerCount()).toBe(1);
      client.destroy(new FairleadError('closed', 'Enough.'));
      await closed;
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});
