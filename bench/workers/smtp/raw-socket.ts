// A bare socket that sends the same bytes, ready-made, and parses nothing: what no client can beat on one connection.
import { rawSocket } from '../raw.ts';
import { rounds } from '../round.ts';
import { ATTACHMENT_MB, type Client, FROM, MESSAGE, subject, TO } from './scenarios.ts';

const encoder = new TextEncoder();
const OK_BYTES = '250 OK\r\n'.length;
/** Of our own sink. */
const GREETING_BYTES = '220 sink ESMTP\r\n'.length;
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
    close: () => socket.close(),
  };
}

export default rounds({ 'raw socket': subject(open) });
