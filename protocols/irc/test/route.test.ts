// IRC over HTTP: one call that sends, the WebSocket, scopes, and bad input.
import { createApp } from '@fairlead/http';
import { type ScriptedPeer, scriptedPeer } from '@fairlead/testkit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ircRoutes } from '../src/route.ts';
import { ALL_CAPS, lines, WELCOME, welcoming } from './wire.ts';

const TOKENS = [
  { token: 'all-token-0123456789', name: 'all', scopes: ['irc'] },
  { token: 'send-token-0123456789', name: 'send', scopes: ['irc:send:main'] },
  { token: 'session-token-0123456789', name: 'session', scopes: ['irc:session:main'] },
];
const ENV = {
  FAIRLEAD_CONNECTIONS: JSON.stringify({
    main: 'ircs://me@irc.test',
    login: { url: 'ircs://me:hunter22@irc.test', saslRequired: true },
    wrong: { url: 'ircs://me@irc.test', flood: 'fast' },
  }),
  FAIRLEAD_TOKENS: JSON.stringify(TOKENS),
  FAIRLEAD_TARGETS: JSON.stringify(['chat.example:6667', 'chat.example:6697']),
};

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
});

afterEach(() => {
  vi.restoreAllMocks();
});

function gateway(peer: ScriptedPeer = scriptedPeer(), seen: unknown[] = []) {
  const connector: typeof peer.connector = (address, options) => {
    seen.push({ ...address, tls: options?.tls });
    return peer.connector(address, options);
  };
  const app = createApp({ routes: [ircRoutes], connector });
  return async (path: string, init: RequestInit = {}, token = 'all') => {
    const headers = new Headers(init.headers);
    if (!headers.has('Authorization')) headers.set('Authorization', `Bearer ${token}-token-0123456789`);
    return app.request(path, { ...init, headers }, ENV);
  };
}

const post = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  body: typeof body === 'string' ? body : JSON.stringify(body),
  headers: { 'Content-Type': 'application/json', ...headers },
});
const TO_MAIN = { connection: 'main', target: '#a', messages: ['Hello there'] };
const JOINED = [':me!~me@host.test JOIN #a', ':irc.test 366 me #a :End', 'PONG irc.test f1'];

describe('POST /irc/send', () => {
  it('joins, says, parts, and tells what the server has echoed', async () => {
    const peer = welcoming(ALL_CAPS)
      .expect(lines('@label=f1 JOIN #a'))
      .sendLines(
        '@label=f1 :irc.test BATCH +j labeled-response',
        '@batch=j :me!~me@host.test JOIN #a * :me',
        '@batch=j :irc.test 366 me #a :End',
        ':irc.test BATCH -j',
      )
      .expect(lines('@label=f2 PRIVMSG #a :Hello there'))
      .sendLines('@label=f2;msgid=m1;time=2026-11-21T10:00:00.000Z :me!~me@host.test PRIVMSG #a :Hello there')
      .expect(lines('@label=f3 PRIVMSG #a :\x01ACTION waves\x01'))
      .sendLines('@label=f3;msgid=m2 :me!~me@host.test PRIVMSG #a :\x01ACTION waves\x01')
      .expect(lines('@label=f4 PART #a'))
      .sendLines('@label=f4 :me!~me@host.test PART #a')
      .expect(lines('QUIT'))
      .expectEnd()
      .close();
    const body = { ...TO_MAIN, messages: ['Hello there', { text: 'waves', kind: 'action' }] };
    const response = await gateway(peer)('/irc/send', post(body));
    expect(await response.json()).toEqual({
      nick: 'me',
      server: { name: 'irc.test', version: 'TestIRCd-1.2', network: 'Test' },
      target: '#a',
      sent: [
        { text: 'Hello there', id: 'm1', time: Date.UTC(2026, 10, 21, 10) },
        { text: 'waves', id: 'm2', time: expect.any(Number) },
      ],
    });
    expect(response.status).toBe(200);
    await peer.done();
  });

  it('neither joins nor leaves for a nick', async () => {
    const peer = welcoming()
      .expect(lines('NOTICE bob hi', 'PING f1'))
      .sendLines('PONG irc.test f1')
      .expect(lines('QUIT'))
      .expectEnd()
      .close();
    const body = { connection: 'main', target: 'bob', messages: [{ text: 'hi', kind: 'notice' }] };
    const response = await gateway(peer)('/irc/send', post(body));
    expect(await response.json()).toMatchObject({ target: 'bob', sent: [{ text: 'hi' }] });
    await peer.done();
  });

  it.each<[string, string, number]>([
    [':irc.test 404 me #a :Cannot send to channel', '404', 403],
    [':irc.test 401 me #a :No such nick', '401', 404],
    [':irc.test 439 me #a :Too fast', '439', 429],
    [':irc.test 412 me :No text to send', '412', 400],
  ])('answers %s with the server’s code', async (line, code, status) => {
    const peer = welcoming()
      .expect(lines('JOIN #a', 'PING f1'))
      .sendLines(...JOINED)
      .expect(lines('PRIVMSG #a :Hello there', 'PING f2'))
      .sendLines(line, 'PONG irc.test f2')
      .expect(lines('QUIT'))
      .expectEnd()
      .close();
    const response = await gateway(peer)('/irc/send', post(TO_MAIN));
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ code: 'server', server: { code } });
    await peer.done();
  });

  it('tells no caller about the login of a named connection', async () => {
    const peer = scriptedPeer()
      .expectLine('CAP LS 302')
      .sendLines(':irc.test CAP * LS :sasl=PLAIN')
      .expectLine(/^NICK/)
      .expectLine(/^USER/)
      .expectLine('CAP REQ :sasl')
      .sendLines(':irc.test CAP * ACK :sasl')
      .expectLine('AUTHENTICATE PLAIN')
      .sendLines(':irc.test 904 me :hunter22 is wrong for me');
    const response = await gateway(peer)('/irc/send', post({ ...TO_MAIN, connection: 'login' }));
    expect(response.status).toBe(502);
    expect(await response.text()).not.toMatch(/hunter22|irc\.test/);
  });

  it.each<[string, RequestInit, number, RegExp]>([
    ['no JSON', post('{'), 400, /JSON/],
    ['no body', { method: 'POST' }, 400, /JSON|body/],
    ['no target', post({ messages: ['x'] }), 400, /target/],
    ['an empty target', post({ ...TO_MAIN, target: '' }), 400, /target/],
    ['no messages', post({ ...TO_MAIN, messages: [] }), 400, /messages/],
    ['an empty message', post({ ...TO_MAIN, messages: [''] }), 400, /messages/],
    ['a number for a message', post({ ...TO_MAIN, messages: [7] }), 400, /messages/],
    ['an unknown kind', post({ ...TO_MAIN, messages: [{ text: 'x', kind: 'shout' }] }), 400, /messages/],
    ['an unknown member', post({ ...TO_MAIN, colour: 'red' }), 400, /colour/],
    ['too many messages', post({ ...TO_MAIN, messages: Array(1001).fill('x') }), 413, /maxCommands/],
    ['an unknown connection', post({ ...TO_MAIN, connection: 'none' }), 404, /none/],
    ['settings that are none', post({ ...TO_MAIN, connection: 'wrong' }), 400, /settings/],
    [
      'an address that is not allowed',
      post({ target: '#a', messages: ['x'] }, { 'Fairlead-Url': 'ircs://me@evil.example' }),
      403,
      /may choose/,
    ],
    [
      'another scheme',
      post({ target: '#a', messages: ['x'] }, { 'Fairlead-Url': 'http://chat.example' }),
      400,
      /scheme/,
    ],
    [
      'an address without a nick',
      post({ target: '#a', messages: ['x'] }, { 'Fairlead-Url': 'ircs://chat.example' }),
      400,
      /nick/,
    ],
    ['another method', {}, 405, /POST|GET/],
    [
      'no token',
      { ...post(TO_MAIN), headers: { 'Content-Type': 'application/json', Authorization: 'Bearer x' } },
      401,
      /./,
    ],
    ['a body that is text', post(TO_MAIN, { 'Content-Type': 'text/plain' }), 415, /json/],
  ])('refuses %s, and dials nobody', async (_, init, status, words) => {
    const peer = scriptedPeer();
    const response = await gateway(peer)('/irc/send', init);
    expect([response.status, await response.text()]).toEqual([status, expect.stringMatching(words)]);
    expect(peer.connections).toBe(0);
  });

  it.each<[string, object]>([
    ['a line end in the text', { messages: ['x\r\nQUIT'] }],
    ['a line end in the target', { target: '#a\r\nQUIT' }],
    ['NUL in the text', { messages: ['x\0'] }],
    ['a space in the target', { target: '#a b' }],
    ['two targets', { target: '#a,#b' }],
    ['a line end in the key', { key: 'x\nQUIT' }],
    ['a key with a space', { key: 'a b' }],
    ['line ends in the words of parting', { part: 'bye\r\nQUIT' }],
  ])('lets %s onto no wire', async (_, change) => {
    const peer = scriptedPeer();
    const response = await gateway(peer)('/irc/send', post({ ...TO_MAIN, ...change }));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'usage', safeToRetry: true });
    expect(peer.connections).toBe(0);
  });

  it('lets a server send its callers to no port that the policy does not allow', async () => {
    const upgrade = (port: number) =>
      scriptedPeer()
        .expect(lines('CAP LS 302', 'NICK me', 'USER me 0 * me'))
        .sendLines(`:irc.test CAP * LS :sts=port=${port}`);
    const request = { target: 'bob', messages: ['x'] };
    const headers = { 'Fairlead-Url': 'irc://me@chat.example' };
    const seen: unknown[] = [];
    const refused = await gateway(upgrade(22), seen)('/irc/send', post(request, headers));
    expect([refused.status, seen.length]).toEqual([403, 1]);
    const peer = upgrade(6697)
      .nextConnection()
      .expect(lines('CAP LS 302', 'NICK me', 'USER me 0 * me'))
      .sendLines(':irc.test CAP * LS :')
      .expect(lines('CAP END'))
      .sendLines(...WELCOME)
      .expect(lines('PRIVMSG bob x', 'PING f1'))
      .sendLines('PONG irc.test f1')
      .expect(lines('QUIT'))
      .expectEnd()
      .close();
    const followed = await gateway(peer, seen)('/irc/send', post(request, headers));
    expect(followed.status).toBe(200);
    expect(seen.slice(1)).toMatchObject([
      { port: 6667, tls: 'off' },
      { port: 6697, tls: 'implicit' },
    ]);
  });
});

describe('GET /irc/session', () => {
  async function call(peer: ScriptedPeer, query = '?connection=main') {
    const response = await gateway(peer)(`/irc/session${query}`, { headers: { Upgrade: 'websocket' } });
    const socket = response.webSocket;
    if (!socket) throw new Error(`no WebSocket: ${response.status} ${await response.text()}`);
    const events: Record<string, unknown>[] = [];
    socket.addEventListener('message', ({ data }) => {
      events.push(JSON.parse(String(data)));
    });
    const closed = new Promise<number>((resolve) => {
      socket.addEventListener('close', ({ code }) => resolve(code));
    });
    socket.accept();
    const say = (command: unknown) => socket.send(JSON.stringify(command));
    const seen = (event: string) => events.filter((one) => one.event === event);
    return { socket, events, seen, closed, say };
  }

  it('carries events out and commands in, and ends with the socket', async () => {
    const peer = welcoming()
      .expect(lines('JOIN #a', 'PING f1'))
      .sendLines(
        ':me!~me@host.test JOIN #a',
        ':irc.test 353 me = #a :me @bob',
        ':irc.test 366 me #a :End',
        'PONG irc.test f1',
      )
      .sendLines('@time=2026-11-21T10:00:00.000Z :bob!b@h PRIVMSG #a :hello');
    const { socket, seen, say, events } = await call(peer, '?connection=main&channel=%23a');
    await expect.poll(() => seen('message')).toHaveLength(1);
    expect(events[0]).toMatchObject({
      event: 'ready',
      nick: 'me',
      channels: [{ name: '#a', complete: true, members: [{ nick: 'me' }, { nick: 'bob', modes: 'o' }] }],
    });
    expect(seen('message')[0]).toEqual({
      event: 'message',
      kind: 'privmsg',
      from: { nick: 'bob', user: 'b', host: 'h' },
      self: false,
      target: '#a',
      text: 'hello',
      time: Date.UTC(2026, 10, 21, 10),
      tags: { time: '2026-11-21T10:00:00.000Z' },
    });
    peer
      .expect(lines('PRIVMSG #a :hi bob', 'PING f2'))
      .sendLines('PONG irc.test f2')
      .expect(lines('TOPIC #a x', 'PING f3'))
      .sendLines(':irc.test 482 me #a :Not an operator', 'PONG irc.test f3');
    say({ command: 'say', target: '#a', text: 'hi bob', ref: 1 });
    await expect.poll(() => seen('done')).toEqual([{ event: 'done', ref: 1, sent: [{ text: 'hi bob' }] }]);
    say({ command: 'topic', channel: '#a', topic: 'x', ref: 'two' });
    await expect.poll(() => seen('error')).toHaveLength(1);
    expect(seen('error')[0]).toMatchObject({
      ref: 'two',
      problem: { code: 'server', status: 403, server: { code: '482' } },
    });
    say({ command: 'channel', channel: '#A', ref: 3 });
    say({ command: 'history', target: '#a', ref: 4 });
    say({ command: 'say', target: '#a', text: 'x\nQUIT', ref: 5 });
    say({ command: 'ctcp', target: 'bob', request: 'DCC', text: 'SEND x', ref: 6 });
    say({ command: 'dance' });
    await expect.poll(() => seen('error')).toHaveLength(5);
    expect(seen('done')).toContainEqual(
      expect.objectContaining({ ref: 3, channel: expect.objectContaining({ name: '#a' }) }),
    );
    expect(seen('error').slice(1)).toMatchObject([
      { ref: 4, problem: { code: 'usage' } },
      { ref: 5, problem: { code: 'usage' } },
      { ref: 6, problem: { code: 'usage' } },
      { problem: { code: 'invalid' } },
    ]);
    peer.expect(lines('QUIT')).expectEnd().close();
    socket.close(1000);
    await peer.done();
  });

  it('tells why the server ended it', async () => {
    const peer = welcoming().sendLines('ERROR :Closing Link: (Killed)');
    const { closed, seen } = await call(peer);
    expect(await closed).toBe(4502);
    expect(seen('error').at(-1)).toMatchObject({ problem: { code: 'connection_lost' } });
  });

  it.each<[string, RequestInit, string, number]>([
    ['?connection=main', {}, 'all', 400],
    ['?connection=main', { headers: { Upgrade: 'websocket' } }, 'send', 403],
    ['?connection=none', { headers: { Upgrade: 'websocket' } }, 'all', 404],
    ['?connection=main&channel=%23a%20b', { headers: { Upgrade: 'websocket' } }, 'all', 400],
    ['?connection=main&channel=%23a%0D%0AQUIT', { headers: { Upgrade: 'websocket' } }, 'all', 400],
  ])('refuses %s %j of %s before the upgrade', async (query, init, token, status) => {
    const peer = scriptedPeer();
    expect((await gateway(peer)(`/irc/session${query}`, init, token)).status).toBe(status);
    expect(peer.connections).toBe(0);
  });

  it('lets no token for sessions send by POST', async () => {
    expect((await gateway()('/irc/send', post(TO_MAIN), 'session')).status).toBe(403);
  });
});
