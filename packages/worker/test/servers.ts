// Starts, in Node, what the tests inside workerd dial: a TCP server that answers nothing, a Redis inside TLS, and an issuer of JWTs.
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { createAuthority, issueCertificate } from '@fairlead/testkit/authority';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    silentPort: number;
    closedPort: number;
    /** A Redis inside TLS, with a certificate of an authority of its own, that lets in who has one of the same authority. */
    ownTls: {
      readonly port: number;
      readonly ca: string;
      readonly client: { readonly cert: string; readonly key: string };
    };
    /** Where the issuer's keys are, in several ways, and the key to sign with. */
    issuer: { readonly port: number; readonly privateKey: JWK };
  }
}

/** Vitest's global setup; what it returns is the teardown. */
export default async function setup(project: TestProject): Promise<() => void> {
  const silent = createServer((socket) => {
    socket.on('error', () => {});
    socket.resume();
  });
  const closed = createServer();
  project.provide('silentPort', await listen(silent));
  project.provide('closedPort', await listen(closed));
  const issuer = await startIssuer(project);
  const redis = await startRedis(project);
  closed.close();
  return () => {
    silent.close();
    redis.close();
    issuer.closeAllConnections();
    issuer.close();
  };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('no port'));
      else resolve(address.port);
    });
  });
}

/** Serves its keys at `/keys`; other paths do what they are called. */
async function startIssuer(project: TestProject): Promise<ReturnType<typeof createHttpServer>> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const keys = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256' }] });
  const server = createHttpServer(({ url }, response) => {
    const path = new URL(url ?? '/', 'http://localhost').pathname;
    if (path === '/stalls') return;
    if (path === '/trickles') response.writeHead(200).write('{"keys":[');
    else if (path === '/breaks-off')
      response.writeHead(200, { 'Content-Length': '9000' }).write('{', () => response.destroy());
    else if (path === '/redirects') response.writeHead(302, { Location: '/keys' }).end();
    else if (path === '/fails') response.writeHead(500).end(keys);
    else if (path === '/huge') response.end(`{"keys":[${' '.repeat(400_000)}]}`);
    else if (path === '/html') response.end('<html></html>');
    else if (path === '/none') response.end('{"keys":[]}');
    else response.end(keys);
  });
  const port = await listen(server);
  project.provide('issuer', { port, privateKey: await exportJWK(privateKey) });
  return server;
}

/** Answers `GET` with `hi`, and all else with an error, as a Redis that knows no RESP3. */
async function startRedis(project: TestProject): Promise<Server> {
  const authority = createAuthority('An authority of its own');
  const { key, cert } = issueCertificate(authority, { names: ['redis.internal', '127.0.0.1'] });
  const client = issueCertificate(authority, { names: ['gateway'], purpose: 'client' });
  const server = createTlsServer({ key, cert, ca: authority.cert, requestCert: true }, (socket) => {
    socket.on('error', () => {});
    socket.on('data', (data) => {
      for (const command of data.toString('latin1').split(/^(?=\*)/m))
        socket.write(/^\*2\r\n\$3\r\nGET/i.test(command) ? '$2\r\nhi\r\n' : '-ERR unknown command\r\n');
    });
  });
  server.on('tlsClientError', () => {});
  const port = await listen(server);
  project.provide('ownTls', { port, ca: authority.cert, client: { cert: client.cert, key: client.key } });
  return server;
}
