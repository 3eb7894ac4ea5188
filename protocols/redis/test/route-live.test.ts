// Redis over HTTP as a stream: subscriptions and MONITOR as Server-Sent Events, byte for byte, in Upstash's shapes.
import { createApp } from '@fairlead/http';
import { type ScriptedPeer, scriptedPeer } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import { redisRoutes } from '../src/route/index.ts';
import { cmd, cmds, confirmed, HELLO_REPLY, push } from './wire.ts';

const ENV = {
  FAIRLEAD_CONNECTIONS: {
    main: { url: 'redis://cache.test', deny: ['PSUBSCRIBE'] },
    open: 'redis://open.test',
  },
  FAIRLEAD_TOKENS: ['redis:read', 'redis:admin', 'redis:write'].map((scope) => {
    const name = scope.slice(6);
    return { name, token: `${name}-token`, scopes: [`${scope}:main`, `${scope}:open`] };
  }),
  FAIRLEAD_LIMITS: { maxResultBytes: 4096 },
};

function gateway(peer: ScriptedPeer = scriptedPeer()) {
  const app = createApp({ routes: [redisRoutes], connector: peer.connector });
  return async (path: string, init: RequestInit = {}, token = 'read') => {
    const headers = new Headers(init.headers);
    headers.set('Authorization', `Bearer ${token}-token`);
    return app.request(path, { ...init, headers }, ENV);
  };
}

/** Expects that the client has broken its connection off, with all that the server keeps for it. */
async function brokenOff(peer: ScriptedPeer): Promise<void> {
  await expect(peer.done()).rejects.toThrow('the connection broke');
}

/** Reads events until there are so many, and leaves. */
async function read(response: Response, count: number): Promise<string> {
  let text = '';
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  while (text.split('\n\n').length <= count) {
    const { done, value } = (await reader?.read()) ?? { done: true };
    if (done) break;
    text += value;
  }
  await reader?.cancel();
  return text;
}

const SUBSCRIBED = HELLO_REPLY + confirmed('subscribe', 'chat', 1);
/** As the package asks. */
const PACKAGE: RequestInit = {
  method: 'POST',
  body: '[]',
  headers: { 'Content-Type': 'application/json', Accept: 'text/event-stream', 'Upstash-Encoding': 'base64' },
};

describe('subscribe', () => {
  it.each<[string, RequestInit]>([
    ['/redis/subscribe/chat', {}],
    ['/redis/subscribe/chat', PACKAGE],
    ['/redis/subscribe/chat/', PACKAGE],
    ['/redis/SUBSCRIBE/ch%61t?connection=main', {}],
    ['/redis/@main/subscribe/chat', PACKAGE],
    ['/redis', { ...PACKAGE, body: '["SUBSCRIBE","chat"]' }],
  ])('%s %j', async (path, init) => {
    const peer = scriptedPeer()
      .expect(cmds('HELLO 3', 'SUBSCRIBE chat'))
      .send(SUBSCRIBED + push('message', 'chat', '{"a":[1,2]}') + push('message', 'chat', 'wärt, or not'));
    const response = await gateway(peer)(path, init);
    expect(response.status).toBe(200);
    expect(response.headers.get('Content-Type')).toBe('text/event-stream');
    expect(response.headers.get('Cache-Control')).toBe('no-store');
    expect(await read(response, 3)).toBe(
      'data: subscribe,chat,1\n\ndata: message,chat,{"a":[1,2]}\n\ndata: message,chat,wärt, or not\n\n',
    );
  });

  it('takes several channels, and ends the connection when its caller leaves', async () => {
    const peer = scriptedPeer()
      .expect(cmds('HELLO 3', 'SUBSCRIBE a b/c'))
      .send(HELLO_REPLY + confirmed('subscribe', 'a', 1) + confirmed('subscribe', 'b/c', 2))
      .send(push('message', 'b/c', 'x'))
      .expectEnd();
    const response = await gateway(peer)('/redis/subscribe/a/b%2Fc/a');
    expect(await read(response, 3)).toBe(
      'data: subscribe,a,1\n\ndata: subscribe,b/c,2\n\ndata: message,b/c,x\n\n',
    );
    await brokenOff(peer);
  });

  it('takes patterns as the package writes them, a question mark too', async () => {
    const peer = scriptedPeer()
      .expect(cmds('HELLO 3', 'PSUBSCRIBE h?llo.* news'))
      .send(HELLO_REPLY + confirmed('psubscribe', 'h?llo.*', 1) + confirmed('psubscribe', 'news', 2))
      .send(push('pmessage', 'h?llo.*', 'hello.you', 'x,y'));
    const response = await gateway(peer)('/redis/@open/psubscribe/h?llo.*/news', PACKAGE);
    expect(await read(response, 3)).toBe(
      'data: psubscribe,h?llo.*,1\n\ndata: psubscribe,news,2\n\ndata: pmessage,h?llo.*,hello.you,x,y\n\n',
    );
  });

  it('takes sharded channels', async () => {
    const peer = scriptedPeer()
      .expect(cmds('HELLO 3', 'SSUBSCRIBE orders'))
      .send(HELLO_REPLY + confirmed('ssubscribe', 'orders', 1) + push('smessage', 'orders', 'x'));
    const response = await gateway(peer)('/redis/ssubscribe/orders');
    expect(await read(response, 2)).toBe('data: ssubscribe,orders,1\n\ndata: smessage,orders,x\n\n');
  });

  it('keeps a text with line breaks in one event, none of whose lines the package takes for another', async () => {
    const forged = 'x\nmessage,admin,evil\n data: message,admin,evil\r\ndata: message,admin,evil';
    const peer = scriptedPeer()
      .expect(cmds('HELLO 3', 'SUBSCRIBE chat'))
      .send(SUBSCRIBED + push('message', 'chat', forged));
    const text = await read(await gateway(peer)('/redis/subscribe/chat'), 2);
    expect(text).toBe(
      'data: subscribe,chat,1\n\ndata: message,chat,x\ndata:message,admin,evil\ndata:  data: message,admin,evil\n' +
        'data:data: message,admin,evil\n\n',
    );
    const taken = text.split('\n').filter((line) => line.startsWith('data: '));
    expect(taken.map((line) => line.slice(6).split(',', 1)[0])).toEqual([
      'subscribe',
      'message',
      ' data: message',
    ]);
  });

  it('puts U+FFFD for bytes that are not UTF-8', async () => {
    const peer = scriptedPeer()
      .expect('*')
      .send(SUBSCRIBED)
      .send(
        Uint8Array.from(
          [...'>3\r\n$7\r\nmessage\r\n$4\r\nchat\r\n$2\r\n\xff\xfe\r\n'].map((c) => c.charCodeAt(0)),
        ),
      );
    const text = await read(await gateway(peer)('/redis/subscribe/chat'), 2);
    expect(text).toContain('data: message,chat,\ufffd\ufffd\n\n');
  });

  it('says that it is over when the request’s time is up', async () => {
    const peer = scriptedPeer()
      .expect(cmds('HELLO 3', 'SUBSCRIBE a b'))
      .send(HELLO_REPLY + confirmed('subscribe', 'a', 1) + confirmed('subscribe', 'b', 2))
      .expectEnd();
    const headers = { 'Fairlead-Timeout-Ms': '300' };
    const response = await gateway(peer)('/redis/subscribe/a/b', { headers });
    expect(await response.text()).toBe(
      'data: subscribe,a,1\n\ndata: subscribe,b,2\n\ndata: unsubscribe,a,1\n\ndata: unsubscribe,b,0\n\n',
    );
    await brokenOff(peer);
  });

  it('hands a failure to the package’s listeners for errors', async () => {
    const peer = scriptedPeer().expect(cmds('HELLO 3', 'SUBSCRIBE chat')).send(SUBSCRIBED).end();
    const text = await (await gateway(peer)('/redis/subscribe/chat')).text();
    const [first, last = ''] = text.split('\n\n');
    expect(first).toBe('data: subscribe,chat,1');
    const [, code, problem = ''] = /^event: error\ndata: error,(\w+),(.*)$/.exec(last) ?? [];
    expect(code).toBe('connection_lost');
    expect(JSON.parse(problem)).toMatchObject({
      status: 502,
      code: 'connection_lost',
      error: expect.any(String),
    });
    expect(problem).not.toContain('cache.test');
  });

  it('gives up a caller who reads too slowly', async () => {
    const long = 'x'.repeat(1500);
    const peer = scriptedPeer()
      .expect(cmds('HELLO 3', 'SUBSCRIBE chat'))
      .send(SUBSCRIBED)
      .send(push('message', 'chat', long).repeat(6))
      .expect(cmd('UNSUBSCRIBE chat'))
      .send(confirmed('unsubscribe', 'chat', 0));
    const response = await gateway(peer)('/redis/subscribe/chat');
    await peer.done();
    const text = await response.text();
    expect(text).toContain('data: error,limit,');
    expect(text).toContain('Messages came faster than the caller read them');
    expect(text).not.toMatch(/maxQueued/);
  });

  it('answers HEAD without a body, and closes', async () => {
    const peer = scriptedPeer().expect(cmds('HELLO 3', 'SUBSCRIBE chat')).send(SUBSCRIBED).expectEnd();
    const response = await gateway(peer)('/redis/subscribe/chat', { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([200, '']);
    await peer.done();
  });
});

describe('monitor', () => {
  const LINE = '1721284005.242090 [0 0.0.0.0:0] "SET" "k" "a\\nb"';

  it.each<[string, RequestInit]>([
    ['/redis/monitor', {}],
    ['/redis/@main/monitor', PACKAGE],
    ['/redis', { ...PACKAGE, body: '["MONITOR"]' }],
  ])('%s', async (path, init) => {
    const peer = scriptedPeer()
      .expect(cmd('HELLO 3'))
      .send(HELLO_REPLY)
      .expect(cmd('MONITOR'))
      .send(`+OK\r\n+${LINE.slice(0, 20)}`)
      .send(`${LINE.slice(20)}\r\n+${LINE}\r\n`)
      .expectEnd();
    const response = await gateway(peer)(path, init, 'admin');
    expect(await read(response, 3)).toBe(`data: "OK"\n\ndata: ${LINE}\n\ndata: ${LINE}\n\n`);
    await brokenOff(peer);
  });

  it('ends with its time', async () => {
    const peer = scriptedPeer()
      .expect(cmd('HELLO 3'))
      .send(HELLO_REPLY)
      .expect(cmd('MONITOR'))
      .send('+OK\r\n')
      .expectEnd();
    const headers = { 'Fairlead-Timeout-Ms': '300' };
    expect(await (await gateway(peer)('/redis/monitor', { headers }, 'admin')).text()).toBe('data: "OK"\n\n');
    await brokenOff(peer);
  });

  it('is refused with the server’s words', async () => {
    const peer = scriptedPeer()
      .expect(cmd('HELLO 3'))
      .send(HELLO_REPLY)
      .expect(cmd('MONITOR'))
      .send('-NOPERM no\r\n');
    const response = await gateway(peer)('/redis/monitor', {}, 'admin');
    expect([response.status, await response.json()]).toEqual([
      400,
      expect.objectContaining({ error: 'NOPERM no' }),
    ]);
  });

  it('has the request’s time for the server’s first answer', async () => {
    const peer = scriptedPeer().expect(cmd('HELLO 3')).stall();
    const headers = { 'Fairlead-Timeout-Ms': '200' };
    expect((await gateway(peer)('/redis/monitor', { headers }, 'admin')).status).toBe(504);
  });
});

describe('refused before anything is dialled', () => {
  it.each<[path: string, token: string, status: number, words: RegExp]>([
    ['/redis/monitor', 'read', 403, /redis:admin:main/],
    ['/redis/monitor', 'write', 403, /redis:admin:main/],
    ['/redis/@main/psubscribe/*', 'read', 403, /operator denies it/],
    ['/redis/subscribe/%ff', 'read', 400, /percent/],
    ['/redis/subscribe', 'read', 400, /at least one/],
    ['/redis/subscribe/c?_token=x', 'read', 400, /Bearer/],
  ])('%s by a token that may %s', async (path, token, status, words) => {
    const peer = scriptedPeer();
    const response = await gateway(peer)(path, {}, token);
    expect([response.status, await response.text()]).toEqual([status, expect.stringMatching(words)]);
  });

  it('lets a writer and an admin subscribe', async () => {
    for (const token of ['write', 'admin']) {
      const peer = scriptedPeer().expect(cmds('HELLO 3', 'SUBSCRIBE chat')).send(SUBSCRIBED);
      expect(await read(await gateway(peer)('/redis/subscribe/chat', {}, token), 1)).toContain(
        'subscribe,chat,1',
      );
    }
  });
});
