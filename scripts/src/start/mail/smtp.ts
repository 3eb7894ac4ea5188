// A mail server (smtp-server) that keeps what it is given and delivers nothing. No TLS, no login, 1 MiB a mail.
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { SMTPServer, type SMTPServerDataStream } from 'smtp-server';
import type { RunningServer } from '../local-server.ts';
import type { Mailbox } from './mailbox.ts';

const MAX_MAIL_BYTES = 1 << 20;
const MAX_CONNECTIONS = 64;
const MAX_RECIPIENTS = 100;
const MAX_COMMAND_CHARACTERS = 2048;
const IDLE_MS = 60_000;

/**
 * Starts the server.
 * @param mailbox Where mails go.
 * @param port 0 for any free one.
 */
export async function startSmtp(mailbox: Mailbox, port = 0): Promise<RunningServer> {
  const smtp = new SMTPServer({
    name: 'localhost',
    banner: 'Fairlead catches mail and delivers none',
    disabledCommands: ['AUTH', 'STARTTLS'],
    // A look-up would leave this machine.
    disableReverseLookup: true,
    hideENHANCEDSTATUSCODES: false,
    logger: false,
    size: MAX_MAIL_BYTES,
    rejectOversized: true,
    maxRecipients: MAX_RECIPIENTS,
    maxCommandLength: MAX_COMMAND_CHARACTERS,
    maxClients: MAX_CONNECTIONS,
    socketTimeout: IDLE_MS,
    onData(stream, { envelope }, done) {
      readMail(stream).then((source) => {
        if (!source) return done();
        const from = envelope.mailFrom ? envelope.mailFrom.address : '';
        const { id } = mailbox.add({ from, to: envelope.rcptTo.map(({ address }) => address), source });
        done(null, `Caught as mail ${id}`);
      }, done);
    },
  });
  const sockets = new Set<Socket>();
  smtp.server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  smtp.listen(port, '127.0.0.1');
  await once(smtp.server, 'listening');
  // A client that breaks off is an event of the server, and would end the process if nobody listened.
  smtp.on('error', () => {});
  const address = smtp.server.address();
  return {
    port: typeof address === 'object' && address ? address.port : port,
    async stop() {
      const closed = new Promise<void>((resolve) => smtp.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/**
 * Reads a message to its end.
 * @returns Nothing if it is too large: the server refuses it then by itself.
 * @throws Error when the client goes away before the end.
 */
async function readMail(stream: SMTPServerDataStream): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) {
    if (stream.sizeExceeded) chunks.length = 0;
    else chunks.push(chunk);
  }
  return stream.sizeExceeded ? undefined : Buffer.concat(chunks);
}
