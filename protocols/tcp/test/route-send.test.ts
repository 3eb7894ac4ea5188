// `POST /tcp/send`: bytes in and out in each encoding, its scope, what a named connection hides, and bad input.
import { createApp } from '@fairlead/http';
import { memoryConnector, type ScriptedPeer, scriptedPeer } from '@fairlead/testkit';
import type { Connector } from '@fairlead/transport';
import { describe, expect, it } from 'vitest';
import { tcpRoutes } from '../src/route/index.ts';

const TIME = expect.any(Number);
const ENV = {
  FAIRLEAD_CONNECTIONS: JSON.stringify({
    main: 'tcp://app:pa55word@cache.internal.test:6379',
    dead: 'tcp://dead.internal.test:1',
  }),
  FAIRLEAD_TOKENS: JSON.stringify([
    { token: 'all-token-0123456789', name: 'all', scopes: ['tcp:send'] },
    { token: 'main-token-0123456789', name: 'main', scopes: ['tcp:send:main'] },
    { token: 'ping-token-0123456789', name: 'ping', scopes: ['tcp:ping', 'redis', 'pg'] },
  ]),
  FAIRLEAD_TARGETS: JSON.stringify(['h.example.net:*']),
  FAIRLEAD_LIMITS: JSON.stringify({ maxResultBytes: 2_000 }),
};

async function ask(connector: Connector, json: unknown, token = 'all', headers: HeadersInit = {}) {
  const app = createApp({ routes: [tcpRoutes], connector });
  const all = new Headers(headers);
  all.set('Authorization', `Bearer ${token}-token-0123456789`);
  all.set('Content-Type', 'application/json');
  const init = { method: 'POST', body: JSON.stringify(json), headers: all };
  const response = await app.request('/tcp/send', init, ENV);
  const text = await response.text();
  return { status: response.status, text, body: JSON.parse(text) };
}

const own = { address: 'H.example.net:7' };
const answering = (request: string | Uint8Array, answer: string | Uint8Array): ScriptedPeer =>
  scriptedPeer().expect(request).send(answer).close();

describe('send', () => {
  it('sends text, and answers with text and times', async () => {
    const { connector } = answering('né\r\n', 'ok: é\r\n');
    expect(await ask(connector, { ...own, data: 'né\r\n' })).toMatchObject({
      status: 200,
      body: {
        address: 'h.example.net:7',
        data: 'ok: é\r\n',
        encoding: 'text',
        bytes: 8,
        endedBy: 'close',
        connectMs: TIME,
        firstByteMs: TIME,
        totalMs: TIME,
      },
    });
  });

  it.each([
    ['hex', { hex: '00FFa0' }],
    ['base64', { base64: 'AP+g' }],
  ])('sends bytes given in %s', async (_name, data) => {
    const { connector } = answering(Uint8Array.of(0, 0xff, 0xa0), 'x');
    expect((await ask(connector, { ...own, data })).body.data).toBe('x');
  });

  it.each([
    ['hex', 'hex', '4de9'],
    ['base64', 'base64', 'Tek='],
    ['latin1', 'latin1', 'Mé'],
    ['text', 'base64', 'Tek='],
    [undefined, 'base64', 'Tek='],
  ])('answers in %s: bytes that are no UTF-8 come as %s', async (encoding, got, data) => {
    const { connector } = answering('x', Uint8Array.of(0x4d, 0xe9));
    expect((await ask(connector, { ...own, data: 'x', encoding })).body).toMatchObject({
      data,
      encoding: got,
      bytes: 2,
    });
  });

  it.each([
    [{ bytes: 3 }, 'abc', 'bytes'],
    [{ pattern: 'cd' }, 'abcd', 'pattern'],
    [{ pattern: { hex: '6364' } }, 'abcd', 'pattern'],
    [{ pattern: { base64: 'Y2Q=' } }, 'abcd', 'pattern'],
    [{ silentMs: 20 }, 'abcdef', 'silentMs'],
    [{ totalMs: 20 }, 'abcdef', 'totalMs'],
  ])('reads until %j', async (until, data, endedBy) => {
    const { connector } = scriptedPeer().expect('x').send('abcdef').stall();
    expect((await ask(connector, { ...own, data: 'x', until })).body).toMatchObject({ data, endedBy });
  });

  it('half-closes where asked', async () => {
    const counting = memoryConnector(
      async (server) => {
        let bytes = 0;
        for (let chunk = await server.read(); chunk; chunk = await server.read()) bytes += chunk.length;
        await server.write(new TextEncoder().encode(String(bytes)));
        await server.close();
      },
      { allowHalfOpen: true },
    );
    expect((await ask(counting, { ...own, data: 'four', end: true })).body.data).toBe('4');
  });

  it('reads at most maxBytes, which the operator’s limit bounds', async () => {
    const long = () => answering('x', 'y'.repeat(5_000)).connector;
    expect((await ask(long(), { ...own, data: 'x', maxBytes: 5 })).body).toMatchObject({
      data: 'yyyyy',
      endedBy: 'maxBytes',
    });
    expect((await ask(long(), { ...own, data: 'x' })).body).toMatchObject({
      bytes: 2_000,
      endedBy: 'maxBytes',
    });
    expect(await ask(long(), { ...own, data: 'x', maxBytes: 2_001 })).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining('at most 2000') },
    });
  });
});

describe('a named connection', () => {
  it('is dialled without its login, and its address stays hidden', async () => {
    const peer = answering('PING\r\n', '+PONG\r\n');
    const { body, text } = await ask(peer.connector, { connection: 'main', data: 'PING\r\n' }, 'main');
    expect(body).toMatchObject({ connection: 'main', data: '+PONG\r\n' });
    expect(text).not.toMatch(/internal|pa55word/);
    await peer.done();
  });

  it('needs its own scope, which no scope of its protocol holds', async () => {
    const { status, body } = await ask(scriptedPeer().connector, { connection: 'main' }, 'ping');
    expect([status, body.needs]).toEqual([403, 'tcp:send:main']);
    expect((await ask(scriptedPeer().connector, own, 'main')).body.needs).toBe('tcp:send:@');
  });

  it('failures hide its address', async () => {
    const refusing = scriptedPeer({ dial: 'refuse' }).connector;
    const { status, body, text } = await ask(refusing, { connection: 'dead', data: 'x' });
    expect([status, body.code, body.safeToRetry, body.peer]).toEqual([
      502,
      'connect_failed',
      true,
      undefined,
    ]);
    expect(text).not.toContain('internal');
    expect(body.detail).toContain('connection "dead"');
  });
});

describe('refused', () => {
  it.each<[string, unknown, number, string]>([
    ['an address that the policy does not name', { address: 'example.org:80' }, 403, 'policy'],
    ['a private address', { address: '127.0.0.1:80' }, 403, 'policy'],
    ['port 25', { address: 'h.example.net:25' }, 403, 'policy'],
    ['no port', { address: 'h.example.net' }, 400, 'usage'],
    ['two kinds of target', { ...own, connection: 'main' }, 400, 'invalid'],
    ['an unknown connection', { connection: 'nope' }, 404, 'not_found'],
    ['odd hex', { ...own, data: { hex: '0d0' } }, 400, 'invalid'],
    ['hex that is none', { ...own, data: { hex: 'zz' } }, 400, 'invalid'],
    ['base64 that is none', { ...own, data: { base64: 'a' } }, 400, 'invalid'],
    ['two kinds of data', { ...own, data: { hex: '00', base64: 'AA==' } }, 400, 'invalid'],
    ['data that is a number', { ...own, data: 5 }, 400, 'invalid'],
    ['an empty pattern', { ...own, until: { pattern: '' } }, 400, 'usage'],
    ['a long pattern', { ...own, until: { pattern: 'a'.repeat(1_025) } }, 400, 'usage'],
    ['no bytes', { ...own, until: { bytes: 0 } }, 400, 'invalid'],
    ['another end', { ...own, until: { lines: 1 } }, 400, 'invalid'],
    ['another member', { ...own, host: 'x' }, 400, 'invalid'],
    ['another encoding', { ...own, encoding: 'utf-16' }, 400, 'invalid'],
  ])('%s', async (_name, json, status, code) => {
    const peer = scriptedPeer();
    const answer = await ask(peer.connector, json);
    expect(answer).toMatchObject({ status, body: { code, safeToRetry: true } });
    expect(peer.connections).toBe(0);
  });

  it('an address beside a connection in a header', async () => {
    const answer = await ask(scriptedPeer().connector, own, 'all', { 'Fairlead-Connection': 'main' });
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid' } });
  });

  it('time that is up behind data may not be repeated', async () => {
    const { connector } = scriptedPeer().stall();
    const { status, body } = await ask(connector, { ...own, data: 'x' }, 'all', {
      'Fairlead-Timeout-Ms': '50',
    });
    expect([status, body.code, body.safeToRetry]).toEqual([504, 'timeout', false]);
  });
});
