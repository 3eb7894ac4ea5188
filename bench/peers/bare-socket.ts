// A bare socket of `node:net`, in Node or Bun: the least that a client can cost there. It parses nothing.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Connects to this machine. */
export async function bareSocket(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  return socket;
}

/** Reads until `count` bytes have come. */
export function skip(socket: Socket, count: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let left = count;
    const take = (chunk: Uint8Array): void => {
      left -= chunk.length;
      if (left > 0) return;
      socket.off('data', take);
      socket.off('error', reject);
      resolve();
    };
    socket.on('data', take);
    socket.on('error', reject);
  });
}
