// `GET /irc/session`: events out, commands in, and each way in which the socket ends.
import { type ScriptedPeer, scriptedPeer } from '@fairlead/testkit';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { gateway, post, TO_MAIN } from './gateway.ts';
import { lines, welcoming } from './wire.ts';

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
});

afterEach(() => {
  vi.restoreAllMocks();
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

  it('asks who is in a channel, and who a nick is', async () => {
    const peer = welcoming();
    const { socket, seen, say } = await call(peer);
    await expect.poll(() => seen('ready')).toHaveLength(1);
    peer
      .expect(lines('NAMES #b', 'PING f1'))
      .sendLines(':irc.test 353 me = #b :@bob +alice!a@h', ':irc.test 366 me #b :End', 'PONG irc.test f1')
      .expect(lines('WHOIS bob', 'PING f2'))
      .sendLines(
        ':irc.test 311 me bob b host.test * :Bob',
        ':irc.test 319 me bob :@#b',
        ':irc.test 330 me bob bobby :is logged in as',
        ':irc.test 671 me bob :is using a secure connection',
        ':irc.test 317 me bob 7 1700000000 :seconds idle, signon time',
        ':irc.test 318 me bob :End',
        'PONG irc.test f2',
      )
      .expect(lines('WHOIS nobody', 'PING f3'))
      .sendLines(':irc.test 401 me nobody :No such nick', ':irc.test 318 me nobody :End', 'PONG irc.test f3');
    say({ command: 'names', channel: '#b', ref: 1 });
    await expect.poll(() => seen('done')).toHaveLength(1);
    say({ command: 'whois', nick: 'bob', ref: 2 });
    await expect.poll(() => seen('done')).toHaveLength(2);
    say({ command: 'whois', nick: 'nobody', ref: 3 });
    await expect.poll(() => seen('done')).toHaveLength(3);
    expect(seen('done')).toEqual([
      {
        event: 'done',
        ref: 1,
        names: [
          { nick: 'bob', user: '', host: '', modes: 'o' },
          { nick: 'alice', user: 'a', host: 'h', modes: 'v' },
        ],
      },
      {
        event: 'done',
        ref: 2,
        whois: {
          nick: 'bob',
          user: 'b',
          host: 'host.test',
          realname: 'Bob',
          account: 'bobby',
          channels: [{ name: '#b', modes: 'o' }],
          idleMs: 7_000,
          signedOnAtMs: 1_700_000_000_000,
          isOperator: false,
          isSecure: true,
          isBot: false,
        },
      },
      { event: 'done', ref: 3, whois: null },
    ]);
    say({ command: 'names', channel: '#b x', ref: 4 });
    say({ command: 'whois', nick: 'bob\r\nQUIT', ref: 5 });
    say({ command: 'whois', channel: '#b', ref: 6 });
    await expect.poll(() => seen('error')).toHaveLength(3);
    expect(seen('error')).toMatchObject([
      { ref: 4, problem: { code: 'usage' } },
      { ref: 5, problem: { code: 'usage' } },
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
    ['?connection=main', {}, 'all', 426],
    ['?connection=main', { headers: { Upgrade: 'websocket' } }, 'send', 403],
    ['?connection=none', { headers: { Upgrade: 'websocket' } }, 'all', 404],
    ['?connection=main&channel=%23a%20b', { headers: { Upgrade: 'websocket' } }, 'all', 400],
    ['?connection=main&channel=%23a%0D%0AQUIT', { headers: { Upgrade: 'websocket' } }, 'all', 400],
  ])('refuses %s %j of %s before the upgrade', async (query, init, token, status) => {
    const peer = scriptedPeer();
    expect((await gateway(peer)(`/irc/session${query}`, init, token)).status).toBe(status);
    expect(peer.connections).toBe(0);
  });

  it('names the protocol to upgrade to', async () => {
    const response = await gateway()('/irc/session?connection=main');
    expect([response.status, response.headers.get('Upgrade')]).toEqual([426, 'websocket']);
    expect(await response.json()).toMatchObject({ code: 'upgrade_required' });
  });

  it('lets no token for sessions send by POST', async () => {
    expect((await gateway()('/irc/send', post(TO_MAIN), 'session')).status).toBe(403);
  });
});
