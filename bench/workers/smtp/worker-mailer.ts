// worker-mailer: it composes every message itself, and takes an attachment only as one text in base64.
import { Buffer } from 'node:buffer';
import { LogLevel, WorkerMailer } from 'worker-mailer';
import { rounds } from '../round.ts';
import { ATTACHMENT_MB, type Client, FROM, MAIL, subject, TO } from './scenarios.ts';

async function open(port: number): Promise<Client> {
  const mailer = await WorkerMailer.connect({
    host: '127.0.0.1',
    port,
    startTls: false,
    logLevel: LogLevel.NONE,
  });
  return {
    send: (attachment) =>
      mailer.send({ from: FROM, to: TO, ...MAIL, attachments: attachment ? [large()] : [] }),
    close: () => mailer.close(),
  };
}

function large(): { filename: string; content: string } {
  const content = Buffer.alloc(ATTACHMENT_MB * 1_000_000, 'x').toString('base64');
  return { filename: 'large.bin', content };
}

export default rounds({ 'worker-mailer': subject(open) });
