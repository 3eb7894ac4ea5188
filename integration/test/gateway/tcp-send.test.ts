// POST /tcp/send on the built Worker: the README's examples against small real servers, half-close, TLS, ends and scopes.
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Gateway, type Json, startGateway } from './support.ts';

const { redis } = inject('servers');
const README = join(import.meta.dirname, '..', '..', '..', 'protocols', 'tcp', 'README.md');
const LATIN1 = Buffer.from('owner: Jos\u00e9\r\n', 'latin1');

/** Answers the first line that a client sends, and closes. */
const lineServer = (answer: (line: string) => string | Buffer) => (socket: Socket) => {
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
    if (text.includes('\n')) socket.end(answer(text.trimEnd()));
  });
};

const SERVERS: Readonly<Record<string, (socket: Socket) => void>> = {
  'whois.example.com:43': lineServer((name) => Buffer.concat([Buffer.from(`domain: ${name}\r\n`), LATIN1])),
  'finger.example.com:79': lineServer((user) => `Login: ${user}\r\nNo Plan.\r\n`),
  'echo.example.com:7': (socket) => void socket.pipe(socket),
  'www.example.com:80': (socket) => {
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString();
      if (text.endsWith('\r\n\r\n')) socket.end('HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nhello');
    });
  },
  'ssh.example.com:22': (socket) => void socket.write('SSH-2.0-example\r\n'),
};

/** The bodies of the README's examples by the address in them. */
const examples = new Map(
  [...readFileSync(README, 'utf8').matchAll(/\/tcp\/send" \\\n {2}-d '(.*)'/g)].map(([, text = '{}']) => {
    const body = JSON.parse(text) as Json;
    return [String(body.address), body] as const;
  }),
);

let gateway: Gateway;
const running = new Map<string, Server>();
const at = (name: string): string =>
  `127.0.0.1:${(running.get(name)?.address() as AddressInfo | undefined)?.port}`;

beforeAll(async () => {
  for (const [name, serve] of Object.entries(SERVERS)) {
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      socket.on('error', () => undefined);
      serve(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    running.set(name, server);
  }
  gateway = await startGateway({
    targets: [...running.keys()].map(at),
    tokens: [{ name: 'send', token: 'token-send', scopes: ['tcp:send:default'] }],
  });
});
afterAll(async () => {
  await gateway.close();
  for (const server of running.values()) server.close();
});

const send = (json: unknown, token = 'token-all') => gateway.ask('/tcp/send', { json, token });

describe("the README's examples", () => {
  it.each<[string, Json]>([
    ['whois.example.com:43', { data: 'domain: example.com\r\nowner: Jos\u00e9\r\n', endedBy: 'close' }],
    ['finger.example.com:79', { data: 'Login: alice\r\nNo Plan.\r\n', endedBy: 'close' }],
    ['echo.example.com:7', { data: '00ff10', encoding: 'hex', endedBy: 'close' }],
    [
      'www.example.com:80',
      { data: 'HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n', endedBy: 'pattern' },
    ],
    ['ssh.example.com:22', { data: 'SSH-2.0-example\r\n', endedBy: 'pattern' }],
  ])('%s', async (name, expected) => {
    const { status, body } = await send({ ...examples.get(name), address: at(name) });
    expect({ status, ...body }).toMatchObject({ status: 200, address: at(name), ...expected });
    expect(body.totalMs).toBeGreaterThanOrEqual(body.connectMs as number);
  });

  it('are all run', () => {
    expect([...examples.keys()].sort()).toEqual(Object.keys(SERVERS).sort());
  });
});

describe('send', () => {
  it('half-closes in workerd: an echo of 300 kB comes back whole', async () => {
    const data = Buffer.alloc(300_000, 'half-close').toString('base64');
    const { body } = await send({
      address: at('echo.example.com:7'),
      data: { base64: data },
      end: true,
      encoding: 'base64',
    });
    expect([body.bytes, body.endedBy, body.data === data]).toEqual([300_000, 'close', true]);
  });

  it('without an end, an echo ends by silence', async () => {
    const { body } = await send({ address: at('echo.example.com:7'), data: 'x', until: { silentMs: 200 } });
    expect(body).toMatchObject({ data: 'x', endedBy: 'silentMs' });
  });

  it('speaks to a named connection without its login, with TLS where asked', async () => {
    const asked = { data: 'PING\r\n', until: { pattern: '\r\n' } };
    const plain = await send({ connection: 'default', ...asked }, 'token-send');
    expect(plain.body).toMatchObject({ connection: 'default', data: expect.stringMatching(/^-NOAUTH/) });
    const tls = await send({ connection: 'redisTls', tls: true, ...asked });
    expect(tls.body).toMatchObject({ connection: 'redisTls', data: expect.stringMatching(/^-NOAUTH/) });
    expect(JSON.stringify([plain.body, tls.body])).not.toMatch(/localhost|password/);
  });

  it.each<[string, () => Json, number, string, boolean]>([
    ['a server that refuses', () => ({ connection: 'dead', data: 'x' }), 502, 'connect_failed', true],
    [
      'a bad certificate',
      () => ({ connection: 'redisUntrusted', tls: true, data: 'x' }),
      502,
      'tls_failed',
      true,
    ],
    ['another address', () => ({ address: `127.0.0.1:${redis.good.tlsPort}` }), 403, 'policy', true],
  ])('%s', async (_name, json, status, code, safeToRetry) => {
    expect(await send(json())).toMatchObject({ status, body: { code, safeToRetry } });
  });

  it('needs its scope', async () => {
    const { status, body } = await send({ connection: 'main', data: 'x' }, 'token-send');
    expect([status, body.needs]).toEqual([403, 'tcp:send:main']);
    expect((await send({ connection: 'main' }, 'token-reader')).status).toBe(403);
  });
});
