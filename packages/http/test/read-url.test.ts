// A connection with `readUrl`: who goes where, what errors and operators are told, and what entries are refused.
import { FairleadError } from '@fairlead/errors';
import { limitsOf, type MooringNamespace, pooledConnector } from '@fairlead/mooring';
import { describe, expect, it, vi } from 'vitest';
import { createApp, defineRoutes, operationRoutes, type RouteModule } from '../src/index.ts';
import { resolveReadOrWrite } from '../src/sql/index.ts';

const WRITER = 'demo://app:writer-s3cret@writer.example:7000/shop';
const READER = 'demo://reader:writer-s3cret-2@reader.example:7001/shop';

function moduleOf(prefix: `/${string}`, protocol: string, readUrl: boolean): RouteModule {
  return defineRoutes({
    prefix,
    protocol,
    readUrl,
    schemes: [`${protocol}:`],
    defaultPort: 7000,
    description: 'A protocol for tests',
    async pool(_namespace, url, options) {
      const target = {
        protocol,
        settings: { url, options: { username: String(options.username) } },
        limits: limitsOf({}),
        timeoutMs: 1_000,
      };
      return {
        connector: pooledConnector(_namespace, target, () => ({
          take: () => [],
          greet: () => new Uint8Array(),
        })),
      };
    },
    register(app) {
      app.get('/where', (c) => {
        const { target, readOnly } = resolveReadOrWrite(c, undefined);
        const { url, address, options } = target;
        return c.json({ url, address, options, readOnly });
      });
      app.get('/fail', (c) => {
        const { target } = resolveReadOrWrite(c, undefined);
        throw new FairleadError('connect_failed', `no way to ${target.url} nor to ${WRITER} nor ${READER}`);
      });
    },
  });
}

const routes = [moduleOf('/demo', 'demo', true), moduleOf('/plain', 'plain', false)];
const app = createApp({ routes: [...routes, ...operationRoutes(routes)] });

const FAIRLEAD_TOKENS = [
  { name: 'writer', token: 'token-writer', scopes: ['demo:read', 'demo:write'] },
  { name: 'reader', token: 'token-reader', scopes: ['demo:read'] },
  { name: 'admin', token: 'token-admin', scopes: ['admin'] },
];

const ENTRY = {
  url: WRITER,
  readUrl: READER,
  username: 'app-2',
  password: 'writer-s3cret-3',
  hostname: 'hidden.example',
  targetSessionAttrs: 'read-write',
  applicationName: 'shop',
};

async function get(path: string, token: string, entry: unknown = ENTRY, more: object = {}, method = 'GET') {
  const env = { FAIRLEAD_TOKENS, FAIRLEAD_CONNECTIONS: { main: entry }, ...more };
  const response = await app.request(
    path,
    { method, headers: { Authorization: `Bearer token-${token}` } },
    env,
  );
  const text = await response.text();
  return { status: response.status, text, body: text.startsWith('{') ? JSON.parse(text) : undefined };
}

/** Each object under its own name, in the order in which they are asked for. */
function namespace(names: string[]): MooringNamespace {
  const answer = async () => undefined;
  return {
    idFromName: (name) => name,
    get: (id: string) => {
      if (!names.includes(id)) names.push(id);
      return { stats: answer, drain: async () => names.indexOf(id) };
    },
  };
}

describe('readUrl', () => {
  it('is where a token goes that may only read, with nothing of the writer’s', async () => {
    const { body } = await get('/demo/where', 'reader');
    expect(body).toEqual({
      url: READER,
      address: { hostname: 'reader.example', port: 7001 },
      options: { applicationName: 'shop' },
      readOnly: true,
    });
  });

  it('is not where a token goes that may write', async () => {
    const { body } = await get('/demo/where', 'writer');
    const { url: _, readUrl: _1, ...options } = ENTRY;
    const address = { hostname: 'writer.example', port: 7000 };
    expect(body).toEqual({ url: WRITER, address, options, readOnly: false });
  });

  it('leaves readers with the writer’s URL where there is none', async () => {
    expect((await get('/demo/where', 'reader', WRITER)).body).toMatchObject({ url: WRITER, readOnly: true });
  });

  it.each(['reader', 'writer'])('shows no host and no password of either role to the %s', async (token) => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const { status, text } = await get('/demo/fail', token);
    const logged = log.mock.calls.flat().join('\n');
    log.mockRestore();
    expect(status).toBe(502);
    for (const said of [text, logged]) {
      expect(said).toContain('***@connection \\"main\\"');
      expect(said).not.toMatch(/s3cret|\.example|\*\*\*-/);
    }
  });
});

describe('operators', () => {
  it('see the pools of both roles, which are objects of their own', async () => {
    const names: string[] = [];
    const { body } = await get('/connections', 'admin', ENTRY, { MOORING: namespace(names) });
    expect(body.connections).toEqual([
      expect.objectContaining({
        name: 'main',
        host: 'writer.example',
        reader: { host: 'reader.example', port: 7001 },
        shards: [
          { role: 'writer', shard: 0, running: false },
          { role: 'reader', shard: 0, running: false },
        ],
      }),
    ]);
    expect(names).toHaveLength(2);
  });

  it('drain both, and measure both', async () => {
    const MOORING = namespace([]);
    const drained = await get('/connections/main/drain', 'admin', ENTRY, { MOORING }, 'POST');
    expect(drained.body.shards).toEqual([
      { role: 'writer', shard: 0, closing: 0 },
      { role: 'reader', shard: 0, closing: 1 },
    ]);
    const { text } = await get('/metrics', 'admin', ENTRY, { MOORING });
    expect(text).toContain('fairlead_pool_up{connection="main",protocol="demo",role="writer",shard="0"} 1');
    expect(text).toContain('fairlead_pool_up{connection="main",protocol="demo",role="reader",shard="0"} 1');
  });

  it('see no role where there is one pool', async () => {
    const { body } = await get('/connections', 'admin', WRITER, { MOORING: namespace([]) });
    expect(body.connections[0]).not.toHaveProperty('reader');
    expect(body.connections[0].shards).toEqual([{ shard: 0, running: false }]);
  });
});

describe('an entry', () => {
  it.each<[fault: RegExp, entry: Record<string, unknown>]>([
    [/main\.readUrl is wrong: is not a URL/, { url: WRITER, readUrl: 'reader.example' }],
    [/main\.readUrl is wrong: is not a URL/, { url: WRITER, readUrl: true }],
    [/main\.readUrl is wrong: is not a URL/, { url: WRITER, readUrl: 'demo:///shop' }],
    [/main\.readUrl is wrong: has a scheme/, { url: WRITER, readUrl: 'plain://reader:hush@reader.example' }],
    [/main\.readUrl is wrong: is the same role/, { url: WRITER, readUrl: WRITER.replace('s3cret', 'hush') }],
    [
      /main\.readUrl is wrong: is the same role/,
      { url: WRITER, username: 'an app', readUrl: WRITER.replace('app', 'an%20app') },
    ],
    [
      /main\.readUrl is wrong: is the same role/,
      { url: 'demo://nobody@writer.example/shop', username: 'app', readUrl: WRITER },
    ],
    [
      /main\.readUrl is wrong: is not for this protocol/,
      { url: 'plain://a@b.example', readUrl: 'plain://hush@b.example' },
    ],
  ])('is refused: %s', async (fault, entry) => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const { status, body, text } = await get('/demo/where', 'writer', entry);
    log.mockRestore();
    expect(status).toBe(500);
    expect(body.detail).toMatch(fault);
    expect(text).not.toMatch(/hush|s3cret/);
  });
});
