// Whether a port of this machine's loopback can be listened on, and what holds it otherwise. Node only.
import { createServer } from 'node:net';
import { findLeftover } from './leftover.ts';

/** Where a local gateway listens: this machine alone reaches it. */
export const HOST = '127.0.0.1';

/**
 * Listens on the port for a moment.
 * @param advice How to choose another port, such as `PORT=8788 npm start`.
 * @throws Error when another program listens on `port`; it says so when that is what an earlier start left behind.
 */
export async function assertFree(port: number, advice: string): Promise<void> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject);
    probe.listen(port, HOST, resolve);
  }).catch((cause: NodeJS.ErrnoException) => {
    const leftover = cause.code === 'EADDRINUSE' ? findLeftover(port) : undefined;
    if (leftover !== undefined) {
      const what = `Port ${port} is held by process ${leftover}, the workerd of a gateway that was killed.`;
      throw new Error(`${what} End it with: kill ${leftover}`, { cause });
    }
    const why = cause.code === 'EADDRINUSE' ? 'another program listens there' : cause.message;
    throw new Error(`Port ${port} cannot be used: ${why}. Choose another: ${advice}`, { cause });
  });
  await new Promise((resolve) => probe.close(resolve));
}
