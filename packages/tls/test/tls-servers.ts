// TLS servers of `node:tls` for tests: each tells the client what it saw of the handshake, and then sends everything back.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type TLSSocket, type TlsOptions } from 'node:tls';
import { testAuthority } from '@fairlead/testkit/authority';
import { makeCertificate, privatePem } from './x509/make-certificate.ts';

/** The ports of 127.0.0.1, by what is special there. */
export interface TlsPorts {
  /** TLS 1.3 with everything by default; application protocols `one` and `two`. */
  readonly usual: number;
  /** It takes shares of P-256 alone, so that it sends HelloRetryRequest. */
  readonly p256: number;
  readonly p384: number;
  readonly aes256: number;
  readonly chacha20: number;
  readonly mlkem: number;
  /** It wants a client's certificate. */
  readonly mutual: number;
  /** TLS 1.2 at most. */
  readonly old: number;
  /** It ends the connection with the first bytes that it gets. */
  readonly ending: number;
}

/** What a server tells of a connection, as the first line. */
export interface Told {
  readonly protocol: string;
  readonly cipher: string;
  readonly alpn: string | false;
  readonly servername: string | false;
  readonly resumed: boolean;
  readonly client: string | undefined;
  /** `exportKeyingMaterial(32, 'EXPORTER-test', 'context')`, hex. */
  readonly exported: string;
}

/** Running servers. */
export interface TlsServers {
  readonly ports: TlsPorts;
  /** A client's certificate and its key, PEM. */
  readonly client: { readonly cert: string; readonly key: string };
  close(): void;
}

const HOST = '127.0.0.1';

/** Starts them. */
export async function startTlsServers(): Promise<TlsServers> {
  const authority = testAuthority();
  const { cert, key } = authority.issue({ names: [HOST, 'localhost', 'other.test'] });
  const issuer = await makeCertificate({ subject: 'CN=clients', ca: true });
  const client = await makeCertificate({
    signer: issuer,
    san: ['DNS:client.test'],
    extKeyUsage: ['1.3.6.1.5.5.7.3.2'],
  });
  const closing: (() => void)[] = [];
  const listen = async (options: TlsOptions, then?: (socket: TLSSocket) => void): Promise<number> => {
    const server = createServer({ cert, key, minVersion: 'TLSv1.2', ...options }, (socket) => {
      socket.on('error', () => undefined);
      socket.write(`${JSON.stringify(toldOf(socket))}\n`);
      if (then === undefined) socket.pipe(socket);
      else then(socket);
    });
    server.on('tlsClientError', () => undefined);
    server.listen(0, HOST);
    await once(server, 'listening');
    closing.push(() => server.close());
    return (server.address() as AddressInfo).port;
  };
  return {
    ports: {
      usual: await listen({ ALPNProtocols: ['one', 'two'] }),
      p256: await listen({ ecdhCurve: 'P-256' }),
      p384: await listen({ ecdhCurve: 'P-384' }),
      aes256: await listen({ ciphers: 'TLS_AES_256_GCM_SHA384' }),
      chacha20: await listen({ ciphers: 'TLS_CHACHA20_POLY1305_SHA256' }),
      mlkem: await listen({ ecdhCurve: 'X25519MLKEM768' }),
      mutual: await listen({ requestCert: true, rejectUnauthorized: true, ca: issuer.pem }),
      old: await listen({ maxVersion: 'TLSv1.2' }),
      ending: await listen({}, (socket) => void socket.once('data', () => socket.end())),
    },
    client: { cert: client.pem, key: await privatePem(client.key) },
    close: () => {
      for (const close of closing) close();
    },
  };
}

function toldOf(socket: TLSSocket): Told {
  const exported = socket.exportKeyingMaterial(32, 'EXPORTER-test', Buffer.from('context'));
  return {
    protocol: socket.getProtocol() ?? '',
    cipher: socket.getCipher().standardName,
    alpn: socket.alpnProtocol ?? false,
    servername: (socket as { servername?: string | false }).servername ?? false,
    resumed: socket.isSessionReused(),
    client: socket.getPeerCertificate()?.subjectaltname,
    exported: exported.toString('hex'),
  };
}
