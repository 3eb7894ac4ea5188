// An MQTT 3.1.1 broker (Aedes) behind a TCP port. No TLS, no password, nothing kept after it ends.
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import type { RunningServer } from './redis/server.ts';

const MAX_CONNECTIONS = 256;
/** MQTT demands 23; the gateway's sessions have longer ones. */
const MAX_CLIENT_ID_LENGTH = 256;

/**
 * Starts the broker and its port.
 * @param port 0 for any free one.
 */
export async function startMqtt(port = 0): Promise<RunningServer> {
  const broker = await Aedes.createBroker({ maxClientsIdLength: MAX_CLIENT_ID_LENGTH });
  const sockets = new Set<Socket>();
  const listener = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.setNoDelay(true);
    broker.handle(socket);
  });
  listener.maxConnections = MAX_CONNECTIONS;
  listener.listen(port, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  return {
    port: typeof address === 'object' && address ? address.port : port,
    async stop() {
      const closed = new Promise((resolve) => listener.close(resolve));
      await new Promise<void>((resolve) => broker.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
