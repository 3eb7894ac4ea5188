// A bare socket that sends a message as one write and parses nothing: what no client can beat on one connection.
import { rawSocket } from '../raw.ts';
import { rounds } from '../round.ts';
import { type Client, FROM, MESSAGE, subject, TO } from './scenarios.ts';

const encoder = new TextEncoder();
const OK_BYTES = '250 OK\r\n'.length;
/** Of our own sink. */
const GREETING_BYTES = '220 sink ESMTP\r\n'.length;

async function open(port: number): Promise<Client> {
  const socket = await rawSocket(port);
  await socket.skip(GREETING_BYTES);
  const head = encoder.encode(`MAIL FROM:<${FROM}>\r\nRCPT TO:<${TO}>\r\nBDAT ${MESSAGE.length} LAST\r\n`);
  const message = new Uint8Array(head.length + MESSAGE.length);
  message.set(head);
  message.set(MESSAGE, head.length);
  return {
    async sendRaw() {
      void socket.write(message);
      await socket.skip(3 * OK_BYTES);
    },
    close: () => socket.close(),
  };
}

export default rounds({ 'raw socket': subject(open) });
