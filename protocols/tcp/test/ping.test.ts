// ping() against peers in memory: what is measured, what is refused, and that every connection is closed.
import { scriptedPeer } from '@fairlead/testkit';
import type { ConnectOptions, Connector } from '@fairlead/transport';
import { describe, expect, it } from 'vitest';
import { FairleadError, type PingOptions, ping } from '../src/index.ts';

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
      rttMs: expect.any(Number),
      tlsMs: undefined,
      attempts: [{ rttMs: expect.any(Number) }],
    });
    expect(seen).toMatchObject([{ tls: 'off', connectTimeoutMs: 10_000 }]);
    await Promise.all(ends);
  });

  it('tries as often as asked, and counts those that succeed', async () => {
    const connector = failing('connect_failed', undefined, 'tls_failed');
    const { attempts } = await ping({ hostname: 'h.test', port: 1 }, { connector, count: 3 });
    expect(attempts).toEqual([
      { error: 'connect_failed' },
      { rttMs: expect.any(Number) },
      { error: 'tls_failed' },
    ]);
  });

  it('fails as the last attempt did where none succeeded', async () => {
    const connector = failing('connect_timeout', 'connect_failed');
    await expect(ping('h.test:1', { connector, count: 2 })).rejects.toMatchObject({ code: 'connect_failed' });
  });

  it('measures TLS behind it', async () => {
    const seen: string[] = [];
    const connector: Connector = async (address, options) => {
      seen.push(options?.tls ?? '');
      return scriptedPeer().startTls().expectEnd().connector(address, options);
    };
    const { tlsMs } = await ping('h.test:1', { connector, tls: true });
    expect([tlsMs, seen]).toEqual([expect.any(Number), ['starttls']]);
  });

  it('stops when the time is up, with what was measured', async () => {
    let dials = 0;
    const connector: Connector = async (address, options) => {
      dials++;
      if (dials === 1) return quiet().connector(address, options);
      await new Promise((resolve) => setTimeout(resolve, 60));
      throw new FairleadError('connect_timeout', 'late');
    };
    const { attempts } = await ping('h.test:1', { connector, count: 10, timeoutMs: 50 });
    expect(attempts).toEqual([{ rttMs: expect.any(Number) }, { error: 'connect_timeout' }]);
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
    ['eleven attempts', 'h.test:1', { count: 11 }],
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
