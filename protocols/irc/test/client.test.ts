// The client's commands over a scripted server: answers, refusals, texts in pieces, histories.
import { describe, expect, it } from 'vitest';
import { chatHistory, ctcp } from '../src/index.ts';
import { ALL_CAPS, lines, open, outcome } from './wire.ts';

const PREFIX = ':me!~me@host.test';
const size = (text: string): number => new TextEncoder().encode(text).length;

describe('commands', () => {
  it('joins with a key, leaves with words, and has its own calls for the rest', async () => {
    const { peer, client } = await open();
    const steps: [string, string[], () => Promise<unknown>][] = [
      [
        'JOIN #a key',
        [`${PREFIX} JOIN #a`, ':irc.test 366 me #a :End'],
        () => client.join('#a', { key: 'key' }),
      ],
      ['TOPIC #a :new topic', [`${PREFIX} TOPIC #a :new topic`], () => client.setTopic('#a', 'new topic')],
      ['NICK you', [`${PREFIX} NICK you`], () => client.setNick('you')],
      ['NOTICE bob hi', [], () => client.notice('bob', 'hi')],
      ['PRIVMSG #a :\x01ACTION waves\x01', [], () => client.action('#a', 'waves')],
      ['PRIVMSG bob \x01VERSION\x01', [], () => ctcp(client, 'bob', 'version')],
      ['PRIVMSG bob :\x01PING 12\x01', [], () => ctcp(client, 'bob', 'PING', '12')],
      ['WHOIS bob', [':irc.test 318 you bob :End'], () => client.request('WHOIS', ['bob'])],
      ['PART #a :good bye', [':you!~me@host.test PART #a :good bye'], () => client.part('#a', 'good bye')],
    ];
    for (const [at, [line, answers, call]] of steps.entries()) {
      peer.expect(lines(line, `PING f${at + 1}`)).sendLines(...answers, `PONG irc.test f${at + 1}`);
      await call();
    }
    expect([client.nick, client.channels.size]).toEqual(['you', 0]);
    peer.expect(lines('AWAY lunch'));
    client.send('AWAY', ['lunch']);
    await peer.done();
  });

  it('rejects what the server refuses, and lives on', async () => {
    const { peer, client } = await open();
    peer
      .expect(lines('PRIVMSG #x hi', 'PING f1'))
      .sendLines(':irc.test 404 me #x :Cannot send to nick/channel', 'PONG irc.test f1');
    await expect(client.say('#x', 'hi')).rejects.toMatchObject({
      code: 'server',
      blame: 'peer',
      server: { code: '404', message: 'Cannot send to nick/channel', fields: { context: '#x' } },
    });
    peer.expect(lines('JOIN #y', 'PING f2')).sendLines('PONG irc.test f2');
    await expect(client.join('#y')).rejects.toMatchObject({ code: 'server' });
    peer.expect(lines('PRIVMSG bob hi', 'PING f3')).sendLines('PONG irc.test f3');
    expect(await client.say('bob', 'hi')).toEqual([{ text: 'hi', id: undefined, time: undefined }]);
  });

  it.each<[string, (client: Awaited<ReturnType<typeof open>>['client']) => unknown]>([
    ['CR LF in a text', (client) => client.say('#a', 'x\r\nQUIT')],
    ['NUL in a text', (client) => client.say('#a', 'x\0')],
    ['an empty text', (client) => client.say('#a', '')],
    ['half a surrogate pair', (client) => client.say('#a', '\ud83d')],
    ['LF in a target', (client) => client.say('#a\nQUIT', 'x')],
    ['two targets', (client) => client.say('#a,#b', 'x')],
    ['an empty target', (client) => client.say('', 'x')],
    ['a target without room behind it', (client) => client.say(`#${'a'.repeat(450)}`, 'x')],
    ['two channels', (client) => client.join('#a,0')],
    ['JOIN 0, which would leave all', (client) => client.join('0')],
    ['a channel that is a nick', (client) => client.join('bob')],
    ['a key with a space', (client) => client.join('#a', { key: 'a b' })],
    ['a nick with a space', (client) => client.setNick('a b')],
    ['CR in a topic', (client) => client.setTopic('#a', 'x\r')],
    ['LF in a reason', (client) => client.part('#a', 'x\ny')],
    ['a command that is none', (client) => client.request('A B')],
    ['a raw line end', (client) => client.request('PRIVMSG', ['#a', 'x\nQUIT'])],
    ['tags that the server does not take', (client) => client.say('#a', 'x', { tags: { '+reply': '1' } })],
    ['DCC', (client) => ctcp(client, 'bob', 'DCC', 'SEND x')],
    ['a CTCP command with a space', (client) => ctcp(client, 'bob', 'A B')],
    ['a history that there is none of', (client) => chatHistory(client, '#a')],
    ['CR LF sent raw', async (client) => client.send('PRIVMSG', ['#a', 'x\r\nQUIT'])],
  ])('refuses %s, and sends nothing', async (_, call) => {
    const { peer, client } = await open();
    const error = await outcome((async () => call(client))());
    expect(error).toMatchObject({ code: 'usage', safeToRetry: true });
    await peer.done();
  });

  it('cuts a long text as the server passes it on, with its own source before it', async () => {
    const { peer, client } = await open(ALL_CAPS);
    const seen: string[] = [];
    const text = `${'word '.repeat(150)}${'€'.repeat(200)}😀`;
    peer
      .expect(lines('@label=f1 JOIN #a'))
      .sendLines('@label=f1 :me!~me@a-rather-long-host-name.cloak.test JOIN #a * :x');
    await client.join('#a');
    const echo = () => {
      const label = /label=(f\d+)/.exec(seen.at(-1) ?? '')?.[1];
      const piece = (seen.at(-1) ?? '').replace(/^@\S+ /, '');
      return `@label=${label};msgid=id-${label} :me!~me@a-rather-long-host-name.cloak.test ${piece}\r\n`;
    };
    const sent = client.say('#a', text);
    for (let n = 0; n < 3; n++) peer.expectLine(/PRIVMSG #a /, (line) => seen.push(line)).send(echo);
    const pieces = await sent;
    expect(pieces.map((piece) => piece.text).join('')).toBe(text);
    expect(pieces.map(({ id }) => id)).toEqual(['id-f2', 'id-f3', 'id-f4']);
    for (const line of seen) {
      const passedOn = `:me!~me@a-rather-long-host-name.cloak.test ${line.replace(/^@\S+ /, '')}\r\n`;
      expect(size(passedOn)).toBeLessThanOrEqual(512);
    }
    // Not much is wasted: the pieces but the last are nearly full.
    expect(Math.min(...seen.slice(0, -1).map(size))).toBeGreaterThan(350);
    await peer.done();
  });

  it('sends the lines of a text one by one, if it is told to', async () => {
    const { peer, client } = await open();
    const texts = ['one', 'two', '  three', 'four', 'x'.repeat(400)];
    for (const [at, text] of texts.entries())
      peer
        .expect(lines(`PRIVMSG #a ${/^\w+$/.test(text) ? '' : ':'}${text}`, `PING f${at + 1}`))
        .sendLines(`PONG irc.test f${at + 1}`);
    const text = `\none\r\ntwo\n\n  three\rfour\n${'x'.repeat(400)}\r\n`;
    const sent = await client.say('#a', text, { lines: 'split' });
    expect(sent.map((piece) => piece.text)).toEqual(texts);
    peer.expect(lines('PRIVMSG #a :\x01ACTION waves\x01', 'PING f6')).sendLines('PONG irc.test f6');
    await client.action('#a', 'waves\n', { lines: 'split' });
    await peer.done();
  });

  it.each([
    ['x\0y', 'split'],
    ['\r\n\n', 'split'],
    ['', 'split'],
    ['x\ny', 'refuse'],
    ['x', 'join'],
  ])('sends nothing of %j with lines: %j', async (text, how) => {
    const { peer, client } = await open();
    const said = client.say('#a', text, { lines: how as 'split' });
    expect(await outcome(said)).toMatchObject({ code: 'usage', safeToRetry: true });
    await peer.done();
  });

  it('asks for a history in every way', async () => {
    const { peer, client } = await open(ALL_CAPS);
    const at = Date.UTC(2026, 0, 2, 3, 4, 5, 6);
    const ways: [Parameters<typeof chatHistory>[2], string][] = [
      [{}, 'LATEST #a * 50'],
      [{ before: { id: 'x' }, limit: 5 }, 'BEFORE #a msgid=x 5'],
      [{ after: { time: at } }, 'AFTER #a timestamp=2026-01-02T03:04:05.006Z 50'],
      [{ around: { id: 'x' } }, 'AROUND #a msgid=x 50'],
      [
        { after: { id: 'x' }, before: { time: at } },
        'BETWEEN #a msgid=x timestamp=2026-01-02T03:04:05.006Z 50',
      ],
    ];
    for (const [n, [options, words]] of ways.entries()) {
      peer
        .expect(lines(`@label=f${n + 1} CHATHISTORY ${words}`))
        .sendLines(
          `@label=f${n + 1} :irc.test BATCH +h${n} chathistory #a`,
          `@batch=h${n};msgid=1 :bob!b@h PRIVMSG #a :one`,
          `@batch=h${n};msgid=2 :bob!b@h PRIVMSG #a :two`,
          `:irc.test BATCH -h${n}`,
        );
      expect(await chatHistory(client, '#a', options)).toMatchObject([{ text: 'one' }, { text: 'two' }]);
    }
    peer
      .expect(lines('@label=f6 CHATHISTORY LATEST #b * 50'))
      .sendLines('@label=f6 :irc.test FAIL CHATHISTORY INVALID_TARGET LATEST #b :No');
    await expect(chatHistory(client, '#b')).rejects.toMatchObject({ server: { code: 'INVALID_TARGET' } });
    for (const options of [
      { around: { id: 'x' }, before: { id: 'y' } },
      { limit: 0 },
      { before: { time: Number.NaN } },
    ]) {
      await expect(chatHistory(client, '#a', options)).rejects.toMatchObject({ code: 'usage' });
    }
    await peer.done();
  });

  it('gives a command up by its signal or its time, and the connection lives on', async () => {
    const { peer, client } = await open(ALL_CAPS);
    const controller = new AbortController();
    peer.expect(lines('@label=f1 WHOIS bob')).call(() => controller.abort());
    await expect(client.request('WHOIS', ['bob'], { signal: controller.signal })).rejects.toMatchObject({
      code: 'aborted',
      safeToRetry: false,
    });
    await expect(client.request('WHOIS', ['bob'], { signal: controller.signal })).rejects.toMatchObject({
      code: 'aborted',
      safeToRetry: true,
    });
    peer.expect(lines('@label=f2 WHOIS bob'));
    await expect(client.request('WHOIS', ['bob'], { timeoutMs: 20 })).rejects.toMatchObject({
      code: 'timeout',
    });
    peer.expect(lines('@label=f3 LUSERS')).sendLines('@label=f3 :irc.test ACK');
    expect((await client.request('LUSERS')).messages).toHaveLength(1);
  });
});
