// The objects behind a pool's connector: which there are, how they share a pool, and what becomes of them when settings change.
import type { Connector } from '@fairlead/transport';
import { describe, expect, it } from 'vitest';
import type { Front, FrontStep } from '../src/caller/front.ts';
import { limitsOf, type MooringNamespace, type PoolOptions, pooledConnector } from '../src/index.ts';
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

/** A namespace of objects that live here, and a server for all of them. */
function world() {
  const { server, seat } = pooled();
  const docks = new Map<string, Dock>();
  const namespace: MooringNamespace = {
    idFromName: (name) => name,
    get: (id: string) => {
      const dock = docks.get(id) ?? new Dock(new Map([['lines', seat]]), undefined);
      docks.set(id, dock);
      return dock;
    },
  };
  const connector = (
    pool: PoolOptions,
    more: { readonly url?: string; readonly key?: string } = {},
  ): Connector => {
    const { url = `lines://app:${SECRET}@server.test`, key } = more;
    const settings = { url, options: {} };
    const target = { protocol: 'lines', settings, limits: limitsOf(pool), timeoutMs: 5_000, key };
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
