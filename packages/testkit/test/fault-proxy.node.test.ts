// The fault proxy between plain Node sockets: every fault seen from the client, every counter.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FaultProxy, type ProxyPlan, startFaultProxy } from '../src/fault-proxy/index.ts';
import { faultProxyControl } from '../src/index.ts';

const echo = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
  socket.on('error', () => undefined);
  socket.pipe(socket);
});

beforeAll(async () => {
  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');
});
afterAll(() => echo.close());

function proxyTo(plan: ProxyPlan = {}): Promise<FaultProxy> {
  return startFaultProxy({ upstream: { port: (echo.address() as AddressInfo).port }, plan });
}

interface Client {
  readonly socket: Socket;
  /** What came, one entry per read. */
  readonly reads: Buffer[];
  /** How it ended: the error's code, or `end`. */
  readonly ended: Promise<string>;
  /** Waits for this many bytes in all. */
  received(bytes: number): Promise<void>;
}

async function dial(proxy: FaultProxy): Promise<Client> {
  const socket = connect({ host: proxy.hostname, port: proxy.port, noDelay: true });
  const reads: Buffer[] = [];
  socket.on('data', (bytes) => reads.push(bytes));
  const ended = new Promise<string>((resolve) => {
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
    socket.on('end', () => resolve('end'));
  });
  await once(socket, 'connect');
  const received = async (bytes: number): Promise<void> => {
    while (reads.reduce((sum, read) => sum + read.length, 0) < bytes) await once(socket, 'data');
  };
  return { socket, reads, ended, received };
}

describe('faults', () => {
  it('passes bytes and both ends on when nothing is planned', async () => {
    await using proxy = await proxyTo();
    const client = await dial(proxy);
    client.socket.end(Buffer.alloc(300_000, 1));
    expect(await client.ended).toBe('end');
    expect(Buffer.concat(client.reads)).toHaveLength(300_000);
  });

  it('delays each direction, pipelined and in order', async () => {
    await using proxy = await proxyTo({ toServer: { delayMs: 40 }, toClient: { delayMs: 40 } });
    const client = await dial(proxy);
    const startedAt = performance.now();
    for (let i = 0; i < 10; i++) {
      client.socket.write(Buffer.from([i]));
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await client.received(10);
    const elapsedMs = performance.now() - startedAt;
    expect([...Buffer.concat(client.reads)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(elapsedMs).toBeGreaterThanOrEqual(78);
    // Ten times the latency would mean that each byte waited for the one before.
    expect(elapsedMs).toBeLessThan(700);
    client.socket.destroy();
  });

  it('cuts a direction into segments', async () => {
    await using proxy = await proxyTo({ toClient: { segmentBytes: 1 } });
    const client = await dial(proxy);
    client.socket.write('abcdefgh');
    await client.received(8);
    expect(client.reads.length).toBeGreaterThan(4);
    expect(Buffer.concat(client.reads).toString()).toBe('abcdefgh');
    client.socket.destroy();
  });

  it('cuts a direction where it is told to', async () => {
    await using proxy = await proxyTo({ toClient: { splitAt: [1, 4, 4, 6] } });
    const client = await dial(proxy);
    client.socket.write('abcdef');
    await client.received(6);
    client.socket.write('gh');
    await client.received(8);
    let at = 0;
    const ends = client.reads.map((read) => (at += read.length));
    // Segments that come close to each other may be read as one.
    expect([1, 4, 6, 8]).toEqual(expect.arrayContaining(ends));
    expect(ends.length).toBeGreaterThan(2);
    expect(Buffer.concat(client.reads).toString()).toBe('abcdefgh');
    client.socket.destroy();
  });

  it('caps the rate', async () => {
    await using proxy = await proxyTo({ toClient: { bytesPerSecond: 100_000 } });
    const client = await dial(proxy);
    const startedAt = performance.now();
    client.socket.write(Buffer.alloc(20_000));
    await client.received(20_000);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(180);
    client.socket.destroy();
  });

  it.each([
    ['reset', 'ECONNRESET'],
    ['end', 'end'],
  ] as const)('makes a %s at byte N', async (how, seen) => {
    await using proxy = await proxyTo({ toClient: { cut: { atByte: 5, how } } });
    const client = await dial(proxy);
    client.socket.write('0123456789');
    expect(await client.ended).toBe(seen);
    expect(Buffer.concat(client.reads).toString()).toBe('01234');
    client.socket.destroy();
  });

  it('stalls at byte N, and the connection stays', async () => {
    await using proxy = await proxyTo({ toServer: { cut: { atByte: 3, how: 'stall' } } });
    const client = await dial(proxy);
    client.socket.write('0123456789');
    await client.received(3);
    const quiet = new Promise((resolve) => setTimeout(resolve, 50, 'quiet'));
    expect(await Promise.race([client.ended, quiet])).toBe('quiet');
    expect(Buffer.concat(client.reads).toString()).toBe('012');
    client.socket.destroy();
  });

  it('resets the client when nothing listens upstream', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    await using proxy = await startFaultProxy({ upstream: { port } });
    const client = await dial(proxy);
    expect(await client.ended).toBe('ECONNRESET');
  });
});

describe('counters', () => {
  it('count bytes, connections, round trips and turns', async () => {
    await using proxy = await proxyTo();
    const client = await dial(proxy);
    for (const text of ['one', 'four', 'fifteen']) {
      const before = Buffer.concat(client.reads).length;
      client.socket.write(text);
      await client.received(before + text.length);
    }
    expect(proxy.stats()).toMatchObject({ connections: 1, bytesFromClient: 14, bytesFromServer: 14 });
    expect(proxy.stats()).toMatchObject({ roundTrips: 3, clientTurns: 2, largestClientRead: 7 });
    client.socket.end();
    await client.ended;
    const second = await dial(proxy);
    second.socket.write('x');
    await second.received(1);
    expect(proxy.stats()).toMatchObject({ connections: 2, roundTrips: 4, clientTurns: 2 });
    second.socket.destroy();
  });

  it('one burst, answered in many pieces, is one round trip', async () => {
    await using proxy = await proxyTo({ toClient: { segmentBytes: 1, delayMs: 5 } });
    const client = await dial(proxy);
    client.socket.write('a burst');
    await client.received(7);
    expect(proxy.stats()).toMatchObject({ roundTrips: 1, clientTurns: 0 });
    client.socket.destroy();
  });
});

describe('the control port', () => {
  it('plans, reads, clears and resets over HTTP', async () => {
    await using proxy = await proxyTo();
    const control = faultProxyControl(proxy.controlUrl);
    await control.setPlan({ toClient: { cut: { atByte: 1, how: 'end' } } });
    const client = await dial(proxy);
    client.socket.write('abc');
    expect(await client.ended).toBe('end');
    expect(await control.stats()).toEqual(proxy.stats());
    await control.clearStats();
    expect((await control.stats()).bytesFromClient).toBe(0);
    client.socket.destroy();

    await control.setPlan({});
    const second = await dial(proxy);
    second.socket.write('x');
    await second.received(1);
    await control.resetAll();
    expect(await second.ended).toBe('ECONNRESET');
  });

  it('refuses a plan that makes no sense, and says which field', async () => {
    await using proxy = await proxyTo();
    const control = faultProxyControl(proxy.controlUrl);
    await expect(control.setPlan({ toClient: { delayMs: -1 } })).rejects.toThrow('toClient.delayMs');
    const badCut = { toServer: { cut: { atByte: 1, how: 'explode' } } } as unknown as ProxyPlan;
    await expect(control.setPlan(badCut)).rejects.toThrow('toServer.cut.how');
    expect((await fetch(`${proxy.controlUrl}/nothing`)).status).toBe(404);
  });
});
