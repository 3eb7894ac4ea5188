// A TCP server for tunnels: the first line of a connection says what it does. It keeps nothing of what it gets.
import { createServer, type Socket } from 'node:net';
import { listen, type RunningServer } from '../server.ts';

const CHUNK = Buffer.alloc(262_144, 'fairlead');
const LF = 10;

/** What a connection can be asked for, each with a number behind it: how many bytes. */
const COMMANDS: Readonly<Record<string, (socket: Socket, bytes: number) => void>> = {
  /** Sends so many bytes, then ends. */
  down: send,
  /** Takes so many bytes, then says so and ends. */
  up(socket, bytes) {
    let left = bytes;
    socket.on('data', (chunk: Buffer) => {
      left -= chunk.length;
      if (left === 0) socket.end('all');
    });
  },
  echo(socket) {
    socket.pipe(socket);
  },
  /** Never reads again. */
  stall(socket) {
    socket.pause();
  },
};

/** Starts it on a free port. */
export async function startTunnelServer(): Promise<RunningServer> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    socket.once('data', (bytes: Buffer) => {
      const end = bytes.indexOf(LF);
      const [name = '', count] = bytes.toString('latin1', 0, end).split(' ');
      COMMANDS[name]?.(socket, Number(count));
      if (end + 1 < bytes.length) socket.unshift(bytes.subarray(end + 1));
    });
  });
  const port = await listen(server);
  const stop = (): void => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { port, what: 'node:net on this machine', stop };
}

function send(socket: Socket, bytes: number): void {
  let left = bytes;
  const more = (): void => {
    while (left > 0) {
      const chunk = left < CHUNK.length ? CHUNK.subarray(0, left) : CHUNK;
      left -= chunk.length;
      if (!socket.write(chunk)) {
        socket.once('drain', more);
        return;
      }
    }
    socket.end();
  };
  socket.resume();
  more();
}
