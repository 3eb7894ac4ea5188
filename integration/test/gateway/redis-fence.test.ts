// What a token can do with a user that may do everything: with redis:read nothing but read, with redis:write nothing
// beyond its database. Every command is sent in every form in which a caller can spell it, and the server's whole state
// is compared afterwards, on another connection.
import { connect, type RedisClient, subscribe } from '@fairlead/redis';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { COMMANDS, LEAVING } from './redis-fence-commands.ts';
import { DATABASES, stateOf } from './redis-state.ts';
import { type Ask, type Gateway, startGateway } from './support.ts';

// The server whose certificate has expired is good for its certificate alone: nothing else uses its plain port.
const { plainPort } = inject('servers').redis.expired;
const url = (database: number) => `redis://:default-password@localhost:${plainPort}/${database}`;

let gateway: Gateway;
let databases: RedisClient[];
let witness: RedisClient;
const messages: unknown[] = [];

beforeAll(async () => {
  const tokens = ['read', 'write'].map((action) => ({
    name: action,
    token: `token-${action}`,
    scopes: [`redis:${action}:fenced`],
  }));
  gateway = await startGateway({ connections: { fenced: { url: url(0) } }, tokens });
  databases = await Promise.all(Array.from({ length: DATABASES }, (_, database) => connect(url(database))));
  witness = await connect(url(0), { name: 'witness' });
  const [client, second] = databases;
  if (client === undefined || second === undefined) throw new Error('no connection');
  await client.send('FLUSHALL');
  await fill(client);
  await second.set('other', 'database');
  // One entry, and no more by chance: a command may be slow on a busy machine.
  await client.send('CONFIG', 'SET', 'slowlog-log-slower-than', 0);
  await client.send('PING');
  await client.send('CONFIG', 'SET', 'slowlog-log-slower-than', -1);
  void listen();
});

afterAll(async () => {
  await gateway?.close();
  await Promise.all([...(databases ?? []), witness].map((client) => client?.close()));
});

/** One key of each type, with what the commands name. */
async function fill(client: RedisClient): Promise<void> {
  await client.mset({ text: 'Göteborg', number: 5, bits: 'abc' });
  await client.set('mortal', 'soon', { ex: 100_000 });
  await client.hset('hash', { a: 1, b: 'two' });
  await client.send('HPEXPIRE', 'hash', 100_000_000, 'FIELDS', 1, 'b');
  await client.rpush('list', '3', '1', '2');
  await client.sadd('set', 'm', 'n');
  await client.zadd('zset', [
    [1, 'm'],
    [2, 'n'],
  ]);
  await client.send('GEOADD', 'geo', 11.97, 57.7, 'harbour', 18.07, 59.33, 'city');
  await client.pfadd('hll', 'a', 'b', 'c');
  await client.pfadd('hll2', 'c', 'd');
  await client.xadd('stream', '1-1', { a: 1 });
  await client.send('XGROUP', 'CREATE', 'stream', 'group', '0');
  await client.send('VADD', 'vectors', 'VALUES', 3, 1, 2, 3, 'm');
  await client.send('VADD', 'vectors', 'VALUES', 3, 3, 2, 1, 'n');
  await client.send('FUNCTION', 'LOAD', 'REPLACE', LIBRARY);
  await client.send('SCRIPT', 'LOAD', 'return redis.call("SET", "scripted", 1)');
}

const LIBRARY =
  "#!lua name=fence\nredis.register_function('fence', function() return redis.call('SET','called',1) end)";

/** Keeps all that is published: nothing may be. */
async function listen(): Promise<void> {
  for await (const message of await subscribe(witness, ['channel'])) messages.push(message);
}

type Form = (command: readonly string[]) => [path: string, ask: Ask];

const path = (words: readonly string[]) => `/redis/${words.map(encodeURIComponent).join('/')}`;
const query = (words: readonly string[]) => words.map((word) => encodeURIComponent(word)).join('&');

/** The ways in which a caller can spell a command. Each of them is asked for by name, below. */
const FORMS: Readonly<Record<string, Form>> = {
  array: (command) => ['/redis', { json: command }],
  'lower case': ([name = '', part = '', ...rest]) => [
    '/redis',
    { json: [name.toLowerCase(), part, ...rest] },
  ],
  'mixed case and a NUL': (command) => ['/redis', { json: command.map((word) => mixed(word)) }],
  path: (command) => [path(command), {}],
  'a query': ([name = '', ...rest]) => [`${path([name])}?${query(rest)}`, {}],
  'bytes, the second word': ([name = '', part = '', ...rest]) => [
    `${path([name])}?${query(rest)}`,
    { method: 'POST', body: part },
  ],
  'bytes, the last word': (command) => [
    path(command.slice(0, -1)),
    { method: 'POST', body: command.at(-1) ?? '' },
  ],
  'bytes, the last word but one': (command) => [
    `${path(command.slice(0, -2))}?${query(command.slice(-1))}`,
    { method: 'POST', body: command.at(-2) ?? '' },
  ],
  pipeline: (command) => ['/redis/pipeline', { json: [['GET', 'text'], command] }],
  transaction: (command) => ['/redis/multi-exec', { json: [command] }],
};

/** As the server reads options: in any case, up to a NUL. Names of keys stay as they are. */
function mixed(word: string): string {
  if (!/^[A-Z][A-Z_-]+$/.test(word)) return word;
  return `${[...word].map((letter, at) => (at % 2 ? letter.toLowerCase() : letter)).join('')}\0`;
}

/** All that may not change; the witness may not have been ended either. */
async function state(): Promise<Record<string, unknown>> {
  const startedAt = Date.now();
  const found = await stateOf(databases);
  // A pause of all clients, or a command that blocks, would be felt here.
  expect(Date.now() - startedAt).toBeLessThan(5_000);
  const name = await witness.send('CLIENT', 'GETNAME');
  return { ...found, name, messages: messages.length };
}

/** What the state was before the test that runs now. */
let before: Record<string, unknown> | undefined;

/** Expects the state to be as it was. */
async function expectUnchanged(): Promise<void> {
  const after = await state();
  const expected = before ?? after;
  before = after;
  expect(after).toEqual(expected);
}

/** Sends a command in all forms at once. */
function tryAll(
  words: readonly string[],
  token: string,
): Promise<[form: string, status: number, body: string][]> {
  const headers = { 'Fairlead-Connection': 'fenced', 'Fairlead-Timeout-Ms': '5000' };
  const tried = Object.entries(FORMS).map(async ([name, form]): Promise<[string, number, string]> => {
    const [to, ask] = form(words);
    const response = await gateway.fetch(to, { token, headers, ...ask });
    return [name, response.status, await response.text()];
  });
  return Promise.all(tried);
}

beforeAll(expectUnchanged);

describe('redis:read', () => {
  it('is tried with enough', () => {
    expect(new Set(COMMANDS.map(({ words }) => words.join(' '))).size).toBeGreaterThanOrEqual(150);
  });

  it.each(COMMANDS)('$words', async ({ words, reads }) => {
    const answers = await tryAll(words, 'token-read');
    await expectUnchanged();
    const [first] = answers;
    if (reads) expect(first).toEqual(['array', 200, expect.stringContaining('result')]);
    // In a pipeline a command that Redis refuses has an error of its own.
    else
      for (const answer of answers)
        expect(answer).toEqual([answer[0], expect.any(Number), expect.stringContaining('"error"')]);
  });
});

describe('redis:write', () => {
  it.each(LEAVING)('%s', async (text) => {
    const answers = await tryAll(text.split(' '), 'token-write');
    await expectUnchanged();
    const [first, ...others] = answers;
    expect(first).toEqual(['array', 403, expect.stringMatching(/redis:(admin|script):fenced/)]);
    for (const answer of others)
      expect(answer).toEqual([answer[0], expect.toBeOneOf([400, 403]), expect.stringContaining('"error"')]);
  });
});
