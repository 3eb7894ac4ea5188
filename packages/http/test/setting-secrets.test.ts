// Secrets in the settings, and connections in several variables: what stands where, and when a change is noticed.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { defineRoutes } from '../src/index.ts';
import { ConfigSource } from '../src/settings/config.ts';

const HUSH = 'hush-hush-4711';

const demo = defineRoutes({
  prefix: '/demo',
  protocol: 'demo',
  schemes: ['demo:'],
  defaultPort: 7000,
  description: 'A protocol for tests',
  register() {},
});

const read = (env: object) => new ConfigSource([demo]).read(env);
const connection = async (env: object) => (await read(env)).connections.get('main');

afterEach(() => {
  vi.useRealTimers();
});

describe('a secret’s name in place of a string', () => {
  it('is replaced in a whole entry, its URL, its members and their parts', async () => {
    expect(
      (await connection({ FAIRLEAD_CONNECTIONS: { main: { secret: 'URL' } }, URL: 'demo://h' }))?.url.href,
    ).toBe('demo://h');
    const entry = {
      url: { secret: 'URL' },
      password: { secret: 'PASSWORD' },
      list: [{ key: { secret: 'KEY' } }],
      n: 1,
    };
    const found = await connection({
      FAIRLEAD_CONNECTIONS: JSON.stringify({ main: entry }),
      URL: 'demo://user@h.example',
      PASSWORD: HUSH,
      KEY: 'k',
    });
    expect(found?.url.href).toBe('demo://user@h.example');
    expect(found?.options).toEqual({ password: HUSH, list: [{ key: 'k' }], n: 1 });
  });

  it('is replaced in tokens and digests of FAIRLEAD_TOKENS, and nowhere else there', async () => {
    const token = { name: 'a', token: { secret: 'CI' }, scopes: [] };
    expect((await read({ FAIRLEAD_TOKENS: [token], CI: 'x' })).tokens).toHaveLength(1);
    const named = read({ FAIRLEAD_TOKENS: [{ ...token, name: { secret: 'CI' } }], CI: 'x' });
    await expect(named).rejects.toThrow(/FAIRLEAD_TOKENS\[0\]\.name/);
  });

  it('leaves a connection alone that is called "secret"', async () => {
    const { connections } = await read({ FAIRLEAD_CONNECTIONS: { secret: 'demo://h' } });
    expect([...connections.keys()]).toEqual(['secret']);
  });

  it.each<[problem: RegExp, value: unknown]>([
    [/FAIRLEAD_CONNECTIONS\.main\.password is wrong: the secret PASSWORD is not set$/, undefined],
    [/the secret PASSWORD is empty$/, ''],
    [/the secret PASSWORD is no text$/, { a: HUSH }],
    [/the secret PASSWORD has no text in its store$/, { get: async () => undefined }],
    [/was not given by its store$/, { get: async () => Promise.reject(new Error(HUSH)) }],
    [
      /was not given by its store$/,
      {
        get() {
          throw new Error(HUSH);
        },
      },
    ],
  ])('is told when the secret cannot be had: %s', async (problem, value) => {
    const entry = { url: 'demo://h', password: { secret: 'PASSWORD' } };
    const failure: Error = await read({ FAIRLEAD_CONNECTIONS: { main: entry }, PASSWORD: value }).catch(
      (error) => error,
    );
    expect(failure).toMatchObject({ code: 'config', message: expect.stringMatching(problem) });
    expect(JSON.stringify([failure.message, failure])).not.toContain(HUSH);
  });

  it('does not show what was written in place of a name', async () => {
    const entry = { url: 'demo://h', password: { secret: HUSH } };
    const failure: Error = await read({ FAIRLEAD_CONNECTIONS: { main: entry } }).catch((error) => error);
    expect(failure.message).toMatch(/main\.password is wrong: names a secret/);
    expect(failure.message).not.toContain(HUSH);
  });

  it('gives up on a store that does not answer', async () => {
    vi.useFakeTimers();
    const failed = connection({
      FAIRLEAD_CONNECTIONS: { main: { secret: 'URL' } },
      URL: { get: () => new Promise(() => {}) },
    }).catch((error) => error);
    await vi.advanceTimersByTimeAsync(5000);
    expect(await failed).toMatchObject({
      code: 'config',
      message: expect.stringContaining('within 5000 ms'),
    });
  });
});

describe('a change', () => {
  const FAIRLEAD_CONNECTIONS = { main: { url: 'demo://h', password: { secret: 'PASSWORD' } } };

  it('of a secret is noticed, and nothing is parsed anew without one', async () => {
    const source = new ConfigSource([demo]);
    const first = await source.read({ FAIRLEAD_CONNECTIONS, PASSWORD: 'a' } as object);
    expect(await source.read({ FAIRLEAD_CONNECTIONS, PASSWORD: 'a' } as object)).toBe(first);
    const second = await source.read({ FAIRLEAD_CONNECTIONS, PASSWORD: 'b' } as object);
    expect(second.connections.get('main')?.options).toEqual({ password: 'b' });
  });

  it('of a store’s secret is noticed within a minute; until then the store is not asked', async () => {
    vi.useFakeTimers();
    const get = vi.fn(async () => 'a');
    const env = { FAIRLEAD_CONNECTIONS, PASSWORD: { get } };
    const source = new ConfigSource([demo]);
    const first = await source.read(env);
    vi.advanceTimersByTime(59_000);
    expect(await source.read(env)).toBe(first);
    expect(get).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(1000);
    expect(await source.read(env)).toBe(first);
    expect(get).toHaveBeenCalledTimes(2);
    get.mockResolvedValue('b');
    vi.advanceTimersByTime(60_000);
    // One request asks; those beside it go on with what is known.
    const [asking, beside] = await Promise.all([source.read(env), source.read(env)]);
    expect(asking.connections.get('main')?.options).toEqual({ password: 'b' });
    expect(beside).toBe(first);
    expect(get).toHaveBeenCalledTimes(3);
  });

  it('is none while the store fails', async () => {
    vi.useFakeTimers();
    const get = vi.fn(async () => 'a');
    const env = { FAIRLEAD_CONNECTIONS, PASSWORD: { get } };
    const source = new ConfigSource([demo]);
    const first = await source.read(env);
    get.mockRejectedValue(new Error(HUSH));
    vi.advanceTimersByTime(60_000);
    expect(await source.read(env)).toBe(first);
    expect(await source.read(env)).toBe(first);
    expect(get).toHaveBeenCalledTimes(2);
  });

  it('of further variables with connections is noticed', async () => {
    const source = new ConfigSource([demo]);
    expect((await source.read({ FAIRLEAD_CONNECTIONS } as object).catch((error) => error)).code).toBe(
      'config',
    );
    const env = { FAIRLEAD_CONNECTIONS, PASSWORD: 'a' };
    expect((await source.read(env)).connections.size).toBe(1);
    const more = { ...env, FAIRLEAD_CONNECTIONS_B: { b: 'demo://h' } };
    expect((await source.read(more)).connections.size).toBe(2);
    expect((await source.read(env)).connections.size).toBe(1);
  });
});

describe('FAIRLEAD_CONNECTIONS_*', () => {
  it('are joined, and faults name the variable', async () => {
    const env = { FAIRLEAD_CONNECTIONS: '{"a":"demo://a"}', FAIRLEAD_CONNECTIONS_MAIL: { b: 'demo://b' } };
    expect([...(await read(env)).connections.keys()]).toEqual(['a', 'b']);
    expect([...(await read({ FAIRLEAD_CONNECTIONS_1: { b: 'demo://b' } })).connections.keys()]).toEqual([
      'b',
    ]);
    await expect(read({ FAIRLEAD_CONNECTIONS_1: { b: 'nothing' } })).rejects.toThrow(
      /FAIRLEAD_CONNECTIONS_1\.b\.url/,
    );
  });

  it('hold no two connections of one name', async () => {
    const env = {
      FAIRLEAD_CONNECTIONS: { a: 'demo://a' },
      FAIRLEAD_CONNECTIONS_MAIL: { a: `demo://u:${HUSH}@b` },
    };
    const failure: Error = await read(env).catch((error) => error);
    expect(failure.message).toBe(
      'The setting FAIRLEAD_CONNECTIONS_MAIL.a is wrong: a connection of this name stands in FAIRLEAD_CONNECTIONS too',
    );
  });
});
