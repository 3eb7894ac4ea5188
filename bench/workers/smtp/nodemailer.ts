// nodemailer over the platform's node:net: its pool with one connection, and its SMTPConnection, which sends alone.
import { Buffer } from 'node:buffer';
import { Readable } from 'node:stream';
import { createTransport } from 'nodemailer';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { rounds } from '../round.ts';
import { attachmentPieces, type Client, FROM, MAIL, MESSAGE, subject, TO } from './scenarios.ts';

const raw = Buffer.from(MESSAGE);
const envelope = { from: FROM, to: [TO] };

async function openPool(port: number): Promise<Client> {
  const pool = createTransport({
    host: '127.0.0.1',
    port,
    ignoreTLS: true,
    pool: true,
    maxConnections: 1,
    maxMessages: Number.POSITIVE_INFINITY,
  });
  return {
    sendRaw: () => pool.sendMail({ envelope, raw }),
    send: (attachment) =>
      pool.sendMail({
        from: FROM,
        to: TO,
        ...MAIL,
        attachments: attachment
          ? [{ filename: 'large.bin', content: Readable.from(attachmentPieces(), { objectMode: false }) }]
          : [],
      }),
    close: () => pool.close(),
  };
}

async function openConnection(port: number): Promise<Client> {
  const connection = new SMTPConnection({ host: '127.0.0.1', port, ignoreTLS: true });
  await new Promise<void>((resolve, reject) => {
    connection.once('error', reject);
    connection.connect(() => resolve());
  });
  return {
    sendRaw: () =>
      new Promise<void>((resolve, reject) =>
        connection.send(envelope, raw, (error) => (error ? reject(error) : resolve())),
      ),
    close: () => connection.quit(),
  };
}

export default rounds({
  nodemailer: subject(openPool),
  'nodemailer SMTPConnection': subject(openConnection),
});
