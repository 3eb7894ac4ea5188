// The TCP side that the local servers share: it listens on 127.0.0.1, and ends with all of its sockets. It knows no protocol.
import { once } from 'node:events';
import type { Server, Socket } from 'node:net';

/** A running server. */
export interface RunningServer {
  readonly port: number;
  /** Ends every connection and stops listening. */
  stop(): Promise<void>;
}

/**
 * Lets a server listen on 127.0.0.1.
 * @param port 0 for any free one.
 * @throws Error of the system, for instance where the port is taken.
 */
export async function listenLocally(
  server: Server,
  port: number,
  maxConnections: number,
): Promise<RunningServer> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.maxConnections = maxConnections;
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : port,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
