// Answers of bytes with a client behind them: their length, their failures, and the client's end.
import { FairleadError } from '@fairlead/errors';
import { expect, it, vi } from 'vitest';
import { type ByteAnswer, bytesWithClient, createApp, defineRoutes } from '../src/index.ts';

const ENV = { FAIRLEAD_TOKENS: [{ name: 'all', token: 'all', scopes: ['*'] }] };
const INIT = { headers: { Authorization: 'Bearer all' } };

/** A gateway with one route, and whether its client was closed. */
function gateway(answer: (signal: AbortSignal) => Promise<ByteAnswer>) {
  const state = { closed: 0 };
  const open = async () => ({
    close: async () => {
      state.closed += 1;
    },
  });
  const module = defineRoutes({
    prefix: '/file',
    protocol: 'file',
    schemes: [],
    description: 'Files',
    register(app) {
      app.get('/', (c) => bytesWithClient(c, open, (_client, signal) => answer(signal)));
    },
  });
  const app = createApp({ routes: [module] });
  const get = (init: RequestInit = {}) => Promise.resolve(app.request('/file', { ...INIT, ...init }, ENV));
  return { get, state };
}

/** A stream of texts; an error is where it fails. */
function stream(...texts: (string | Error)[]): ReadableStream<Uint8Array> {
  const left = [...texts];
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      const next = left.shift();
      if (next === undefined) controller.close();
      else if (typeof next === 'string') controller.enqueue(new TextEncoder().encode(next));
      else throw next;
    },
  });
}
const lost = new FairleadError('connection_lost', 'gone');

it('passes the bytes on, with their length, and closes the client', async () => {
  const { get, state } = gateway(async () => ({
    status: 200,
    headers: { ETag: '"1"' },
    body: stream('ab', 'c'),
    length: 3,
  }));
  const response = await get();
  expect([response.status, response.headers.get('Content-Length'), response.headers.get('ETag')]).toEqual([
    200,
    '3',
    '"1"',
  ]);
  expect(await response.text()).toBe('abc');
  expect(state.closed).toBe(1);
});

it('answers a failure before the first bytes by a problem', async () => {
  const { get, state } = gateway(async () => ({ status: 200, headers: {}, body: stream(lost) }));
  expect((await get()).status).toBe(502);
  expect(state.closed).toBe(1);
});

it('breaks off at a later failure, and where bytes are missing or too many, and says so in the log', async () => {
  for (const body of [() => stream('ab', lost), () => stream('ab'), () => stream('ab', 'cd')]) {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const { get, state } = gateway(async () => ({ status: 200, headers: {}, body: body(), length: 3 }));
    await expect((await get()).text()).rejects.toThrow();
    expect(state.closed).toBe(1);
    expect(log.mock.calls.join()).toMatch(/connection_lost|were announced/);
    log.mockRestore();
  }
});

it('ends with a reader that leaves, and with the time', async () => {
  const endless = () =>
    new ReadableStream<Uint8Array>({ pull: (controller) => controller.enqueue(new Uint8Array(9)) });
  const { get, state } = gateway(async () => ({ status: 200, headers: {}, body: endless() }));
  const reader = (await get()).body?.getReader();
  await reader?.read();
  await reader?.cancel();
  expect(state.closed).toBe(1);
  const slow = await get({ headers: { ...INIT.headers, 'Fairlead-Timeout-Ms': '100' } });
  const rest = slow.body?.getReader();
  await rest?.read();
  await scheduler.wait(200);
  expect(state.closed).toBe(2);
  await expect(rest?.read().then(() => rest.read())).rejects.toThrow();
});

it('has a head without a body', async () => {
  const { get, state } = gateway(async () => ({ status: 206, headers: {}, body: stream('abc'), length: 3 }));
  const response = await get({ method: 'HEAD' });
  expect([response.status, response.headers.get('Content-Length'), await response.text()]).toEqual([
    206,
    '3',
    '',
  ]);
  expect(state.closed).toBe(1);
});
