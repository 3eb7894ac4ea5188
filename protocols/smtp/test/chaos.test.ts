// Every fault at every await of the client, against small honest servers with and without the extensions that change how a
// message travels.
import { type ChaosSubject, chaosSuite, markerOf } from '@fairlead/testkit/chaos';
import { connect, type SmtpClient } from '../src/index.ts';
import { serveHonestly } from './honest-server.ts';

const ENVELOPE = { from: 'app@example.com', to: ['a@example.net', 'b@example.net'] };

const mail = (marker: string): string => `Subject: ${marker}\r\n\r\n.\r\nthe end\r\n`;

/** A body in pieces that are asked for one by one. */
function stream(marker: string): ReadableStream<Uint8Array> {
  const pieces = [`Subject: ${marker}\r\n`, '\r\n', 'text\r\n', 'the end\r\n'];
  return new ReadableStream({
    pull(controller) {
      const piece = pieces.shift();
      if (piece === undefined) controller.close();
      else controller.enqueue(new TextEncoder().encode(piece));
    },
  });
}

function subject(name: string, keywords: readonly string[]): ChaosSubject<SmtpClient> {
  return {
    name: `SMTP ${name}`,
    refuses: true,
    serve: (server, world) => serveHonestly(server, world, keywords),
    connect: (connector, { signal, timeoutMs }) =>
      connect({
        hostname: 'mx.test',
        tls: false,
        connector,
        signal,
        timeoutMs,
        connectTimeoutMs: timeoutMs,
      }),
    calls: {
      'a mail': (smtp, limits, marker) => smtp.sendRaw(ENVELOPE, mail(marker), limits),
      'two mails': (smtp, limits, marker) => [
        smtp.sendRaw(ENVELOPE, mail(markerOf(marker, 0)), limits),
        smtp.sendRaw(ENVELOPE, mail(markerOf(marker, 1)), limits),
      ],
      'a stream': (smtp, limits, marker) => smtp.sendRaw(ENVELOPE, stream(marker), limits),
      'a long mail': (smtp, limits, marker) =>
        smtp.sendRaw(ENVELOPE, mail(`${marker}${`\r\nX: ${'x'.repeat(900)}`.repeat(40)}`), limits),
    },
    probe: async (smtp, limits) => {
      await smtp.noop(limits);
      return true;
    },
    close: (smtp) => smtp.close(),
  };
}

chaosSuite(subject('with DATA', []));
chaosSuite(subject('with PIPELINING', ['PIPELINING']));
chaosSuite(subject('with PIPELINING and CHUNKING', ['PIPELINING', 'CHUNKING', 'SIZE 1000000']));
chaosSuite(subject('with CHUNKING alone', ['CHUNKING']));
