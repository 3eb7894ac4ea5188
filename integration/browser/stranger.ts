// A stranger's server, which nobody may connect to: it counts those who do.
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** The server. */
export interface Stranger {
  /** With `http:`. */
  readonly url: string;
  /** How many have connected. */
  readonly connections: number;
  close(): void;
}

/** Starts it on a port of its own. */
export async function startStranger(): Promise<Stranger> {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get connections() {
      return connections;
    },
    close: () => void server.close(),
  };
}
