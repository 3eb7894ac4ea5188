// `POST /pg/query` as NDJSON while the server is still sending: backpressure, and what ends a stream half-way.
import { createApp } from '@fairlead/http';
import { type MemoryServer, memoryConnector } from '@fairlead/testkit';
import { expect, it, vi } from 'vitest';
import { postgresRoutes } from '../src/route/index.ts';
import {
  authenticationOk,
  bytes,
  dataRow,
  greeting,
  message,
  ready,
  rowDescription,
} from './support/backend.ts';

const TOKEN = 'writer-token-0123456789';
const ENV = {
  FAIRLEAD_CONNECTIONS: { main: { url: 'postgres://app@db.test/shop?sslmode=disable' } },
  FAIRLEAD_TOKENS: [{ name: 'writer', token: TOKEN, scopes: ['pg:write:main'] }],
};
const CHUNKS = 400;
const ROWS_A_CHUNK = 50;

/** Reads until a Sync. */
async function synced(line: MemoryServer): Promise<void> {
  for (;;) {
    const chunk = await line.read();
    if (chunk === undefined) throw new Error('no Sync came');
    if (new TextDecoder('latin1').decode(chunk).endsWith('S\0\0\0\u0004')) return;
  }
}

/** Posts a statement to a server that greets, waits for it, and goes on as it is told. */
async function post(serve: (line: MemoryServer) => Promise<void>): Promise<Response> {
  const connector = memoryConnector(async (line) => {
    await line.read();
    await line.write(bytes(authenticationOk, greeting));
    await synced(line);
    await line.write(bytes(message('1'), message('2'), rowDescription([['t', 25]])));
    await serve(line);
  });
  const app = createApp({ routes: [postgresRoutes], connector });
  return app.request(
    '/pg/query',
    {
      method: 'POST',
      headers: {
        authorization: `Bearer ${TOKEN}`,
        'content-type': 'application/json',
        accept: 'application/x-ndjson',
      },
      body: JSON.stringify({ sql: 'select' }),
    },
    ENV,
  );
}

async function textOf(response: Response): Promise<string> {
  return new TextDecoder().decode(await response.arrayBuffer());
}

it('a reader who stops stops the server, and one who goes on gets every row', async () => {
  const cell = '"é"\n'.repeat(200);
  const chunk = bytes(...Array.from({ length: ROWS_A_CHUNK }, () => dataRow([cell])));
  let sent = 0;
  const response = await post(async (line) => {
    for (; sent < CHUNKS; sent += 1) await line.write(chunk);
    await line.write(bytes(message('C', `SELECT ${CHUNKS * ROWS_A_CHUNK}\0`), ready));
  });
  const reader = response.body?.getReader();
  if (reader === undefined) throw new Error('no body');
  const first = await reader.read();
  const second = await reader.read();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(sent).toBeLessThan(20);
  let lines = 0;
  let last = '';
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    for (const byte of next.value) if (byte === 0x0a) lines += 1;
    last = new TextDecoder().decode(next.value);
  }
  const before = new TextDecoder().decode(bytes(first.value ?? '', second.value ?? ''));
  expect(before.split('\n')[1]).toBe(JSON.stringify({ t: cell }));
  expect(lines + before.split('\n').length - 1).toBe(CHUNKS * ROWS_A_CHUNK + 2);
  expect(last.trimEnd().split('\n').at(-1)).toBe(`{"rowCount":${CHUNKS * ROWS_A_CHUNK},"command":"SELECT"}`);
});

it.each([
  ['a connection that is lost', (line: MemoryServer) => line.reset(), 'connection_lost'],
  [
    'text that is not UTF-8',
    (line: MemoryServer) =>
      line.write(bytes('D', 0, 0, 0, 11, 0, 1, 0, 0, 0, 1, 0xe9, message('C', 'SELECT 2\0'), ready)),
    'protocol',
  ],
])('%s half-way is told in the last line', async (_what, end, code) => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  vi.spyOn(console, 'warn').mockImplementation(() => {});
  const response = await post(async (line) => {
    await line.write(dataRow(['one']));
    await new Promise((resolve) => setTimeout(resolve, 20));
    await end(line);
  });
  expect(response.status).toBe(200);
  const lines = (await textOf(response)).trimEnd().split('\n');
  expect(lines.slice(0, 2)).toEqual(['{"columns":[{"name":"t","type":"text","oid":25}]}', '{"t":"one"}']);
  expect(lines).toHaveLength(3);
  expect(JSON.parse(lines[2] ?? '')).toMatchObject({ error: { code } });
});
