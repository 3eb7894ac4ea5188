// What servers and bouncers in the wild do: refusals by any number, split answers, odd foldings, playbacks, notices.
import { scriptedPeer } from '@fairlead/testkit';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { connect, type FairleadError, foldCase } from '../src/index.ts';
import { splitText } from '../src/wire/split-text.ts';
import { joined, members, start } from './sessions.ts';
import { HELLO, lines, open, outcome, WELCOME, welcoming } from './wire.ts';

afterEach(() => {
  vi.useRealTimers();
});

describe('answers', () => {
  it('a refusal of a command that nobody awaits does not become the next one’s', async () => {
    const { peer, client } = await open();
    peer
      .expect(lines('PRIVMSG nobody x', 'PING f2', 'JOIN #c', 'PING f1'))
      .sendLines(
        ':irc.test 401 me nobody :No such nick',
        'PONG irc.test f2',
        ':me!~me@host.test JOIN #c',
        ':irc.test 366 me #c :End',
        'PONG irc.test f1',
      );
    client.send('PRIVMSG', ['nobody', 'x']);
    expect(await client.join('#c')).toMatchObject({ name: '#c' });
    // The next one has nothing before it, and so no PING.
    peer.expect(lines('TOPIC #c t', 'PING f3')).sendLines('PONG irc.test f3');
    await client.setTopic('#c', 't');
    await peer.done();
    await client.close();
  });

  it('is told apart from a forgotten command’s, though the one behind that is taken back', async () => {
    const { peer, client } = await open();
    const caller = new AbortController();
    client.send('PRIVMSG', ['nobody', 'x']);
    const taken = outcome(client.request('X', [], { signal: caller.signal }));
    const joining = client.join('#c');
    caller.abort();
    peer
      .expect(lines('PRIVMSG nobody x', 'PING f2', 'JOIN #c', 'PING f3'))
      .sendLines(
        ':irc.test 401 me nobody :No such nick',
        'PONG irc.test f2',
        ':me!~me@host.test JOIN #c',
        'PONG irc.test f3',
      );
    expect(await taken).toMatchObject({ code: 'aborted', safeToRetry: true });
    expect(await joining).toMatchObject({ name: '#c' });
    // The same where nothing was behind it yet.
    const other = new AbortController();
    client.send('PRIVMSG', ['nobody', 'y']);
    const again = outcome(client.request('X', [], { signal: other.signal }));
    other.abort();
    expect(await again).toMatchObject({ code: 'aborted' });
    peer
      .expect(lines('PRIVMSG nobody y'))
      .expect(lines('PING f7', 'TOPIC #c t', 'PING f6'))
      .sendLines(':irc.test 401 me nobody :No such nick', 'PONG irc.test f7', 'PONG irc.test f6');
    await client.setTopic('#c', 't');
    await peer.done();
    await client.close();
  });

  it('a text of more messages than may wait is refused before one of them leaves', async () => {
    const { peer, client } = await open();
    peer.expect(lines('QUIT')).expectEnd().close();
    expect(await outcome(client.say('#a', 'x '.repeat(400_000)))).toMatchObject({
      code: 'limit',
      safeToRetry: true,
    });
    await client.close();
    await peer.done();
  });

  it.each(['263', '404', '716', '723', '734', '742', '765', '902', '937', '972'])(
    'the numeric %s is a refusal',
    async (numeric) => {
      const { peer, client } = await open();
      peer
        .expect(lines('X', 'PING f1'))
        .sendLines(`:irc.test ${numeric} me x :No`, 'PONG irc.test f1')
        .expect(lines('QUIT'))
        .expectEnd()
        .close();
      expect(await outcome(client.request('X'))).toMatchObject({ code: 'server', server: { code: numeric } });
      await client.close();
    },
  );

  it.each(['422', '717', '704', '730', '900', '908', '671'])('the numeric %s is none', async (numeric) => {
    const { peer, client } = await open();
    peer.expect(lines('X', 'PING f1')).sendLines(`:irc.test ${numeric} me x :Yes`, 'PONG irc.test f1');
    expect((await client.request('X')).messages).toHaveLength(1);
    await client.close();
  });

  it('one command costs one token of the flood, its PINGs none', () => {
    const all = joined('', { flood: { burst: 2, intervalMs: 1000 } });
    for (const text of ['one', 'two', 'three']) {
      all.session.commands.request({ command: 'PRIVMSG', params: ['#a', text] }, 60_000, () => undefined);
    }
    expect(all.session.output(0)).toBe('PRIVMSG #a one\r\nPING f1\r\nPRIVMSG #a two\r\nPING f2\r\n');
    expect(all.session.wakeAt()).toBe(1000);
    expect(all.session.output(1000)).toBe('PRIVMSG #a three\r\nPING f3\r\n');
  });

  it('a text of which a piece has left is not safe to retry, though its last piece waits', async () => {
    const peer = welcoming();
    const client = await connect('ircs://me@irc.test', {
      connector: peer.connector,
      flood: { burst: 1, intervalMs: 60_000 },
    });
    peer.expectUntil('PING f1\r\n', /PRIVMSG/);
    const caller = new AbortController();
    const saying = outcome(client.say('#a', 'x'.repeat(600), { signal: caller.signal }));
    await vi.waitFor(async () => peer.done(1));
    caller.abort();
    expect(await saying).toMatchObject({ code: 'aborted', safeToRetry: false });
    expect(await outcome(client.say('#a', 'y', { signal: caller.signal }))).toMatchObject({
      safeToRetry: true,
    });
    await client.close();
  });
});

describe('registration', () => {
  it('goes on to SASL when the capabilities are acknowledged over two lines', async () => {
    const peer = scriptedPeer()
      .expect(lines(...HELLO))
      .sendLines(':irc.test CAP * LS :sasl=PLAIN batch message-tags')
      .expect(lines('CAP REQ :sasl batch message-tags'))
      .sendLines(':irc.test CAP me ACK * :batch', ':irc.test CAP me ACK :message-tags sasl')
      .expect(lines('AUTHENTICATE PLAIN'))
      .sendLines('AUTHENTICATE +')
      .expectLine(/^AUTHENTICATE \S{8,}$/)
      .sendLines(':irc.test 903 me :Done')
      .expect(lines('CAP END'))
      .sendLines(...WELCOME);
    const client = await connect('ircs://me:secret@irc.test', { connector: peer.connector });
    expect([...client.capabilities]).toEqual(['batch', 'message-tags', 'sasl']);
    await client.close();
  });

  it('tells what a server said by NOTICE alone before it hung up, and is safe to retry', async () => {
    const peer = scriptedPeer()
      .expect(lines(...HELLO))
      .sendLines(':irc.test NOTICE * :*** Your address is on a blocklist')
      .end();
    const error = await outcome(connect('ircs://me@irc.test', { connector: peer.connector }));
    expect(error).toMatchObject({
      code: 'connection_lost',
      safeToRetry: true,
      server: { code: 'NOTICE', message: '*** Your address is on a blocklist' },
      message: expect.stringContaining('blocklist'),
    });
  });

  it('is safe to retry where the server is silent, and asks functions for passwords within the same time', async () => {
    vi.useFakeTimers();
    const silent = scriptedPeer()
      .expect(lines(...HELLO))
      .stall();
    const attempt = outcome(
      connect('ircs://me@irc.test', { connector: silent.connector, connectTimeoutMs: 1000 }),
    );
    await vi.advanceTimersByTimeAsync(1001);
    expect(await attempt).toMatchObject({ code: 'connect_timeout', safeToRetry: true });
    const vault = outcome(
      connect('ircs://me@irc.test', {
        password: () => new Promise<string>(() => undefined),
        connectTimeoutMs: 1000,
      }),
    );
    await vi.advanceTimersByTimeAsync(1001);
    expect(await vault).toMatchObject({ code: 'connect_timeout', safeToRetry: true });
  });

  it('takes the password of a function, of the account and of the server', async () => {
    const peer = scriptedPeer()
      .expect(lines('CAP LS 302', 'PASS door', ...HELLO.slice(1)))
      .sendLines(':irc.test CAP * LS :sasl=PLAIN')
      .expect(lines('CAP REQ :sasl'))
      .sendLines(':irc.test CAP me ACK :sasl')
      .expect(lines('AUTHENTICATE PLAIN'))
      .sendLines('AUTHENTICATE +')
      .expectLine(`AUTHENTICATE ${btoa('\0me\0fresh')}`)
      .sendLines(':irc.test 903 me :Done')
      .expect(lines('CAP END'))
      .sendLines(...WELCOME);
    const options = {
      password: async () => 'fresh',
      serverPassword: () => 'door',
      connector: peer.connector,
    };
    await (await connect('ircs://me@irc.test', options)).close();
  });

  it.each<[string, object]>([
    ['a time that is none', { timeoutMs: Number.NaN }],
    ['a negative time', { pingIntervalMs: -1 }],
    ['no time at all', { connectTimeoutMs: 0 }],
    ['a flood that lets nothing out', { flood: { burst: 0 } }],
    ['a signal that is none', { signal: {} }],
  ])('refuses %s before it dials', async (_, options) => {
    const peer = scriptedPeer();
    const error = await outcome(connect('ircs://me@irc.test', { ...options, connector: peer.connector }));
    expect(error).toMatchObject({ code: 'usage', safeToRetry: true });
    expect(peer.connections).toBe(0);
  });

  it('says who called, in the errors of connect and of commands', async () => {
    const { peer, client } = await open();
    peer.expect(lines('X', 'PING f1')).end();
    const theCaller = async (): Promise<unknown> => await client.request('X');
    const error = await outcome(theCaller());
    expect((error as FairleadError).stack).toContain('theCaller');
    const theOpener = async (): Promise<unknown> =>
      await connect('ircs://me@irc.test', { connector: scriptedPeer({ dial: 'refuse' }).connector });
    expect(((await outcome(theOpener())) as FairleadError).stack).toContain('theOpener');
  });
});

describe('names', () => {
  it('folds by both spellings of the strict mapping', () => {
    for (const mapping of ['rfc1459-strict', 'strict-rfc1459']) {
      expect(foldCase('[A]\\~É', mapping)).toBe('{a}|~É');
    }
  });

  it('gives what is known new keys when a later 005 folds otherwise', () => {
    const all = start('', {});
    all.get(':me!~me@host.test JOIN #A[', ':irc.test 353 me = #A[ :me @Bob[', ':irc.test 366 me #A[ :End');
    expect(all.tracker.channel('#a{')).toBeDefined();
    all.get(':irc.test 005 me CASEMAPPING=ascii :are supported');
    expect(all.tracker.channel('#a[')?.name).toBe('#A[');
    expect(all.tracker.channel('#a{')).toBeUndefined();
    expect(Object.keys(members(all, '#a[')).sort()).toEqual(['bob[', 'me']);
    expect(all.tracker.user('BOB[')?.nick).toBe('Bob[');
    all.get(':bob[!b@h PART #a[');
    expect(Object.keys(members(all, '#a['))).toEqual(['me']);
  });

  it.each(['znc.in/playback', 'playback', 'chathistory', 'draft/chathistory', 'draft/chathistory-targets'])(
    'changes nothing by what a batch of %s plays back',
    (type) => {
      const all = joined();
      const before = members(all, '#a');
      all.get(
        `BATCH +p ${type} #a`,
        '@batch=p :alice!al@one.test PART #a',
        '@batch=p :dave!d@h JOIN #a',
        '@batch=p :bob!b@two.test NICK robert',
        'BATCH -p',
      );
      expect(members(all, '#a')).toEqual(before);
    },
  );
});

describe('splitText', () => {
  const FAMILY = '👩‍👩‍👧‍👦';

  it.each([
    ['families', FAMILY.repeat(30), 40],
    ['flags', '🇳🇱'.repeat(50), 30],
    ['letters of two', 'e\u0301'.repeat(100), 32],
    ['Hangul in parts', '\u1112\u1161\u11ab'.repeat(60), 31],
    ['words and emoji', `deploy done ${FAMILY} ${'👍🏽'.repeat(40)}`, 37],
  ])('cuts %s between what people see as characters', (_, text, maxBytes) => {
    const pieces = splitText(text, maxBytes);
    expect(pieces.join('')).toBe(text);
    const graphemes = [...new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(text)].map(
      ({ segment }) => segment,
    );
    const seen = pieces.flatMap((piece) =>
      [...new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(piece)].map(
        ({ segment }) => segment,
      ),
    );
    expect(seen).toEqual(graphemes);
    for (const piece of pieces) expect(new TextEncoder().encode(piece).length).toBeLessThanOrEqual(maxBytes);
  });

  it('cuts what no piece has room for between characters of Unicode', () => {
    const zalgo = `a${'\u0301'.repeat(500)}`;
    const pieces = splitText(zalgo, 64);
    expect(pieces.join('')).toBe(zalgo);
    for (const piece of pieces) expect(new TextEncoder().encode(piece).length).toBeLessThanOrEqual(64);
  });
});
