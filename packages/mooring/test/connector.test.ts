// The objects behind a pool's connector: which there are, how they share a pool, and what becomes of them when settings change.
import type { Connector } from '@fairlead/transport';
import { describe, expect, it } from 'vitest';
import type { Front, FrontStep } from '../src/caller/front.ts';
import {
  limitsOf,
  type MooringNamespace,
  onPoolTiming,
  type PoolOptions,
  pooledConnector,
  poolObjects,
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
  readonly key?: string;
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
    const { url = `lines://app:${SECRET}@server.test`, key, timeoutMs = 5_000 } = more;
    const target = {
      protocol: 'lines',
      settings: { url, options: {} },
      limits: limitsOf(pool),
      timeoutMs,
      key,
    };
    return pooledConnector(namespace, target, () => new LineFront());
  };
  return { server, docks, connector };
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

  it('keep what has a key together', async () => {
    const { docks, connector } = world();
    for (let i = 0; i < 10; i++) await ask(connector({ max: 8, shards: 8 }, { key: 'session' }), 'q');
    expect(docks.size).toBe(1);
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

describe('an object’s name', () => {
  it('is the same for equal settings, and holds no secret', async () => {
    const { docks, connector } = world();
    await ask(connector({ max: 2 }), 'q');
    await ask(connector({ max: 2 }), 'q');
    expect([...docks.keys()]).toEqual([expect.stringMatching(/^lines:[\w+/=]{44}$/)]);
    expect([...docks.keys()].join()).not.toContain(SECRET);
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
    const dial = connector({ max: 1 }, { timeoutMs: 50 });
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
    server.loginMs = 60;
    const seen = (dial: Connector) => {
      const timings: Timing[] = [];
      onPoolTiming(dial, ({ waitMs = 0, connectMs = 0 }) => timings.push({ waitMs, connectMs }));
      return timings;
    };
    const [first, second] = [connector({ max: 1 }), connector({ max: 1 })];
    const [atFirst, atSecond] = [seen(first), seen(second)];
    await ask(first, 'cold');
    expect(atFirst[0]?.connectMs).toBeGreaterThanOrEqual(50);
    expect(atFirst[0]?.waitMs).toBeLessThan(20);
    server.answerMs = 60;
    await Promise.all([ask(first, 'q'), ask(second, 'behind')]);
    expect(atFirst[1]).toEqual({ waitMs: 0, connectMs: 0 });
    expect(atSecond[0]?.waitMs).toBeGreaterThanOrEqual(50);
    expect(atSecond[0]?.connectMs).toBe(0);
  });
});
