// The example of a private CA in workerd, against a Redis inside TLS that wants a client certificate.
import { connect as netConnect } from 'node:net';
import { join } from 'node:path';
import { createServer, type Server } from 'node:tls';
import { createAuthority, issueCertificate } from '@fairlead/testkit/authority';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestHarness, type TestHarness } from 'wrangler';
import { listenLocally, type RunningServer } from '../src/start/local-server.ts';
import { startRedis } from '../src/start/redis/server.ts';

const EXAMPLE = join(import.meta.dirname, '..', '..', 'examples/private-ca/wrangler.jsonc');
const START_MS = 60_000;

const authority = createAuthority('Harbour CA');
const client = issueCertificate(authority, { names: ['app'], purpose: 'client' });
let redis: RunningServer;
let secured: RunningServer;
const harnesses: TestHarness[] = [];

beforeAll(async () => {
  // Otherwise wrangler asks Cloudflare where it is.
  process.env.CLOUDFLARE_CF_FETCH_ENABLED = 'false';
  redis = await startRedis();
  await setGreeting(redis.port);
  secured = await listenLocally(inFrontOf(redis.port), 0, 16);
}, START_MS);

afterAll(async () => {
  for (const harness of harnesses) await harness.close();
  await secured.stop();
  await redis.stop();
});

/** Sets a key in plain text. */
async function setGreeting(port: number): Promise<void> {
  const socket = netConnect(port, '127.0.0.1');
  socket.end('*3\r\n$3\r\nSET\r\n$8\r\ngreeting\r\n$4\r\nahoy\r\n');
  expect(Buffer.concat(await socket.toArray()).toString()).toBe('+OK\r\n');
}

/** What ends TLS before a server: it shows a certificate for `db.internal`, and lets in who shows one of the same authority. */
function inFrontOf(port: number): Server {
  const own = issueCertificate(authority, { names: ['db.internal'] });
  return createServer({ ...own, ca: authority.cert, requestCert: true }, (socket) => {
    const inner = netConnect(port, '127.0.0.1');
    socket.on('error', () => inner.destroy()).on('close', () => inner.destroy());
    inner.on('error', () => socket.destroy());
    socket.pipe(inner).pipe(socket);
  });
}

/** Asks the Worker, which has these secrets besides the server's URL. */
async function ask(path: string, secrets: Record<string, string>): Promise<Response> {
  const url = { REDIS_URL: `rediss://127.0.0.1:${secured.port}` };
  const harness = createTestHarness({
    workers: [{ configPath: EXAMPLE, secrets: { ...url, ...secrets } }],
  });
  harnesses.push(harness);
  await harness.listen();
  return await harness.fetch(path);
}

const login = { TLS_CERT: client.cert, TLS_KEY: client.key };
const trusting = { TLS_CA: authority.cert, TLS_SERVERNAME: 'db.internal' };

it('reads over TLS with the authority and the client certificate of its secrets', async () => {
  const response = await ask('/keys/greeting', { ...trusting, ...login });
  expect([response.status, await response.json()]).toEqual([200, { value: 'ahoy' }]);
});

it('says why the server is not accepted, or does not accept', async () => {
  const other = createAuthority('Another CA').cert;
  const refusals = [{ ...trusting, ...login, TLS_CA: other }, { TLS_CA: authority.cert, ...login }, trusting];
  const answers = await Promise.all(refusals.map((secrets) => ask('/keys/greeting', secrets)));
  expect(answers.map(({ status }) => status)).toEqual([503, 503, 503]);
  expect(await Promise.all(answers.map((answer) => answer.json()))).toMatchObject([
    { code: 'tls_failed', reason: 'unknown_issuer' },
    { code: 'tls_failed', reason: 'name_mismatch', names: ['DNS:db.internal'] },
    { code: 'tls_failed', reason: 'alert', alert: 'certificate_required' },
  ]);
});
