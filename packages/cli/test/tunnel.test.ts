// `fairlead tunnel` against a gateway's half in Node: bytes both ways, ends, failures in words, and what a stalled side costs.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { listenTcp, startFakeGateway } from './support/fake-gateway.ts';
import { type Running, start } from './support/program.ts';

const TOKEN = 'secret-token';
const env = { FAIRLEAD_TOKEN: TOKEN };

function tunnelTo(port: number, ...more: string[]): Running {
  return start(['tunnel', `ws://127.0.0.1:${port}/tcp/tunnel/main`, '--listen', '0', '--json', ...more], {
    env,
  });
}

async function portOf(running: Running): Promise<number> {
  const { listen } = await running.event('listening');
  return Number(String(listen).split(':').at(-1));
}

function dial(port: number): Socket {
  return connect({ port, host: '127.0.0.1', allowHalfOpen: true });
}

/** All that comes until the end; rejects on a reset. */
async function readAll(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Sends back what comes, and its end behind it. */
const echo = (socket: Socket) => void socket.pipe(socket);

describe('a tunnel', () => {
  it('carries bytes both ways, and ends each direction by itself', async () => {
    await using server = await listenTcp((socket) => {
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk;
      });
      // Answers when the other direction has ended, and not before.
      socket.on('end', () => socket.end(`got ${text}`));
    });
    await using gateway = await startFakeGateway({ target: server.port });
    await using running = tunnelTo(gateway.port);
    const local = dial(await portOf(running));
    local.end('half-closed');
    expect((await readAll(local)).toString()).toBe('got half-closed');
    const closed = await running.event('closed');
    expect(closed).toMatchObject({
      id: 1,
      sentBytes: 11,
      receivedBytes: 15,
      closeCode: 1000,
      isComplete: true,
    });
    expect(closed.closeReason).toBe('done up=11 down=15');
    expect(gateway.lastUpgrade?.headers).toMatchObject({
      authorization: `Bearer ${TOKEN}`,
      'sec-websocket-protocol': 'fairlead.tunnel.v1',
    });
    expect(gateway.lastUpgrade?.url).toBe('/tcp/tunnel/main');
  });

  it('carries the end of the server first', async () => {
    await using server = await listenTcp((socket) => {
      socket.end('bye');
      socket.resume();
    });
    await using gateway = await startFakeGateway({ target: server.port });
    await using running = tunnelTo(gateway.port);
    const local = dial(await portOf(running));
    let text = '';
    // Not by iteration, which may destroy a stream at its end.
    local.on('data', (chunk) => {
      text += chunk;
    });
    await once(local, 'end');
    expect(text).toBe('bye');
    local.end('late');
    expect(await running.event('closed')).toMatchObject({ sentBytes: 4, receivedBytes: 3, isComplete: true });
  });

  it('keeps 32 MiB whole, both ways at once, in chunks of every size', async () => {
    await using server = await listenTcp(echo);
    await using gateway = await startFakeGateway({ target: server.port });
    await using running = tunnelTo(gateway.port);
    const local = dial(await portOf(running));
    const bytes = Buffer.alloc(32 << 20);
    for (let i = 0; i < bytes.length; i += 4) bytes.writeUInt32LE((i * 2654435761) >>> 0, i);
    const received = readAll(local);
    let at = 0;
    for (let size = 1; at < bytes.length; size = (size * 7 + 3) % 300_007) {
      if (!local.write(bytes.subarray(at, at + size))) await once(local, 'drain');
      at += size;
    }
    local.end();
    expect((await received).equals(bytes)).toBe(true);
    expect(await running.event('closed')).toMatchObject({
      sentBytes: bytes.length,
      receivedBytes: bytes.length,
    });
  });

  it('carries 200 connections at once', async () => {
    await using server = await listenTcp(echo);
    await using gateway = await startFakeGateway({ target: server.port });
    await using running = tunnelTo(gateway.port);
    const port = await portOf(running);
    const all = await Promise.all(
      Array.from({ length: 200 }, async (_, n) => {
        const local = dial(port);
        local.end(`connection ${n}`);
        return (await readAll(local)).toString();
      }),
    );
    expect(all).toEqual(all.map((_, n) => `connection ${n}`));
    await expect.poll(() => gateway.sockets.size).toBe(0);
  });

  it('makes a server wait for a local client that does not read, and a local client for such a server', async () => {
    let sent = 0;
    await using fast = await listenTcp((socket) => {
      const chunk = Buffer.alloc(65_536);
      const more = () => {
        while (!socket.destroyed && socket.write(chunk)) sent += chunk.length;
      };
      socket.on('drain', more);
      more();
    });
    await using gateway = await startFakeGateway({ target: fast.port });
    await using running = tunnelTo(gateway.port);
    const local = dial(await portOf(running));
    local.pause();
    await settled(() => sent);
    // The window, and the buffers of four sockets of the system.
    expect(sent).toBeLessThan(24 << 20);
    local.destroy();

    await using deaf = await listenTcp((socket) => void socket.pause());
    await using second = await startFakeGateway({ target: deaf.port });
    await using other = tunnelTo(second.port);
    const writer = dial(await portOf(other));
    let written = 0;
    const chunk = Buffer.alloc(65_536);
    const more = () => {
      while (written < 256 << 20 && writer.write(chunk)) written += chunk.length;
    };
    writer.on('drain', more);
    more();
    await settled(() => written);
    expect(written).toBeLessThan(24 << 20);
    writer.destroy();
  });
});

/** Waits until a number has not grown for a moment. */
async function settled(read: () => number): Promise<void> {
  for (let last = -1; last !== read(); ) {
    last = read();
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

/** The error that a local client sees. */
async function lossOf(port: number): Promise<unknown> {
  const local = dial(port);
  local.write('hello');
  return readAll(local).then(
    (bytes) => `ended after ${bytes.length}`,
    (error: NodeJS.ErrnoException) => error.code,
  );
}

describe('a gateway that fails', () => {
  const problem = (code: string, detail: string) => JSON.stringify({ code, detail, title: code });

  it.each([
    [
      401,
      problem('unauthorized', 'The token is not known.'),
      /401 unauthorized: The token is not known\. Set FAIRLEAD_TOKEN/,
    ],
    [
      403,
      problem('forbidden', 'It lacks tcp:tunnel:main.'),
      /403 forbidden: It lacks .* needs the scope tcp:tunnel:<connection>/,
    ],
    [404, problem('not_found', 'No connection has the name x.'), /404 not_found: .* Look at the name/],
    [502, problem('connect_failed', 'Connection refused.'), /502 connect_failed: Connection refused\./],
    [404, '<html>nothing here', /404\. It may be no Fairlead gateway/],
    [500, 'x'.repeat(100_000), /500\. It may be no Fairlead gateway/],
  ])('answers %i: the local connection is reset, and a line says why', async (status, body, words) => {
    await using gateway = await startFakeGateway({ refusal: { status, body } });
    const url = `ws://127.0.0.1:${gateway.port}/tcp/tunnel/main`;
    await using running = start(['tunnel', url, '-l', '0', '--json'], { env });
    expect(await lossOf(await portOf(running))).toBe('ECONNRESET');
    const { message, advice } = await running.event('failed');
    expect(`${message} ${advice ?? ''}`).toMatch(words);
    expect(`${message} ${advice ?? ''}`.length).toBeLessThan(1200);
  });

  it('tells people on standard error', async () => {
    await using gateway = await startFakeGateway({
      refusal: { status: 401, body: problem('unauthorized', 'No.') },
    });
    let stdout = '';
    await using running = start(['tunnel', `ws://127.0.0.1:${gateway.port}/t`, '-l', '0'], {
      env,
      onStdout: (text) => {
        stdout = text;
      },
    });
    await expect.poll(() => stdout).toMatch(/127\.0\.0\.1:\d+ -> ws:/);
    void lossOf(Number(/127\.0\.0\.1:(\d+) ->/.exec(stdout)?.[1]));
    expect(await running.words(/#1: The gateway answered 401 .*\n/)).toMatch(/Set FAIRLEAD_TOKEN to a token/);
    expect(stdout).not.toContain('answered');
  });

  it('is away and comes back: connections of that time fail, the next one is dialled anew', async () => {
    await using server = await listenTcp(echo);
    const first = await startFakeGateway({ target: server.port });
    await using running = tunnelTo(first.port);
    const port = await portOf(running);
    const open = dial(port);
    open.write('x');
    await once(open, 'data');
    await first.stop();
    await expect(readAll(open)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(await running.event('closed')).toMatchObject({ closeCode: 1006, isComplete: false });
    expect(await lossOf(port)).toBe('ECONNRESET');
    expect((await running.event('failed')).message).toMatch(/cannot be reached: nothing listens there/);
    await using _second = await startFakeGateway({ target: server.port, port: first.port });
    const again = dial(port);
    again.end('again');
    expect((await readAll(again)).toString()).toBe('again');
  });

  it('breaks the protocol, or knows no subprotocol: both are told, and the local connection is reset', async () => {
    await using broken = await startFakeGateway({ onSocket: (socket) => socket.send(Buffer.from([9])) });
    await using running = tunnelTo(broken.port);
    expect(await lossOf(await portOf(running))).toBe('ECONNRESET');
    expect(await running.event('closed')).toMatchObject({
      closeCode: 1002,
      closeReason: 'an unknown type of frame',
    });
    await using old = await startFakeGateway({ isOld: true });
    await using other = tunnelTo(old.port);
    expect(await lossOf(await portOf(other))).toBe('ECONNRESET');
    expect((await other.event('failed')).message).toMatch(/no subprotocol/);
  });

  it('ends a connection with a code: the local one is reset, and its words are told', async () => {
    await using gateway = await startFakeGateway({
      onSocket: (socket) => socket.close(4504, 'timeout up=0 down=0'),
    });
    await using running = start(['tunnel', `ws://127.0.0.1:${gateway.port}/t`, '-l', '0', '--json'], { env });
    expect(await lossOf(await portOf(running))).toBe('ECONNRESET');
    expect(await running.event('closed')).toMatchObject({ closeCode: 4504, isComplete: false });
  });
});

describe('a local client that leaves', () => {
  it('during the handshake ends it', async () => {
    await using silent = await listenTcp(() => {});
    await using running = tunnelTo(silent.port);
    const local = dial(await portOf(running));
    await once(local, 'connect');
    await new Promise((resolve) => setTimeout(resolve, 50));
    local.resetAndDestroy();
    expect(await running.event('failed')).toMatchObject({
      id: 1,
      message: 'the local client left while the gateway was dialled',
    });
  });

  it('with a reset ends the WebSocket, without a complaint', async () => {
    await using server = await listenTcp(echo);
    await using gateway = await startFakeGateway({ target: server.port });
    await using running = tunnelTo(gateway.port);
    const local = dial(await portOf(running));
    local.write('x');
    await once(local, 'data');
    local.resetAndDestroy();
    expect(await running.event('closed')).toMatchObject({ isComplete: false, closeCode: 1001 });
    await expect.poll(() => gateway.sockets.size).toBe(0);
  });
});

describe('Ctrl-C', () => {
  it('ends everything with exit code 0', async () => {
    await using server = await listenTcp(echo);
    await using gateway = await startFakeGateway({ target: server.port });
    const running = tunnelTo(gateway.port);
    const local = dial(await portOf(running));
    local.write('x');
    await once(local, 'data');
    const loss = readAll(local).catch((error: NodeJS.ErrnoException) => error.code);
    const { code, events } = await running.stop();
    expect([code, events.map(({ event }) => event)]).toEqual([0, ['listening', 'open']]);
    expect(await loss).toBe('ECONNRESET');
    await expect.poll(() => gateway.sockets.size).toBe(0);
  });
});
