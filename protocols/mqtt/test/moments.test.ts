// Every call, disturbed after each microtask of its life: it settles, the connection is clean or ended, identifiers stay
// apart, and `safeToRetry` is true only where the broker saw nothing of the call.
import { isFairleadError } from '@fairlead/errors';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { connect } from '../src/index.ts';
import type { Client, ConnectOptions } from '../src/types/client.ts';
import { ObligingBroker } from './obliging-broker.ts';

const TIMEOUT_MS = 5000;
/** Real time, while the clients' stands still. */
const realSetTimeout = setTimeout;
const later = (ms: number): Promise<'late'> => new Promise((resolve) => realSetTimeout(resolve, ms, 'late'));

interface Running {
  readonly model: ObligingBroker;
  readonly abort: AbortController;
  client: Client | undefined;
}

interface Call {
  /** What is done before the call. */
  readonly prepare?: (running: Running) => Promise<unknown>;
  readonly begin: (running: Running, prepared: unknown) => Promise<unknown>;
  /** Whether the broker saw something of the call that is more than a login. */
  readonly wasSeen: (model: ObligingBroker) => boolean;
  readonly connects?: true;
}

const optionsOf = ({ model }: Running): ConnectOptions => ({
  hostname: 'b.test',
  tls: false,
  connector: model.broker.connector,
  connectTimeoutMs: TIMEOUT_MS,
  timeoutMs: TIMEOUT_MS,
  clientId: 'me',
});

const clientOf = ({ client }: Running): Client => {
  if (client === undefined) throw new Error('not connected');
  return client;
};

const publishing = (qos: 0 | 1 | 2): Call => ({
  begin: (running) =>
    clientOf(running).publish('call', 'x', { qos, signal: running.abort.signal, timeoutMs: TIMEOUT_MS }),
  wasSeen: (model) => model.saw('publish', 'call'),
});

const CALLS: Readonly<Record<string, Call>> = {
  connect: {
    connects: true,
    begin: async (running) => {
      running.client = await connect({ ...optionsOf(running), signal: running.abort.signal });
    },
    wasSeen: (model) => model.seen.some(({ cmd }) => cmd !== 'connect'),
  },
  'publish with QoS 0': publishing(0),
  'publish with QoS 1': publishing(1),
  'publish with QoS 2': publishing(2),
  subscribe: {
    begin: (running) => clientOf(running).subscribe('call', { qos: 1, signal: running.abort.signal }),
    wasSeen: (model) => model.saw('subscribe'),
  },
  unsubscribe: {
    prepare: (running) => clientOf(running).subscribe('call'),
    begin: (_, subscription) => (subscription as AsyncDisposable)[Symbol.asyncDispose]() as Promise<void>,
    wasSeen: (model) => model.saw('unsubscribe'),
  },
  'next of a subscription': {
    prepare: (running) => clientOf(running).subscribe('call', { signal: running.abort.signal }),
    begin: async (running, subscription) => {
      const next = (subscription as AsyncIterable<unknown>)[Symbol.asyncIterator]().next();
      running.model.line?.send({ cmd: 'publish', topic: 'call', payload: 'x', qos: 0 });
      return next;
    },
    wasSeen: () => true,
  },
  request: {
    begin: (running) =>
      clientOf(running).request('call', 'x', { qos: 1, signal: running.abort.signal, timeoutMs: TIMEOUT_MS }),
    wasSeen: (model) => model.saw('publish', 'call') || model.saw('subscribe'),
  },
  'a request that nobody answers': {
    prepare: async ({ model }) => void model.ignores.add('request'),
    begin: (running) => clientOf(running).request('call', 'x', { signal: running.abort.signal }),
    wasSeen: (model) => model.saw('publish', 'call') || model.saw('subscribe'),
  },
  close: {
    begin: (running) => clientOf(running).close(),
    wasSeen: () => true,
  },
};

const DISTURBANCES: Readonly<Record<string, (running: Running) => unknown>> = {
  abort: ({ abort }) => abort.abort('enough'),
  'time limit': () => vi.advanceTimersByTime(TIMEOUT_MS + 1),
  close: ({ client }) => client?.close(),
  'peer’s end': ({ model }) => model.line?.server.end(),
  'peer’s reset': ({ model }) => model.line?.server.reset(),
  'peer’s goodbye': ({ model }) => {
    model.line?.send({ cmd: 'disconnect', reasonCode: 0x8e });
    void model.line?.server.close();
  },
};

async function microtasks(count: number): Promise<void> {
  for (let n = 0; n < count; n++) await undefined;
}

async function start(
  call: Call,
): Promise<{ running: Running; settled: Promise<unknown>; isSettled: () => boolean }> {
  const running: Running = { model: new ObligingBroker(), abort: new AbortController(), client: undefined };
  if (!call.connects) running.client = await connect(optionsOf(running));
  const prepared = await call.prepare?.(running);
  running.model.seen.length = 0;
  let isSettled = false;
  const settled = call
    .begin(running, prepared)
    .then(
      () => undefined,
      (error: unknown) => error,
    )
    .finally(() => {
      isSettled = true;
    });
  return { running, settled, isSettled: () => isSettled };
}

/** Waits for something while the clients' clock goes on quickly. */
async function inTime(wait: Promise<unknown>, what: string): Promise<unknown> {
  for (let n = 0; n < 200; n++) {
    const outcome = await Promise.race([wait.then((value) => ({ value })), later(n === 0 ? 0 : 2)]);
    if (outcome !== 'late') return outcome.value;
    vi.advanceTimersByTime(1000);
  }
  throw new Error(`${what} never settled`);
}

/** The connection works, or says that it has ended. */
async function checkConnection({ client, model }: Running, where: string): Promise<void> {
  if (client === undefined) return;
  const probe = client.publish('probe', '', { qos: 1 }).then(
    () => 'works',
    (error: unknown) => (isFairleadError(error) ? 'ended' : error),
  );
  const outcome = await inTime(probe, `${where}: the probe`);
  if (outcome === 'ended') await inTime(client.closed, `${where}: closed`);
  else expect(outcome, where).toBe('works');
  expect(model.breaches, where).toEqual([]);
  await inTime(client.close(), `${where}: close`);
}

afterEach(() => {
  vi.useRealTimers();
});

describe.each(Object.entries(CALLS))('%s', (_, call) => {
  it.each(Object.entries(DISTURBANCES))(
    'disturbed by %s at each moment',
    { timeout: 60_000 },
    async (name, disturb) => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
      let errors = 0;
      for (let moment = 0; ; moment++) {
        const where = `${name} after ${moment} microtasks`;
        const { running, settled, isSettled } = await start(call);
        await microtasks(moment);
        const isOver = isSettled();
        void disturb(running);
        const error = await inTime(settled, where);
        await checkConnection(running, where);
        if (error !== undefined) {
          errors++;
          expect(isFairleadError(error), `${where}: ${error}`).toBe(true);
          if (isFairleadError(error) && error.safeToRetry)
            expect(call.wasSeen(running.model), where).toBe(false);
        }
        if (isOver || moment > 150) break;
      }
      expect(errors).toBeGreaterThanOrEqual(0);
    },
  );
});
