// GET /tcp/tunnel of the built Worker, with servers of this process behind it: what goes through, and what a stall costs.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { TUNNEL_PROTOCOL, TunnelSession } from '@fairlead/tcp/tunnel';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Gateway, startGateway, workerdMemory } from './support.ts';

const { postgres } = inject('servers');
const MIB = 1 << 20;

/** How many bytes the last connection of the kind `c` got. */
let counted: number | undefined;

/** What a connection does, by its first byte: `c` counts, `e` echoes, `f` floods, `s` reads no more, `r` resets, `a` answers behind the end. */
const BEHAVIOURS: Readonly<Record<string, (socket: Socket, rest: Buffer) => void>> = {
  c(socket, rest) {
    let length = rest.length;
    socket.on('data', (bytes: Buffer) => {
      length += bytes.length;
    });
    socket.on('end', () => {
      counted = length;
      socket.end();
    });
  },
  e(socket, rest) {
    socket.write(rest);
    socket.pipe(socket);
  },
  f(socket) {
    const more = (): void => {
      while (socket.write(Buffer.alloc(65_536, 'f')));
    };
    socket.on('drain', more);
    more();
  },
  s: (socket) => void socket.pause(),
  r: (socket) => void socket.resetAndDestroy(),
  a(socket, rest) {
    let length = rest.length;
    socket.on('data', (bytes: Buffer) => {
      length += bytes.length;
    });
    socket.on('end', () => socket.end(`got ${length}`));
  },
};

let server: Server;
let address: string;
let gateway: Gateway;
const sockets = new Set<Socket>();
beforeAll(async () => {
  server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    socket.once('data', (bytes: Buffer) =>
      BEHAVIOURS[bytes.toString('latin1', 0, 1)]?.(socket, bytes.subarray(1)),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  gateway = await startGateway({
    targets: [address],
    limits: { maxTunnelAheadBytes: 8 * MIB },
    connections: { echo: { url: `tcp://${address}` } },
  });
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  server.close();
  await gateway.close();
});

/** A caller that keeps to the subprotocol's rules, unless it is told to give no credit. */
class Caller {
  readonly socket: WebSocket;
  readonly session = new TunnelSession();
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly chunks: Uint8Array[] = [];
  receivedBytes = 0;
  #wake: () => void = () => {};

  constructor(path: string, { protocol = TUNNEL_PROTOCOL, givesCredit = true, keeps = true } = {}) {
    const url = new URL(path, gateway.url);
    url.protocol = 'ws:';
    this.socket = new WebSocket(url.href, [protocol, 'fairlead.bearer.dG9rZW4tYWxs']);
    this.socket.binaryType = 'arraybuffer';
    this.closed = new Promise((resolve) => {
      this.socket.addEventListener('close', ({ code, reason }) => {
        this.#wake();
        resolve({ code, reason });
      });
    });
    this.socket.addEventListener('message', ({ data }) => {
      const bytes = new Uint8Array(data);
      if (protocol !== TUNNEL_PROTOCOL) return this.#keep(bytes, keeps);
      const event = this.session.receive(bytes);
      if (event.kind === 'reply') this.socket.send(Buffer.from(event.frame));
      else if (event.kind === 'end' && this.session.sendable > 0) this.end();
      else if (event.kind === 'room') this.#wake();
      else if (event.kind === 'data') {
        this.#keep(event.bytes, keeps);
        const credit = givesCredit ? this.session.consumed(event.cost) : undefined;
        if (credit !== undefined) this.socket.send(Buffer.from(credit));
      }
    });
  }

  #keep(bytes: Uint8Array, keeps: boolean): void {
    this.receivedBytes += bytes.length;
    if (keeps) this.chunks.push(bytes);
  }

  get received(): Buffer {
    return Buffer.concat(this.chunks);
  }

  async opened(): Promise<this> {
    await new Promise<void>((resolve, reject) => {
      this.socket.addEventListener('open', () => resolve());
      this.socket.addEventListener('error', () => reject(new Error('no WebSocket')));
    });
    return this;
  }

  /** Sends as far as credit reaches, and goes on with more of it, until the tunnel ends. */
  async send(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length && this.socket.readyState === WebSocket.OPEN; ) {
      const part = bytes.subarray(at, at + this.session.sendable);
      at += part.length;
      if (part.length > 0) this.socket.send(Buffer.from(this.session.data(part)));
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
    }
  }

  end(): void {
    this.socket.send(Buffer.from(this.session.end()));
  }
}

const open = (path = `/tcp/tunnel/${address}`, options = {}) => new Caller(path, options).opened();
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('a tunnel', () => {
  it('speaks Redis with a named connection, over plain TCP and over TLS', async () => {
    for (const path of ['/tcp/tunnel/default', '/tcp/tunnel/redisTls?tls=1']) {
      const caller = await open(path);
      await caller.send(Buffer.from('PING\r\n'));
      await expect.poll(() => caller.received.toString()).toMatch(/^(\+PONG|-NOAUTH)/);
      await caller.send(Buffer.from('QUIT\r\n'));
      expect(await caller.closed).toMatchObject({
        code: 1000,
        reason: expect.stringMatching(/^done up=12 down=\d+$/),
      });
    }
  });

  it('asks Postgres for TLS by itself', async () => {
    const caller = await open('/tcp/tunnel/main?tls=postgres');
    const startup = Buffer.from('\0\0\0\x32\0\x03\0\0user\0tlsonly\0database\0fairlead\0\0', 'latin1');
    startup.writeInt32BE(startup.length, 0);
    await caller.send(startup);
    await expect.poll(() => caller.received.toString('latin1')).toContain('SCRAM-SHA-256');
    caller.end();
    expect((await caller.closed).code).toBe(1000);
  });

  it('ends its directions one by one', async () => {
    const caller = await open();
    await caller.send(Buffer.from(`a${'x'.repeat(3_000_000)}`));
    caller.end();
    expect(await caller.closed).toEqual({ code: 1000, reason: 'done up=3000001 down=11' });
    expect(caller.received.toString()).toBe('got 3000000');
  });

  it('carries the bytes of a connection as they are, 16 MiB there and back', async () => {
    const caller = await open();
    const bytes = crypto.getRandomValues(new Uint8Array(65_536));
    const half = Buffer.concat(Array.from({ length: 64 }, () => bytes));
    await caller.send(Buffer.from('e'));
    const sending = (async () => {
      for (let n = 0; n < 4; n++) await caller.send(half);
      caller.end();
    })();
    await Promise.all([sending, caller.closed]);
    expect(caller.receivedBytes).toBe(16 * MIB);
    expect(caller.received.subarray(-half.length).equals(half)).toBe(true);
  });

  it('ends with 4502 where the server resets it, and not before the upgrade where nobody listens', async () => {
    const caller = await open();
    await caller.send(Buffer.from('r'));
    expect(await caller.closed).toMatchObject({
      code: 4502,
      reason: expect.stringContaining('connection_lost'),
    });
    const headers = { Upgrade: 'websocket', Connection: 'Upgrade' };
    expect((await gateway.fetch('/tcp/tunnel/dead')).status).toBe(426);
    expect(await handshake('/tcp/tunnel/dead', headers)).toMatch(/^HTTP\/1\.1 502 /);
    expect(await handshake('/tcp/tunnel/localhost:1', headers)).toMatch(/^HTTP\/1\.1 403 /);
  });
});

/** The first bytes that a handshake is answered with. */
async function handshake(path: string, headers: Readonly<Record<string, string>>): Promise<string> {
  const socket = connect(Number(gateway.url.port), gateway.url.hostname);
  const lines = Object.entries({
    Host: gateway.url.host,
    Authorization: 'Bearer token-all',
    'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==',
    'Sec-WebSocket-Version': '13',
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
  const [bytes] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return bytes.toString('latin1');
}

describe('many tunnels', () => {
  it('carry 128 KiB there and back on each of 200', async () => {
    const callers = await Promise.all(
      Array.from({ length: 200 }, () => open('/tcp/tunnel/echo', { keeps: false })),
    );
    const bytes = Buffer.alloc(32 * 1024, 'e');
    await Promise.all(
      callers.map(async (caller) => {
        for (let n = 0; n < 4; n++) await caller.send(bytes);
        caller.end();
      }),
    );
    const ends = await Promise.all(callers.map(({ closed }) => closed));
    expect(new Set(ends.map(({ code, reason }) => `${code} ${reason}`))).toEqual(
      new Set(['1000 done up=131072 down=131071']),
    );
  });

  it('cost bounded memory where callers, or servers, stall', async () => {
    const before = workerdMemory() ?? 0;
    const floods = await Promise.all(
      Array.from({ length: 20 }, () => open(undefined, { givesCredit: false, keeps: false })),
    );
    for (const caller of floods) await caller.send(Buffer.from('f'));
    const stalled = await Promise.all(Array.from({ length: 20 }, () => open()));
    for (const caller of stalled) void caller.send(Buffer.alloc(32 * MIB, 's'));
    await sleep(1_500);
    const grown = (workerdMemory() ?? 0) - before;
    expect(floods.map(({ receivedBytes }) => receivedBytes)).toEqual(floods.map(() => 524_288));
    // 40 windows of half a megabyte, in both directions, and room for what V8 has not collected yet.
    expect(grown).toBeLessThan(200 * MIB);
    for (const caller of [...floods, ...stalled]) caller.socket.close();
  });
});

describe('without the subprotocol', () => {
  it('what a caller sent before it closed reaches the server', async () => {
    const caller = await open(undefined, { protocol: 'fairlead' });
    caller.socket.send(Buffer.alloc(2_000_001, 'c'));
    caller.socket.close(1000);
    await expect.poll(() => counted, { timeout: 10_000 }).toBe(2_000_000);
  });

  it('bytes go as they are, and a caller that says nothing is cut off at the cap', async () => {
    const caller = await open(undefined, { protocol: 'binary', keeps: false });
    caller.socket.send(Buffer.from('f'));
    expect(await caller.closed).toMatchObject({ code: 4413 });
    expect(caller.receivedBytes).toBeLessThan(9 * MIB);
  });
});

it('hides the address of a named connection', async () => {
  expect(JSON.stringify(await gateway.ask('/tcp/tunnel/main'))).not.toContain(String(postgres.good.port));
});
