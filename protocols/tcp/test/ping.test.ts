// ping() against peers in memory: what is measured, what is refused, and that every connection is closed.
import { scriptedPeer } from '@fairlead/testkit';
import type { ConnectOptions, Connector } from '@fairlead/transport';
import { describe, expect, it } from 'vitest';
import { FairleadError, type PingOptions, type PingSample, ping, pingSamples } from '../src/index.ts';

const TIME = expect.any(Number);

async function take(samples: AsyncIterable<PingSample>): Promise<PingSample[]> {
  const taken: PingSample[] = [];
  for await (const each of samples) taken.push(each);
  return taken;
}

/** A server that takes connections and says nothing; `seen` has the options of each dial. */
function quiet() {
  const seen: ConnectOptions[] = [];
  const ends: Promise<void>[] = [];
  const connector: Connector = async (address, options = {}) => {
    seen.push(options);
    const peer = scriptedPeer().expectEnd();
    const transport = await peer.connector(address, options);
    ends.push(transport.closed);
    return transport;
  };
  return { connector, seen, ends };
}

const failing =
  (...codes: (string | undefined)[]): Connector =>
  async (address, options) => {
    const code = codes.shift();
    if (code !== undefined) throw new FairleadError(code as 'connect_failed', code);
    return quiet().connector(address, options);
  };

describe('ping', () => {
  it('measures one handshake, sends nothing and closes', async () => {
    const { connector, seen, ends } = quiet();
    const result = await ping('h.test:5432', { connector });
    expect(result).toEqual({
      sent: 1,
      received: 1,
      loss: 0,
      tcp: { minMs: TIME, medianMs: TIME, p95Ms: TIME, maxMs: TIME },
      samples: [{ n: 1, tcpMs: TIME }],
    });
    expect(seen).toMatchObject([{ tls: 'off', connectTimeoutMs: 10_000 }]);
    await Promise.all(ends);
  });

  it('tries as often as asked, and counts those that succeed', async () => {
    const connector = failing('connect_failed', undefined, 'tls_failed');
    const result = await ping({ hostname: 'h.test', port: 1 }, { connector, count: 3 });
    expect(result).toMatchObject({ sent: 3, received: 1, loss: 0.6667 });
    expect(result.samples).toEqual([
      { n: 1, error: expect.objectContaining({ code: 'connect_failed' }) },
      { n: 2, tcpMs: TIME },
      { n: 3, error: expect.objectContaining({ code: 'tls_failed' }) },
    ]);
  });

  it('fails as the last sample did where none succeeded', async () => {
    const connector = failing('connect_timeout', 'connect_failed');
    await expect(ping('h.test:1', { connector, count: 2 })).rejects.toMatchObject({ code: 'connect_failed' });
  });

  it('measures TLS behind it', async () => {
    const seen: string[] = [];
    const connector: Connector = async (address, options) => {
      seen.push(options?.tls ?? '');
      return scriptedPeer().startTls().expectEnd().connector(address, options);
    };
    const { tls, samples } = await ping('h.test:1', { connector, tls: true });
    expect([tls?.medianMs, samples[0]?.tlsMs, seen]).toEqual([TIME, TIME, ['starttls']]);
  });

  it('keeps the TCP time of a sample whose TLS failed', async () => {
    const { connector } = scriptedPeer({ tls: 'expired' }).startTls();
    const [sample] = await take(pingSamples('h.test:1', { connector, tls: true }));
    expect(sample).toMatchObject({ n: 1, tcpMs: TIME, error: { code: 'tls_failed' } });
  });

  it('stops when the time is up, with what was measured', async () => {
    let dials = 0;
    const connector: Connector = async (address, options) => {
      dials++;
      if (dials === 1) return quiet().connector(address, options);
      await new Promise((resolve) => setTimeout(resolve, 600));
      throw new FairleadError('connect_timeout', 'late');
    };
    const { samples } = await ping('h.test:1', { connector, count: 10, timeoutMs: 500 });
    expect(samples).toMatchObject([{ tcpMs: TIME }, { error: { code: 'connect_timeout' } }]);
  });

  it('hands its signal to the connector, and ends with it', async () => {
    const connector: Connector = async (_address, options) => {
      expect(options?.signal?.aborted).toBe(true);
      throw new FairleadError('aborted', 'by its signal');
    };
    const call = ping('h.test:1', { connector, count: 3, signal: AbortSignal.abort() });
    await expect(call).rejects.toMatchObject({ code: 'aborted' });
  });

  it.each<[string, string, PingOptions]>([
    ['no port', 'h.test', {}],
    ['a port beyond 65535', 'h.test:65536', {}],
    ['no attempt', 'h.test:1', { count: 0 }],
    ['a hundred and one', 'h.test:1', { count: 101 }],
    ['an interval below 0', 'h.test:1', { intervalMs: -1 }],
    ['an interval that is no number', 'h.test:1', { intervalMs: Number.NaN }],
    ['an interval above a minute', 'h.test:1', { intervalMs: 60_001 }],
    ['half an attempt', 'h.test:1', { count: 1.5 }],
    ['no time', 'h.test:1', { timeoutMs: 0 }],
    ['no time to connect', 'h.test:1', { connectTimeoutMs: -1 }],
    ['a signal that is none', 'h.test:1', { signal: 'x' as never }],
  ])('refuses %s before it dials', async (_name, address, options) => {
    const { connector, seen } = quiet();
    await expect(ping(address, { connector, ...options })).rejects.toMatchObject({
      code: 'usage',
      safeToRetry: true,
    });
    expect(seen).toEqual([]);
  });
});

describe('pingSamples', () => {
  it('refuses its arguments at once, before the first sample is asked for', () => {
    expect(() => pingSamples('h.test')).toThrow(expect.objectContaining({ code: 'usage' }));
  });

  it('takes each sample when it is asked for, and none behind the one at which its reader left', async () => {
    const { connector, seen } = quiet();
    for await (const { n } of pingSamples('h.test:1', { connector, count: 10 })) if (n === 3) break;
    expect(seen).toHaveLength(3);
  });

  it('begins samples an interval apart, and less where one took longer', async () => {
    const begun: number[] = [];
    const connector: Connector = async (address, options) => {
      begun.push(performance.now());
      if (begun.length === 2) await new Promise((resolve) => setTimeout(resolve, 80));
      return quiet().connector(address, options);
    };
    await take(pingSamples('h.test:1', { connector, count: 4, intervalMs: 60 }));
    const apart = begun.slice(1).map((at, i) => at - (begun[i] ?? 0));
    expect(apart[0]).toBeGreaterThanOrEqual(55);
    expect(apart[1]).toBeGreaterThanOrEqual(75);
    expect(apart[2]).toBeGreaterThanOrEqual(55);
  });

  it('does not wait for an interval that its time has no room for', async () => {
    const { connector } = quiet();
    const startedAt = performance.now();
    const options = { connector, count: 3, intervalMs: 60_000, timeoutMs: 3_000 };
    expect(await take(pingSamples('h.test:1', options))).toHaveLength(1);
    expect(performance.now() - startedAt).toBeLessThan(2_500);
  });

  it('ends in the middle of an interval when its signal fires', async () => {
    const { connector } = quiet();
    const options = { connector, count: 3, intervalMs: 5_000, signal: AbortSignal.timeout(30) };
    await expect(take(pingSamples('h.test:1', options))).rejects.toMatchObject({ code: 'aborted' });
  });
});
