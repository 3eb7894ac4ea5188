// The in-memory pair and connector: bytes, ends, resets, stalls, the mock handshake, refused and silent peers.
import { describe, expect, it } from 'vitest';
import { memoryConnector, memoryPair, toBytes, toText } from '../src/index.ts';

const ADDRESS = { hostname: 'memory.test', port: 7 };

describe('memoryPair', () => {
  it('carries bytes both ways, and the end of the stream', async () => {
    const [client, server] = memoryPair();
    await client.write(toBytes('ping'));
    expect(toText((await server.read()) ?? new Uint8Array())).toBe('ping');
    await server.write(toBytes('pong'));
    await server.close();
    expect(toText((await client.read(4)) ?? new Uint8Array())).toBe('pong');
    expect(await client.read()).toBeUndefined();
    await client.close();
  });

  it('makes a writer wait when nobody reads, and lets it go on when somebody does', async () => {
    const [client, server] = memoryPair();
    let accepted = false;
    const writing = client.write(new Uint8Array(1_000_000)).then(() => {
      accepted = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(accepted).toBe(false);
    let received = 0;
    while (received < 1_000_000) received += (await server.read())?.length ?? 0;
    await writing;
    expect(received).toBe(1_000_000);
    client.destroy(new Error('done'));
  });

  it('turns TLS on at both ends', async () => {
    const [client, server] = memoryPair();
    await Promise.all([client.startTls(), server.startTls()]);
    expect(client.peer.tls && server.peer.tls).toBe(true);
    await client.write(toBytes('x'));
    expect(await server.read()).toHaveLength(1);
  });

  it('holds back what a stalled server sends', async () => {
    const [client, server] = memoryPair();
    server.stall(true);
    await server.write(toBytes('late'));
    const reading = client.read();
    const first = await Promise.race([reading, new Promise((resolve) => setTimeout(resolve, 10, 'nothing'))]);
    expect(first).toBe('nothing');
    server.stall(false);
    expect(await reading).toHaveLength(4);
  });

  it('gives the cause of a reset to the client', async () => {
    const [client, server] = memoryPair();
    const cause = new Error('the script failed');
    server.reset(cause);
    await expect(client.read()).rejects.toMatchObject({ code: 'connection_lost', cause: { cause } });
    await client.closed;
  });
});

describe('memoryConnector', () => {
  it('refuses, and stays silent, as it is told', async () => {
    const refused = memoryConnector(() => undefined, { dial: 'refuse' });
    await expect(refused(ADDRESS)).rejects.toMatchObject({ code: 'connect_failed', safeToRetry: true });
    const silent = memoryConnector(() => undefined, { dial: 'silent' });
    await expect(silent(ADDRESS, { connectTimeoutMs: 10 })).rejects.toMatchObject({
      code: 'connect_timeout',
    });
  });

  it.each(['wrong-name', 'expired', 'untrusted'] as const)('shows a certificate that is %s', async (tls) => {
    const connector = memoryConnector(() => undefined, { tls });
    const attempt = connector(ADDRESS, { tls: 'implicit' });
    await expect(attempt).rejects.toMatchObject({
      code: 'tls_failed',
      message: expect.stringContaining(tls),
    });
  });

  it('answers TLS with plain text, or not at all', async () => {
    const plain = memoryConnector((server) => server.write(toBytes('220 welcome\r\n')), { tls: 'none' });
    await expect(plain(ADDRESS, { tls: 'implicit' })).rejects.toMatchObject({ code: 'tls_failed' });
    const silent = memoryConnector(() => undefined, { tls: 'silent' });
    const attempt = silent(ADDRESS, { tls: 'implicit', connectTimeoutMs: 10 });
    await expect(attempt).rejects.toMatchObject({ code: 'connect_timeout' });
  });

  it('does an implicit handshake before the handler runs', async () => {
    const connector = memoryConnector(async (server) => {
      expect(server.peer.tls).toBe(true);
      await server.write(toBytes('in TLS'));
    });
    const client = await connector(ADDRESS, { tls: 'implicit' });
    expect(client.peer.tls).toBe(true);
    expect(toText((await client.read()) ?? new Uint8Array())).toBe('in TLS');
  });

  it('resets the connection when the handler throws', async () => {
    const connector = memoryConnector(() => Promise.reject(new Error('broken server')));
    const client = await connector(ADDRESS);
    await expect(client.read()).rejects.toMatchObject({ code: 'connection_lost' });
  });

  it('reports the size of each platform write', async () => {
    const sizes: number[] = [];
    const connector = memoryConnector(() => undefined, { onPlatformWrite: (size) => sizes.push(size) });
    const client = await connector(ADDRESS);
    await client.write(new Uint8Array(100_000));
    expect(sizes).toEqual([65_536, 34_464]);
  });
});
