// What callers send to the built Worker: numbers with all their digits, bodies that trickle, and what is said twice. The
// servers behind are real.
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mysqlConnections, SERVERS } from './mysql.ts';
import { type Gateway, startGateway } from './support.ts';

const JSON_TYPE = { 'Content-Type': 'application/json' };

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({
    // Nothing is dialled before the header of a mail has come.
    connections: { ...mysqlConnections, mail: { url: 'smtp://localhost:1' } },
  });
});
afterAll(() => gateway.close());

/** A body exactly as it stands here. */
async function post(path: string, body: string, headers: Record<string, string> = {}) {
  const response = await gateway.fetch(path, {
    method: 'POST',
    body,
    headers: { ...JSON_TYPE, ...headers },
  });
  return { status: response.status, text: await response.text() };
}

describe('numbers keep their digits', () => {
  it.each(['363896575396806667', '-9223372036854775808', '1e400', '0.1000000000000000055511151231', '-0'])(
    'Redis stores %s',
    async (digits) => {
      expect((await post('/redis', `["SET","digits",${digits}]`)).status).toBe(200);
      expect((await gateway.ask('/redis/get/digits')).body).toEqual({ result: digits });
      const several = `[["SET","digits",0],["SET","digits",${digits}],["GET","digits"]]`;
      for (const path of ['/redis/pipeline', '/redis/multi-exec']) {
        expect(JSON.parse((await post(path, several)).text)).toMatchObject([{}, {}, { result: digits }]);
      }
    },
  );

  it('Postgres stores them, as numbers and in JSON', async () => {
    const sql =
      'select $1::jsonb::text as b, $2::json::text as j, $3::numeric::text as n, $4::int8[]::text as i';
    const params =
      '[{"id":9007199254740993,"x":1.10},{"2":1e400, "1":[1.0]},0.1000000000000000055511151231,' +
      '[9007199254740993,-9223372036854775808]]';
    const row = [
      '{"x": 1.10, "id": 9007199254740993}',
      '{"2":1e400, "1":[1.0]}',
      '0.1000000000000000055511151231',
      '{9007199254740993,-9223372036854775808}',
    ];
    const query = await post(
      '/pg/query',
      `{"sql":${JSON.stringify(sql)},"params":${params},"rowMode":"array"}`,
    );
    expect(JSON.parse(query.text).rows).toEqual([row]);
    const headers = {
      'Neon-Connection-String': 'postgres://fairlead/x',
      'Neon-Array-Mode': 'true',
    };
    const neon = await post('/pg/sql', `{"query":${JSON.stringify(sql)},"params":${params}}`, headers);
    expect(JSON.parse(neon.text).rows).toEqual([row]);
    const over = await post('/pg/query', '{"sql":"select $1::float8","params":[1e400]}');
    expect([over.status, JSON.parse(over.text).server.code]).toEqual([400, '22003']);
  });

  it.each(SERVERS)('%s stores them', async (server) => {
    const sql =
      'select cast(? as signed) as s, cast(? as unsigned) as u, cast(? as decimal(40, 30)) as d, ' +
      "json_extract(?, '$.id') as j, ? = 9007199254740993 as same";
    const params =
      '[-9223372036854775808,18446744073709551615,0.1000000000000000055511151231,{"id":9007199254740993},9007199254740993]';
    const body = `{"sql":${JSON.stringify(sql)},"params":${params},"rowMode":"array"}`;
    const { text } = await post(`/mysql/query?connection=${server}`, body);
    // MySQL calls a comparison bigint, MariaDB int.
    expect(text).toMatch(
      /"rows":\[\["-9223372036854775808","18446744073709551615","0.100000000000000005551115123100",9007199254740993,"?1"?\]\]/,
    );
  });

  it('or are refused with their place', async () => {
    const { status, text } = await post('/mqtt/publish', '{"topic":"a","qos":1e400}');
    expect([status, JSON.parse(text)]).toMatchObject([
      400,
      { code: 'invalid', errors: [{ path: 'body.qos' }] },
    ]);
  });
});

/**
 * An HTTP exchange over a bare socket.
 * @param pieces Are sent one each 20 ms.
 * @returns The status, and what stands behind the head.
 */
function exchange(pieces: readonly string[]): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(gateway.url.port), gateway.url.hostname);
    let text = '';
    const finish = (): void => {
      clearInterval(timer);
      socket.destroy();
      resolve({ status: Number(text.split(' ')[1]), text: text.slice(text.indexOf('\r\n\r\n') + 4) });
    };
    const waiting = [...pieces];
    const timer = setInterval(() => {
      const piece = waiting.shift();
      if (piece !== undefined) socket.write(piece);
    }, 20);
    socket.on('data', (chunk) => {
      text += chunk;
      if (/\r\n\r\n[\s\S]*\}\s*(?:\r\n0\r\n\r\n)?$/.test(text)) finish();
    });
    socket.on('close', finish);
    socket.on('error', (error) => (text === '' ? reject(error) : finish()));
  });
}

const head = (path: string, ...fields: string[]): string =>
  [`POST ${path} HTTP/1.1`, 'Host: gateway', 'Authorization: Bearer token-all', ...fields, '', ''].join(
    '\r\n',
  );
const json = 'Content-Type: application/json';
const ROUTES = [
  '/pg/query',
  '/pg/sql',
  '/mysql/query',
  '/redis',
  '/redis/set/k',
  '/redis/pipeline',
  '/mqtt/publish',
];
const READING = [
  ...[...ROUTES, '/redis/multi-exec', '/smtp/send', '/irc/send'].map((path) => [path, json] as const),
  ['/smtp/send-raw', 'Content-Type: message/rfc822'] as const,
];

describe.each(READING)('%s', (path, type) => {
  it('waits for a body no longer than the request has time', async () => {
    const start = Date.now();
    const first = head(path, type, 'Fairlead-Timeout-Ms: 300', 'Content-Length: 100000');
    const { status, text } = await exchange([first, ...Array(500).fill('{')]);
    expect([status, text]).toEqual([408, expect.stringContaining('"code":"body_timeout"')]);
    expect(Date.now() - start).toBeLessThan(3000);
  });
});

it('a refusal does not wait for the body', async () => {
  const first = head('/pg/query', json, 'Content-Length: 100000').replace('token-all', 'nobody');
  expect((await exchange([first, ...Array(500).fill('{')])).status).toBe(401);
});

it('what is said twice is refused by every route', async () => {
  const paths = [...ROUTES, '/irc/session', '/gopher/fetch', '/tcp/ping', '/smtp/probe', '/mqtt/subscribe'];
  for (const path of paths) {
    const method = ROUTES.includes(path) ? 'POST' : 'GET';
    const ask = { method, headers: JSON_TYPE, ...(method === 'POST' ? { body: '{}' } : {}) };
    const query = await gateway.ask(`${path}?connection=main&connection=plain`, ask);
    expect([path, query.status, query.body.detail]).toEqual([
      path,
      400,
      'query.connection: stands more than once',
    ]);
  }
  const { status, text } = await post('/pg/query', '{"sql":"select 1","sql":"select 2"}');
  expect([status, JSON.parse(text).detail]).toEqual([400, 'body.sql: stands more than once in its object']);
});
