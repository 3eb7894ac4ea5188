// A port whose backlog is full: the kernel drops further SYNs, so that connecting to it hangs. Linux only.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';

/** Listens with a backlog of one, tells its port, and then blocks its thread, so that nothing is ever accepted. */
const LISTENER = `
const { parentPort } = require('node:worker_threads');
const { createServer } = require('node:net');
const server = createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
  parentPort.postMessage(server.address().port);
  setTimeout(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0), 10);
});`;

/** Connections that fill a backlog of one, with some to spare. */
const FILLERS = 4;
const SETTLE_MS = 100;

/** A port that never answers. */
export interface FullBacklog {
  readonly port: number;
  close(): Promise<void>;
}

/** Starts a listener that accepts nothing, and fills its backlog. */
export async function startFullBacklog(): Promise<FullBacklog> {
  const worker = new Worker(LISTENER, { eval: true });
  const [port] = (await once(worker, 'message')) as [number];
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const fillers = Array.from({ length: FILLERS }, (): Socket => {
    return connect({ port, host: '127.0.0.1' }).on('error', () => undefined);
  });
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  return {
    port,
    close: async () => {
      for (const socket of fillers) socket.destroy();
      await worker.terminate();
    },
  };
}
