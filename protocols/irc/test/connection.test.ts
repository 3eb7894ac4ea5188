// The client's connection: events and their queue, hostile servers, the end, an idle hour in accelerated time.
import { seededRandom } from '@fairlead/testkit';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { connect, type IrcEvent } from '../src/index.ts';
import { ALL_CAPS, lines, open, outcome, welcoming } from './wire.ts';

const realTimeout = setTimeout;

/** Waits by the real clock, while timers are false. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => realTimeout(resolve, 1));
}

afterEach(() => {
  vi.useRealTimers();
});

describe('events', () => {
  it('are there from the beginning, and go on in a second loop', async () => {
    const { peer, client } = await open();
    peer.sendLines(':bob!b@h PRIVMSG me :one', ':bob!b@h PRIVMSG me :two', ':bob!b@h PRIVMSG me :three');
    const seen: string[] = [];
    for await (const event of client) {
      seen.push(event.type === 'message' ? event.text : event.type === 'other' ? event.command : event.type);
      if (seen.at(-1) === 'two') break;
    }
    expect(seen).toEqual(['001', '002', '004', '005', '005', '422', 'one', 'two']);
    for await (const event of client) {
      expect(event).toMatchObject({ type: 'message', text: 'three' });
      break;
    }
  });

  it('keeps the newest while nobody listens', async () => {
    const { peer, client } = await open('', { maxQueuedEvents: 3 });
    peer
      .sendLines(...Array.from({ length: 10 }, (_, n) => `:bob!b@h PRIVMSG me :${n}`), 'PING x')
      .expect(lines('PONG x'));
    await peer.done();
    const events = client[Symbol.asyncIterator]();
    const texts: unknown[] = [];
    for (let n = 0; n < 3; n++) texts.push(((await events.next()).value as { text: string }).text);
    expect([texts, client.droppedEvents]).toEqual([['7', '8', '9'], 13]);
  });

  it('ends the connection where a loop falls behind', async () => {
    const { peer, client } = await open('', { maxQueuedEvents: 10 });
    const events = client[Symbol.asyncIterator]();
    await events.next();
    peer.sendLines(...Array.from({ length: 50 }, (_, n) => `:bob!b@h PRIVMSG me :${n}`));
    const failure = await outcome(
      (async () => {
        // Slower than what comes.
        await vi.waitFor(() => expect(client.request('X')).rejects.toMatchObject({ code: 'limit' }));
        for (;;) if ((await events.next()).done) return 'done';
      })(),
    );
    expect(failure).toMatchObject({ code: 'limit', blame: 'local' });
  });

  it('reads no further where that is asked for, and loses nothing', async () => {
    const { peer, client } = await open('', { maxQueuedEvents: 5, overflow: 'wait' });
    const events = client[Symbol.asyncIterator]();
    await events.next();
    peer.send(lines(...Array.from({ length: 500 }, (_, n) => `:bob!b@h PRIVMSG me :${n}`)), 100);
    const texts: string[] = [];
    while (texts.length < 500) {
      const { value } = await events.next();
      if (value?.type === 'message') texts.push(value.text);
    }
    expect(texts).toEqual(Array.from({ length: 500 }, (_, n) => String(n)));
    expect(client.droppedEvents).toBeLessThan(6);
  });

  it('reads lines however they are cut, and those that end in LF alone', async () => {
    const { peer, client } = await open();
    peer.send(
      ':bob!b@h PRIVMSG me :Žofie 😀\r\n:bob!b@h PRIVMSG me :two\n\r\n:bob!b@h PRIVMSG me :three\r\n',
      1,
    );
    peer.send(Uint8Array.from([...':bob!b@h PRIVMSG me :caf\xe9\r\n'].map((char) => char.charCodeAt(0))));
    const texts: string[] = [];
    for await (const event of client) {
      if (event.type === 'message') texts.push(event.text);
      if (texts.length === 4) break;
    }
    expect(texts).toEqual(['Žofie 😀', 'two', 'three', 'caf\ufffd']);
  });
});

describe('what others make it say', () => {
  it('fits a line, whatever they send', async () => {
    const { peer, client } = await open('', { ctcp: { ping: true } });
    peer
      .sendLines(`PING :${'€'.repeat(500)}`)
      .expect(lines(`PONG ${'€'.repeat(100)}`))
      .sendLines(`:bob!b@h PRIVMSG me :\x01PING ${'😀'.repeat(200)}\x01`)
      .expect(lines(`NOTICE bob :\x01PING ${'😀'.repeat(73)}\x01`));
    await peer.done();
    expect(client.nick).toBe('me');
  });

  it('is never a line of theirs', async () => {
    const random = seededRandom(3);
    const bytes = [...'PING :@! \r\0\x01#abme1\xff'].map((char) => char.charCodeAt(0));
    for (let round = 0; round < 60; round++) {
      const { peer, client } = await open('', { ctcp: { ping: true, version: 'x' } });
      let said = '';
      const noise = Array.from({ length: 200 }, () => bytes[Math.floor(random() * bytes.length)] ?? 0);
      for (let at = 20; at < noise.length; at += 20 + Math.floor(random() * 20)) noise[at] = 10;
      peer.send(Uint8Array.from(noise), 7).close();
      const failed = await outcome(client.request('X'));
      said += String(failed);
      expect(['protocol', 'connection_lost', 'limit']).toContain((failed as { code: string }).code);
      expect(said).not.toContain('\n');
      await client.close();
    }
  });
});

describe('a server that does not read', () => {
  it('makes neither side’s queue grow', async () => {
    const { peer, client } = await open('', { maxQueuedMessages: 50 });
    // What the scripted peer does not expect it does not read.
    const flood = lines(...Array(2000).fill(`PING ${'x'.repeat(300)}`));
    let sent = 0;
    for (let n = 0; n < 30; n++) peer.send(flood).call(() => void sent++);
    let before = -1;
    while (before !== sent) {
      before = sent;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(sent).toBeLessThan(10);
    for (let n = 0; n < 50; n++) client.send('AWAY', [String(n)]);
    expect(() => client.send('AWAY')).toThrow(expect.objectContaining({ code: 'limit', safeToRetry: true }));
  });
});

describe('the end', () => {
  it('fails what waits, and the loop, when the server goes away', async () => {
    const { peer, client } = await open(ALL_CAPS);
    const loop = outcome(
      (async () => {
        for await (const _ of client);
      })(),
    );
    peer.expect(lines('@label=f1 WHOIS bob')).send(':irc.test 31').close();
    await expect(client.request('WHOIS', ['bob'])).rejects.toMatchObject({
      code: 'connection_lost',
      safeToRetry: false,
      peer: { hostname: 'irc.test' },
    });
    expect(await loop).toMatchObject({ code: 'connection_lost' });
    await expect(client.say('#a', 'x')).rejects.toMatchObject({ code: 'connection_lost', safeToRetry: true });
    expect(() => client.send('AWAY')).toThrow(expect.objectContaining({ code: 'connection_lost' }));
    await client.close();
  });

  it.each<[string, string, object]>([
    [
      'ERROR',
      'ERROR :Closing Link: (Excess Flood)',
      { code: 'connection_lost', server: { code: 'ERROR', message: 'Closing Link: (Excess Flood)' } },
    ],
    ['a line without an end', 'x'.repeat(20_000), { code: 'limit', blame: 'peer' }],
  ])('comes with %s', async (_, line, error) => {
    const { peer, client } = await open();
    peer.expect(lines('X', 'PING f1')).sendLines(line);
    await expect(client.request('X')).rejects.toMatchObject(error);
  });

  it.each([
    ['what is no IRC', '\x00\x00'],
    ['a line without a command', ':irc.test'],
    ['CR within a line', ':bob!b@h PRIVMSG #a :x\rQUIT'],
    ['NUL within a line', ':bob!b@h PRIVMSG #a :x\0'],
    ['too many parameters', `X${' a'.repeat(600)}`],
    ['tags that are too long', `@a=${'x'.repeat(9000)} PING x`],
  ])('does not come with %s: the line is skipped', async (_, line) => {
    const { peer, client } = await open();
    peer.expect(lines('X', 'PING f1')).sendLines(line, 'PONG irc.test f1');
    expect(await client.request('X')).toEqual({ messages: [], events: [] });
    expect(client.skippedLines).toBe(1);
    await client.close();
  });

  it('comes plainly by close, with QUIT and its reason', async () => {
    const { peer, client } = await open();
    const loop = (async () => {
      let last: IrcEvent | undefined;
      for await (const event of client) last = event;
      return last?.type;
    })();
    peer
      .expect(lines('X', 'PING f1', 'QUIT :good bye'))
      .sendLines('ERROR :Closing link')
      .expectEnd()
      .close();
    const pending = outcome(client.request('X'));
    await Promise.resolve();
    await Promise.resolve();
    await client.close('good bye');
    expect(await pending).toMatchObject({ code: 'closed' });
    expect(await loop).toBe('other');
    await expect(client.say('#a', 'x')).rejects.toMatchObject({ code: 'closed' });
    await client.close();
    await peer.done();
  });

  it('does not let a reason out of its line', async () => {
    const { peer, client } = await open();
    peer.expect(lines('QUIT')).expectEnd().close();
    await client.close('bye\r\nPRIVMSG #a :x');
    await peer.done();
  });

  it('comes by the signal of connect', async () => {
    const controller = new AbortController();
    const { client } = await open('', { signal: controller.signal });
    const pending = outcome(client.request('X'));
    controller.abort();
    expect(await pending).toMatchObject({ code: 'aborted' });
  });
});

describe('time', () => {
  it('checks an idle connection for an hour, on one timer', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    const peer = welcoming();
    const client = await connect('ircs://me@irc.test', {
      connector: peer.connector,
      connectTimeoutMs: 1e9,
    });
    // The transport's own timers are gone by now.
    const timers = vi.getTimerCount();
    let checks = 0;
    for (let minute = 1; minute <= 60; minute++) {
      await vi.advanceTimersByTimeAsync(60_000);
      let token = '';
      peer
        .expectLine(/^PING lag/, (line) => {
          token = line.slice(5);
        })
        .call(async () => {
          vi.setSystemTime(Date.now() + minute);
        })
        .send(() => `:irc.test PONG irc.test ${token}\r\n`);
      await until(() => client.lagMs === minute);
      checks++;
      expect(vi.getTimerCount()).toBeLessThanOrEqual(timers);
    }
    expect(checks).toBe(60);
    // And then the server is silent.
    const failed = outcome(client.request('X', [], { timeoutMs: 1e8 }));
    await vi.advanceTimersByTimeAsync(60_000);
    await vi.advanceTimersByTimeAsync(31_000);
    expect(await failed).toMatchObject({ code: 'connection_lost' });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not take a server for silent that it does not read', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    const peer = welcoming();
    const options = { connectTimeoutMs: 1e9, maxQueuedEvents: 8, overflow: 'wait' } as const;
    const client = await connect('ircs://me@irc.test', { connector: peer.connector, ...options });
    const events = client[Symbol.asyncIterator]();
    await events.next();
    peer.sendLines(...Array.from({ length: 20 }, (_, n) => `:bob!b@h PRIVMSG me :${n}`), 'ERROR :at last');
    for (let minute = 0; minute < 10; minute++) await vi.advanceTimersByTimeAsync(60_000);
    const texts: string[] = [];
    const failure = await outcome(
      (async () => {
        for await (const event of client) if (event.type === 'message') texts.push(event.text);
      })(),
    );
    expect(texts).toHaveLength(20);
    expect(failure).toMatchObject({ code: 'connection_lost', server: { message: 'at last' } });
  });

  it('lets lines out one by one', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    const peer = welcoming();
    const client = await connect('ircs://me@irc.test', {
      connector: peer.connector,
      flood: { burst: 2, intervalMs: 1000 },
      connectTimeoutMs: 1e9,
    });
    let seen = 0;
    for (let n = 0; n < 6; n++) peer.expectLine(`AWAY ${n}`, () => seen++);
    for (let n = 0; n < 6; n++) client.send('AWAY', [String(n)]);
    for (let n = 2; n <= 6; n++) {
      await until(() => seen >= n);
      expect(seen).toBe(n);
      await vi.advanceTimersByTimeAsync(500);
      expect(seen).toBe(n);
      await vi.advanceTimersByTimeAsync(500);
    }
  });
});
