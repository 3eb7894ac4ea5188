// An MQTT peer that acknowledges and does nothing else: a broker's own work hides what a client costs. It reads no
// more of a packet than the length, the QoS and the identifier, delivers nothing and checks nothing.
import { createServer, type Socket } from 'node:net';
import { listen, type RunningServer } from './server.ts';

const CONNACK_5 = Uint8Array.of(0x20, 3, 0, 0, 0);
const CONNACK_3 = Uint8Array.of(0x20, 2, 0, 0);

/** Starts it on a free port. */
export async function startAcknowledger(): Promise<RunningServer> {
  const server = createServer(serve);
  return {
    port: await listen(server),
    what: 'a peer in Node that only acknowledges',
    stop: () => void server.close(),
  };
}

function serve(socket: Socket): void {
  let rest: Buffer = Buffer.alloc(0);
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    // No answer is longer than what it answers by more than a byte, in CONNACK.
    const answer = Buffer.allocUnsafe(bytes.length + 1);
    const { read, written } = acknowledge(bytes, answer);
    rest = bytes.subarray(read);
    if (written > 0) socket.write(answer.subarray(0, written));
  });
}

/** Answers whole packets; says how much it read and wrote. */
function acknowledge(bytes: Buffer, answer: Buffer): { read: number; written: number } {
  let read = 0;
  let written = 0;
  for (;;) {
    let body = read + 1;
    let length = 0;
    let byte = 0x80;
    for (let shift = 0; byte >= 0x80; shift += 7) {
      if (body >= bytes.length) return { read, written };
      byte = bytes[body++] ?? 0;
      length |= (byte & 0x7f) << shift;
    }
    if (body + length > bytes.length) return { read, written };
    written += reply(bytes, read, body, answer, written);
    read = body + length;
  }
}

/** Writes what answers one packet; returns its length. */
function reply(bytes: Buffer, start: number, body: number, answer: Buffer, at: number): number {
  const first = bytes[start] ?? 0;
  switch (first >> 4) {
    case 1: {
      const connack = bytes[body + 6] === 5 ? CONNACK_5 : CONNACK_3;
      answer.set(connack, at);
      return connack.length;
    }
    case 3: {
      const qos = (first >> 1) & 3;
      return qos === 0
        ? 0
        : acknowledgement(qos === 1 ? 0x40 : 0x50, bytes, body + 2 + bytes.readUInt16BE(body), answer, at);
    }
    case 6:
      return acknowledgement(0x70, bytes, body, answer, at);
    case 12:
      answer[at] = 0xd0;
      answer[at + 1] = 0;
      return 2;
    default:
      return 0;
  }
}

function acknowledgement(
  type: number,
  bytes: Buffer,
  identifier: number,
  answer: Buffer,
  at: number,
): number {
  answer[at] = type;
  answer[at + 1] = 2;
  answer[at + 2] = bytes[identifier] ?? 0;
  answer[at + 3] = bytes[identifier + 1] ?? 0;
  return 4;
}
