// A TCP forwarder that keeps what clients sent, for the tests that look for a password in it. It changes nothing.
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, connect as dial, type Server } from 'node:net';
import type { Running } from './container.ts';

/** Where a wiretap listens, and where tests ask what it heard. */
export interface WiretapAddress {
  readonly port: number;
  /** `GET`: what the latest connection's client has sent so far, at most 64 KiB, as bytes. */
  readonly heardUrl: string;
}

const MAX_HEARD_BYTES = 65_536;

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Starts a wiretap to `upstreamPort` of localhost. */
export async function startWiretap(upstreamPort: number): Promise<Running<WiretapAddress>> {
  let heard = Buffer.alloc(0);
  const forwarder = createServer((client) => {
    heard = Buffer.alloc(0);
    const upstream = dial({ host: '127.0.0.1', port: upstreamPort });
    client.on('data', (bytes) => {
      heard = Buffer.concat([heard, bytes]).subarray(0, MAX_HEARD_BYTES);
    });
    client.pipe(upstream).pipe(client);
    client.on('error', () => upstream.destroy());
    upstream.on('error', () => client.destroy());
  });
  const port = await listen(forwarder);
  const control = createHttpServer((_request, response) => response.end(heard));
  const heardUrl = `http://127.0.0.1:${await listen(control)}/`;
  return {
    at: { port, heardUrl },
    async stop() {
      forwarder.close();
      control.closeAllConnections();
      control.close();
    },
  };
}
