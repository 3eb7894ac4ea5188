// A large file through the client beside a bare socket; the hash that the server tells is compared in both.
import { createHash } from 'node:crypto';
import { fetch } from '@fairlead/gopher';
import { rawSocket, rawStream } from './raw.ts';
import { rounds, type Subject, timed } from './round.ts';

const MEBIBYTES = 100;
const VIEW_BYTES = 65_536;

/** Reads `path`, chunk by chunk. */
type Read = (port: number, path: string, take: (chunk: Uint8Array) => void) => Promise<void>;

const byClient: Read = async (port, path, take) => {
  const response = await fetch(`gopher://127.0.0.1:${port}/9${path}`);
  for await (const chunk of response.body) take(chunk);
};

/** As a caller reads that brings its own buffer. */
const byView: Read = async (port, path, take) => {
  const response = await fetch(`gopher://127.0.0.1:${port}/9${path}`);
  const reader = response.body.getReader({ mode: 'byob' });
  for (let buffer = new ArrayBuffer(VIEW_BYTES); ; ) {
    const { value, done } = await reader.read(new Uint8Array(buffer));
    if (done) return;
    take(value);
    buffer = value.buffer as ArrayBuffer;
  }
};

const request = (path: string) => new TextEncoder().encode(`${path}\r\n`);

/** As `byClient`: a chunk of its own for each read. */
const byStream: Read = async (port, path, take) => {
  for await (const chunk of await rawStream(port, request(path))) take(chunk);
};

/** As `byView`, but with a whole view at each read. */
const bySocket: Read = async (port, path, take) => {
  const socket = await rawSocket(port);
  void socket.write(request(path));
  await socket.each(take);
  await socket.close();
};

function subject(read: Read): Subject {
  return {
    small: (port) => timed(1, () => read(port, '/hash', () => {})),
    async bulk(port) {
      let bytes = 0;
      const result = await timed(MEBIBYTES, () =>
        read(port, '/large', (chunk) => {
          bytes += chunk.length;
        }),
      );
      if (bytes !== MEBIBYTES << 20) throw new Error(`${bytes} bytes came`);
      return result;
    },
    async hash(port) {
      const hash = createHash('sha256');
      const result = await timed(MEBIBYTES, () => read(port, '/large', (chunk) => hash.update(chunk)));
      let expected = '';
      await read(port, '/hash', (chunk) => {
        expected += new TextDecoder().decode(chunk);
      });
      if (hash.digest('hex') !== expected) throw new Error('The hash differs');
      return result;
    },
  };
}

export default rounds({
  fairlead: subject(byClient),
  'fairlead BYOB': subject(byView),
  'raw socket': subject(byStream),
  'raw socket BYOB': subject(bySocket),
});
