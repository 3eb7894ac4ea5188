// The certificates: read by Node's X.509 parser, verified by its TLS, trusted by processes of this run.
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { positiveInteger } from '../src/authority/der.ts';
import {
  createAuthority,
  issueCertificate,
  type KeyAndCertificate,
  testAuthority,
} from '../src/authority/index.ts';

/** Dials a TLS server that shows `shown`; returns the failure's code, or `undefined`. */
async function handshake(
  shown: KeyAndCertificate,
  servername: string,
  ca?: string,
): Promise<string | undefined> {
  const server = createServer(shown, (socket) => socket.on('error', () => undefined).end());
  server.on('tlsClientError', () => undefined).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const socket = connect({ host: '127.0.0.1', port, servername, ...(ca === undefined ? {} : { ca }) });
  try {
    await once(socket, 'secureConnect');
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  } finally {
    socket.destroy();
    server.close();
  }
}

describe('certificates', () => {
  const authority = createAuthority('some authority');
  const day = 86_400_000;

  it('say what they were asked to say', () => {
    const issued = issueCertificate(authority, { names: ['db.test', '127.0.0.1', '::1', '2001:db8::5'] });
    const certificate = new X509Certificate(issued.cert);
    const ca = new X509Certificate(authority.cert);
    expect(certificate.subjectAltName).toBe(
      'DNS:db.test, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, IP Address:2001:DB8:0:0:0:0:0:5',
    );
    expect(certificate.verify(ca.publicKey) && certificate.checkIssued(ca)).toBe(true);
    expect([ca.ca, certificate.ca]).toEqual([true, false]);
    expect(Date.parse(certificate.validTo)).toBeGreaterThan(Date.now());
  });

  it('are accepted by whoever trusts the authority, for their names alone', async () => {
    const issued = issueCertificate(authority, { names: ['db.test'] });
    expect(await handshake(issued, 'db.test', authority.cert)).toBeUndefined();
    expect(await handshake(issued, 'other.test', authority.cert)).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
    expect(await handshake(issued, 'db.test')).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
  });

  it('expire', async () => {
    const times = { notBefore: new Date(Date.now() - 2 * day), notAfter: new Date(Date.now() - day) };
    const issued = issueCertificate(authority, { names: ['db.test'], ...times });
    expect(await handshake(issued, 'db.test', authority.cert)).toBe('CERT_HAS_EXPIRED');
  });
});

describe('positiveInteger', () => {
  it('takes the fewest octets that keep it positive', () => {
    const encode = (...bytes: number[]) => [...positiveInteger(Uint8Array.from(bytes))];
    expect(encode(0, 0, 0x7f, 1)).toEqual([2, 2, 0x7f, 1]);
    expect(encode(0, 0x80)).toEqual([2, 2, 0, 0x80]);
    expect(encode(0x80, 0)).toEqual([2, 3, 0, 0x80, 0]);
    expect(encode(0, 0)).toEqual([2, 1, 0]);
  });
});

describe('testAuthority', () => {
  it('is one for the whole run, and trusted by this process without being named', async () => {
    expect(testAuthority().ca).toBe(testAuthority().ca);
    expect(process.env.NODE_EXTRA_CA_CERTS).toBe(testAuthority().caFile);
    const issued = testAuthority().issue({ names: ['db.test'] });
    expect(await handshake(issued, 'db.test')).toBeUndefined();
  });
});
