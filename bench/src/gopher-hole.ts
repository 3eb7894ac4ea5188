// A Gopher server with one large file, and the file's hash. It knows no other selector.
import { createHash } from 'node:crypto';
import { createServer, type Socket } from 'node:net';
import { listen, type RunningServer } from './server.ts';

const CHUNK_BYTES = 1 << 20;
const CHUNKS = 100;

/** Starts it on a free port: `/large` has 100 MiB, `/hash` its SHA-256 in hexadecimal digits. */
export async function startGopherHole(): Promise<RunningServer> {
  const chunks = makeChunks();
  const hash = createHash('sha256');
  for (const chunk of chunks) hash.update(chunk);
  const digest = hash.digest('hex');
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.once('data', (line) => {
      if (line.toString('latin1').startsWith('/hash')) socket.end(digest);
      else send(socket, chunks);
    });
  });
  return { port: await listen(server), what: 'a Gopher server in Node', stop: () => void server.close() };
}

/** Noise that is the same in every run, with its number in front of each chunk: a chunk out of place changes the hash. */
function makeChunks(): readonly Buffer[] {
  const noise = Buffer.allocUnsafe(CHUNK_BYTES);
  for (let at = 0, state = 1; at < CHUNK_BYTES; at++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    noise[at] = state >>> 24;
  }
  return Array.from({ length: CHUNKS }, (_, i) => {
    const chunk = Buffer.from(noise);
    chunk.writeUInt32BE(i);
    return chunk;
  });
}

function send(socket: Socket, chunks: readonly Buffer[], from = 0): void {
  for (let i = from; i < chunks.length; i++) {
    if (socket.write(chunks[i] ?? '')) continue;
    socket.once('drain', () => send(socket, chunks, i + 1));
    return;
  }
  socket.end();
}
