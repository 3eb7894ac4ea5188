// Starts, in Node, what the tests inside workerd dial: a TCP server that answers nothing.
import { createServer, type Server } from 'node:net';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    silentPort: number;
    closedPort: number;
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
  closed.close();
  return () => {
    silent.close();
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
