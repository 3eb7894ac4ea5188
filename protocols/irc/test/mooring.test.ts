// Sessions in a real Durable Object, with a server that the tests play.
import { env } from 'cloudflare:workers';
import type { MooringNamespace } from '@fairlead/mooring';
import type { ScriptedPeer } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import { connect, type MooredClient, type MooredEvent, type MooredOptions } from '../src/mooring/index.ts';
import { servers } from './mooring-worker.ts';
import { HELLO, lines, WELCOME, welcoming } from './wire.ts';

const { MOORING } = env as unknown as { MOORING: MooringNamespace };

let count = 0;

/** What connects to a session at this peer. */
function session(peer: ScriptedPeer) {
  const hostname = `irc-${count++}.test`;
  servers.set(hostname, peer.connector);
  return (options: Partial<MooredOptions> = {}): Promise<MooredClient> =>
    connect(MOORING, `ircs://me@${hostname}`, { session: 'bot', flood: { intervalMs: 0 }, ...options });
}

/** The next events of this kind. */
async function take(
  client: MooredClient,
  type: string,
  many: number,
  reader?: string,
): Promise<MooredEvent[]> {
  const events: MooredEvent[] = [];
  for await (const event of client.events({ reader })) {
    if (event.type !== type) continue;
    events.push(event);
    if (events.length === many) break;
  }
  return events;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const texts = (events: readonly MooredEvent[]) =>
  events.map((event) => (event.type === 'message' ? event.text : ''));
const said = (text: string) => `:alice!al@one.test PRIVMSG #a :${text}`;
const JOINED = [':me!~me@host.test JOIN #a', ':irc.test 353 me = #a :me alice', ':irc.test 366 me #a :End'];

/** Takes a command without a label, and the PING behind it. */
function answering(peer: ScriptedPeer, line: string, ...answers: string[]): ScriptedPeer {
  let token = '';
  return peer
    .expectLine(line)
    .expectLine(/^PING /, (ping) => {
      token = ping.slice('PING '.length);
    })
    .sendLines(...answers)
    .send(() => `:irc.test PONG irc.test ${token}\r\n`);
}

describe('an IRC session', () => {
  it('keeps what is said for a reader that has left', async () => {
    const peer = welcoming();
    const open = session(peer);
    const client = await open();
    expect(client.greeting).toMatchObject({ nick: 'me', server: { name: 'irc.test', network: 'Test' } });
    peer.sendLines(said('one'));
    expect(texts(await take(client, 'message', 1))).toEqual(['one']);
    await client.close();
    peer.sendLines(said('two'), said('three'));
    await using later = await open();
    expect(texts(await take(later, 'message', 2))).toEqual(['two', 'three']);
    await expect(client.say('#a', 'late')).rejects.toMatchObject({ code: 'closed' });
  });

  it('has a place for each reader', async () => {
    const peer = welcoming();
    const open = session(peer);
    const one = await open({ reader: 'one' });
    const two = await open({ reader: 'two' });
    peer.sendLines(said('one'), said('two'));
    expect(texts(await take(one, 'message', 1))).toEqual(['one']);
    expect(texts(await take(two, 'message', 2))).toEqual(['one', 'two']);
    expect(texts(await take(one, 'message', 1))).toEqual(['two']);
  });

  it('runs commands, and tells refusals as they are', async () => {
    const peer = welcoming();
    const client = await session(peer)();
    answering(peer, 'JOIN #a', ...JOINED);
    expect(await client.join('#a')).toMatchObject({ name: '#a', complete: true });
    expect((await client.channel('#a'))?.members.get('alice')).toMatchObject({ user: { nick: 'alice' } });
    expect(await client.channel('#b')).toBeUndefined();
    answering(peer, 'PRIVMSG #a hello');
    expect(await client.say('#a', 'hello')).toMatchObject([{ text: 'hello' }]);
    answering(peer, 'PRIVMSG #b hello', ':irc.test 404 me #b :No');
    await expect(client.say('#b', 'hello')).rejects.toMatchObject({
      code: 'server',
      server: { code: '404' },
    });
    answering(peer, 'LUSERS', ':irc.test 251 me :There are 2 users');
    expect((await client.request('LUSERS')).messages).toMatchObject([{ command: '251' }]);
    await expect(client.say('#a', 'two\nlines')).rejects.toMatchObject({ code: 'usage' });
  });

  it('comes back after a lost connection, joins its channels again, and says so', async () => {
    const peer = welcoming();
    const open = session(peer);
    const client = await open();
    answering(peer, 'JOIN #a key', ...JOINED);
    await client.join('#a', { key: 'key' });
    const reading = take(client, 'connected', 1);
    peer
      .reset()
      .nextConnection()
      .expect(lines(...HELLO))
      .sendLines(':irc.test CAP * LS :')
      .expect(lines('CAP END'))
      .sendLines(...WELCOME);
    answering(peer, 'JOIN #a key', ...JOINED);
    expect(await reading).toMatchObject([{ nick: 'me', channels: ['#a'] }]);
  });

  it('keeps all of a burst that its buffer takes', async () => {
    const peer = welcoming();
    const client = await session(peer)();
    const all = Array.from({ length: 3_000 }, (_, i) => `m${i}`);
    peer.sendLines(...all.map(said));
    expect(texts(await take(client, 'message', 3_000))).toEqual(all);
  });

  it('reads nothing more while its buffer is full, and loses nothing', async () => {
    const peer = welcoming();
    const client = await session(peer)({ buffer: { maxEvents: 100, overflow: 'wait' } });
    const all = Array.from({ length: 3_000 }, (_, i) => `m${i}`);
    for (let at = 0; at < 3_000; at += 100) peer.sendLines(...all.slice(at, at + 100).map(said));
    await pause(300);
    expect(texts(await take(client, 'message', 3_000))).toEqual(all);
  });

  it('is connected again where its connection ends while its buffer is full', async () => {
    const peer = welcoming();
    const client = await session(peer)({ buffer: { maxEvents: 2, overflow: 'wait' } });
    peer.sendLines(...['1', '2', '3', '4'].map(said));
    await pause(100);
    peer
      .reset()
      .nextConnection()
      .expect(lines(...HELLO))
      .sendLines(':irc.test CAP * LS :')
      .expect(lines('CAP END'))
      .sendLines(...WELCOME);
    answering(peer, 'PRIVMSG #a hello');
    await pause(100);
    expect(await client.say('#a', 'hello')).toMatchObject([{ text: 'hello' }]);
    expect(texts(await take(client, 'message', 4))).toEqual(['1', '2', '3', '4']);
  });

  it('is not begun where one of its first channels refuses it', async () => {
    const peer = welcoming();
    const open = session(peer);
    const tokens: string[] = [];
    const note = (ping: string) => void tokens.push(ping.slice('PING '.length));
    const pong = (at: number) => () => `:irc.test PONG irc.test ${tokens[at]}\r\n`;
    const REFUSED = ':irc.test 473 me #b :Cannot join channel (+i)';
    const refusing = () =>
      peer
        .expectLine('JOIN #a')
        .expectLine(/^PING /, note)
        .expectLine('JOIN #b')
        .expectLine(/^PING /, note);
    refusing()
      .sendLines(...JOINED)
      .send(pong(0))
      .sendLines(REFUSED)
      .send(pong(1));
    const channels = ['#a', '#b'];
    await expect(open({ channels })).rejects.toMatchObject({ code: 'server', server: { code: '473' } });
    peer
      .nextConnection()
      .expect(lines(...HELLO))
      .sendLines(':irc.test CAP * LS :')
      .expect(lines('CAP END'))
      .sendLines(...WELCOME);
    refusing()
      .sendLines(...JOINED)
      .send(pong(2))
      .sendLines(REFUSED)
      .send(pong(3));
    await expect(open({ channels })).rejects.toMatchObject({ code: 'server', server: { code: '473' } });
  });

  it('forgets a reader that leaves, which holds up nothing then', async () => {
    const peer = welcoming();
    const open = session(peer);
    const buffer = { maxEvents: 2, overflow: 'wait' } as const;
    const gone = await open({ reader: 'gone', buffer });
    const reading = take(gone, 'message', 5);
    const here = await open({ reader: 'here', buffer });
    await gone.leave();
    peer.sendLines(...['1', '2', '3', '4'].map(said));
    expect(texts(await take(here, 'message', 4))).toEqual(['1', '2', '3', '4']);
    expect(await reading).toEqual([]);
    await expect(gone.say('#a', 'late')).rejects.toMatchObject({ code: 'closed' });
  });

  it('ends for all', async () => {
    const peer = welcoming();
    const client = await session(peer)();
    const reading = take(client, 'message', 1);
    peer.expectLine('QUIT').close();
    await client.end();
    expect(await reading).toEqual([]);
  });
});
