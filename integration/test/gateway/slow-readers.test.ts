// A caller that takes nothing of a streamed answer: the built Worker ends its stream, and the server's statement, with the request's time.
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type Gateway, startGateway } from './support.ts';

const TIME_MS = 4000;

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
  // The first request of an isolate takes its time.
  await running();
});
afterAll(() => gateway.close());

/** How many statements of the stream run on the server. */
async function running(): Promise<unknown> {
  const sql = `select count(*)::int as n from pg_stat_activity where state = 'active' and query like '%slow-reader%' and pid <> pg_backend_pid()`;
  const { body } = await gateway.ask('/pg/query', { json: { sql, connection: 'plain' } });
  return body.rows;
}

it('ends for a reader that does not read, and says so behind what is read later', async () => {
  const sql = "select generate_series(1, 10000000) as i, repeat('slow-reader', 100) as text";
  const body = JSON.stringify({ sql, connection: 'plain' });
  const socket = connect(Number(gateway.url.port), gateway.url.hostname).pause();
  const head = [
    'POST /pg/query HTTP/1.1',
    'Host: gateway',
    'Authorization: Bearer token-all',
    'Accept: application/x-ndjson',
    'Content-Type: application/json',
    `Fairlead-Timeout-Ms: ${TIME_MS}`,
    `Content-Length: ${body.length}`,
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  const statements = (n: number) => async () => expect(await running()).toEqual([{ n }]);
  await vi.waitFor(statements(1), { timeout: TIME_MS, interval: 100 });
  await vi.waitFor(statements(0), { timeout: 3 * TIME_MS, interval: 200 });
  let text = '';
  // The last chunk of the response (RFC 9112 section 7.1) is there as well: the response has ended in good order.
  await new Promise<void>((resolve, reject) => {
    socket.on('data', (chunk) => {
      text = (text + chunk).slice(-1000);
      if (text.endsWith('\r\n0\r\n\r\n')) resolve();
    });
    socket.on('close', () => reject(new Error(`closed behind ${text}`)));
    socket.resume();
  });
  expect(text).toContain('{"error":{"type":"/problems/timeout"');
  socket.destroy();
});
