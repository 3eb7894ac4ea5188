// The passive side of FTP's data connections: a port for one connection from this machine, given up after ten seconds.
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

const WAIT_MS = 10_000;

/** A port that waits for the client's data connection. */
export interface PassivePort {
  readonly port: number;
  /** The connection, once. @throws Error when none came in time. */
  socket(): Promise<Socket>;
  /** Closes the port, and the connection that was not taken. */
  close(): void;
}

/** Opens a port on 127.0.0.1. */
export async function openPassivePort(): Promise<PassivePort> {
  const server = createServer();
  server.maxConnections = 1;
  const waiting = new Promise<Socket>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('No data connection came')), WAIT_MS);
    server.once('close', () => reject(new Error('The data port was closed')));
    server.once('connection', (socket) => {
      clearTimeout(late);
      socket.on('error', () => {});
      resolve(socket);
      // The next transfer has a port of its own.
      server.close();
    });
    server.once('close', () => clearTimeout(late));
  });
  waiting.catch(() => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  let isTaken = false;
  return {
    port: (server.address() as AddressInfo).port,
    socket() {
      isTaken = true;
      return waiting;
    },
    close() {
      server.close();
      if (!isTaken) waiting.then((socket) => socket.destroy()).catch(() => {});
    },
  };
}
