// An SMTP server that takes everything and keeps nothing: a real one's queue hides what a client costs. It offers
// PIPELINING and CHUNKING, checks nothing and knows no TLS.
import { createServer, type Socket } from 'node:net';
import { listen, type RunningServer } from './server.ts';

const GREETING = '220 sink ESMTP\r\n';
const EXTENSIONS = '250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SIZE 0\r\n250 CHUNKING\r\n';
const OK = '250 OK\r\n';
const GO_AHEAD = '354 Go ahead\r\n';
const END_OF_DATA = Buffer.from('\r\n.\r\n');
const LF = 10;

/** Starts it on a free port. */
export async function startSmtpSink(): Promise<RunningServer> {
  const server = createServer((socket) => new Connection(socket));
  return {
    port: await listen(server),
    what: 'an SMTP sink in Node with PIPELINING and CHUNKING',
    stop: () => void server.close(),
  };
}

class Connection {
  readonly #socket: Socket;
  #rest: Buffer = Buffer.alloc(0);
  /** Bytes of a chunk (BDAT) that have not come yet. */
  #chunkLeft = 0;
  #inData = false;
  #answer = '';

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes) => this.#onBytes(bytes));
    socket.write(GREETING);
  }

  #onBytes(bytes: Buffer): void {
    let unread = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    for (;;) {
      const read = this.#step(unread);
      if (read === 0) break;
      unread = unread.subarray(read);
    }
    this.#rest = unread;
    if (this.#answer === '') return;
    this.#socket.write(this.#answer);
    if (this.#answer.endsWith('221 Bye\r\n')) this.#socket.end();
    this.#answer = '';
  }

  /** How many bytes it took; 0 where it needs more. */
  #step(unread: Buffer): number {
    if (this.#chunkLeft > 0) {
      const read = Math.min(unread.length, this.#chunkLeft);
      this.#chunkLeft -= read;
      if (read > 0 && this.#chunkLeft === 0) this.#answer += OK;
      return read;
    }
    return this.#inData ? this.#data(unread) : this.#command(unread);
  }

  #data(unread: Buffer): number {
    const end = unread.indexOf(END_OF_DATA);
    // The end may be half here.
    if (end === -1) return Math.max(0, unread.length - END_OF_DATA.length + 1);
    this.#inData = false;
    this.#answer += OK;
    return end + END_OF_DATA.length;
  }

  #command(unread: Buffer): number {
    const end = unread.indexOf(LF);
    if (end === -1) return 0;
    const line = unread.toString('latin1', 0, end);
    switch (line.slice(0, 4).toUpperCase()) {
      case 'EHLO':
        this.#answer += EXTENSIONS;
        break;
      case 'DATA':
        this.#inData = true;
        this.#answer += GO_AHEAD;
        break;
      case 'BDAT':
        this.#chunkLeft = Number.parseInt(line.slice(5), 10);
        if (this.#chunkLeft === 0) this.#answer += OK;
        break;
      case 'QUIT':
        this.#answer += '221 Bye\r\n';
        break;
      default:
        this.#answer += OK;
    }
    return end + 1;
  }
}
