// Keys as they are found: the walk by SCAN, the tree of their names, the times they have.
import type { Client } from '@fairlead/sdk';
import { describe, expect, it } from 'vitest';
import { KeyScan, scanCommand } from '../../src/pages/redis/keys/key-scan.ts';
import { KeyTree } from '../../src/pages/redis/keys/key-tree.ts';
import { makingCommands } from '../../src/pages/redis/keys/making.ts';
import { parseLife, sayLeft } from '../../src/pages/redis/values/head/life.ts';
import { Redis } from '../../src/pages/redis/wire/redis.ts';
import type { Caller } from '../../src/session/calls/caller.ts';

const bulk = (text: string) => `$${text.length}\r\n${text}\r\n`;
const scanned = (cursor: string, ...keys: string[]) =>
  `*2\r\n${bulk(cursor)}*${keys.length}\r\n${keys.map(bulk).join('')}`;

/** A gateway that answers pipelines by a script, and notes the commands. */
function scripted(...answers: string[]) {
  const sent: (readonly string[])[] = [];
  const client = {
    send: async (_: unknown, { body }: { body: string[][] }) => {
      sent.push(...body);
      return {
        response: new Response(answers.shift()),
        time: { stop: () => {}, explain: (error: unknown) => error },
      };
    },
  };
  const caller = {
    run: (_: string, call: (client: Client, input: object) => unknown, input: object) =>
      call(client as unknown as Client, input),
  };
  return { redis: new Redis(caller as unknown as Caller), sent };
}

describe('the walk', () => {
  it('asks for what was typed', () => {
    expect(scanCommand('7', { pattern: 'user:*', type: 'hash' }, 1000)).toEqual([
      'SCAN',
      '7',
      'MATCH',
      'user:*',
      'COUNT',
      '1000',
      'TYPE',
      'hash',
    ]);
    expect(scanCommand('0', { pattern: '', type: '' }, 10)).toEqual(['SCAN', '0', 'COUNT', '10']);
  });

  it('goes on to the end, names a key once, and takes longer steps where little is found', async () => {
    const { redis, sent } = scripted(':3\r\n', scanned('5', 'b', 'a'), scanned('0', 'a', 'c'));
    const scan = new KeyScan(redis);
    await scan.start({ pattern: '', type: '' });
    expect(scan.keys).toEqual(['a', 'b', 'c']);
    expect(scan.isDone).toBe(true);
    expect(scan.total).toBe(3);
    expect(sent.map((command) => command.join(' '))).toEqual([
      'DBSIZE',
      'SCAN 0 COUNT 1000',
      'SCAN 5 COUNT 2000',
    ]);
  });

  it('stops after a portion, and goes on from there', async () => {
    const many = Array.from({ length: 1000 }, (_, i) => `k${i}`);
    const { redis } = scripted(':1001\r\n', scanned('9', ...many), scanned('0', 'last'));
    const scan = new KeyScan(redis);
    await scan.start({ pattern: '', type: '' });
    expect([scan.keys.length, scan.isDone]).toEqual([1000, false]);
    await scan.more();
    expect([scan.keys.length, scan.isDone]).toEqual([1001, true]);
  });

  it('is not taken for a whole name', async () => {
    const { redis, sent } = scripted('+hash\r\n', '+none\r\n');
    const scan = new KeyScan(redis);
    await scan.start({ pattern: 'user:1', type: 'hash' });
    expect([scan.keys, scan.isDone]).toEqual([['user:1'], true]);
    await scan.start({ pattern: 'user:2', type: '' });
    expect(scan.keys).toEqual([]);
    expect(sent).toEqual([
      ['TYPE', 'user:1'],
      ['TYPE', 'user:2'],
    ]);
  });

  it('keeps what the server says against it', async () => {
    const { redis } = scripted(':1\r\n', '-NOPERM no\r\n');
    const scan = new KeyScan(redis);
    await scan.start({ pattern: '', type: '' });
    expect(String(scan.work.error.value)).toContain('NOPERM no');
  });

  it('forgets a key that is gone', async () => {
    const { redis } = scripted(':2\r\n', scanned('0', 'a', 'b'));
    const scan = new KeyScan(redis);
    await scan.start({ pattern: '', type: '' });
    scan.remove('a');
    expect(scan.keys).toEqual(['b']);
    expect(scan.tree.rows(new Set())).toHaveLength(1);
  });
});

describe('the tree', () => {
  const tree = new KeyTree();
  for (const key of ['user:10:name', 'user:9:name', 'user:9', 'plain', Uint8Array.of(0xff, 0x3a)])
    tree.add(key);
  const labels = (open: string[]) =>
    tree.rows(new Set(open)).map((row) => `${'.'.repeat(row.depth)}${row.kind} ${String(row.label)}`);

  it('shows folders first, and what is open, numbers in their order', () => {
    expect(labels([])).toEqual(['folder user', 'key plain', 'key 255,58']);
    expect(labels(['user:'])).toEqual([
      'folder user',
      '.folder 9',
      '.folder 10',
      '.key 9',
      'key plain',
      'key 255,58',
    ]);
    expect(labels(['user:', 'user:9:'])).toContain('..key name');
  });

  it('counts the keys below', () => {
    expect(tree.rows(new Set()).find((row) => row.kind === 'folder')).toMatchObject({
      count: 3,
      path: 'user:',
    });
  });

  it('takes a hundred thousand keys in', () => {
    const deep = new KeyTree();
    deep.add(`${':'.repeat(1_000_000)}end`);
    deep.add(`${'a:'.repeat(60)}end`);
    const open = Array.from({ length: 70 }, (_, i) => 'a:'.repeat(i));
    expect(deep.rows(new Set(open)).at(-1)).toMatchObject({
      kind: 'key',
      depth: 50,
      label: `${'a:'.repeat(10)}end`,
    });
    const big = new KeyTree();
    for (let i = 0; i < 100_000; i++) big.add(`a:${i % 1000}:${i}`);
    expect(big.rows(new Set(['a:']))).toHaveLength(1001);
  });
});

describe('a new key', () => {
  it('is made together with its time', () => {
    expect(makingCommands('zset', 'k', ['m', '2'], 5000)).toEqual([
      ['ZADD', 'k', '2', 'm'],
      ['PEXPIRE', 'k', '5000'],
    ]);
    expect(makingCommands('string', 'k', ['v'], undefined)).toEqual([['SET', 'k', 'v', 'NX']]);
  });
});

describe('times to live', () => {
  it.each([
    ['90', 90_000],
    ['1.5s', 1_500],
    ['15m', 900_000],
    ['2 h', 7_200_000],
    ['7D', 604_800_000],
  ])('reads %s', (text, ms) => expect(parseLife(text)).toBe(ms));

  it.each(['', '0', '-5', 'soon', '5w', '999999999999d'])('refuses %j', (text) =>
    expect(parseLife(text)).toBeUndefined(),
  );

  it('says what is left', () => {
    expect(sayLeft(90_000)).toBe('1 min 30 s');
    expect(sayLeft(86_400_000)).toBe('1 d 0 h 0 min 0 s');
    expect(sayLeft(400)).toBe('1 s');
    expect(sayLeft(0)).toBe('expired');
  });
});
