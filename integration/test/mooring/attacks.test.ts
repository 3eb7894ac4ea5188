// Callers that leave, and servers that break their protocol: the next caller has its own answer, and nothing goes on for nobody.
import { request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { Answer } from '../../pools/caller.ts';
import { type Gateway, startGateway, TOKEN } from '../../pools/gateway.ts';
import { fatal, type Meddler, message, passAll, startMeddler } from '../../pools/meddler.ts';

const { restartable } = inject('servers');
const TIMEOUT_MS = 3_000;
/** A connection that nobody uses is listened to after a moment. */
const AT_REST_MS = 250;
const READY = message('Z', 'I');

let meddler: Meddler;
let gateway: Gateway;
beforeAll(async () => {
  meddler = await startMeddler(restartable.postgres.port);
  const url = (port: number, name: string) =>
    `postgres://scram:scram-password@localhost:${port}/fairlead?sslmode=disable&application_name=${name}`;
  gateway = await startGateway({
    one: { url: url(meddler.port, 'attacked'), pool: { max: 1 } },
    five: { url: url(meddler.port, 'crowded'), pool: { max: 5 } },
    aside: { url: url(restartable.postgres.port, 'aside'), pool: false },
  });
});
afterAll(() => Promise.all([gateway.close(), meddler.close()]));

let nonces = 0;
beforeEach(async () => {
  meddler.meddle = passAll;
  await expectOwn();
});

function ask(sql: string, params: readonly unknown[] = [], connection = 'one'): Promise<Answer> {
  const json = { connection, sql, params, rowMode: 'array' };
  return gateway.caller.ask('/pg/query', { json, timeoutMs: TIMEOUT_MS });
}

/** The next caller has its own answer. */
async function expectOwn(): Promise<void> {
  nonces += 1;
  const { status, body } = await ask('select $1::text', [`own ${nonces}`]);
  expect(body).toMatchObject({ rows: [[`own ${nonces}`]] });
  expect(status).toBe(200);
}

/** What the pool's connections run. */
async function running(): Promise<unknown> {
  const { body } = await ask(
    "select query from pg_stat_activity where application_name = 'attacked' and state = 'active'",
    [],
    'aside',
  );
  return body.rows;
}

describe('a caller that leaves', () => {
  it('before the first byte: the statement ends with the request’s time', async () => {
    const json = { connection: 'one', sql: 'select pg_sleep(60)' };
    await gateway.caller.ask('/pg/query', { json, timeoutMs: TIMEOUT_MS, patienceMs: 300 });
    expect(await running()).toEqual([['select pg_sleep(60)']]);
    await expect.poll(running, { timeout: TIMEOUT_MS + 3_000 }).toEqual([]);
    await expectOwn();
  });

  it('with rows flowing: the statement ends soon', async () => {
    const sql = "select repeat('x', 1000) from generate_series(1, 1000), generate_series(1, 100000)";
    await new Promise<void>((resolve, reject) => {
      const headers = {
        Authorization: `Bearer ${TOKEN}`,
        'Content-Type': 'application/json',
        Accept: 'application/x-ndjson',
        'Fairlead-Timeout-Ms': '60000',
      };
      const { href } = new URL('/pg/query', gateway.caller.url);
      const sent = request(href, { method: 'POST', headers }, (response) => {
        response.once('data', () => {
          response.destroy();
          resolve();
        });
      });
      sent.on('error', reject);
      sent.end(JSON.stringify({ connection: 'one', sql }));
    });
    await expect.poll(running, { timeout: 10_000 }).toEqual([]);
    await expectOwn();
  });
});

describe('a server that closes', () => {
  // The login has some twenty messages, the statement seven, and the reset behind it two.
  it('at any message of login, statement and reset: its caller is told, the next one is served', async () => {
    for (let at = 0; at < 36; at++) {
      meddler.meddle = (_, index) => (index === at ? 'end' : 'pass');
      for (const connection of meddler.connections) connection.end();
      // It may have left something: a reset follows.
      const { status, body } = await ask("select setseed($1::float8), 'set'", [0.5]);
      if (status === 200) expect(body.rows).toMatchObject([[null, 'set']]);
      else
        expect(body).toMatchObject({
          safeToRetry: expect.any(Boolean),
          code: expect.stringMatching(/connect|lost/),
        });
      meddler.meddle = passAll;
      // What is to be reset is not lent before.
      await expect.poll(() => ask('select 1').then((answer) => answer.body.rows)).toEqual([[1]]);
    }
  });

  it('while nobody uses the connection', async () => {
    await delay(AT_REST_MS);
    for (const connection of meddler.connections) connection.end();
    await delay(50);
    await expectOwn();
  });
});

describe('a server that says what nobody asked for', () => {
  const SAYINGS: readonly [what: string, bytes: Uint8Array][] = [
    ['garbage', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['an answer’s end', READY],
    ['that it shuts down', fatal('57P01', 'terminating connection due to administrator command')],
    ['a row', message('D', '\0\x01\0\0\0\x05wrong')],
  ];

  it.each(SAYINGS)('%s, at rest', async (_, bytes) => {
    await delay(AT_REST_MS);
    meddler.connections.at(-1)?.send(bytes);
    await delay(50);
    await expectOwn();
    await expectOwn();
  });

  it.each(SAYINGS)('%s, right behind an answer', async (_, bytes) => {
    for (const connection of meddler.connections) connection.end();
    let answers = 0;
    meddler.meddle = (type, _index, whole) => {
      answers += type === 'Z' ? 1 : 0;
      return type === 'Z' && answers === 2 ? Buffer.concat([whole, bytes]) : 'pass';
    };
    const { status, body } = await ask('select $1::text', ['first']);
    if (status === 200) expect(body.rows).toEqual([['first']]);
    meddler.meddle = passAll;
    await expectOwn();
    await expectOwn();
  });

  it.each(SAYINGS)('%s, in front of an answer', async (_, bytes) => {
    for (const connection of meddler.connections) connection.end();
    let isDone = false;
    meddler.meddle = (type, _index, whole) => {
      if (type !== '1' || isDone) return 'pass';
      isDone = true;
      return Buffer.concat([bytes, whole]);
    };
    const { status, body } = await ask('select $1::text', ['first']);
    if (status === 200) expect(body.rows).toEqual([['first']]);
    meddler.meddle = passAll;
    await expectOwn();
    await expectOwn();
  });

  it('a message without an end', async () => {
    for (const connection of meddler.connections) connection.end();
    const head = Buffer.from([0x44, 0x7f, 0xff, 0xff, 0xff]);
    meddler.meddle = (type) => (type === 'D' ? Buffer.concat([head, Buffer.alloc(1_000_000)]) : 'pass');
    const { status, body } = await ask('select 1');
    expect(status).toBeGreaterThanOrEqual(400);
    expect(body).toMatchObject({ safeToRetry: false });
    meddler.meddle = passAll;
    await expectOwn();
  });
});

describe('a server without room', () => {
  it('for a second connection: callers wait for the first, and none fails', async () => {
    const refusal = fatal('53300', 'sorry, too many clients already');
    const before = meddler.connections.length;
    await ask('select 1', [], 'five');
    meddler.meddle = (_, index) => (index === 0 ? refusal : 'end');
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => ask('select $1::text from pg_sleep(0.05)', [`room ${i}`], 'five')),
    );
    expect(answers.map(({ body }) => body.rows)).toEqual(answers.map((_, i) => [[`room ${i}`]]));
    // One, and those that were refused before the pool made do with it.
    expect(meddler.connections.length - before).toBeLessThanOrEqual(1 + 4);
  });
});
