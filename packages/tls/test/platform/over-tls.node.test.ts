// overTls in Node: it is a transport like any other, over connectors that know nothing of TLS.
import { testAuthority } from '@fairlead/testkit/authority';
import { transportCompliance } from '@fairlead/testkit/compliance';
import { startMisbehavingServers } from '@fairlead/testkit/servers';
import { type Connector, nodeSocket } from '@fairlead/transport/node';
import { afterAll, describe, expect, it } from 'vitest';
import { overTls } from '../../src/node.ts';
import { publicRoots } from '../../src/roots/index.ts';
import { tls12 } from '../../src/tls12/index.ts';
import { anchorsOf } from '../../src/x509/index.ts';

const servers = await startMisbehavingServers();
afterAll(() => servers[Symbol.asyncDispose]());
const { hostname, ports } = servers;
const { ca } = testAuthority();

transportCompliance('overTls in Node', overTls({ ca }, nodeSocket), {
  hostname,
  ports,
  capabilities: {
    dns: true,
    unanswered: true,
    certificates: true,
    truncation: 'Node ends the stream in the same way with and without a close_notify',
    platformWrites: 'the inner transport cuts them',
    resets: true,
    starttls: true,
    backpressure: true,
    halfClose: true,
  },
});

describe('overTls in Node', () => {
  const address = { hostname: 'localhost', port: ports.tls };

  it('dials the inner connector plain, without a wish', async () => {
    const seen: unknown[] = [];
    const inner: Connector = (to, options) => {
      seen.push([options?.tls, options?.tlsOptions]);
      return nodeSocket(to, options);
    };
    const transport = await overTls({ ca }, inner)(address, { tls: 'implicit' });
    expect(seen).toEqual([['off', undefined]]);
    expect(transport.tls).toMatchObject({ version: 'TLSv1.3', resumed: false });
    await transport.close();
  });

  it('tells of a port that is shut in the words of the attempt with TLS', async () => {
    const shut = { hostname: 'localhost', port: ports.refused };
    await expect(overTls({ ca }, nodeSocket)(shut, { tls: 'implicit' })).rejects.toMatchObject({
      code: 'connect_failed',
      message: expect.stringMatching(/^(?!.*TLS: off).*\(TLS: implicit\)/),
      peer: { ...shut, tls: true },
    });
  });

  it('lets the wishes of a call go first', async () => {
    const connector = overTls({ ca, servername: 'another.test' }, nodeSocket);
    await expect(connector(address, { tls: 'implicit' })).rejects.toMatchObject({ reason: 'name_mismatch' });
    const tlsOptions = { servername: 'localhost', ca: undefined };
    const transport = await connector(address, { tls: 'implicit', tlsOptions });
    await transport.close();
  });

  it('speaks TLS 1.2 only where it was given', async () => {
    const { createServer } = await import('node:tls');
    const { key, cert } = testAuthority().issue({ names: ['localhost'] });
    const old = createServer({ key, cert, maxVersion: 'TLSv1.2' }).listen(0, '127.0.0.1');
    await new Promise((resolve) => old.once('listening', resolve));
    const bound = old.address();
    const to = { hostname: 'localhost', port: typeof bound === 'object' && bound ? bound.port : 0 };
    const refusal = { code: 'tls_failed', alert: 'protocol_version' };
    await expect(overTls({ ca }, nodeSocket)(to, { tls: 'implicit' })).rejects.toMatchObject(refusal);
    const transport = await overTls({ ca, versions: [tls12] }, nodeSocket)(to, { tls: 'implicit' });
    expect(transport.tls?.version).toBe('TLSv1.2');
    await transport.close();
    await new Promise((resolve) => old.close(resolve));
  });

  it('trusts nobody of itself', async () => {
    const options = { tls: 'implicit' } as const;
    await expect(overTls({}, nodeSocket)(address, options)).rejects.toMatchObject({ code: 'usage' });
    // The authority of this run is among those that Node knows.
    const transport = await overTls({ roots: publicRoots() }, nodeSocket)(address, options);
    await transport.close();
    const anchored = await overTls({ roots: anchorsOf(ca) }, nodeSocket)(address, options);
    await anchored.close();
    const some = publicRoots().slice(0, 1);
    expect(() => overTls({ roots: some }, nodeSocket)).toThrow(expect.objectContaining({ code: 'usage' }));
  });

  it('refuses wrong wishes when it is made', () => {
    expect(() => overTls({ anyName: true }, nodeSocket)).toThrow(expect.objectContaining({ code: 'usage' }));
  });
});
