// What the console asks of the built Worker, against real databases: its page, a Cancel before there is a row, and reading only.
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mysqlConnections } from './mysql.ts';
import { type Gateway, type Json, startGateway } from './support.ts';

const AT_ONCE = { Accept: 'application/x-ndjson', 'Fairlead-Begin': 'at-once' };
const LOOKS = 50;
const LOOK_EVERY_MS = 100;

/** A server: where it is asked, a statement without an end that sends nothing, and how many of those run. */
const SERVERS = [
  {
    name: 'PostgreSQL',
    path: '/pg/query',
    connection: 'main',
    endless: (mark: string) => `select pg_sleep(3600), '${mark}'`,
    running: (mark: string) =>
      `select 1 from pg_stat_activity where state = 'active' and query like '%${mark}%' and pid <> pg_backend_pid()`,
  },
  ...(['mysql', 'mariadb'] as const).map((connection) => ({
    name: connection,
    path: '/mysql/query',
    connection,
    // Not SLEEP: that answers a KILL with a value, and so could be taken for done.
    endless: (mark: string) => `select count(*), '${mark}' from information_schema.columns a,
      information_schema.columns b, information_schema.columns c, information_schema.columns d`,
    running: (mark: string) =>
      `select 1 from information_schema.processlist where info like '%${mark}%' and id <> connection_id()`,
  })),
];

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ connections: mysqlConnections });
});
afterAll(() => gateway.close());

describe.each(SERVERS)('$name', ({ path, connection, endless, running }) => {
  const ask = (json: Json) => gateway.ask(path, { json: { connection, ...json } });

  async function untilRunning(mark: string, count: number): Promise<void> {
    let rows: unknown;
    for (let looks = 0; looks < LOOKS; looks += 1) {
      rows = (await ask({ sql: running(mark) })).body.rows;
      if ((rows as unknown[]).length === count) return;
      await delay(LOOK_EVERY_MS);
    }
    expect(rows).toHaveLength(count);
  }

  it('ends a statement that has sent nothing, when its caller goes', async () => {
    const mark = `cancelled-${crypto.randomUUID()}`;
    const abort = new AbortController();
    const json = { sql: endless(mark), connection };
    const response = await gateway.fetch(path, { json, headers: AT_ONCE, signal: abort.signal });
    expect(response.status).toBe(200);
    await untilRunning(mark, 1);
    abort.abort();
    await expect(response.text()).rejects.toThrow();
    await untilRunning(mark, 0);
  });

  it('tells a refusal of the server in the last line, where the answer has begun', async () => {
    const json = { sql: 'select * from nowhere_at_all', connection };
    const text = await (await gateway.fetch(path, { json, headers: AT_ONCE })).text();
    expect(JSON.parse(text.trim())).toMatchObject({
      error: { status: 400, code: 'server', server: { message: expect.stringContaining('nowhere_at_all') } },
    });
  });

  it('reads only where the request asks for it, though the token may write', async () => {
    const { status, body } = await ask({ sql: 'create table console_test (n int)', readOnly: true });
    expect({ status, code: body.code }).toEqual({ status: 403, code: 'policy' });
    expect(await ask({ sql: "select 'seven' as n", readOnly: true })).toMatchObject({
      status: 200,
      body: { rows: [{ n: 'seven' }] },
    });
  });
});

describe('PostgreSQL', () => {
  it.each([true, undefined])('says where in the text an error is (readOnly: %s)', async (readOnly) => {
    const json = { sql: 'select name,\n  dept_m from harbours', readOnly };
    expect(await gateway.ask('/pg/query', { json })).toMatchObject({
      status: 400,
      body: {
        server: {
          code: '42703',
          fields: { position: '16', hint: expect.stringContaining('depth_m') },
        },
      },
    });
  });
});

describe('the page', () => {
  it('needs no token, and names files that are there', async () => {
    const page = await gateway.fetch('/console', { token: null });
    expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    const names = [...(await page.text()).matchAll(/(?:src|href)="(\/console\/assets\/[^"]+)"/g)];
    expect(names.length).toBeGreaterThanOrEqual(2);
    for (const [, name = ''] of names) {
      const file = await gateway.fetch(name, { token: null });
      expect(file.status).toBe(200);
      expect(file.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      await file.arrayBuffer();
    }
  });
});
