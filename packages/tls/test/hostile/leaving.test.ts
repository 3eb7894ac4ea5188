// Servers that leave, alert or reset, and callers that abort or give up, at every step of a connection.
import { FairleadError, isFairleadError } from '@fairlead/errors';
import { type MemoryServer, memoryConnector } from '@fairlead/testkit';
import { expectNoUnhandledRejection } from '@fairlead/testkit/unhandled';
import { beforeAll, expect, it } from 'vitest';
import { overTls } from '../../src/workerd.ts';
import { ScriptedServer, type Step, USUAL } from './server/server.ts';
import { ADDRESS, attempt, expectRefused, inTime, makePki, type Pki } from './trial.ts';

expectNoUnhandledRejection();

let pki: Pki;

beforeAll(async () => {
  pki = await makePki();
});

const ALERTS = [0, 10, 20, 22, 40, 42, 48, 51, 70, 80, 90, 109, 110, 112, 116, 120, 200, 255];

it('tells the alert that comes at any step', async () => {
  for (const description of ALERTS) {
    for (const level of [0, 40, 90].includes(description) ? [1, 2, 3] : [2]) {
      for (const at of [0, 1, 3, 4, 5]) {
        const alert: Step = { record: 21, content: Uint8Array.of(level, description), plain: at === 0 };
        const steps = [...USUAL.slice(0, at), alert];
        const outcome = await attempt(
          { script: { identity: pki.identity, steps }, connectTimeoutMs: 250 },
          pki.ca,
        );
        const what = `alert ${level} ${description} at ${at}`;
        if (outcome.kind !== 'failed') throw new Error(`${what}: accepted`);
        if (level === 2) {
          expect(outcome.error.code, what).toBe('tls_failed');
          expect(outcome.error.reason, what).toBe('alert');
          expect(outcome.error.alert, what).toMatch(/^[a-z_]+$|^alert \d+$/);
        } else {
          // A warning is passed over in places; nothing follows it.
          expect(['tls_failed', 'connection_lost', 'connect_timeout'], what).toContain(outcome.error.code);
        }
      }
    }
  }
}, 60_000);

it('refuses alerts that are malformed', async () => {
  for (const content of [[], [2], [2, 40, 0], [2, 40, 2, 40]]) {
    for (const at of [0, 3, 5]) {
      const alert: Step = { record: 21, content: Uint8Array.from(content), plain: at === 0 };
      const steps = [...USUAL.slice(0, at), alert];
      expectRefused(
        await attempt({ script: { identity: pki.identity, steps } }, pki.ca),
        `alert ${content} at ${at}`,
      );
    }
  }
});

it('ends with a typed error where the connection is reset at any step', async () => {
  for (let at = 0; at <= USUAL.length; at++) {
    const steps = USUAL.slice(0, at);
    const wire = async (bytes: Uint8Array, raw: MemoryServer): Promise<void> => {
      if (bytes.length > 0) await raw.write(bytes);
      raw.reset();
    };
    const outcome = await attempt({ script: { identity: pki.identity, steps }, wire }, pki.ca);
    expectRefused(outcome, `reset behind ${at}`);
    expect(outcome, `reset behind ${at}`).toMatchObject({ error: { code: 'tls_failed', reason: 'unknown' } });
  }
});

/** Calls `leave` when the server has sent its `count`-th piece of the flight. */
async function leaveAt(count: number, leave: () => void, signal?: AbortSignal) {
  let closed: Promise<void> = Promise.resolve();
  let pieces = 0;
  const connect = overTls(
    { ca: pki.ca },
    memoryConnector(async (raw) => {
      closed = raw.closed;
      const write = async (bytes: Uint8Array): Promise<void> => {
        for (let at = 0; at < bytes.length; at += 60) {
          if (pieces++ === count) leave();
          await raw.write(bytes.subarray(at, at + 60));
        }
      };
      const server = new ScriptedServer(
        { read: async () => (await raw.read())?.slice(), write },
        { identity: pki.identity },
      );
      await server.play().catch(() => undefined);
    }),
  );
  try {
    const transport = await inTime(connect(ADDRESS, { tls: 'implicit', signal }));
    return { transport, closed };
  } catch (error) {
    return { error, closed };
  }
}

it('leaves at once where the caller aborts at any step', async () => {
  for (let count = 0; count < 20; count++) {
    const controller = new AbortController();
    const { transport, error, closed } = await leaveAt(count, () => controller.abort(), controller.signal);
    if (transport === undefined) {
      if (!isFairleadError(error)) throw error;
      expect(error.code).toBe('aborted');
    } else {
      // It was up already: the abort ends it, too.
      controller.abort();
      const end = await inTime(transport.read().catch((reason: unknown) => reason));
      expect(isFairleadError(end) && end.code).toBe('aborted');
    }
    await inTime(closed);
  }
});

it('ends what waits where the caller destroys the transport', async () => {
  const { transport, closed } = await leaveAt(-1, () => undefined);
  if (transport === undefined) throw new Error('no transport');
  const reason = new FairleadError('aborted', 'enough');
  const reads = transport.read().catch((error: unknown) => error);
  const writes = transport.write(new Uint8Array(300_000)).catch((error: unknown) => error);
  transport.destroy(reason);
  expect(await inTime(reads)).toBe(reason);
  await inTime(writes);
  await inTime(transport.closed);
  await inTime(closed);
});

it('closes in time where the server neither reads nor leaves', async () => {
  const { transport } = await leaveAt(-1, () => undefined);
  if (transport === undefined) throw new Error('no transport');
  transport.write(new Uint8Array(2 << 20)).catch(() => undefined);
  await inTime(transport.close());
  await inTime(transport.closed);
});
