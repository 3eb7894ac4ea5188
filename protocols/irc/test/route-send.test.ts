// `POST /irc/send`: one call that joins, says and parts; scopes, bad input, servers that send callers elsewhere.
import { scriptedPeer } from '@fairlead/testkit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { gateway, JOINED, post, TO_MAIN } from './gateway.ts';
import { ALL_CAPS, lines, WELCOME, welcoming } from './wire.ts';

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
});

afterEach(() => {
  vi.restoreAllMocks();
});

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
      failed: 0,
      results: [
        { sent: [{ text: 'Hello there', id: 'm1', time: Date.UTC(2026, 10, 21, 10) }] },
        { sent: [{ text: 'waves', id: 'm2', time: expect.any(Number) }] },
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
    expect(await response.json()).toMatchObject({ target: 'bob', results: [{ sent: [{ text: 'hi' }] }] });
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

  it('tells of each message what became of it, and says that all failed by the first one’s problem', async () => {
    const answers = async (...replies: string[][]) => {
      const peer = welcoming()
        .expect(lines('JOIN #a', 'PING f1'))
        .sendLines(...JOINED);
      replies.forEach((reply, n) => {
        peer
          .expect(lines(`PRIVMSG #a :text ${n}`, `PING f${n + 2}`))
          .sendLines(...reply, `PONG irc.test f${n + 2}`);
      });
      peer.expectUntil('QUIT\r\n', /QUIT/).expectEnd().close();
      // Of PART, whose answer does not come, the outcome does not depend.
      const messages = replies.map((_, n) => `text ${n}`);
      return gateway(peer)('/irc/send', post({ ...TO_MAIN, messages, part: false }));
    };
    const refused = [':irc.test 404 me #a :Cannot send to channel'];
    const partly = await answers([], refused, []);
    expect(partly.status).toBe(200);
    expect(await partly.json()).toMatchObject({
      failed: 1,
      results: [
        { sent: [{ text: 'text 0' }] },
        { error: { code: 'server', server: { code: '404' }, safeToRetry: false } },
        { sent: [{ text: 'text 2' }] },
      ],
    });
    const none = await answers(refused, refused);
    expect(none.status).toBe(403);
    expect(await none.json()).toMatchObject({
      server: { code: '404' },
      detail: expect.stringContaining('None of the 2'),
    });
  });

  it('refuses a body of faults alone as any other', async () => {
    const body = `{"target":"#a","messages":[${'null,'.repeat(200_000)}null]}`;
    const { status, json } = await gateway()('/irc/send', post(body)).then(async (response) => ({
      status: response.status,
      json: await response.json<{ code: string; errors: unknown[] }>(),
    }));
    expect([status, json.code, json.errors.length]).toEqual([400, 'invalid', 20]);
  });

  it('answers in time with what was taken, and says which messages never left', async () => {
    const peer = welcoming()
      .expect(lines('JOIN #a', 'PING f1'))
      .sendLines(...JOINED)
      .expect(lines('PRIVMSG #a one', 'PING f2'))
      .sendLines('PONG irc.test f2')
      .expect(lines('PRIVMSG #a two', 'PING f3'))
      .stall();
    const body = { ...TO_MAIN, messages: ['one', 'two', 'three'] };
    const response = await gateway(peer)('/irc/send', post(body, { 'Fairlead-Timeout-Ms': '300' }));
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      failed: 2,
      results: [
        { sent: [{ text: 'one' }] },
        { error: { code: 'timeout', safeToRetry: false } },
        { error: { safeToRetry: true } },
      ],
    });
  });

  it('is not safe to retry as a whole where one message may have been taken', async () => {
    const peer = welcoming()
      .expect(lines('JOIN #a', 'PING f1'))
      .sendLines(...JOINED)
      .expect(lines('PRIVMSG #a two', 'PING f2'))
      .stall();
    const body = { ...TO_MAIN, messages: ['x '.repeat(400_000), 'two'] };
    const response = await gateway(peer)('/irc/send', post(body, { 'Fairlead-Timeout-Ms': '1500' }));
    expect(await response.json()).toMatchObject({ code: 'limit', safeToRetry: false });
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
      post({ target: '#a', messages: ['x'] }, { 'Fairlead-Url': 'ircs://me@evil.example.com' }),
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

  it('names the message that no line can carry', async () => {
    const messages = ['fine', { text: 'two\nlines', lines: 'split' }, 'x\r\nQUIT'];
    const response = await gateway()('/irc/send', post({ ...TO_MAIN, messages }));
    expect(await response.json()).toMatchObject({
      code: 'usage',
      detail: expect.stringMatching(/^messages\[2\] must/),
    });
  });

  it('sends the lines of a text one by one, if it is told to', async () => {
    const peer = welcoming()
      .expect(lines('PRIVMSG bob two', 'PING f1', 'PRIVMSG bob lines', 'PING f2'))
      .sendLines('PONG irc.test f1', 'PONG irc.test f2')
      .expect(lines('QUIT'))
      .expectEnd()
      .close();
    const messages = [{ text: 'two\nlines', lines: 'split' }];
    const response = await gateway(peer)('/irc/send', post({ connection: 'main', target: 'bob', messages }));
    expect(await response.json()).toMatchObject({
      results: [{ sent: [{ text: 'two' }, { text: 'lines' }] }],
    });
    await peer.done();
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
