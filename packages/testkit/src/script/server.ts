// A scripted peer behind a real TCP port, for Node. The script itself is in peer.ts.
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { NetLine, testCertificates } from '../servers/index.ts';
import type { ScriptedPeer } from './peer.ts';

/** A listening scripted peer. */
export interface ScriptedServer extends AsyncDisposable {
  readonly hostname: '127.0.0.1';
  readonly port: number;
}

/**
 * Lets `peer` serve what comes in on a port of 127.0.0.1. Its `startTls` step shows a certificate of the run's
 * authority for 127.0.0.1 and localhost.
 * @param port Default: a free one.
 */
export async function listenScripted(peer: ScriptedPeer, port = 0): Promise<ScriptedServer> {
  const certificates = testCertificates();
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    void peer.serve(new NetLine(socket, certificates));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    hostname: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}
