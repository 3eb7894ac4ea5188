// `GET /settings`: what is in force, with scope, and nothing of any secret.
import { z } from '@hono/zod-openapi';
import { describe, expect, it } from 'vitest';
import { createApp, defineRoutes, operationRoutes } from '../src/index.ts';
import { TOKEN } from './sample.ts';

/** Stands in each text that may be secret. */
const HUSH = 'hush-hush-4711';
/** A secret that is a number to JSON. */
const HUSH_NUMBER = 86_753_099;

const demo = defineRoutes({
  prefix: '/demo',
  protocol: 'demo',
  schemes: ['demo:'],
  defaultPort: 7000,
  description: 'A protocol for tests',
  pool: async () => ({ connector: () => Promise.reject(new Error('unused')) }),
  settings: async () => ({
    schema: z.object({
      colour: z.string(),
      password: z.string(),
      size: z.number(),
      isOpen: z.boolean(),
      hosts: z.array(z.object({ port: z.number() })),
    }),
    shown: ['colour'],
  }),
  register() {},
});
const app = createApp({ routes: [demo, ...operationRoutes([demo])] });

const ENV = {
  FAIRLEAD_TOKENS: JSON.stringify([
    { name: 'all', token: TOKEN, scopes: ['admin:settings'] },
    { name: 'ci', token: `${HUSH}-token`, scopes: ['demo:read:main'] },
    { name: 'named', token: { secret: 'CI' }, scopes: ['admin:settings:main'] },
    { name: 'digest', sha256: 'ab'.repeat(32), scopes: [] },
  ]),
  FAIRLEAD_CONNECTIONS: {
    main: {
      url: `demo://${HUSH}-user:${HUSH}@h.example/${HUSH}?key=${HUSH}#${HUSH}`,
      colour: 'blue',
      password: HUSH,
      size: 3,
      isOpen: true,
      hosts: [{ port: 7001 }],
      pin: HUSH_NUMBER,
      nothing: null,
      parts: [{ key: HUSH }, [HUSH], { secret: 'KEY', other: HUSH }],
      key: { secret: 'KEY' },
      pool: { max: 3, locationHint: 'weur' },
    },
    bare: `demo://${HUSH}@bare.example`,
    numeral: { url: 'demo://h.example', password: HUSH_NUMBER },
  },
  FAIRLEAD_CONNECTIONS_MORE: { whole: { secret: 'URL' }, url: { url: { secret: 'URL' } } },
  FAIRLEAD_TARGETS: ['db.example.com:5432'],
  FAIRLEAD_LIMITS: '{"timeoutMs":5}',
  FAIRLEAD_CORS: ['https://app.example.com'],
  FAIRLEAD_OTHER: { list: [HUSH], n: 1, secret: HUSH, one: { secret: HUSH } },
  FAIRLEAD_TEXT: `${HUSH} is no JSON`,
  FAIRLEAD_PIN: String(HUSH_NUMBER),
  FAIRLEAD_LONG_PIN: `${HUSH_NUMBER}${HUSH_NUMBER}${HUSH_NUMBER}`,
  FAIRLEAD_RESOLVER: { url: `https://dns.example/${HUSH}` },
  CI: `${HUSH}-ci`,
  KEY: HUSH,
  URL: `demo://u:${HUSH}@secret.example:7001`,
  UNRELATED: HUSH,
  STORE: { get: async () => HUSH },
  VPC: { fetch() {}, connect() {} },
  RATE: { limit() {} },
};

const get = (token: string, env: object = ENV) =>
  app.request('/settings', { headers: { Authorization: `Bearer ${token}` } }, env);

describe('GET /settings', () => {
  it('shows what is in force, and no secret', async () => {
    const response = await get(TOKEN);
    const text = await response.text();
    expect(response.status).toBe(200);
    expect(text).not.toContain(HUSH);
    expect(text).not.toContain(String(HUSH_NUMBER));
    expect(text).not.toContain(TOKEN);
    expect(text).not.toContain('abab');
    expect(JSON.parse(text)).toEqual({
      tokens: [
        { name: 'all', scopes: ['admin:settings'] },
        { name: 'ci', scopes: ['demo:read:main'] },
        { name: 'named', token: { secret: 'CI' }, scopes: ['admin:settings:main'] },
        { name: 'digest', scopes: [] },
      ],
      connections: [
        {
          name: 'main',
          variable: 'FAIRLEAD_CONNECTIONS',
          protocol: 'demo',
          host: 'h.example',
          port: 7000,
          url: '***',
          pool: { max: 3, locationHint: 'weur' },
          options: {
            colour: 'blue',
            password: '***',
            size: 3,
            isOpen: true,
            hosts: [{ port: 7001 }],
            pin: '***',
            nothing: null,
            parts: [{ key: '***' }, ['***'], { secret: '***', other: '***' }],
            key: { secret: 'KEY' },
          },
        },
        expect.objectContaining({ name: 'bare', host: 'bare.example', url: '***', pool: {}, options: {} }),
        expect.objectContaining({ name: 'numeral', options: { password: '***' } }),
        expect.objectContaining({
          name: 'whole',
          variable: 'FAIRLEAD_CONNECTIONS_MORE',
          host: 'secret.example',
          port: 7001,
          url: { secret: 'URL' },
          options: {},
        }),
        expect.objectContaining({ name: 'url', url: { secret: 'URL' } }),
      ],
      targets: ['db.example.com:5432'],
      limits: expect.objectContaining({ timeoutMs: 5, maxRows: 100_000 }),
      cors: ['https://app.example.com'],
      others: {
        FAIRLEAD_OTHER: '***',
        FAIRLEAD_TEXT: '***',
        FAIRLEAD_PIN: '***',
        FAIRLEAD_LONG_PIN: '***',
        FAIRLEAD_RESOLVER: { url: '***' },
      },
      secrets: ['CI', 'KEY', 'URL'],
      bindings: [
        { name: 'STORE', kind: 'store' },
        { name: 'VPC', kind: 'service' },
        { name: 'RATE', kind: 'rate limiter' },
      ],
    });
  });

  it('needs its scope, for all connections', async () => {
    expect((await get(`${HUSH}-token`)).status).toBe(403);
    expect((await get(`${HUSH}-ci`)).status).toBe(403);
    expect((await get('wrong')).status).toBe(401);
  });

  it('is there without any further setting', async () => {
    const response = await get(TOKEN, { FAIRLEAD_TOKENS: ENV.FAIRLEAD_TOKENS, FAIRLEAD_JWT: null, CI: 'x' });
    expect(await response.json()).toMatchObject({
      connections: [],
      targets: [],
      cors: [],
      others: {},
      bindings: [],
    });
  });
});
