// The in-memory Redis against transcripts of Redis 7.0.15 and 8.0.2: the same commands on one connection, the same bytes back.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunningServer } from '../src/start/local-server.ts';
import { startRedis } from '../src/start/redis/server.ts';

let server: RunningServer;
const sockets: Socket[] = [];

beforeAll(async () => {
  server = await startRedis();
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await server.stop();
});

/** A connection that sends raw text and waits for the server's answer. */
async function client() {
  const socket = connect(server.port, '127.0.0.1');
  sockets.push(socket);
  await once(socket, 'connect');
  return {
    socket,
    async ask(raw: string): Promise<string> {
      socket.write(raw, 'latin1');
      const [chunk] = await once(socket, 'data');
      return chunk.toString('latin1');
    },
  };
}

const command = (...words: string[]) =>
  `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word, 'latin1')}\r\n${word}\r\n`).join('')}`;

/** Commands with the bytes that Redis answered, as JSON; with a part of them; or with `*`, where the answer is no matter. */
const transcript = (name: string) =>
  readFileSync(new URL(`fixtures/${name}.txt`, import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(' => ') as [string, string]);

describe('the in-memory Redis', () => {
  it.each(['redis-transcript', 'redis-8-transcript'])('answers as Redis does (%s)', async (name) => {
    const { ask } = await client();
    for (const [words, expected] of transcript(name)) {
      const reply = await ask(command(...words.split(' ')));
      if (expected === '*') continue;
      if (expected.startsWith('"'))
        expect(`${words} => ${JSON.stringify(reply)}`).toBe(`${words} => ${expected}`);
      else expect(reply, words).toContain(expected);
    }
  });

  it('takes a pipeline in any chunks, and binary values as they are', async () => {
    const { socket } = await client();
    const value = String.fromCharCode(...Array.from({ length: 256 }, (_, i) => i));
    const bytes = Buffer.from(
      `${command('SET', 'bin', value) + command('GET', 'bin')}ECHO inline\r\n`,
      'latin1',
    );
    const expected = `+OK\r\n$256\r\n${value}\r\n$6\r\ninline\r\n`;
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
    });
    for (const byte of bytes) socket.write(Uint8Array.of(byte));
    await expect.poll(() => received).toBe(expected);
  });

  it('expires keys', async () => {
    const { ask } = await client();
    await ask(command('SET', 'short', '1', 'PX', '30'));
    expect(await ask(command('EXISTS', 'short'))).toBe(':1\r\n');
    await expect.poll(() => ask(command('EXISTS', 'short'))).toBe(':0\r\n');
  });

  it('takes identifiers of stream entries from the clock', async () => {
    const { ask } = await client();
    const ids = new Set<string>();
    for (let i = 0; i < 5; i++) ids.add(await ask(command('XADD', 'clock', '*', 'f', 'v')));
    expect(ids.size).toBe(5);
    for (const id of ids) expect(id).toMatch(/^\$15\r\n\d{13}-\d\r\n$/);
  });

  it('lets fields of a hash expire', async () => {
    const { ask } = await client();
    await ask(command('HSET', 'fields', 'a', '1', 'b', '2'));
    await ask(command('HPEXPIRE', 'fields', '30', 'FIELDS', '1', 'a'));
    await expect.poll(() => ask(command('HLEN', 'fields'))).toBe(':1\r\n');
    expect(await ask(command('HGET', 'fields', 'a'))).toBe('$-1\r\n');
  });

  it('says what scripts need', async () => {
    const { ask } = await client();
    for (const name of ['EVAL', 'evalsha_ro', 'SCRIPT', 'FCALL'])
      expect(await ask(command(name, 'x', '0'))).toMatch(
        /^-ERR unknown command .* has no Lua\. With redis-server /,
      );
  });

  it('fails EXEC when another client changed a watched key', async () => {
    const one = await client();
    const two = await client();
    await one.ask(command('WATCH', 'w'));
    await two.ask(command('SET', 'w', 'other'));
    await one.ask(command('MULTI'));
    await one.ask(command('SET', 'w', 'mine'));
    expect(await one.ask(command('EXEC'))).toBe('*-1\r\n');
    expect(await one.ask(command('GET', 'w'))).toBe('$5\r\nother\r\n');
  });

  it('delivers what another client publishes, by channel and by pattern', async () => {
    const subscriber = await client();
    const publisher = await client();
    await subscriber.ask(command('PSUBSCRIBE', 'news.*'));
    const message = once(subscriber.socket, 'data');
    expect(await publisher.ask(command('PUBLISH', 'news.sea', 'calm'))).toBe(':1\r\n');
    expect(String((await message)[0])).toBe(
      '*4\r\n$8\r\npmessage\r\n$6\r\nnews.*\r\n$8\r\nnews.sea\r\n$4\r\ncalm\r\n',
    );
  });

  it.each([
    ['*1\r\n$-5\r\n', 'invalid bulk length'],
    ['*99999999999\r\n', 'invalid multibulk length'],
    ['*1\r\n:5\r\n', "expected '$', got ':'"],
    ['x'.repeat(70_000), 'too big inline request'],
  ])('ends a connection that breaks the protocol (%j)', async (raw, why) => {
    const { socket, ask } = await client();
    const closed = once(socket, 'close');
    expect(await ask(raw.slice(0, 70_000))).toContain(`Protocol error: ${why}`);
    await closed;
  });
});
