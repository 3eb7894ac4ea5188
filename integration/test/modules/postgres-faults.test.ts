// PostgreSQL 17 behind links that break and links that split, in every state of a connection: what is lost is
// `connection_lost`, or `timeout` where nothing more is heard; nothing hangs, and what arrives in pieces is the same.
import { type FairleadError, isFairleadError } from '@fairlead/errors';
import { open } from '@fairlead/postgres';
import { faultProxyControl, type ProxyPlan, seededRandom } from '@fairlead/testkit';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { JOURNEYS, type Journey, messageEnds, type Record, recording, travel } from './postgres-journeys.ts';
import { failure } from './support.ts';

const { proxies } = inject('servers');
const control = faultProxyControl(proxies.postgresFaults.controlUrl);
const url = `postgres://scram:scram-password@localhost:${proxies.postgresFaults.port}/fairlead?sslmode=disable`;

/** How many of a journey's message ends are cut at, beside as many bytes at random. */
const CUTS = 12;
/** The longest that anything may take when nothing more is heard: the time limits, a cancellation, and the goodbye. */
const HEARD_NOTHING_MS = 9_000;

/** What happens without a fault, and where its messages end. */
interface Undisturbed {
  readonly result: unknown;
  readonly ends: readonly number[];
  readonly sent: number;
}

const undisturbed = new Map<Journey, Undisturbed>();
beforeAll(async () => {
  await control.setPlan({});
  for (const journey of JOURNEYS) {
    const record: Record = { received: [], sent: 0 };
    const result = await travel(url, journey, { connector: recording(record) });
    undisturbed.set(journey, { result, ends: messageEnds(record.received), sent: record.sent });
  }
});
afterAll(() => control.setPlan({}));

function known(journey: Journey): Undisturbed {
  const found = undisturbed.get(journey);
  if (found === undefined) throw new Error('a journey that nobody took');
  return found;
}

/** Some message ends, evenly, and some bytes at random: different ones for each journey, the same ones in each run. */
function cutsOf(journey: Journey): number[] {
  const { ends } = known(journey);
  const random = seededRandom(journey.name.length);
  const total = ends.at(-1) ?? 1;
  const step = Math.max(1, Math.floor(ends.length / CUTS));
  const evenly = ends.filter((end, index) => index % step === 0 && end < total);
  return [0, ...evenly, ...Array.from({ length: CUTS }, () => Math.floor(random() * (total - 1)))];
}

/** The failure of a journey under a plan, and how long it took; the cut may lie behind what the caller waits for. */
async function broken(journey: Journey, plan: ProxyPlan, options = {}) {
  await control.setPlan(plan);
  const startedAt = Date.now();
  let error: FairleadError | undefined;
  try {
    expect(await travel(url, journey, options)).toEqual(known(journey).result);
  } catch (thrown) {
    if (!isFairleadError(thrown)) throw thrown;
    error = thrown;
  }
  return { error, tookMs: Date.now() - startedAt };
}

describe.each(JOURNEYS.map((journey) => [journey.name, journey] as const))('%s', (name, journey) => {
  it.each(['reset', 'end'] as const)(
    '%s at message ends and within messages',
    { timeout: 60_000 },
    async (how) => {
      let failures = 0;
      for (const atByte of cutsOf(journey)) {
        const { error, tookMs } = await broken(journey, { toClient: { cut: { atByte, how } } });
        expect(tookMs).toBeLessThan(2_500);
        if (error === undefined) continue;
        failures += 1;
        expect([atByte, error.code]).toEqual([atByte, 'connection_lost']);
        if (name === 'start-up') expect(error.safeToRetry).toBe(true);
      }
      expect(failures).toBeGreaterThan(CUTS);
    },
  );

  it.each(['reset', 'end'] as const)('%s of what the client sends', { timeout: 60_000 }, async (how) => {
    const random = seededRandom(name.length);
    for (let n = 0; n < 6; n += 1) {
      const atByte = Math.floor(random() * (known(journey).sent - 10));
      const { error, tookMs } = await broken(journey, { toServer: { cut: { atByte, how } } });
      expect(tookMs).toBeLessThan(2_500);
      // A server that saw the end of the client's bytes may say why it closes.
      if (error !== undefined)
        expect(['connection_lost', 'protocol', 'server', 'auth']).toContain(error.code);
    }
  });

  it('in pieces it is the same', { timeout: 60_000 }, async () => {
    const { ends } = known(journey);
    const random = seededRandom(name.length);
    const total = ends.at(-1) ?? 1;
    const anywhere = Array.from({ length: 100 }, () => Math.floor(random() * total)).sort((a, b) => a - b);
    const around = ends.flatMap((end) => [end - 1, end, end + 1, end + 4]).sort((a, b) => a - b);
    const pieces: ProxyPlan[] = [
      { toClient: { splitAt: ends } },
      { toClient: { splitAt: around } },
      { toClient: { splitAt: anywhere }, toServer: { splitAt: anywhere } },
      { toClient: { segmentBytes: 1 }, toServer: { segmentBytes: 1 } },
      { toClient: { segmentBytes: 7 } },
      { toClient: { delayMs: 5, splitAt: ends }, toServer: { delayMs: 5 } },
    ];
    for (const plan of pieces) expect((await broken(journey, plan)).error).toBeUndefined();
  });
});

/** None of them lies at a message's end everywhere: the connections are in as many states as there are journeys. */
it.each([0, 14, 150, 500, 640, 1000])(
  'silence behind byte %i ends at the time limit',
  { timeout: 30_000 },
  async (atByte) => {
    const limits = { connectTimeoutMs: 300, timeoutMs: 300 };
    await control.setPlan({ toClient: { cut: { atByte, how: 'stall' } } });
    const startedAt = Date.now();
    const settled = await Promise.allSettled(JOURNEYS.map((journey) => travel(url, journey, limits)));
    expect(Date.now() - startedAt).toBeLessThan(HEARD_NOTHING_MS);
    for (const [index, each] of settled.entries()) {
      if (each.status === 'fulfilled') expect(each.value).toEqual(known(JOURNEYS[index] as Journey).result);
      else expect(['timeout', 'connect_timeout', 'connection_lost']).toContain(each.reason.code);
    }
    if (atByte < 150) expect(settled.every(({ status }) => status === 'rejected')).toBe(true);
  },
);

describe('what may be asked again', () => {
  /** The server's bytes until it asks for the proof: SASL, and SASLContinue. */
  const proofAt = () => known(JOURNEYS[0] as Journey).ends[1] ?? 0;

  it('a query that never left', async () => {
    await control.setPlan({ toClient: { cut: { atByte: proofAt() - 1, how: 'reset' } } });
    const client = open(url);
    const error = await failure(client.query('select 1'));
    expect(error).toMatchObject({ code: 'connection_lost', safeToRetry: true });
    expect(await failure(client.ready)).toMatchObject({ code: 'connection_lost', safeToRetry: true });
  });

  it('not a query that left behind the proof', async () => {
    await control.setPlan({ toClient: { cut: { atByte: proofAt() + 20, how: 'reset' } } });
    const client = open(url);
    const error = await failure(client.query('select 1'));
    expect(error).toMatchObject({ code: 'connection_lost', safeToRetry: false });
  });

  it('not one that was being answered, but what is asked of the lost connection afterwards', async () => {
    const { ends } = known(JOURNEYS[1] as Journey);
    await control.setPlan({ toClient: { cut: { atByte: (ends.at(-1) ?? 0) - 10, how: 'end' } } });
    await using client = open(url);
    const [first, second] = [
      failure(client.query('select pg_sleep(0.01), repeat($1, 5000)', ['x'])),
      client.closed,
    ];
    expect(await first).toMatchObject({ code: 'connection_lost', safeToRetry: false });
    await second;
    expect(await failure(client.query('select 1'))).toMatchObject({
      code: 'connection_lost',
      safeToRetry: true,
    });
  });

  it('a link that is slow is none that is broken', async () => {
    await control.setPlan({ toClient: { bytesPerSecond: 20_000 }, toServer: { bytesPerSecond: 20_000 } });
    await using client = open(url);
    const { rows } = await client.query("select repeat('x', 10000) as v");
    expect(rows[0]?.v).toHaveLength(10_000);
  });
});
