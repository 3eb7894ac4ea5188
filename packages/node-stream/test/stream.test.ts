// The stream over memory transports: what a driver sees of data, backpressure, the end, and failures.
import { once } from 'node:events';
import { FairleadError } from '@fairlead/errors';
import { type MemoryServer, memoryPair } from '@fairlead/testkit';
import { describe, expect, it, vi } from 'vitest';
import { type TransportStream, toNodeStream } from '../src/index.ts';

function pair(): [TransportStream, MemoryServer] {
  const [client, server] = memoryPair();
  return [toNodeStream(client), server];
}

const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

describe('reading', () => {
  it('hands out data as buffers of its own, which the next read leaves alone', async () => {
    const [stream, server] = pair();
    const chunks: Uint8Array[] = [];
    stream.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    await server.write(new TextEncoder().encode('first'));
    await settle();
    await server.write(new TextEncoder().encode('later'));
    await settle();
    expect(chunks.map(text)).toEqual(['first', 'later']);
    expect(chunks.every((chunk) => Buffer.isBuffer(chunk))).toBe(true);
    expect(stream.bytesRead).toBe(10);
    stream.destroy();
  });

  it('reads nothing before somebody listens, and stops reading while paused', async () => {
    const [client, server] = memoryPair();
    const read = vi.spyOn(client, 'read');
    const stream = toNodeStream(client);
    await settle();
    expect(read).not.toHaveBeenCalled();
    let received = 0;
    stream.on('data', (chunk: Uint8Array) => {
      received += chunk.length;
      stream.pause();
    });
    const sent = server.write(new Uint8Array(1_000_000));
    sent.catch(() => undefined);
    await settle();
    // One chunk handed out, and at most two read ahead: the stream's own buffer is 64 KiB.
    expect(received).toBeLessThanOrEqual(65_536);
    expect(stream.bytesRead).toBeLessThanOrEqual(3 * 65_536);
    const before = stream.bytesRead;
    await settle();
    expect(stream.bytesRead).toBe(before);
    stream.removeAllListeners('data');
    let rest = received;
    stream.on('data', (chunk: Uint8Array) => {
      rest += chunk.length;
    });
    stream.resume();
    await vi.waitFor(() => expect(rest).toBe(1_000_000));
    stream.destroy();
  });

  it('ends and closes once when the peer ends', async () => {
    const [stream, server] = pair();
    const seen: string[] = [];
    for (const event of ['end', 'finish', 'close', 'error']) stream.on(event, () => seen.push(event));
    stream.resume();
    server.end();
    await once(stream, 'close');
    expect(seen.filter((event) => event === 'close')).toEqual(['close']);
    expect(seen).toContain('end');
    expect(seen).not.toContain('error');
    expect(stream.readyState).toBe('closed');
  });

  it('begins no read while held, so that TLS can be turned on in between', async () => {
    const [client, server] = memoryPair();
    let upgrading = false;
    const stream = toNodeStream(client, { hold: () => upgrading });
    stream.on('data', () => {
      upgrading = true;
    });
    await server.write(new TextEncoder().encode('greeting'));
    await settle();
    await Promise.all([client.startTls(), server.startTls()]);
    expect(client.peer.tls).toBe(true);
    upgrading = false;
    const answer = once(stream, 'data');
    stream.write('hello');
    expect(text(await server.read())).toBe('hello');
    await server.write(new TextEncoder().encode('inside'));
    expect(text((await answer)[0] as Uint8Array)).toBe('inside');
    stream.destroy();
  });
});

describe('writing', () => {
  it('takes text and bytes, calls back, and sends corked writes in one segment', async () => {
    const [stream, server] = pair();
    stream.cork();
    stream.write('a', 'latin1');
    stream.write(new Uint8Array([0x62]));
    const called = new Promise<void>((resolve) => stream.write('c', () => resolve()));
    stream.uncork();
    await called;
    expect(text(await server.read())).toBe('abc');
    stream.destroy();
  });

  it('answers false when the peer does not read, and drains when it does', async () => {
    const [stream, server] = pair();
    const big = new Uint8Array(4_000_000);
    expect(stream.write(big)).toBe(false);
    let drained = false;
    stream.once('drain', () => {
      drained = true;
    });
    await settle();
    expect(drained).toBe(false);
    let received = 0;
    while (received < big.length) received += (await server.read())?.length ?? Number.NaN;
    await vi.waitFor(() => expect(drained).toBe(true));
    stream.destroy();
  });

  it('end() sends its last bytes, then closes without an error', async () => {
    const [stream, server] = pair();
    const errors: unknown[] = [];
    stream.on('error', (error) => errors.push(error));
    stream.on('data', () => undefined);
    await settle();
    stream.end('bye');
    expect(text(await server.read())).toBe('bye');
    expect(await server.read()).toBeUndefined();
    await once(stream, 'close');
    expect(errors).toEqual([]);
    expect(stream.readyState).toBe('closed');
  });
});

describe('failures', () => {
  it('emits the transport’s error, then close', async () => {
    const [stream, server] = pair();
    stream.resume();
    const closed = new Promise<void>((resolve) => stream.once('close', () => resolve()));
    const error = new Promise<unknown>((resolve) => stream.once('error', resolve));
    await settle();
    server.reset();
    expect(await error).toMatchObject({ name: 'FairleadError', code: 'connection_lost' });
    await closed;
  });

  it('reports a failed write to its callback and as error', async () => {
    const [stream, server] = pair();
    const error = new Promise<unknown>((resolve) => stream.once('error', resolve));
    server.reset();
    await settle();
    const reported = new Promise<unknown>((resolve) => stream.write('x', resolve));
    expect(await reported).toMatchObject({ code: 'connection_lost' });
    expect(await error).toMatchObject({ code: 'connection_lost' });
  });

  it('destroy() ends the transport with the reason given', async () => {
    const [client] = memoryPair();
    const stream = toNodeStream(client);
    const reason = new FairleadError('timeout', 'too slow');
    const error = new Promise<unknown>((resolve) => stream.once('error', resolve));
    stream.resume();
    stream.destroy(reason);
    expect(await error).toBe(reason);
    await client.closed;
    await expect(client.read()).rejects.toBe(reason);
  });

  it('destroy() without a reason emits close and no error', async () => {
    const [client] = memoryPair();
    const stream = toNodeStream(client);
    const errors: unknown[] = [];
    stream.on('error', (error) => errors.push(error));
    stream.resume();
    stream.destroy();
    await once(stream, 'close');
    expect(errors).toEqual([]);
    await client.closed;
  });
});

it('has what drivers call on a socket', () => {
  const [stream] = pair();
  expect(stream.connecting).toBe(false);
  expect(stream.readyState).toBe('open');
  expect(stream.writable).toBe(true);
  expect(stream.setNoDelay(true).setKeepAlive(true, 1).setTimeout(1).ref().unref()).toBe(stream);
  stream.destroy();
});
