// Redis over HTTP: commands that wait in the server, within the request's time.
import { createApp } from '@fairlead/http';
import { type ScriptedPeer, scriptedPeer } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import { redisRoutes } from '../src/route/index.ts';
import { bulk, cmd, cmds } from './wire.ts';

const ENV = {
  FAIRLEAD_CONNECTIONS: { main: 'redis://cache.test' },
  FAIRLEAD_TOKENS: ['read', 'write'].map((name) => ({
    name,
    token: `${name}-token`,
    scopes: [`redis:${name}:main`],
  })),
};
const HELLO_2 = `*4\r\n${bulk('server')}${bulk('redis')}${bulk('version')}${bulk('8.0.0')}`;
/** Longer than an answer keeps its status open. */
const LATE_MS = 1_200;

function gateway(peer: ScriptedPeer = scriptedPeer()) {
  const app = createApp({ routes: [redisRoutes], connector: peer.connector });
  return async (path: string, init: RequestInit = {}, timeoutMs = 6_200, token = 'write') => {
    const headers = new Headers(init.headers);
    headers.set('Authorization', `Bearer ${token}-token`);
    headers.set('Fairlead-Timeout-Ms', String(timeoutMs));
    return app.request(path, { ...init, headers }, { ...ENV, FAIRLEAD_CORS: ['https://app.example.com'] });
  };
}

const post = (body: unknown): RequestInit => ({
  method: 'POST',
  body: JSON.stringify(body),
  headers: { 'Content-Type': 'application/json' },
});

describe('a command that waits', () => {
  it.each<[command: string, sent: string]>([
    ['BLPOP a b 1.5', 'BLPOP a b 1.5'],
    ['BRPOP a 0', 'BRPOP a 5'],
    ['blmove a b LEFT RIGHT 0', 'blmove a b LEFT RIGHT 5'],
    ['BRPOPLPUSH a b 0.0', 'BRPOPLPUSH a b 5'],
    ['BLMPOP 0 1 a LEFT', 'BLMPOP 5 1 a LEFT'],
    ['BZPOPMIN z 2', 'BZPOPMIN z 2'],
    ['BZPOPMAX z 0', 'BZPOPMAX z 5'],
    ['BZMPOP 3 1 z MIN', 'BZMPOP 3 1 z MIN'],
    ['XREAD COUNT 1 BLOCK 250 STREAMS s $', 'XREAD COUNT 1 BLOCK 250 STREAMS s $'],
    ['XREADGROUP GROUP g BLOCK BLOCK 250 STREAMS s >', 'XREADGROUP GROUP g BLOCK BLOCK 250 STREAMS s >'],
    ['WAIT 1 100', 'WAIT 1 100'],
    ['WAITAOF 1 0 100', 'WAITAOF 1 0 100'],
    // What the server refuses is the server's to refuse.
    ['BLPOP a -1', 'BLPOP a -1'],
    ['BLPOP a soon', 'BLPOP a soon'],
    ['BLPOP', 'BLPOP'],
    ['XREAD BLOCK', 'XREAD BLOCK'],
  ])('%s is sent as %s', async (command, sent) => {
    const peer = scriptedPeer()
      .expect(cmd('HELLO 2') + cmd(sent))
      .send(`${HELLO_2}*-1\r\n`);
    const response = await gateway(peer)('/redis', post(command.split(' ')));
    expect([response.status, await response.text()]).toEqual([200, '{"result":null}']);
    await peer.done();
  });

  it('has what is left of the request’s time where it asks for no end', async () => {
    const sent: number[] = [];
    const peer = scriptedPeer()
      .expect(cmd('HELLO 2'))
      .expectUntil('STREAMS', /BLOCK\r\n\$4\r\n(\d+)/, (text) => {
        sent.push(Number(/BLOCK\r\n\$4\r\n(\d+)/.exec(text)?.[1]));
      })
      .send(`${HELLO_2}*-1\r\n`);
    const response = await gateway(peer)('/redis/xread/BLOCK/0/STREAMS/s/$');
    expect(await response.json()).toEqual({ result: null });
    expect(sent[0]).toBeGreaterThan(5_000);
    expect(sent[0]).toBeLessThanOrEqual(5_950);
  });

  it.each<[command: unknown[], words: RegExp]>([
    [['BLPOP', 'a', 6], /BLPOP asks to wait 6 s, and this request has [\d.]+ s left.*Fairlead-Timeout-Ms/],
    [['BZMPOP', '1e9', 1, 'z', 'MIN'], /asks to wait/],
    [['XREAD', 'BLOCK', 60_000, 'STREAMS', 's', '$'], /XREAD asks to wait 60 s/],
    [['WAIT', 1, 6_500], /WAIT asks to wait 6.5 s/],
  ])('is refused where it asks for more: %j', async (command, words) => {
    for (const [path, body] of [
      ['/redis', command],
      ['/redis/pipeline', [['GET', 'k'], command]],
    ] as const) {
      const peer = scriptedPeer();
      const response = await gateway(peer)(path, post(body));
      expect([response.status, await response.text(), peer.connections]).toEqual([
        400,
        expect.stringMatching(words),
        0,
      ]);
    }
  });

  it('is one of a pipeline, in its turn', async () => {
    const peer = scriptedPeer()
      .expect(cmds('HELLO 2', 'SET k v', 'WAIT 1 100', 'BLPOP a 1'))
      .send(`${HELLO_2}+OK\r\n:1\r\n*2\r\n${bulk('a')}${bulk('x')}`);
    const commands = [
      ['SET', 'k', 'v'],
      ['WAIT', 1, 100],
      ['BLPOP', 'a', 1],
    ];
    const response = await gateway(peer)('/redis/pipeline', post(commands));
    expect(await response.json()).toEqual([{ result: 'OK' }, { result: 1 }, { result: ['a', 'x'] }]);
  });

  it('does not wait in a transaction, whatever it asks for', async () => {
    const peer = scriptedPeer()
      .expect(cmds('HELLO 2', 'MULTI', 'BLPOP a 0', 'EXEC'))
      .send(`${HELLO_2}+OK\r\n+QUEUED\r\n*1\r\n*-1\r\n`);
    const response = await gateway(peer)('/redis/multi-exec', post([['BLPOP', 'a', 0]]));
    expect(await response.json()).toEqual([{ result: null }]);
  });

  it('needs the scope of what it does', async () => {
    const request = gateway();
    expect((await request('/redis/blpop/a/1', {}, 5_000, 'read')).status).toBe(403);
    expect((await request('/redis/wait/1/1', {}, 5_000, 'read')).status).toBe(403);
    const peer = scriptedPeer().expect('*').send(`${HELLO_2}*-1\r\n`);
    expect((await gateway(peer)('/redis/xread/BLOCK/1/STREAMS/s/$', {}, 5_000, 'read')).status).toBe(200);
  });
});

describe('a reply that is late', () => {
  it('has spaces in front of it', async () => {
    const peer = scriptedPeer()
      .expect(cmds('HELLO 2', 'blpop a 3'))
      .send(HELLO_2)
      .delay(LATE_MS)
      .send(`*2\r\n${bulk('a')}${bulk('x')}`);
    const response = await gateway(peer)('/redis/blpop/a/3');
    expect([response.status, response.headers.get('Content-Type')]).toEqual([200, 'application/json']);
    // Neither the platform nor a proxy may gather what comes.
    expect(response.headers.get('Content-Encoding')).toBe('identity');
    expect(response.headers.get('Cache-Control')).toBe('no-store, no-transform');
    expect(await response.text()).toMatch(/^ +\{"result":\["a","x"\]\}$/);
  });

  it.each<[string, unknown, (body: never) => unknown]>([
    ['/redis', ['BLPOP', 'a', 3], (body: { error: string }) => body.error],
    ['/redis/pipeline', [['BLPOP', 'a', 3]], ([one]: { error: string }[]) => one?.error],
  ])('is an error in the body, once that has begun: %s', async (path, body, errorOf) => {
    const peer = scriptedPeer().expect(cmd('HELLO 2')).send(HELLO_2).delay(LATE_MS).reset();
    const response = await gateway(peer)(path, post(body));
    expect(response.status).toBe(200);
    expect(errorOf((await response.json()) as never)).toContain('was lost');
  });

  it('is a timeout where the server never answers', async () => {
    const peer = scriptedPeer().expect(cmd('HELLO 2')).send(HELLO_2).stall();
    const response = await gateway(peer)('/redis/blpop/a/0', {}, LATE_MS + 300);
    expect(await response.json()).toMatchObject({
      code: 'timeout',
      status: 504,
      error: expect.stringContaining('Fairlead-Timeout-Ms'),
    });
  });

  it('is given up with its connection when the caller leaves', async () => {
    const peer = scriptedPeer().expect(cmds('HELLO 2', 'blpop a 4')).send(HELLO_2).expectEnd();
    const response = await gateway(peer)('/redis/blpop/a/4');
    await response.body?.cancel();
    await expect(peer.done()).rejects.toThrow('the connection broke');
  });
});
