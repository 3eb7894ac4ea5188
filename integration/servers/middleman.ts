// Somebody between a client and Postgres who has a certificate of an authority that the client trusts: TLS to the client, TLS to
// the server, and every message read on its way. It changes nothing; what is bound to a TLS connection does not pass it.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { connect as connectTls, createSecureContext, TLSSocket } from 'node:tls';
import type { KeyAndCertificate } from '@fairlead/testkit/authority';
import type { Running } from './container.ts';

/** PostgreSQL documentation section 54.7: length 8, code 80877103. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

/** Starts one in front of a Postgres on localhost. @returns Its port. */
export async function startMiddleman(
  upstreamPort: number,
  certificate: KeyAndCertificate,
): Promise<Running<number>> {
  const open = new Set<Socket>();
  const secureContext = createSecureContext(certificate);
  const keep = (socket: Socket): void => {
    open.add(socket);
    socket.on('error', () => socket.destroy()).on('close', () => open.delete(socket));
  };
  const server = createServer(async (client) => {
    keep(client);
    const upstream = connect(upstreamPort, 'localhost');
    keep(upstream);
    try {
      await Promise.all([once(client, 'data'), once(upstream, 'connect')]);
      upstream.write(SSL_REQUEST);
      await once(upstream, 'data');
      client.write('S');
      const inner = new TLSSocket(client, { isServer: true, secureContext });
      const outer = connectTls({ socket: upstream, rejectUnauthorized: false });
      keep(inner);
      keep(outer);
      inner.pipe(outer).pipe(inner);
    } catch {
      client.destroy();
      upstream.destroy();
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    at: (server.address() as AddressInfo).port,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}
