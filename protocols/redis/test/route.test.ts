// Redis over HTTP: Upstash's REST shape, its own client, scopes, and bad input.
import { createApp } from '@fairlead/http';
import { type ScriptedPeer, scriptedPeer } from '@fairlead/testkit';
import { Redis } from '@upstash/redis';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { redisRoutes } from '../src/route/index.ts';
import { bulk, cmd, cmds } from './wire.ts';

const TOKENS = [
  { token: 'all-token-0123456789', name: 'all', scopes: ['redis'] },
  { token: 'read-token-0123456789', name: 'read', scopes: ['redis:read:main'] },
  { token: 'write-token-0123456789', name: 'write', scopes: ['redis:write:main'] },
];
const ENV = {
  FAIRLEAD_CONNECTIONS: JSON.stringify({
    main: 'redis://cache.test/0',
    other: 'redis://app:hunter2@other.test',
  }),
  FAIRLEAD_TOKENS: JSON.stringify(TOKENS),
};
const HELLO_2 = `*4\r\n${bulk('server')}${bulk('redis')}${bulk('version')}${bulk('8.0.0')}`;

function gateway(peer: ScriptedPeer = scriptedPeer()) {
  const app = createApp({ routes: [redisRoutes], connector: peer.connector });
  return async (path: string, init: RequestInit = {}, token = 'all') => {
    const headers = new Headers(init.headers);
    if (!headers.has('Authorization')) headers.set('Authorization', `Bearer ${token}-token-0123456789`);
    return app.request(path, { ...init, headers }, ENV);
  };
}

/** A peer that gets one command a connection. */
function answering(...exchanges: [sent: string, reply: string | Uint8Array][]): ScriptedPeer {
  const peer = scriptedPeer();
  exchanges.forEach(([sent, reply], index) => {
    if (index > 0) peer.nextConnection();
    peer
      .expect(`${cmd('HELLO 2')}${sent}`)
      .send(HELLO_2)
      .send(reply)
      .expectEnd();
  });
  return peer;
}

const post = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  body: typeof body === 'string' ? body : JSON.stringify(body),
  headers: { 'Content-Type': 'application/json', ...headers },
});

describe('commands', () => {
  it.each<[string, RequestInit, string, string, unknown]>([
    ['/redis/get/key', {}, cmd('GET key').replace('GET', 'get'), bulk('v'), 'v'],
    ['/redis/get/a%2Fb%20c', {}, `*2\r\n${bulk('get')}${bulk('a/b c')}`, '$-1\r\n', null],
    ['/redis/set/k/v?EX=10&NX', {}, cmd('set k v EX 10 NX'), '+OK\r\n', 'OK'],
    [
      '/redis/set/k?EX=10',
      { method: 'POST', body: 'the body' },
      `*5\r\n${bulk('set')}${bulk('k')}${bulk('the body')}${bulk('EX')}${bulk('10')}`,
      '+OK\r\n',
      'OK',
    ],
    ['/redis/get/k?connection=main', {}, cmd('get k'), bulk('v'), 'v'],
    ['/redis', post(['SET', 'k', 1.5, 'EX', 60]), cmd('SET k 1.5 EX 60'), '+OK\r\n', 'OK'],
    ['/redis', post('["SET","k",363896575396806667]'), cmd('SET k 363896575396806667'), '+OK\r\n', 'OK'],
    [
      '/redis',
      post('["RPUSH","k",1e400,-0,0.1000000000000000055511151231,1.0]'),
      cmd('RPUSH k 1e400 -0 0.1000000000000000055511151231 1'),
      ':4\r\n',
      4,
    ],
    ['/redis', post(['EXISTS', true]), cmd('EXISTS true'), ':1\r\n', 1],
    ['/redis', post(['HGETALL', 'h']), cmd('HGETALL h'), '*2\r\n+a\r\n:1\r\n', ['a', 1]],
    ['/redis', post(['INCR', 'k']), cmd('INCR k'), ':9223372036854775807\r\n', '9223372036854775807'],
  ])('%s', async (path, init, sent, reply, result) => {
    const peer = answering([sent, reply]);
    const response = await gateway(peer)(path, init);
    expect(await response.json()).toEqual({ result });
    expect(response.status).toBe(200);
    await peer.done();
  });

  it('encodes strings as base64 where asked, byte for byte', async () => {
    const reply = Uint8Array.from([...'*3\r\n$2\r\n\xff\x00\r\n+OK\r\n:5\r\n'].map((c) => c.charCodeAt(0)));
    const peer = answering([cmd('MGET a'), reply], [cmd('MGET a'), reply]);
    const request = gateway(peer);
    const encoded = await request('/redis', post(['MGET', 'a'], { 'Upstash-Encoding': 'base64' }));
    expect(await encoded.json()).toEqual({ result: ['/wA=', 'T0s=', 5] });
    const plain = await request('/redis', post(['MGET', 'a']));
    expect(await plain.json()).toEqual({ result: ['\ufffd\0', 'OK', 5] });
  });

  it('takes a body of any bytes as the last argument', async () => {
    const body = Uint8Array.of(0, 255, 13, 10);
    const sent = new Uint8Array([
      ...new TextEncoder().encode(`*3\r\n${bulk('set')}${bulk('k')}$4\r\n`),
      ...body,
      13,
      10,
    ]);
    const peer = scriptedPeer().expect(cmd('HELLO 2')).expect(sent).send(`${HELLO_2}+OK\r\n`);
    expect((await gateway(peer)('/redis/set/k', { method: 'POST', body })).status).toBe(200);
    await peer.done();
  });

  it('answers a pipeline item by item', async () => {
    const peer = answering([cmds('GET a', 'INCR a'), `${bulk('x')}-ERR value is not an integer\r\n`]);
    const response = await gateway(peer)(
      '/redis/pipeline',
      post([
        ['GET', 'a'],
        ['INCR', 'a'],
      ]),
    );
    expect(await response.json()).toEqual([{ result: 'x' }, { error: 'ERR value is not an integer' }]);
  });

  it('runs a transaction, and answers one that was discarded with its error', async () => {
    const peer = answering(
      [cmds('MULTI', 'SET a 1', 'INCR a', 'EXEC'), '+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n+OK\r\n-ERR no\r\n'],
      [cmds('MULTI', 'NOPE', 'EXEC'), '+OK\r\n-ERR unknown command\r\n-EXECABORT x\r\n'],
    );
    const request = gateway(peer);
    const done = await request(
      '/redis/multi-exec',
      post([
        ['SET', 'a', 1],
        ['INCR', 'a'],
      ]),
    );
    expect(await done.json()).toEqual([{ result: 'OK' }, { error: 'ERR no' }]);
    const discarded = await request('/redis/multi-exec', post([['NOPE']]));
    expect(discarded.status).toBe(400);
    expect(await discarded.json()).toMatchObject({ error: 'ERR unknown command' });
  });
});

describe('paths that name a connection', () => {
  it.each<[string, RequestInit, string]>([
    ['/redis/@other/get/k', {}, cmd('get k')],
    ['/redis/%40other/get/k', {}, cmd('get k')],
    ['/redis/@other/get/k?connection=other', {}, cmd('get k')],
    ['/redis/@other', post(['GET', 'k']), cmd('GET k')],
    ['/redis/@other/', post(['GET', 'k']), cmd('GET k')],
  ])('%s', async (path, init, sent) => {
    const peer = scriptedPeer()
      .expect(`${cmd('AUTH app hunter2')}${cmd('HELLO 2')}${sent}`)
      .send(`+OK\r\n${HELLO_2}${bulk('v')}`);
    expect(await (await gateway(peer)(path, init)).json()).toEqual({ result: 'v' });
    await peer.done();
  });

  it('take pipelines and transactions', async () => {
    const login = cmd('AUTH app hunter2') + cmd('HELLO 2');
    const peer = scriptedPeer()
      .expect(login + cmds('GET a', 'GET b'))
      .send(`+OK\r\n${HELLO_2}${bulk('1')}${bulk('2')}`)
      .nextConnection()
      .expect(login + cmds('MULTI', 'GET a', 'EXEC'))
      .send(`+OK\r\n${HELLO_2}+OK\r\n+QUEUED\r\n*1\r\n${bulk('1')}`);
    const ask = gateway(peer);
    const commands = [
      ['GET', 'a'],
      ['GET', 'b'],
    ];
    expect(await (await ask('/redis/@other/pipeline', post(commands))).json()).toEqual([
      { result: '1' },
      { result: '2' },
    ]);
    expect(await (await ask('/redis/@other/multi-exec', post([['GET', 'a']]))).json()).toEqual([
      { result: '1' },
    ]);
    await peer.done();
  });

  it('need the scope for it', async () => {
    const response = await gateway()('/redis/@other/get/k', {}, 'read');
    expect([response.status, await response.text()]).toEqual([
      403,
      expect.stringContaining('redis:read:other'),
    ]);
  });

  it('are not needed by a token that has one connection', async () => {
    const peer = answering([cmd('get k'), bulk('v')]);
    expect((await gateway(peer)('/redis/get/k', {}, 'read')).status).toBe(200);
  });
});

describe('Upstash’s headers', () => {
  const resp2 = { 'Upstash-Response-Format': 'resp2' };
  const MIXED = `*4\r\n${bulk('a')}:5\r\n$-1\r\n*1\r\n+OK\r\n`;

  it.each([bulk('bår'), '+OK\r\n', ':-7\r\n', '$-1\r\n', '*0\r\n', ':9223372036854775807\r\n', MIXED])(
    'answer in RESP2 where asked: %j',
    async (reply) => {
      const response = await gateway(answering([cmd('get k'), reply]))('/redis/get/k', { headers: resp2 });
      expect(response.headers.get('Content-Type')).toBe('application/octet-stream');
      expect(await response.text()).toBe(reply);
    },
  );

  it('answer in RESP2 with an error, and a pipeline’s replies one behind the other', async () => {
    const peer = answering(
      [cmd('get k'), '-WRONGTYPE not that\r\n'],
      [cmds('GET a', 'INCR a', 'GET b'), `${bulk('1')}-ERR no\r\n*-1\r\n`],
    );
    const ask = gateway(peer);
    const failed = await ask('/redis/get/k', { headers: resp2 });
    expect([failed.status, await failed.text()]).toEqual([400, '-WRONGTYPE not that\r\n']);
    const several = await ask(
      '/redis/pipeline',
      post(
        [
          ['GET', 'a'],
          ['INCR', 'a'],
          ['GET', 'b'],
        ],
        resp2,
      ),
    );
    expect(await several.text()).toBe(`${bulk('1')}-ERR no\r\n$-1\r\n`);
  });

  it('answer with another sync token each time', async () => {
    const peer = answering([cmd('get k'), bulk('1')], [cmd('get k'), '-ERR no\r\n']);
    const ask = gateway(peer);
    const tokens = [];
    for (let n = 0; n < 2; n++) {
      const { headers } = await ask('/redis/get/k', {
        headers: { 'upstash-sync-token': String(tokens[0] ?? '') },
      });
      tokens.push(headers.get('upstash-sync-token'));
    }
    expect(new Set(tokens).size).toBe(2);
    expect(tokens).not.toContain(null);
  });
});

describe('refusals', () => {
  it('answers a command error with 400 and the server’s words', async () => {
    const peer = answering([cmd('INCR a'), '-WRONGTYPE not that\r\n']);
    const response = await gateway(peer)('/redis', post(['INCR', 'a']));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: 'WRONGTYPE not that', code: 'server' });
  });

  it.each<[string, RequestInit, number, RegExp]>([
    ['/redis', post([]), 400, /body/],
    ['/redis', post({}), 400, /body/],
    ['/redis', post([1]), 400, /body/],
    ['/redis', post(['GET', null]), 400, /body/],
    ['/redis', post(['GET', { a: 1 }]), 400, /body/],
    ['/redis', { method: 'POST', body: '["GET"' }, 400, /JSON/],
    ['/redis', { method: 'POST' }, 400, /JSON/],
    ['/redis/pipeline', post([]), 400, /body/],
    ['/redis/pipeline', post(Array(1001).fill(['PING'])), 413, /maxCommands/],
    ['/redis/', {}, 400, /path/],
    ['/redis/get/%ff', {}, 400, /percent/],
    ['/redis/get/k?_token=secret', {}, 400, /Bearer/],
    ['/redis/get/k?connection=none', {}, 404, /none/],
    ['/redis/@none/get/k', {}, 404, /none/],
    ['/redis/@/get/k', {}, 404, /named/],
    ['/redis/@other/get/k?connection=main', {}, 400, /two different/],
    ['/redis/watch/k', {}, 400, /WATCH is not taken here: .*multi-exec/],
    ['/redis', post(['CLIENT', 'REPLY', 'OFF']), 400, /CLIENT REPLY is not taken here/],
    [
      '/redis/pipeline',
      post([
        ['GET', 'k'],
        ['subscribe', 'c'],
      ]),
      400,
      /redis\/subscribe\/\{channel\}/,
    ],
    ['/redis/multi-exec', post([['MULTI']]), 400, /MULTI is not taken here/],
    ['/redis/unsubscribe/c', {}, 400, /ends with its request/],
    ['/redis/get/k', { headers: { 'Upstash-Response-Format': 'xml' } }, 400, /Response-Format is/],
    [
      '/redis/get/k',
      { headers: { 'Upstash-Response-Format': 'resp2', 'Upstash-Encoding': 'base64' } },
      400,
      /its strings are bytes/,
    ],
    ['/redis/get/k', { method: 'DELETE' }, 405, /DELETE/],
    ['/redis/get/k', { headers: { Authorization: 'Bearer nobody' } }, 401, /./],
  ])('%s', async (path, init, status, words) => {
    const response = await gateway()(path, init);
    expect([response.status, await response.text()]).toEqual([status, expect.stringMatching(words)]);
  });

  it('speaks of the gateway’s limits, and of no option of a client', async () => {
    const peer = scriptedPeer()
      .expect(cmd('HELLO 2') + cmd('get k'))
      .send(`${HELLO_2}$99999999\r\n`)
      .nextConnection()
      .expect(cmd('HELLO 2') + cmd('get k'))
      .send(HELLO_2)
      .stall();
    const ask = gateway(peer);
    const large = await ask('/redis/get/k');
    expect([large.status, await large.json()]).toEqual([
      413,
      expect.objectContaining({ error: expect.stringContaining('maxResultBytes'), code: 'limit' }),
    ]);
    const late = await ask('/redis/get/k', { headers: { 'Fairlead-Timeout-Ms': '200' } });
    expect([late.status, await late.json()]).toEqual([
      504,
      expect.objectContaining({ error: expect.stringMatching(/Fairlead-Timeout-Ms/), code: 'timeout' }),
    ]);
  });

  it('does not say who was refused by a named connection’s server', async () => {
    const peer = scriptedPeer().expect('*').send('-WRONGPASS invalid username-password pair\r\n');
    const response = await gateway(peer)('/redis/get/k?connection=other');
    const text = await response.text();
    expect(response.status).toBe(502);
    expect(text).not.toMatch(/hunter2|other\.test|WRONGPASS/);
  });

  it.each<[string, unknown[], boolean]>([
    ['read', ['get', 'k'], true],
    ['read', ['SET', 'k', 'v'], false],
    ['read', ['FLUSHALL'], false],
    ['write', ['GET', 'k'], true],
    ['write', ['SET', 'k', 'v'], true],
    ['write', ['COPY', 'a', 'b'], true],
    ['write', ['COPY', 'a', 'b', 'DB', 1], false],
    ['write', ['CONFIG', 'GET', '*'], false],
    ['write', ['EVAL', 'return 1', 0], false],
    ['write', ['MEMORY', 'PURGE'], false],
    ['read', ['memory', 'usage', 'k'], true],
    ['all', ['CONFIG', 'GET', '*'], true],
  ])('a token of scope %s may send %j: %s', async (token, command, allowed) => {
    const args = command.map(String);
    const peer = scriptedPeer()
      .expect(cmd('HELLO 2'))
      .expect(cmd(args.join(' ')))
      .send(`${HELLO_2}+OK\r\n`);
    if (args.includes('return 1')) peer.stall();
    const request = gateway(peer);
    const response = await request('/redis', post(command), token);
    expect(response.status).toBe(allowed ? 200 : 403);
    const mixed = await request('/redis/pipeline', post([['GET', 'k'], command]), token);
    if (!allowed) expect([mixed.status, peer.connections]).toEqual([403, 0]);
  });
});

describe('@upstash/redis', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('works unchanged', async () => {
    const peer = answering(
      [`*3\r\n${bulk('set')}${bulk('user')}${bulk('{"name":"Žofie"}')}`, '+OK\r\n'],
      [cmd('get user'), bulk('{"name":"Žofie"}')],
      [cmd('hgetall h'), `*4\r\n${bulk('a')}${bulk('1')}${bulk('b')}${bulk('x')}`],
      [cmds('incr n', 'get n'), `:1\r\n${bulk('1')}`],
      [cmds('MULTI', 'set a 1', 'get a', 'EXEC'), `+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n+OK\r\n${bulk('1')}`],
      [cmd('lpush user 1'), '-WRONGTYPE not a list\r\n'],
    );
    const request = gateway(peer);
    vi.stubGlobal('fetch', (url: string, init: RequestInit) => request(new URL(url).pathname, init));
    const redis = new Redis({
      url: 'https://gateway.test/redis',
      token: 'all-token-0123456789',
      enableTelemetry: false,
      enableAutoPipelining: false,
      retry: false,
    });
    expect(await redis.set('user', { name: 'Žofie' })).toBe('OK');
    expect(await redis.get('user')).toEqual({ name: 'Žofie' });
    expect(await redis.hgetall('h')).toEqual({ a: 1, b: 'x' });
    expect(await redis.pipeline().incr('n').get('n').exec()).toEqual([1, 1]);
    expect(await redis.multi().set('a', 1).get('a').exec()).toEqual(['OK', 1]);
    await expect(redis.lpush('user', 1)).rejects.toThrow('WRONGTYPE not a list');
    await peer.done();
  });
});
