// The member `tls` of a connection's entry: what may stand in it, and what `GET /settings` shows of it.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  createApp,
  defineRoutes,
  operationRoutes,
  tlsOptionsOf,
  tlsOrStartTlsSchema,
  tlsSchema,
} from '../src/index.ts';
import { TOKEN } from './sample.ts';

const PIN = `sha256/${'A'.repeat(43)}=`;
const ALL = {
  ca: ['CA-1', 'CA-2'],
  cert: 'CERT',
  key: 'KEY',
  servername: 'db.internal',
  alpn: ['postgresql'],
  pins: [PIN],
  anyName: true,
  minVersion: 'TLSv1.3',
};

describe('the schema', () => {
  it.each([true, false, {}, ALL, { pins: [PIN], pinOnly: true }])('takes %j', (value) => {
    expect(tlsSchema.parse(value)).toEqual(value);
    expect(tlsOrStartTlsSchema.parse(value)).toEqual(value);
  });

  it.each(['starttls', { mode: 'starttls' }, { ...ALL, mode: 'implicit' }])(
    'takes %j with STARTTLS',
    (value) => {
      expect(tlsOrStartTlsSchema.parse(value)).toEqual(value);
      expect(tlsSchema.safeParse(value).success).toBe(false);
    },
  );

  it.each<[unknown, RegExp]>([
    ['yes', /true, false/],
    [1, /true, false/],
    [null, /true, false/],
    [{ caFile: 'ca.pem' }, /Unrecognized key: "caFile"/],
    [{ caFile: 'ca.pem', ca: 5 }, /tls\.caFile is not known/],
    [{ 'hunter2-hunter2': 1, ca: 5 }, /a member that is not known/],
    [{ ca: 5 }, /tls\.ca is certificates in PEM/],
    [{ ca: '' }, /tls\.ca is certificates in PEM/],
    [{ cert: 'CERT' }, /tls\.cert and tls\.key go together/],
    [{ pins: ['sha1/x'] }, /tls\.pins is/],
    [{ pinOnly: true }, /tls\.pinOnly needs tls\.pins/],
    [{ anyName: true }, /tls\.anyName needs tls\.ca/],
    [{ minVersion: 'TLSv1.1' }, /tls\.minVersion/],
  ])('refuses %j', (value, words) => {
    for (const schema of [tlsSchema, tlsOrStartTlsSchema]) {
      const messages = schema.safeParse(value).error?.issues.map(({ message }) => message) ?? [];
      expect(messages.join()).toMatch(words);
      expect(messages.join()).not.toContain('hunter2');
    }
  });

  it('gives the connector’s part', () => {
    expect(tlsOptionsOf({ tls: { ...ALL, mode: 'starttls' } })).toEqual(ALL);
    for (const tls of [undefined, true, 'starttls']) expect(tlsOptionsOf({ tls })).toBeUndefined();
  });
});

it('is shown without keys and certificates, with the names of secrets', async () => {
  const demo = defineRoutes({
    prefix: '/demo',
    protocol: 'demo',
    schemes: ['demo:'],
    defaultPort: 7000,
    description: 'A protocol for tests',
    settings: async () => ({ schema: z.object({ tls: tlsOrStartTlsSchema.optional() }), shown: ['tls'] }),
    register() {},
  });
  const app = createApp({ routes: [demo, ...operationRoutes([demo])] });
  const env = {
    FAIRLEAD_TOKENS: [{ name: 'all', token: TOKEN, scopes: ['admin:settings'] }],
    FAIRLEAD_CONNECTIONS: {
      object: { url: 'demo://h.example', tls: { ...ALL, mode: 'starttls', key: { secret: 'DB_KEY' } } },
      text: { url: 'demo://h.example', tls: { ca: 'hush', cert: 'hush', key: 'hush' } },
      word: { url: 'demo://h.example', tls: 'starttls' },
    },
    DB_KEY: 'hush',
  };
  const response = await app.request('/settings', { headers: { Authorization: `Bearer ${TOKEN}` } }, env);
  const text = await response.text();
  expect(text).not.toContain('hush');
  expect(JSON.parse(text).connections).toMatchObject([
    { options: { tls: { ...ALL, mode: 'starttls', ca: '***', cert: '***', key: { secret: 'DB_KEY' } } } },
    { options: { tls: { ca: '***', cert: '***', key: '***' } } },
    { options: { tls: 'starttls' } },
  ]);
});
