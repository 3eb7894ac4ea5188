// The objects behind a pool's connector: which there are, how they share a pool, and what becomes of them when settings change.
import type { Connector } from '@fairlead/transport';
import { describe, expect, it } from 'vitest';
import type { Front, FrontStep } from '../src/caller/front.ts';
import {
  limitsOf,
  type MooringNamespace,
  onPoolTiming,
  type PoolChoice,
  type PoolOptions,
  pooledConnector,
  poolObjects,
  poolTarget,
  SessionClient,
  sessionLimitsOf,
  type Timing,
} from '../src/index.ts';
import { Dock } from '../src/object/dock.ts';
import { pause, pooled } from './support.ts';

const encoder = new TextEncoder();
const ADDRESS = { hostname: 'server.test', port: 1000 };
const SECRET = 'hush-hush-4711';

/** Each line has an answer and leaves nothing; `cancel 7` ends what the connection of that key runs. */
class LineFront implements Front {
  take(bytes: Uint8Array): readonly FrontStep[] {
    const text = new TextDecoder().decode(bytes);
    if (text === 'login\n') return [{ kind: 'login' }];
    if (text.startsWith('cancel ')) return [{ kind: 'cancel', key: Number(text.slice(7)) }];
    return [{ kind: 'forward', bytes: bytes.slice(), trace: 'clean', owed: 1 }];
  }

  greet(greeting: unknown, key: number): Uint8Array {
    return encoder.encode(`${greeting} ${key}\n`);
  }
}

/** What else a test's pool may have. */
interface More {
  readonly url?: string;
  readonly timeoutMs?: number;
}

/** A namespace of objects that live here, and a server for all of them. */
function world() {
  const { server, seat } = pooled();
  const docks = new Map<string, Dock>();
  const namespace: MooringNamespace = {
    idFromName: (name) => name,
    get: (id: string) => {
      const dock = docks.get(id) ?? new Dock(new Map([['lines', seat]]), undefined);
      docks.set(id, dock);
      return {
        greet: dock.greet.bind(dock),
        exchange: dock.exchange.bind(dock),
        cancel: dock.cancel.bind(dock),
        abandon: dock.abandon.bind(dock),
        stats: async () => dock.stats,
        drain: async () => dock.drain(),
      };
    },
  };
  const connector = (pool: PoolOptions, more: More = {}): Connector => {
    const { url = `lines://app:${SECRET}@server.test`, timeoutMs = 5_000 } = more;
    const target = {
      protocol: 'lines',
      settings: { url, options: {} },
      limits: limitsOf(pool),
      timeoutMs,
    };
    return pooledConnector(namespace, target, () => new LineFront());
  };
  return { server, docks, namespace, connector };
}

/** What a call throws. */
function caught(run: () => unknown): Error {
  try {
    run();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}

async function ask(connector: Connector, question: string): Promise<string> {
  const transport = await connector(ADDRESS);
  void transport.write(encoder.encode(`${question}\n`));
  const answer = new TextDecoder().decode(await transport.read());
  await transport.close();
  return answer;
}

describe('shards', () => {
  it('share the connections and the places in the queue, the rest going to the first ones', async () => {
    const { server, docks, connector } = world();
    const dial = connector({ max: 7, shards: 3 });
    const questions = Array.from({ length: 300 }, (_, i) => `q${i}`);
    const answers = await Promise.all(questions.map((question) => ask(dial, question)));
    expect(answers).toEqual(questions.map((question) => `${question}!\n`));
    expect(server.most).toBe(7);
    const idle = [...docks].map(([name, { stats }]) => [name.slice(-2), stats?.idle]).sort();
    expect(idle).toEqual([
      ['/0', 3],
      ['/1', 2],
      ['/2', 2],
    ]);
  });

  it('are loaded evenly', async () => {
    const { docks, connector } = world();
    const dial = connector({ max: 4, shards: 4 });
    const open = await Promise.all(Array.from({ length: 400 }, () => dial(ADDRESS)));
    for (const transport of open) void transport.write(encoder.encode('q\n'));
    await Promise.all(open.map((transport) => transport.read()));
    const borrowed = [...docks.values()].map(({ stats }) => stats?.borrowed ?? 0);
    expect(borrowed).toHaveLength(4);
    expect(Math.max(...borrowed) - Math.min(...borrowed)).toBeLessThan(20);
  });

  it('know each other’s statements, for cancellation', async () => {
    const { server, connector } = world();
    const dial = connector({ max: 8, shards: 8 });
    const running = await dial(ADDRESS);
    void running.write(encoder.encode('login\n'));
    const [, key] = new TextDecoder().decode(await running.read()).split(' ');
    server.answers = false;
    void running.write(encoder.encode('slow\n'));
    const reading = running.read();
    await pause(20);
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        const transport = await dial(ADDRESS);
        await transport.write(encoder.encode(`cancel ${key}`));
      }),
    );
    expect(server.cancelled).toBeGreaterThanOrEqual(8);
    running.destroy(new Error('enough'));
    await expect(reading).rejects.toThrow('enough');
  });

  it.each([[{ max: 3, shards: 4 }], [{ shards: 0 }], [{ shards: 65, max: 100 }], [{ shards: 1.5 }]])(
    'refuse %j',
    (options) => {
      expect(() => limitsOf(options)).toThrow(/shards/);
    },
  );
});

describe('options', () => {
  const wrong: [options: unknown, message: string][] = [
    [5, 'pool is an object of options, not 5'],
    [false, 'pool is an object of options, not false'],
    [null, 'pool is an object of options, not null'],
    [[], 'pool is an object of options, not an array'],
    [{ maxx: 5 }, 'pool.maxx is not an option of a pool, which are max, idleSeconds, '],
    [{ locationHint: 'weur' }, 'locationHint stands beside pool, not in it'],
    [{ max: SECRET }, 'pool.max is a whole number of connections, 1 or more, not a string'],
    [{ max: 0 }, 'pool.max is a whole number of connections, 1 or more, not 0'],
    [{ maxWaiting: -1 }, 'pool.maxWaiting is a whole number of callers, 0 or more, not -1'],
    [{ idleSeconds: 0 }, 'pool.idleSeconds is a number of seconds above 0, or Infinity, not 0'],
    [{ maxAgeSeconds: '9' }, 'pool.maxAgeSeconds is a number of seconds above 0, or Infinity, not a string'],
    [{ waitMs: null }, 'pool.waitMs is a number of milliseconds above 0, or Infinity, not null'],
    [{ resetAlways: 1 }, 'pool.resetAlways is true or false, not 1'],
    [{ max: 2, shards: 3 }, 'pool.shards is 3, more than max, which is 2'],
  ];

  it.each(wrong)('that are wrong are refused: %j', (options, message) => {
    const error = caught(() => limitsOf(options as PoolOptions));
    expect(error).toMatchObject({ code: 'usage', message: expect.stringContaining(message) });
    expect(error.message).not.toContain(SECRET);
  });

  it('have a protocol’s own defaults where they are not given', () => {
    const defaults = { max: 5, idleSeconds: 50, checkAfterMs: 15_000 };
    expect(limitsOf({ max: undefined }, defaults)).toMatchObject({
      max: 5,
      idleMs: 50_000,
      checkAfterMs: 15_000,
    });
    expect(limitsOf({ max: 7, idleSeconds: 1 }, defaults)).toMatchObject({ max: 7, idleMs: 1_000 });
    expect(limitsOf()).toMatchObject({ max: 10, idleMs: 60_000, checkAfterMs: 30_000 });
  });

  it('name a region of the platform', () => {
    const choice = { locationHint: 'west' } as unknown as PoolChoice;
    const target = poolTarget('lines', { url: '', options: {} }, choice);
    const error = caught(() => pooledConnector(world().namespace, target, () => new LineFront()));
    expect(error).toMatchObject({
      code: 'usage',
      message: expect.stringMatching(/is one of wnam, enam, .*me$/),
    });
  });
});

describe('a binding', () => {
  const target = poolTarget('lines', { url: '', options: {} }, { pool: { max: 1 } });
  const open = (namespace: unknown) =>
    pooledConnector(namespace as MooringNamespace, target, () => new LineFront());

  it.each([undefined, null, {}, 'MOORING'])('that is missing is asked for: %j', async (namespace) => {
    const expected = { code: 'usage', message: expect.stringContaining("The mooring's binding is missing") };
    expect(caught(() => open(namespace))).toMatchObject(expected);
    const address = { protocol: 'lines', settings: target.settings, identity: 1, timeoutMs: 1_000 };
    const session = SessionClient.at(namespace as MooringNamespace, {
      ...address,
      limits: sessionLimitsOf(),
    });
    await expect(session).rejects.toMatchObject(expected);
  });

  it('that refuses is told as a wrong argument, with its reason', async () => {
    const refuse = () => {
      throw new TypeError('no such class');
    };
    const expected = { code: 'usage', message: expect.stringContaining('no such class') };
    await expect(open({ idFromName: refuse, get: refuse })(ADDRESS)).rejects.toMatchObject(expected);
    await expect(open({ idFromName: () => 1, get: refuse })(ADDRESS)).rejects.toMatchObject(expected);
  });
});

describe('an object’s name', () => {
  it('is the same for equal settings, and holds no secret', async () => {
    const { docks, connector } = world();
    await ask(connector({ max: 2 }), 'q');
    await ask(connector({ max: 2 }), 'q');
    expect([...docks.keys()]).toEqual([expect.stringMatching(/^lines:[\w+/=]{44}$/)]);
    expect([...docks.keys()].join()).not.toContain(SECRET);
  });

  it('is another one with another certificate, and refuses a key that is no text', async () => {
    const { namespace, docks } = world();
    const dial = (tls: unknown) => {
      const settings = { url: 'lines://server.test', options: { tls } };
      return pooledConnector(namespace, poolTarget('lines', settings, {}), () => new LineFront());
    };
    for (const cert of ['one', 'one', 'two']) await ask(dial({ ca: 'CA', cert, key: SECRET }), 'q');
    expect(docks.size).toBe(2);
    expect([...docks.keys()].join()).not.toContain(SECRET);
    const { privateKey } = (await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, [
      'sign',
    ])) as CryptoKeyPair;
    await expect(ask(dial({ cert: 'one', key: privateKey }), 'q')).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('tls.key is a text in PEM'),
    });
    expect(docks.size).toBe(2);
  });

  it.each<[string, PoolOptions, { readonly url?: string }]>([
    ['another limit', { max: 3, idleSeconds: 0.05 }, {}],
    ['another address', { max: 2, idleSeconds: 0.05 }, { url: 'lines://other.test' }],
  ])('is another one with %s, and the old object closes its connections', async (_, pool, more) => {
    const { server, docks, connector } = world();
    await ask(connector({ max: 2, idleSeconds: 0.05 }), 'before');
    const [before] = [...docks.values()];
    expect(before?.stats).toMatchObject({ idle: 1 });
    await ask(connector(pool, more), 'after');
    expect(docks.size).toBe(2);
    await expect.poll(() => before?.stats?.idle).toBe(0);
    expect(server.asked).toEqual(expect.arrayContaining(['before', 'after', 'bye']));
  });
});

describe('what operators see', () => {
  it('are the objects of a pool, with what they do, also of another isolate', async () => {
    const { server, connector } = world();
    await ask(connector({ max: 4, shards: 2 }), 'q');
    const objects = await poolObjects(connector({ max: 4, shards: 2 }));
    const stats = await Promise.all(objects.map((object) => object.stats()));
    const one = { open: 1, idle: 1, inUse: 0, borrowed: 1, opened: 1, timeouts: 0, errors: {}, failures: {} };
    expect(stats).toHaveLength(2);
    expect(stats).toEqual(expect.arrayContaining([undefined, expect.objectContaining(one)]));
    expect(await Promise.all(objects.map((object) => object.drain()))).toEqual(
      expect.arrayContaining([0, 1]),
    );
    await expect.poll(() => server.open).toBe(0);
    expect(await poolObjects(async () => Promise.reject(new Error('no pool')))).toEqual([]);
  });

  it('are the errors by their codes, late answers, and the round trip', async () => {
    const { server, docks, connector } = world();
    const dial = connector({ max: 1 }, { timeoutMs: 500 });
    for (const question of ['a', 'b', 'c']) await ask(dial, question);
    server.answers = false;
    await expect(ask(dial, 'late')).rejects.toMatchObject({ code: 'timeout' });
    server.refuse = 'down';
    await expect(ask(dial, 'none')).rejects.toMatchObject({ code: 'connect_failed' });
    expect([...docks.values()][0]?.stats).toMatchObject({
      roundTripMs: expect.any(Number),
      timeouts: 1,
      errors: { timeout: 1, connect_failed: 1 },
      failures: { connect_failed: 1 },
    });
  });

  it('is closed at a drain when it comes back', async () => {
    const { server, docks, connector } = world();
    const dial = connector({ max: 1 });
    await ask(dial, 'before');
    server.answers = false;
    const transport = await dial(ADDRESS);
    void transport.write(encoder.encode('q\n'));
    await expect.poll(() => server.asked).toContain('q');
    expect([...docks.values()][0]?.drain()).toBe(1);
    expect(server.open).toBe(1);
    await server.opened[0]?.write(encoder.encode('q!\n'));
    expect(new TextDecoder().decode(await transport.read())).toBe('q!\n');
    await expect.poll(() => server.open).toBe(0);
  });

  it('is told to the caller: the wait, and the login', async () => {
    const { server, connector } = world();
    server.loginMs = 300;
    const seen = (dial: Connector) => {
      const timings: Timing[] = [];
      onPoolTiming(dial, ({ waitMs = 0, connectMs = 0 }) => timings.push({ waitMs, connectMs }));
      return timings;
    };
    const [first, second] = [connector({ max: 1 }), connector({ max: 1 })];
    const [atFirst, atSecond] = [seen(first), seen(second)];
    await ask(first, 'cold');
    expect(atFirst[0]?.connectMs).toBeGreaterThanOrEqual(250);
    expect(atFirst[0]?.waitMs).toBeLessThan(200);
    server.answerMs = 300;
    await Promise.all([ask(first, 'q'), ask(second, 'behind')]);
    expect(atFirst[1]?.waitMs).toBeLessThan(200);
    expect(atFirst[1]?.connectMs).toBe(0);
    expect(atSecond[0]?.waitMs).toBeGreaterThanOrEqual(250);
    expect(atSecond[0]?.connectMs).toBe(0);
  });
});
