// Connections through bindings: what an entry may say, what a Hyperdrive binding brings, and that it is the binding that dials.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { connectorOf, createApp, defineRoutes, type GatewayEnv, resolveTarget } from '../src/index.ts';
import { TOKEN } from './sample.ts';

const SECRET = 'hush-hush-4711';

/** A binding that notes what it is asked for, and opens nothing. */
function binding(more: object = {}) {
  const dialled: unknown[] = [];
  const connect = (address: unknown, options: unknown): never => {
    dialled.push(address, options);
    throw new Error('the test opens nothing');
  };
  return { dialled, connect, ...more };
}

const hyperdrive = () =>
  binding({
    connectionString: `demo://user:${SECRET}@abc.hyperdrive.local:5432/db?sslmode=disable`,
    host: 'abc.hyperdrive.local',
  });

const demo = defineRoutes({
  prefix: '/demo',
  protocol: 'demo',
  schemes: ['demo:', 'ws:'],
  description: 'A protocol for tests',
  bodies: 'any',
  register(app) {
    app.get('/', async (c) => {
      const target = resolveTarget(c, { action: 'read' });
      const failure = await connectorOf(c, target)(target.address).catch((error: Error) => error.message);
      return c.json({ url: target.url, pool: target.pool, options: target.options, failure });
    });
  },
});

const internet: unknown[] = [];
const app = createApp({
  routes: [demo],
  connector: async (address) => {
    internet.push(address);
    throw new Error('the internet was dialled');
  },
});

async function ask(entry: unknown, bindings: object, asked = app) {
  const env = {
    FAIRLEAD_TOKENS: [{ name: 'all', token: TOKEN, scopes: ['*'] }],
    FAIRLEAD_CONNECTIONS: { main: entry },
    ...bindings,
  } as GatewayEnv;
  const response = await asked.request('/demo', { headers: { Authorization: `Bearer ${TOKEN}` } }, env);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

afterEach(() => {
  vi.restoreAllMocks();
  internet.length = 0;
});

describe('an entry with "via"', () => {
  it('is dialled by the binding, at the host of its URL, and has no pool', async () => {
    const VPC = binding();
    const { body } = await ask({ url: 'demo://10.0.0.5:6000', via: 'VPC', colour: 'blue' }, { VPC });
    expect(VPC.dialled[0]).toEqual({ hostname: '10.0.0.5', port: 6000 });
    expect(internet).toEqual([]);
    expect(body).toMatchObject({ pool: false, options: { colour: 'blue' } });
  });

  it('leaves other entries to the internet', async () => {
    const VPC = binding();
    await ask({ url: 'demo://db.example.com:6000' }, { VPC });
    expect(VPC.dialled).toEqual([]);
    expect(internet).toHaveLength(1);
  });

  it('takes the URL of a Hyperdrive binding, with TLS off by name', async () => {
    const HYPERDRIVE = hyperdrive();
    const { body } = await ask({ via: 'HYPERDRIVE', applicationName: 'shop' }, { HYPERDRIVE });
    expect(body).toMatchObject({
      url: `demo://user:${SECRET}@abc.hyperdrive.local:5432/db`,
      options: { tls: false, applicationName: 'shop' },
    });
    expect(HYPERDRIVE.dialled[0]).toEqual({ hostname: 'abc.hyperdrive.local', port: 5432 });
    expect(internet).toEqual([]);
  });

  const remote = (): unknown => () => 'a remote call';
  const BAD: [entry: object, bindings: object, message: RegExp][] = [
    [{ url: `demo://u:${SECRET}@h:1`, via: 'VPC' }, {}, /main\.via is wrong: names "VPC"/],
    [{ url: `demo://u:${SECRET}@h:1`, via: 'VPC' }, { VPC: SECRET }, /main\.via is wrong: names "VPC"/],
    [{ url: 'demo://h:1', via: 'FAIRLEAD_TOKENS' }, {}, /main\.via is wrong: names "FAIRLEAD_TOKENS"/],
    [{ url: 'demo://h:1', via: 7 }, {}, /main\.via is wrong: is not the name/],
    [{ url: 'demo://h:1', via: 'a b' }, {}, /main\.via is wrong: is not the name/],
    [{ url: 'ws://h:1', via: 'VPC' }, { VPC: binding() }, /main\.via is wrong: is for TCP/],
    [{ via: 'VPC' }, { VPC: binding() }, /main\.url is wrong: is missing.*"VPC"/],
    // A service binding answers to every name.
    [{ via: 'VPC' }, { VPC: binding({ connectionString: remote }) }, /main\.url is wrong: is missing/],
    [{ via: 'HD', url: 'demo://h:1' }, { HD: hyperdrive() }, /main\.url is wrong: does not go with.*"HD"/],
    [
      { via: 'HD', readUrl: 'demo://r@h:1' },
      { HD: hyperdrive() },
      /main\.readUrl is wrong: does not go with/,
    ],
    [{ via: 'HD', tls: { ca: 'CA' } }, { HD: hyperdrive() }, /main\.tls is wrong: does not go with.*"HD"/],
    [{ via: 'HD', pool: true }, { HD: hyperdrive() }, /main\.pool is wrong: does not go with "via"/],
    [{ url: 'demo://h:1', via: 'VPC', pool: { max: 2 } }, { VPC: binding() }, /main\.pool is wrong/],
  ];

  it.each(BAD)('%j is refused by name and place', async (entry, bindings, message) => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const { status, body } = await ask(entry, bindings);
    expect(status).toBe(500);
    expect(body).toMatchObject({ code: 'config', detail: expect.stringMatching(message) });
    expect(JSON.stringify(body)).not.toContain(SECRET);
  });

  it('is a problem by name where the binding has gone since the settings were read', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const entry = { url: 'demo://h:1', via: 'VPC' };
    await ask(entry, { VPC: binding() });
    const { status, body } = await ask(entry, {});
    expect(status).toBe(500);
    expect(body).toMatchObject({ code: 'config', detail: expect.stringMatching(/"main".*"VPC"/) });
  });
});

describe('TLS of the gateway’s own', () => {
  it('is made around the binding’s connector, and around the gateway’s', async () => {
    const wrapped: unknown[] = [];
    const own = createApp({
      routes: [demo],
      connector: async () => {
        throw new Error('the internet was dialled');
      },
      ownTls: (connector) => async (address, options) => {
        wrapped.push(address);
        return connector(address, options);
      },
    });
    const vpc = binding();
    const through = await ask({ url: 'demo://h.example:7000', via: 'VPC' }, { VPC: vpc }, own);
    expect(through.status).toBe(200);
    expect(vpc.dialled[0]).toMatchObject({ hostname: 'h.example', port: 7000 });
    const direct = await ask({ url: 'demo://h.example:7001' }, {}, own);
    expect(direct.body.failure).toBe('the internet was dialled');
    expect(wrapped).toEqual([
      { hostname: 'h.example', port: 7000 },
      { hostname: 'h.example', port: 7001 },
    ]);
  });
});
