// A bare client: greeting, EHLO, envelope and message in one write, QUIT. It sends the same bytes, ready-made, and counts those
// that come: what no client can beat.
import { rawSocket, within } from '../raw.ts';
import { rounds } from '../round.ts';
import { ATTACHMENT_MB, type Client, FROM, MESSAGE, ready, subject, TO } from './scenarios.ts';

const encoder = new TextEncoder();
const EHLO = encoder.encode('EHLO [127.0.0.1]\r\n');
const QUIT = encoder.encode('QUIT\r\n');
const OK_BYTES = '250 OK\r\n'.length;
/** Of our own sink. */
const GREETING_BYTES = '220 sink ESMTP\r\n'.length;
const EXTENSIONS_BYTES = '250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SIZE 0\r\n250 CHUNKING\r\n'
  .length;
const BYE_BYTES = '221 Bye\r\n'.length;
/** What the platform takes in one write. */
const WRITE_BYTES = 65_536;
/** Base64 in lines of 76 characters. */
const ENCODED_BYTES = Math.ceil((ATTACHMENT_MB * 1_000_000 * 78) / 57);

function envelope(size: number): Uint8Array {
  return encoder.encode(`MAIL FROM:<${FROM}>\r\nRCPT TO:<${TO}>\r\nBDAT ${size} LAST\r\n`);
}

async function open(port: number): Promise<Client> {
  const socket = await rawSocket(port);
  await socket.skip(GREETING_BYTES);
  void socket.write(EHLO);
  await socket.skip(EXTENSIONS_BYTES);
  const head = envelope(MESSAGE.length);
  const message = new Uint8Array(head.length + MESSAGE.length);
  message.set(head);
  message.set(MESSAGE, head.length);
  const sendRaw = async () => {
    void socket.write(message);
    await socket.skip(3 * OK_BYTES);
  };
  return {
    sendRaw,
    async send(attachment) {
      if (!attachment) return sendRaw();
      const piece = new Uint8Array(WRITE_BYTES).fill(120);
      void socket.write(envelope(ENCODED_BYTES));
      for (let left = ENCODED_BYTES; left > 0; left -= WRITE_BYTES)
        await socket.write(piece.subarray(0, Math.min(left, WRITE_BYTES)));
      await socket.skip(3 * OK_BYTES);
    },
    async close() {
      void socket.write(QUIT);
      await socket.skip(BYE_BYTES);
      await socket.close();
    },
  };
}

export default rounds({
  'raw socket': subject(open),
  'raw socket, time limits': { ready: ready((port) => within(open(port))) },
});
