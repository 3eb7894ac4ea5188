// A small in-memory server that speaks RESP2 and RESP3, for trying things out. No persistence, no password, one process.
import { createServer, type Socket } from 'node:net';
import { listenLocally, type RunningServer } from '../local-server.ts';
import { CommandError, encodeReply } from './reply.ts';
import { ProtocolError, RequestParser } from './request.ts';
import { newServer, type Server, Session } from './session.ts';

const MAX_CONNECTIONS = 256;
/** A client that does not read what it asked for is cut off here. */
const MAX_UNSENT_BYTES = 256 << 20;

/**
 * Starts the server.
 * @param port 0 for any free one.
 */
export async function startRedis(port = 0): Promise<RunningServer> {
  const state = newServer();
  const listener = createServer((socket) => serve(state, socket));
  return listenLocally(listener, port, MAX_CONNECTIONS);
}

function serve(state: Server, socket: Socket): void {
  let out = '';
  const session = new Session(state, (bytes) => {
    if (out === '') queueMicrotask(flush);
    out += bytes;
  });
  const parser = new RequestParser();

  /** What one turn answers leaves in one write. */
  function flush(): void {
    if (!socket.writable) return;
    socket.write(out, 'latin1');
    out = '';
    if (socket.writableLength > MAX_UNSENT_BYTES) socket.destroy();
  }

  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.on('close', () => session.end());
  socket.on('data', (chunk) => {
    try {
      for (const words of parser.push(chunk)) {
        if (words[0]?.toUpperCase() === 'QUIT') {
          socket.end(`${out}+OK\r\n`, 'latin1');
          return;
        }
        session.handle(words);
      }
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      socket.end(out + encodeReply(new CommandError(`ERR ${error.message}`), 2), 'latin1');
    }
  });
}
