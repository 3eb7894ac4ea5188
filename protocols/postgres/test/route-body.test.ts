// What bodies the Postgres routes take: JSON that calls itself so at `/pg/query`, whatever its neighbour allows.
import { createApp } from '@fairlead/http';
import { expect, it } from 'vitest';
import { postgresRoutes } from '../src/route/index.ts';
import { Backend, result } from './support/backend.ts';

const TOKEN = 'writer-token-0123456789';
const ENV = {
  FAIRLEAD_CONNECTIONS: { main: { url: 'postgres://app@db.test/shop?sslmode=disable' } },
  FAIRLEAD_TOKENS: [{ name: 'writer', token: TOKEN, scopes: ['pg:write:main'] }],
  FAIRLEAD_LIMITS: { maxBodyBytes: 100 },
};

it.each([
  ['JSON', 'application/json; charset=utf-8', '{"sql":"select 1"}', 200],
  ['text', 'text/plain', '{"sql":"select 1"}', 415],
  ['a form', 'application/x-www-form-urlencoded', '{"sql":"select 1"}', 415],
  ['no JSON', 'application/json', 'select 1', 400],
  ['nothing', 'application/json', undefined, 400],
  ['too much', 'application/json', JSON.stringify({ sql: 'x'.repeat(100) }), 413],
])('/pg/query and %s', async (_what, type, body, status) => {
  const backend = new Backend(() => result([['n', 23]], [['1']]));
  const app = createApp({ routes: [postgresRoutes], connector: backend.connector });
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': type };
  const init = { method: 'POST', headers, ...(body === undefined ? {} : { body }) };
  const response = await app.request('/pg/query', init, ENV);
  expect(response.status).toBe(status);
  expect(backend.statements).toHaveLength(status === 200 ? 1 : 0);
});
