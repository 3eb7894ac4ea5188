// What a caller wishes of TLS, as nodeSocket honours it, against servers of node:tls.
import { createHash, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type TlsOptions as ServerOptions, type TLSSocket } from 'node:tls';
import { createAuthority, issueCertificate } from '@fairlead/testkit/authority';
import { afterEach, describe, expect, it } from 'vitest';
import { nodeSocket, type TlsOptions } from '../src/node.ts';
import { CONSTRAINED_CA, VIOLATING } from './constrained-authority.ts';

const authority = createAuthority('a private authority');
const stranger = createAuthority('another authority');
const names = ['localhost', '127.0.0.1', '2001:db8::1'];
const server = issueCertificate(authority, { names });
const client = issueCertificate(authority, { names: ['client.test'] });
const servers: AsyncDisposable[] = [];

afterEach(async () => {
  for (const running of servers.splice(0)) await running[Symbol.asyncDispose]();
});

/** Echoes what it gets, on a free port. */
async function listen(options: ServerOptions, onSocket: (socket: TLSSocket) => void = echo): Promise<number> {
  const open = new Set<TLSSocket>();
  const listening = createServer({ ...server, ...options }, (socket) => {
    open.add(socket);
    socket.on('error', () => socket.destroy());
    onSocket(socket);
  });
  listening.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  servers.push({
    [Symbol.asyncDispose]: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => listening.close(resolve));
    },
  });
  return (listening.address() as AddressInfo).port;
}

function echo(socket: TLSSocket): void {
  socket.on('data', (bytes) => void socket.write(bytes));
}

function dial(port: number, tlsOptions: TlsOptions, more: object = {}) {
  return nodeSocket({ hostname: 'localhost', port }, { tls: 'implicit', tlsOptions, ...more });
}

async function failure(port: number, tlsOptions: TlsOptions): Promise<unknown> {
  try {
    const transport = await dial(port, tlsOptions);
    await transport.write(new Uint8Array(1));
    await transport.read();
    await transport.close();
  } catch (error) {
    return error;
  }
  return undefined;
}

function pinOf(pem: string): string {
  const key = new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'der' });
  return `sha256/${createHash('sha256').update(key).digest('base64')}`;
}

const { ca } = { ca: authority.cert };

describe('what is verified', () => {
  it('trusts the given authorities and no other one', async () => {
    const port = await listen({});
    const transport = await dial(port, { ca: [stranger.cert, ca] });
    expect(transport.tls?.version).toBe('TLSv1.3');
    expect(transport.tls?.cipher).toMatch(/^TLS_/);
    await transport.close();
    expect(await failure(port, { ca: stranger.cert })).toMatchObject({
      code: 'tls_failed',
      reason: 'unknown_issuer',
      certificate: { subject: 'CN=localhost', issuer: 'CN=a private authority' },
      message: expect.stringContaining('tls.ca'),
    });
    expect(await failure(port, {})).toMatchObject({ code: 'tls_failed', reason: 'unknown_issuer' });
  });

  it('tells the certificate, its names and dates', async () => {
    const transport = await dial(await listen({}), { ca });
    const der = new X509Certificate(server.cert).raw;
    expect(transport.tls?.peerCertificates[0]).toMatchObject({
      subject: 'CN=localhost',
      names: ['DNS:localhost', 'IP:127.0.0.1', 'IP:2001:db8::1'],
      validFrom: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      fingerprint256: createHash('sha256').update(der).digest('hex'),
      der: new Uint8Array(der),
    });
    await transport.close();
  });

  it('holds the certificate against servername, or against no name', async () => {
    const other = issueCertificate(authority, { names: ['db.test'] });
    let asked: unknown;
    const port = await listen({ ...other }, (socket) => {
      asked = socket.servername;
      echo(socket);
    });
    const transport = await dial(port, { ca, servername: 'DB.test' });
    await transport.write(new Uint8Array(1));
    await transport.read();
    expect(asked).toBe('db.test');
    await transport.close();
    expect(await failure(port, { ca })).toMatchObject({
      reason: 'name_mismatch',
      certificate: { names: ['DNS:db.test'] },
      message: expect.stringMatching(/is for DNS:db\.test, and not.*tls\.servername/),
    });
    expect(await failure(port, { ca, anyName: true })).toBeUndefined();
    expect(await failure(port, { ca: stranger.cert, anyName: true })).toMatchObject({
      reason: 'unknown_issuer',
    });
  });

  it('never takes a name out of the subject', async () => {
    // The common name is the first name, and "localhost" would fit.
    const named = issueCertificate({ ...authority }, { names: [] });
    expect(new X509Certificate(named.cert).subject).toBe('CN=test');
    const port = await listen({ ...named });
    expect(await failure(port, { ca, servername: 'test' })).toMatchObject({ reason: 'name_mismatch' });
  });

  it('knows an expired certificate, and one of tomorrow', async () => {
    const day = 86_400_000;
    const notAfter = new Date(Date.now() - day);
    const expired = issueCertificate(authority, {
      names,
      notBefore: new Date(Date.now() - 2 * day),
      notAfter,
    });
    expect(await failure(await listen(expired), { ca })).toMatchObject({
      reason: 'expired',
      certificate: { validTo: new Date(Math.floor(notAfter.getTime() / 1000) * 1000).toISOString() },
    });
    const notBefore = new Date(Date.now() + day);
    const early = issueCertificate(authority, { names, notBefore, notAfter: new Date(Date.now() + 2 * day) });
    expect(await failure(await listen(early), { ca })).toMatchObject({ reason: 'not_yet_valid' });
  });
});

it('knows what an authority must not sign', async () => {
  const port = await listen(VIOLATING);
  expect(await failure(port, { ca: CONSTRAINED_CA })).toMatchObject({
    code: 'tls_failed',
    reason: 'constraint',
  });
});

describe('pins', () => {
  it("may be the server's key or an authority's that signed it", async () => {
    const port = await listen({ cert: server.cert + authority.cert });
    expect(await failure(port, { ca, pins: [pinOf(server.cert)] })).toBeUndefined();
    expect(await failure(port, { ca, pins: [pinOf(client.cert), pinOf(authority.cert)] })).toBeUndefined();
    expect(await failure(port, { ca, pins: [pinOf(client.cert)] })).toMatchObject({
      code: 'tls_failed',
      reason: 'pin',
      message: expect.stringContaining(pinOf(server.cert)),
    });
  });

  it('do not stand in for an authority', async () => {
    const port = await listen({});
    expect(await failure(port, { pins: [pinOf(server.cert)] })).toMatchObject({ reason: 'unknown_issuer' });
  });

  it('are not taken from a certificate that only carries the name of an authority', async () => {
    const impostor = createAuthority('a private authority');
    const port = await listen({ cert: server.cert + impostor.cert });
    expect(await failure(port, { ca })).toBeUndefined();
    expect(await failure(port, { ca, pins: [pinOf(impostor.cert)] })).toMatchObject({ reason: 'pin' });
  });

  it("are all that counts with pinOnly, and then the server's own alone", async () => {
    const port = await listen({ cert: server.cert + authority.cert });
    const wishes = { pinOnly: true, servername: 'whatever.test' };
    expect(await failure(port, { ...wishes, pins: [pinOf(server.cert)] })).toBeUndefined();
    expect(await failure(port, { ...wishes, pins: [pinOf(authority.cert)] })).toMatchObject({
      reason: 'pin',
    });
  });
});

describe('what else is wished', () => {
  it('shows the client certificate, and says so where one is missing', async () => {
    const port = await listen({ ca: [ca], requestCert: true, rejectUnauthorized: true });
    expect(await failure(port, { ca, ...client })).toBeUndefined();
    expect(await failure(port, { ca })).toMatchObject({
      code: 'tls_failed',
      reason: 'alert',
      alert: 'certificate_required',
      message: expect.stringContaining('tls.key'),
    });
  });

  it('asks for application protocols', async () => {
    const port = await listen({ ALPNProtocols: ['b', 'a'] });
    const transport = await dial(port, { ca, alpn: ['a', 'c'] });
    expect(transport.tls?.alpn).toBe('a');
    await transport.close();
    expect(await failure(port, { ca, alpn: ['c'] })).toMatchObject({
      reason: 'alert',
      alert: 'no_application_protocol',
    });
  });

  it('speaks no version older than minVersion', async () => {
    const port = await listen({ maxVersion: 'TLSv1.2' });
    const transport = await dial(port, { ca });
    expect(transport.tls?.version).toBe('TLSv1.2');
    await transport.close();
    expect(await failure(port, { ca, minVersion: 'TLSv1.3' })).toMatchObject({
      reason: 'alert',
      alert: 'protocol_version',
    });
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'resumes a session of %s where it is asked to',
    async (version) => {
      const port = await listen({ minVersion: version, maxVersion: version });
      const first = await dial(port, { ca });
      await first.write(new Uint8Array(1));
      await first.read();
      const again = async (wishes: TlsOptions) => {
        const transport = await dial(port, wishes, { resume: first.tls });
        await transport.write(new Uint8Array(1));
        await transport.read();
        await transport.close();
        return transport.tls;
      };
      expect(await again({ ca })).toMatchObject({
        resumed: true,
        peerCertificates: first.tls?.peerCertificates,
      });
      expect(await again({ ca })).toMatchObject({ resumed: true });
      // What was verified then is not what is asked for now.
      expect(await again({ ca: [ca, stranger.cert] })).toMatchObject({ resumed: false });
      await first.close();
    },
  );
});

describe('what a connection tells', () => {
  it.each(['TLSv1.2', 'TLSv1.3'] as const)('binds a login to a connection of %s', async (version) => {
    const material: Buffer[] = [];
    const port = await listen({ minVersion: version, maxVersion: version }, (socket) => {
      material.push(socket.exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', Buffer.alloc(0)));
      echo(socket);
    });
    const { tls, ...transport } = await dial(port, { ca }).then(async (open) => {
      await open.write(new Uint8Array(1));
      await open.read();
      return { tls: open.tls, close: () => open.close() };
    });
    expect(Buffer.from((await tls?.channelBinding('tls-exporter')) ?? [])).toEqual(material[0]);
    const leaf = createHash('sha256').update(new X509Certificate(server.cert).raw).digest();
    expect(Buffer.from((await tls?.channelBinding('tls-server-end-point')) ?? [])).toEqual(leaf);
    const unknown = 'tls-unique' as string as 'tls-exporter';
    await expect(tls?.channelBinding(unknown)).rejects.toMatchObject({ code: 'usage' });
    await expect(tls?.exportKeyingMaterial('x', undefined, 0)).rejects.toMatchObject({ code: 'usage' });
    await transport.close();
  });

  it('has nothing to tell of a plain connection', async () => {
    const port = await listen({});
    const transport = await nodeSocket({ hostname: 'localhost', port });
    expect(transport.tls).toBeUndefined();
    await transport.close();
  });
});

describe('what is refused before anything is dialled', () => {
  const secret = '-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n';

  it.each([
    ['a CA that is no certificate', { ca: 'ca.pem' }],
    ['a CA with a key beside it', { ca: ca + secret }],
    ['a CA that is cut', { ca: ca + ca.slice(0, 100) }],
    ['a key that cannot be read', { cert: client.cert, key: secret }],
    ["another certificate's key", { cert: client.cert, key: server.key }],
    ['a certificate without its key', { cert: client.cert }],
    ['a wish that does not exist', { rejectUnauthorized: false } as TlsOptions],
  ])('%s', async (_, wishes) => {
    const error = await dial(1, wishes).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'usage' });
    expect(String(error)).not.toContain('c2VjcmV0');
  });

  it('a session of another connector', async () => {
    const transport = await dial(await listen({}), { ca });
    const resume = { ...transport.tls };
    await expect(dial(1, { ca }, { resume })).rejects.toMatchObject({ code: 'usage' });
    await transport.close();
  });
});
