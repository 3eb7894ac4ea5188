// A bare WebSocket client (RFC 6455): binary messages with a mask of zeros, which costs nothing to apply, and a socket that can be
// left unread. No fragments, no checks; for a server on this machine.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const BINARY = 2;
const CLOSE = 8;
const PING = 9;
const FIN = 0x80;
const MASKED = 0x80;

/** Calls for what comes. */
export interface WebSocketEvents {
  message(bytes: Buffer): void;
  closed(code: number, reason: string): void;
}

/** An open WebSocket. */
export class BareWebSocket {
  readonly #socket: Socket;
  readonly #events: WebSocketEvents;
  #header = Buffer.alloc(0);
  #opcode = 0;
  /** The message that is being received. */
  #body: Buffer | undefined;
  #filled = 0;
  #closed = false;

  private constructor(socket: Socket, events: WebSocketEvents) {
    this.#socket = socket;
    this.#events = events;
  }

  /** @throws Error where the answer is not 101. */
  static async open(
    url: URL,
    headers: Readonly<Record<string, string>>,
    events: WebSocketEvents,
  ): Promise<BareWebSocket> {
    const socket = connect(Number(url.port), url.hostname);
    socket.setNoDelay(true);
    await once(socket, 'connect');
    const lines = Object.entries({
      Host: url.host,
      Upgrade: 'websocket',
      Connection: 'Upgrade',
      'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==',
      'Sec-WebSocket-Version': '13',
      ...headers,
    }).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`GET ${url.pathname}${url.search} HTTP/1.1\r\n${lines.join('')}\r\n`);
    let answer = Buffer.alloc(0);
    let end = -1;
    while (end < 0) {
      const [bytes] = (await once(socket, 'data')) as [Buffer];
      answer = Buffer.concat([answer, bytes]);
      end = answer.indexOf('\r\n\r\n');
    }
    if (!answer.subarray(0, 12).equals(Buffer.from('HTTP/1.1 101'))) {
      throw new Error(answer.toString('latin1', 0, 500));
    }
    const self = new BareWebSocket(socket, events);
    socket.on('data', (bytes: Buffer) => self.#onBytes(bytes));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => self.#onClosed(1006, ''));
    if (end + 4 < answer.length) self.#onBytes(answer.subarray(end + 4));
    return self;
  }

  /** @returns False where the caller should wait for `drained` before it sends more. */
  send(bytes: Uint8Array): boolean {
    this.#socket.cork();
    this.#socket.write(frameHeader(BINARY, bytes.length));
    const isFlowing = this.#socket.write(bytes);
    this.#socket.uncork();
    return isFlowing;
  }

  async drained(): Promise<void> {
    if (!this.#socket.writableNeedDrain || this.#socket.destroyed) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.#socket.off('drain', done);
        this.#socket.off('close', done);
        resolve();
      };
      this.#socket.on('drain', done);
      this.#socket.on('close', done);
    });
  }

  /** Reads nothing more from the socket. */
  stall(): void {
    this.#socket.pause();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #onClosed(code: number, reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#events.closed(code, reason);
  }

  #onBytes(chunk: Buffer): void {
    for (let rest = chunk; rest.length > 0; )
      rest = this.#body ? this.#fill(this.#body, rest) : this.#begin(rest);
  }

  /** Takes what of a frame's header is there; returns what is left. */
  #begin(bytes: Buffer): Buffer {
    const header = this.#header.length === 0 ? bytes : Buffer.concat([this.#header, bytes]);
    const [first = 0, second = 0] = header;
    const size = second < 126 ? 2 : second === 126 ? 4 : 10;
    if (header.length < size) {
      this.#header = Buffer.from(header);
      return Buffer.alloc(0);
    }
    this.#header = Buffer.alloc(0);
    this.#opcode = first & 15;
    const length =
      size === 2 ? second : size === 4 ? header.readUInt16BE(2) : Number(header.readBigUInt64BE(2));
    const body = Buffer.allocUnsafe(length);
    this.#body = body;
    this.#filled = 0;
    const rest = header.subarray(size);
    return length === 0 ? this.#fill(body, rest) : rest;
  }

  #fill(body: Buffer, bytes: Buffer): Buffer {
    const count = bytes.copy(body, this.#filled);
    this.#filled += count;
    if (this.#filled === body.length) {
      this.#body = undefined;
      this.#take(body);
    }
    return bytes.subarray(count);
  }

  #take(body: Buffer): void {
    if (this.#opcode === BINARY) this.#events.message(body);
    else if (this.#opcode === CLOSE) {
      this.#onClosed(body.length < 2 ? 1005 : body.readUInt16BE(0), body.toString('utf8', 2));
      this.#socket.end(Buffer.concat([frameHeader(CLOSE, body.length), body]));
    } else if (this.#opcode === PING) throw new Error('workerd sends no pings');
  }
}

function frameHeader(opcode: number, length: number): Buffer {
  const size = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  // The mask's four bytes stay zero.
  const header = Buffer.alloc(size + 4);
  header[0] = FIN | opcode;
  header[1] = MASKED | (size === 2 ? length : size === 4 ? 126 : 127);
  if (size === 4) header.writeUInt16BE(length, 2);
  if (size === 10) header.writeBigUInt64BE(BigInt(length), 2);
  return header;
}
