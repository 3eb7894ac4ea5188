// `GET /access`: what a token may do is told as the routes would decide it, and nothing that it may not know.
import { describe, expect, it } from 'vitest';
import { createApp, defineRoutes, operationRoutes, type RouteModule } from '../src/index.ts';

const shell: RouteModule = defineRoutes({
  prefix: '/shell',
  protocol: 'shell',
  actions: ['exec', 'any'],
  schemes: ['shell:'],
  defaultPort: 22,
  description: 'A protocol whose connections another module uses too',
  pool: async () => ({ connector: () => Promise.reject(new Error('not dialled')) }),
  register() {},
});
const files = defineRoutes({
  ...shell,
  prefix: '/files',
  protocol: 'files',
  actions: ['read', 'write'],
  connectionsOf: 'shell',
});
const line = defineRoutes({
  prefix: '/line',
  protocol: 'line',
  actions: ['ping'],
  ofAnyProtocol: true,
  schemes: ['line:'],
  description: 'Reaches the connections of all protocols',
  register() {},
});
const base = defineRoutes({
  prefix: '/base',
  protocol: 'base',
  actions: ['read', 'write'],
  schemes: ['base:'],
  defaultPort: 5432,
  description: 'Has named queries',
  namedQueries: async () => ({
    compile: (text) => ({ text, names: /:name/.test(text) ? ['name'] : [] }),
    assertReading() {},
    utcSuffix: 'Z',
  }),
  register() {},
});
const modules = [shell, files, line, base];
const app = createApp({ routes: [...modules, ...operationRoutes(modules, { version: '1.2.3' })] });

const SCOPES: Readonly<Record<string, readonly string[]>> = {
  all: ['*'],
  files: ['files:read:box', 'line:ping:box'],
  runner: ['query:run:ships'],
  mixed: ['query', 'base:read:main', 'admin:connections:main'],
  chooser: ['base:read:@', 'line:ping'],
  nothing: [],
};

const ENV = {
  FAIRLEAD_TOKENS: Object.entries(SCOPES).map(([name, scopes]) => ({
    name,
    token: `token-of-${name}`,
    scopes,
    ...(name === 'mixed' && {
      maxRows: 7,
      expires: '2999-01-01T00:00:00Z',
      origins: ['https://app.example'],
    }),
  })),
  FAIRLEAD_CONNECTIONS: {
    main: 'base://app:s3cret-pw@db.example.com/shop',
    spare: 'base://app:s3cret-pw@spare.example.com/shop',
    box: { url: 'shell://me:s3cret-pw@box.example.com' },
  },
  FAIRLEAD_QUERIES: {
    ships: {
      connection: 'main',
      sql: 'select :name',
      params: { name: { type: 'text', description: 'Of a ship' } },
      description: 'One ship',
    },
    count: { connection: 'spare', sql: 'select 1' },
  },
  FAIRLEAD_TARGETS: ['*.Example.com:443', '192.0.2.0/24:*'],
};

async function get(name: string, env: object = {}, headers: Record<string, string> = {}) {
  const init = { headers: { Authorization: `Bearer token-of-${name}`, ...headers } };
  const response = await app.request('/access', init, { ...ENV, ...env });
  const text = await response.text();
  expect(text).not.toContain('s3cret-pw');
  return { status: response.status, text, body: JSON.parse(text) };
}

describe('GET /access', () => {
  it('tells a token for everything everything', async () => {
    const { body } = await get('all', { MOORING: { idFromName: (name: string) => name, get: () => ({}) } });
    expect(body).toMatchObject({
      name: 'all',
      scopes: ['*:*:*'],
      admin: ['connections', 'drain', 'metrics', 'settings'],
      targets: ['*.Example.com:443', '192.0.2.0/24:*'],
      targetScopes: {
        shell: ['exec', 'any'],
        files: ['read', 'write'],
        line: ['ping'],
        base: ['read', 'write'],
      },
      version: '1.2.3',
      limits: { maxRows: 100_000 },
    });
    const admin = ['connections', 'drain', 'metrics'];
    expect(body.connections).toEqual([
      {
        name: 'main',
        protocol: 'base',
        isDefault: true,
        scopes: { line: ['ping'], base: ['read', 'write'], admin },
        pooled: false,
        host: 'db.example.com',
        port: 5432,
      },
      expect.objectContaining({ name: 'spare', isDefault: false }),
      {
        name: 'box',
        protocol: 'shell',
        isDefault: true,
        scopes: { shell: ['exec', 'any'], files: ['read', 'write'], line: ['ping'], admin },
        pooled: true,
        host: 'box.example.com',
        port: 22,
      },
    ]);
  });

  it('shows the connections alone that the token may use, without their hosts', async () => {
    const { body, text } = await get('files');
    expect(body.connections).toEqual([
      {
        name: 'box',
        protocol: 'shell',
        isDefault: true,
        scopes: { files: ['read'], line: ['ping'] },
        pooled: false,
      },
    ]);
    expect(body).toMatchObject({ queries: [], admin: [], targets: [], targetScopes: {} });
    expect(text).not.toMatch(/example\.com|main|spare/);
  });

  it('tells of named queries, and of their connections where the token may use those itself', async () => {
    const ships = {
      name: 'ships',
      protocol: 'base',
      path: '/base/q/ships',
      readOnly: true,
      description: 'One ship',
      params: [{ name: 'name', type: 'text', isRequired: true, description: 'Of a ship' }],
    };
    const runner = await get('runner');
    expect(runner.body).toMatchObject({ connections: [], queries: [ships] });
    expect(runner.text).not.toContain('"connection"');
    const { body } = await get('mixed');
    expect(body.queries).toEqual([
      { ...ships, connection: 'main' },
      { name: 'count', protocol: 'base', path: '/base/q/count', readOnly: true, params: [] },
    ]);
    expect(body).toMatchObject({ maxRows: 7, limits: { maxRows: 7 }, expiresAt: '2999-01-01T00:00:00.000Z' });
    expect(body.connections).toEqual([
      expect.objectContaining({
        scopes: { base: ['read'], admin: ['connections'] },
        host: 'db.example.com',
        isDefault: true,
      }),
    ]);
  });

  it('names the policy’s addresses to tokens that may choose some', async () => {
    const { body } = await get('chooser');
    expect(body).toMatchObject({
      targets: ['*.Example.com:443', '192.0.2.0/24:*'],
      targetScopes: { line: ['ping'], base: ['read'] },
    });
    expect((await get('chooser', { FAIRLEAD_TARGETS: [] })).body).toMatchObject({
      targets: [],
      targetScopes: {},
    });
  });

  it('is for any valid token, and for no other', async () => {
    expect((await get('nothing')).body).toMatchObject({ name: 'nothing', scopes: [], connections: [] });
    expect(await get('stranger')).toMatchObject({ status: 401, body: { code: 'unauthorized' } });
    expect((await app.request('/access', {}, ENV)).status).toBe(401);
    const init = { headers: { Authorization: 'Bearer token-of-all' } };
    expect((await app.request('/access?token=1', init, ENV)).status).toBe(400);
    expect((await app.request('/access', { ...init, method: 'POST', body: '' }, ENV)).status).toBe(405);
  });

  it('is refused to pages of foreign origins, and given to the gateway’s own', async () => {
    expect(await get('mixed', {}, { Origin: 'https://evil.example' })).toMatchObject({
      status: 403,
      body: { code: 'forbidden', detail: expect.stringContaining('pages of this origin') },
    });
    expect((await get('mixed', {}, { Origin: 'https://app.example' })).status).toBe(200);
    // Hono's requests in tests are to http://localhost.
    expect((await get('mixed', {}, { Origin: 'http://localhost' })).status).toBe(200);
  });
});
