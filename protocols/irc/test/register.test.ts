// Registration: capabilities, nicks, passwords, and every way in which a server may refuse or break it.
import { scriptedPeer } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import { connect, type IrcOptions } from '../src/index.ts';
import { HELLO, lines, outcome, WELCOME, welcoming } from './wire.ts';

const dial = (peer: ReturnType<typeof scriptedPeer>, options: IrcOptions = {}, url = 'ircs://me@irc.test') =>
  connect(url, { connector: peer.connector, ...options });

describe('registration', () => {
  it('leaves in one write, and says what the server is', async () => {
    const writes: number[] = [];
    const peer = scriptedPeer({ onPlatformWrite: (bytes) => writes.push(bytes) })
      .expect(lines(...HELLO))
      .sendLines(':irc.test CAP * LS :', ...WELCOME)
      .expect(lines('CAP END'));
    const client = await dial(peer);
    expect(writes).toContain(lines(...HELLO).length);
    expect(client.server).toEqual({ name: 'irc.test', version: 'TestIRCd-1.2', network: 'Test' });
    expect([client.nick, client.account, client.lagMs]).toEqual(['me', undefined, undefined]);
    expect(client.isupport.tokens.get('NICKLEN')).toBe('30');
    peer.expect(lines('QUIT')).expectEnd();
    await client.close();
    await peer.done();
  });

  it('takes a list of capabilities over several lines, and asks only for what it knows', async () => {
    const peer = scriptedPeer()
      .expect(lines(...HELLO))
      .sendLines(
        ':irc.test CAP * LS * :multi-prefix sasl=PLAIN unknown',
        ':irc.test CAP * LS :server-time batch',
      )
      .expect(lines('CAP REQ :multi-prefix server-time batch'))
      .sendLines(':irc.test CAP me ACK :multi-prefix server-time batch ')
      .expect(lines('CAP END'))
      .sendLines(...WELCOME);
    const client = await dial(peer);
    expect([...client.capabilities]).toEqual(['multi-prefix', 'server-time', 'batch']);
    await peer.done();
  });

  it('ends the negotiation in one flight with what it asks for, where there is no login', async () => {
    const peer = scriptedPeer()
      .expect(lines(...HELLO))
      .sendLines(':irc.test CAP * LS :server-time batch')
      .expect(lines('CAP REQ :server-time batch', 'CAP END'))
      .sendLines(':irc.test CAP me ACK :server-time batch', ...WELCOME);
    const client = await dial(peer);
    expect([...client.capabilities]).toEqual(['server-time', 'batch']);
    await peer.done();
  });

  it('asks one by one behind the welcome where a server refuses what it has listed, and waits for the answers', async () => {
    const peer = scriptedPeer()
      .expect(lines(...HELLO))
      .sendLines(':irc.test CAP * LS :server-time batch')
      .expect(lines('CAP REQ :server-time batch', 'CAP END'))
      .sendLines(':irc.test CAP me NAK :server-time batch', ...WELCOME)
      .expect(lines('CAP REQ :server-time', 'CAP REQ :batch'))
      .sendLines(':irc.test CAP me NAK :server-time', ':irc.test CAP me ACK :batch');
    const client = await dial(peer);
    expect([...client.capabilities]).toEqual(['batch']);
    await peer.done();
  });

  it('asks one by one where a list is refused, and for what the options add or leave out', async () => {
    const peer = scriptedPeer()
      .expect(lines(...HELLO))
      .sendLines(':irc.test CAP * LS :setname batch example.org/x server-time')
      .expect(lines('CAP REQ :setname batch example.org/x'))
      .sendLines(':irc.test CAP me NAK :setname batch example.org/x')
      .expect(lines('CAP REQ :setname', 'CAP REQ :batch', 'CAP REQ :example.org/x'))
      .sendLines(
        ':irc.test CAP me ACK :setname',
        ':irc.test CAP me NAK :batch',
        ':irc.test CAP me ACK :example.org/x',
      )
      .expect(lines('CAP END'))
      .sendLines(...WELCOME);
    const client = await dial(peer, { capabilities: ['example.org/x', '-server-time'] });
    expect([...client.capabilities]).toEqual(['setname', 'example.org/x']);
    await peer.done();
  });

  it('follows NEW and DEL', async () => {
    const peer = welcoming('server-time');
    const client = await dial(peer);
    peer
      .sendLines(':irc.test CAP me NEW :batch away-notify')
      .expect(lines('CAP REQ :batch away-notify'))
      .sendLines(':irc.test CAP me ACK :batch away-notify', ':irc.test CAP me DEL :server-time');
    const events = client[Symbol.asyncIterator]();
    const seen: unknown[] = [];
    while (seen.length < 2) {
      const { value } = await events.next();
      if (value?.type === 'capabilities') seen.push(value.enabled);
    }
    expect(seen).toEqual([
      ['server-time', 'batch', 'away-notify'],
      ['batch', 'away-notify'],
    ]);
    expect([...client.capabilities]).toEqual(['batch', 'away-notify']);
  });

  it('knows a server without capabilities', async () => {
    const peer = scriptedPeer()
      .expect(lines(...HELLO))
      .sendLines(':irc.test 421 me CAP :Unknown command', ...WELCOME);
    const client = await dial(peer);
    expect(client.capabilities.size).toBe(0);
    await peer.done();
  });

  it('answers PING before it is let in, and keeps quiet about notices', async () => {
    const peer = scriptedPeer()
      .expect(lines(...HELLO))
      .sendLines(':irc.test NOTICE * :*** Looking up your hostname...', 'PING :1f2e 3d')
      .expect(lines('PONG :1f2e 3d'))
      .sendLines(':irc.test CAP * LS :')
      .expect(lines('CAP END'))
      .sendLines(...WELCOME);
    await dial(peer);
    await peer.done();
  });

  it.each(['433', '436', '437', '432'])('tries other nicks on %s', async (numeric) => {
    const peer = scriptedPeer()
      .expect(lines(...HELLO))
      .sendLines(':irc.test CAP * LS :', `:irc.test ${numeric} * me :No`)
      .expect(lines('CAP END', 'NICK me_'))
      .sendLines(`:irc.test ${numeric} * me_ :No`)
      .expect(lines('NICK me__'))
      .sendLines(WELCOME[0]?.replaceAll(' me ', ' me__ ') ?? '', WELCOME[5] ?? '');
    const client = await dial(peer);
    expect(client.nick).toBe('me__');
  });

  it('gives up when no nick is left', async () => {
    const peer = scriptedPeer()
      .expect(lines(...HELLO))
      .sendLines(':irc.test 433 * me :Nickname is already in use.')
      .expect(lines('NICK other'))
      .sendLines(':irc.test 433 * other :Nickname is already in use.');
    await expect(dial(peer, { altNicks: ['other'] })).rejects.toMatchObject({
      code: 'server',
      server: { code: '433', message: 'Nickname is already in use.', fields: { context: 'other' } },
      peer: { hostname: 'irc.test', port: 6697, tls: true },
    });
  });

  it('sends the server’s password first, the user name and the real name', async () => {
    const peer = scriptedPeer()
      .expect(lines('CAP LS 302', 'PASS :open sesame', 'NICK me', 'USER ident 0 * :Me Myself'))
      .sendLines(':irc.test CAP * LS :')
      .expect(lines('CAP END'))
      .sendLines(...WELCOME);
    await dial(peer, { serverPassword: 'open sesame', ident: 'ident', realname: 'Me Myself' });
    await peer.done();
  });

  it.each<[string, string, object]>([
    ['a wrong password', ':irc.test 464 me :Password incorrect', { code: 'auth', server: { code: '464' } }],
    ['a ban', ':irc.test 465 me :You are banned', { code: 'server', server: { code: '465' } }],
    [
      'a host without privileges',
      ':irc.test 463 me :Not your host',
      { code: 'server', server: { code: '463' } },
    ],
    [
      'ERROR',
      'ERROR :Closing Link: (Throttled)',
      { code: 'server', server: { code: 'ERROR', message: 'Closing Link: (Throttled)' } },
    ],
    ['another protocol', 'HTTP/1.1 400 Bad Request', { code: 'protocol' }],
    ['no command', ':irc.test', { code: 'protocol' }],
    [
      'a line that is too long',
      `:irc.test NOTICE * :${'x'.repeat(20_000)}`,
      { code: 'limit', blame: 'peer' },
    ],
    ['tags that are too long', `@a=${'x'.repeat(9000)} NOTICE * :x`, { code: 'limit' }],
    [
      'capabilities without end',
      `:irc.test CAP * LS * :${Array.from({ length: 600 }, (_, n) => `c${n}`).join(' ')}`,
      { code: 'limit' },
    ],
  ])('fails on %s', async (_, line, error) => {
    const peer = scriptedPeer()
      .expect(lines(...HELLO))
      .sendLines(line);
    await expect(dial(peer)).rejects.toMatchObject(error);
  });

  it.each<[string, (peer: ReturnType<typeof scriptedPeer>) => unknown, string]>([
    ['before a word', (peer) => peer.close(), 'connection_lost'],
    ['in the middle of a line', (peer) => peer.send(':irc.test CAP * L').close(), 'connection_lost'],
    [
      'behind the capabilities',
      (peer) => peer.sendLines(':irc.test CAP * LS :batch').close(),
      'connection_lost',
    ],
    ['by a reset', (peer) => peer.reset(), 'connection_lost'],
    [
      'behind the welcome',
      (peer) => peer.sendLines(':irc.test CAP * LS :', WELCOME[0] ?? '').close(),
      'connection_lost',
    ],
  ])('fails when the connection ends %s', async (_, end, code) => {
    const peer = scriptedPeer().expect(lines(...HELLO));
    end(peer);
    await expect(dial(peer)).rejects.toMatchObject({ code });
  });

  it('fails when the server says nothing, and when the caller has enough', async () => {
    const silent = scriptedPeer()
      .expect(lines(...HELLO))
      .stall();
    await expect(dial(silent, { connectTimeoutMs: 20 })).rejects.toMatchObject({ code: 'connect_timeout' });
    const controller = new AbortController();
    const peer = scriptedPeer()
      .expect(lines(...HELLO))
      .call(() => controller.abort());
    await expect(dial(peer, { signal: controller.signal })).rejects.toMatchObject({ code: 'aborted' });
    const refused = scriptedPeer({ dial: 'refuse' });
    await expect(dial(refused)).rejects.toMatchObject({ code: 'connect_failed' });
    const badCertificate = scriptedPeer({ tls: 'wrong-name' });
    await expect(dial(badCertificate)).rejects.toMatchObject({ code: 'tls_failed' });
  });

  it('joins the channels of the URL, and fails with the server’s words where it may not', async () => {
    const peer = welcoming();
    peer
      .expect(lines('JOIN #a', 'PING f1', 'JOIN #b', 'PING f2'))
      .sendLines(':me!~me@host.test JOIN #a', ':irc.test 353 me = #a :@op me', ':irc.test 366 me #a :End')
      .sendLines(
        'PONG irc.test f1',
        ':me!~me@host.test JOIN #b',
        ':irc.test 366 me #b :End',
        'PONG irc.test :f2',
      );
    const url = 'ircs://me@irc.test/#a,b';
    const client = await dial(peer, {}, url);
    expect([...client.channels.keys()]).toEqual(['#a', '#b']);
    const closed = welcoming();
    closed
      .expect(lines('JOIN #a', 'PING f1', 'JOIN #b', 'PING f2'))
      .sendLines(':irc.test 473 me #a :Cannot join channel (+i)', 'PONG irc.test f1', 'PONG irc.test f2')
      .expect(lines('QUIT'));
    await expect(dial(closed, {}, url)).rejects.toMatchObject({
      code: 'server',
      server: { code: '473', fields: { context: '#a' } },
    });
    await closed.done();
  });
});

describe('addresses', () => {
  it.each<[string, IrcOptions, object]>([
    ['ircs://me@irc.test', {}, { hostname: 'irc.test', port: 6697, tls: 'implicit' }],
    ['irc://me@irc.test', {}, { hostname: 'irc.test', port: 6667, tls: 'off' }],
    ['ircs://me@irc.test:7000', {}, { port: 7000 }],
    ['ircs://me@irc.test', { tls: 'starttls' }, { port: 6667, tls: 'starttls' }],
    ['ircs://m%C3%AB@[::1]', {}, { hostname: '[::1]' }],
  ])('%s %j', async (url, options, dialled) => {
    let seen = {};
    const connector: IrcOptions['connector'] = (address, { tls } = {}) => {
      seen = { ...address, tls };
      return Promise.reject(new Error('far enough'));
    };
    await outcome(connect(url, { connector, ...options }));
    expect(seen).toMatchObject(dialled);
  });

  it.each<[string, IrcOptions]>([
    ['http://me@irc.test', {}],
    ['ircs://irc.test', {}],
    ['ircs://me@irc.test/?key=1', {}],
    ['ircs://%FF@irc.test', {}],
    ['ircs://me:secret@', {}],
    ['nonsense', {}],
    ['ircs://me%0D%0AQUIT@irc.test', {}],
    ['ircs://me@irc.test', { nick: 'a b' }],
    ['ircs://me@irc.test', { nick: '' }],
    ['ircs://me@irc.test', { altNicks: ['a\nb'] }],
    ['ircs://me@irc.test', { ident: 'a b' }],
    ['ircs://me@irc.test', { realname: 'a\r\nQUIT' }],
    ['ircs://me@irc.test', { serverPassword: 'a\nb' }],
    ['ircs://me@irc.test', { serverPassword: '' }],
    ['ircs://me@irc.test', { password: '' }],
    ['ircs://me@irc.test', { saslMechanism: 'PLAIN' }],
    ['ircs://me@irc.test', { username: 'a\0b', password: 'x' }],
    ['ircs://me@irc.test', { channels: ['#a,#b'] }],
    ['ircs://me@irc.test', { channels: ['#a b'] }],
    ['ircs://me@irc.test', { username: 'account' }],
    ['ircs://me@irc.test', { password: 'a\0b' }],
    ['ircs://me@irc.test', { password: 'x', saslMechanism: 'EXTERNAL' }],
    ['ircs://me@irc.test', { port: 0 }],
  ])('refuses %s %j before it dials', async (url, options) => {
    const peer = scriptedPeer();
    const error = await outcome(connect(url, { connector: peer.connector, ...options }));
    expect(error).toMatchObject({ code: 'usage' });
    expect(String(error)).not.toContain('secret');
    expect(peer.connections).toBe(0);
  });

  it('says what EXTERNAL needs', async () => {
    const login = connect('ircs://me@irc.test', { saslMechanism: 'EXTERNAL' });
    await expect(login).rejects.toThrow(/client certificate: tls/);
  });
});
