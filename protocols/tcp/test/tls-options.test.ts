// What a caller wishes of TLS reaches the connector, and a ping tells what the handshake came to.
import { scriptedPeer } from '@fairlead/testkit';
import type { Connector, TlsSession } from '@fairlead/transport';
import { describe, expect, it } from 'vitest';
import { ping, send } from '../src/index.ts';

const WISHES = { ca: 'CA', alpn: ['x'] };
const SESSION = { version: 'TLSv1.3', cipher: 'TLS_AES_128_GCM_SHA256' } as TlsSession;

function noted(peer: ReturnType<typeof scriptedPeer>) {
  const seen: unknown[] = [];
  const connector: Connector = async (address, options) => {
    seen.push([options?.tls, options?.tlsOptions]);
    const transport = await peer.connector(address, options);
    Object.defineProperty(transport, 'tls', { get: () => SESSION });
    return transport;
  };
  return { seen, connector };
}

describe('tls as an object', () => {
  it('goes along with a ping, which tells of the session', async () => {
    const { seen, connector } = noted(scriptedPeer().startTls().expectEnd());
    const { tls, samples } = await ping('h.test:443', { tls: WISHES, connector });
    expect(seen).toEqual([['starttls', WISHES]]);
    expect(tls?.medianMs).toBeGreaterThanOrEqual(0);
    expect(samples[0]?.session).toBe(SESSION);
  });

  it('goes along with a send', async () => {
    const { seen, connector } = noted(scriptedPeer().expect('hi').send('ho').close());
    const { data } = await send('h.test:443', 'hi', { tls: WISHES, connector });
    expect(new TextDecoder().decode(data)).toBe('ho');
    expect(seen).toEqual([['implicit', WISHES]]);
  });

  it('says nothing of a session without TLS', async () => {
    const { connector } = noted(scriptedPeer().expectEnd());
    const { samples } = await ping('h.test:443', { connector });
    expect(samples[0]).not.toHaveProperty('session');
  });

  it.each([{ mode: 'starttls' }, { caFile: 'x' }, 'implicit', 'starttls', 1])('refuses %j', async (tls) => {
    const { seen, connector } = noted(scriptedPeer());
    await expect(ping('h.test:1', { tls: tls as never, connector })).rejects.toMatchObject({ code: 'usage' });
    await expect(send('h.test:1', '', { tls: tls as never, connector })).rejects.toMatchObject({
      code: 'usage',
    });
    expect(seen).toEqual([]);
  });
});
