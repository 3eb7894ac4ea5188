// Every fault at every await of the client, against a small honest server with and without the extensions that change what it sends.
import { type ChaosSubject, chaosSuite, markersIn } from '@fairlead/testkit/chaos';
import { append, connect, download, type ImapClient, list, store, sync } from '../src/index.ts';
import { CAPABILITIES, MailServer, mail, mailboxOf } from './support/mail-server.ts';
import { all, textOf } from './support/open.ts';

/** A stream in pieces that are asked for one by one. */
function stream(pieces: string[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull(controller) {
      const piece = pieces.shift();
      if (piece === undefined) controller.close();
      else controller.enqueue(new TextEncoder().encode(piece));
    },
  });
}

function pick<T>(only: readonly string[] | undefined, calls: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(calls).filter(([name]) => only?.includes(name) ?? true));
}

function subject(name: string, capabilities: string, only?: readonly string[]): ChaosSubject<ImapClient> {
  return {
    name: `IMAP ${name}`,
    refuses: true,
    serve: async (line, world) => {
      const server = new MailServer();
      server.capabilities = capabilities;
      server.mailboxes.set(
        'INBOX',
        mailboxOf(3, (n) => mail(`Subject ${n}`, 'text\r\n'.repeat(n * 40))),
      );
      server.hook = async (command, write) => {
        const markers = markersIn(command);
        if (markers.length > 0 && world.refuses()) {
          await write('%T NO not now\r\n');
          return true;
        }
        for (const marker of markers) world.saw(marker);
        return false;
      };
      await server.serve(line);
    },
    connect: async (connector, { signal, timeoutMs }) => {
      const imap = await connect('imaps://ann@mail.test', {
        password: 'x',
        connector,
        signal,
        timeoutMs,
        connectTimeoutMs: timeoutMs,
      });
      return imap;
    },
    calls: pick(only, {
      'a keyword': async (imap, limits, marker) => {
        await imap.select('INBOX', limits);
        await store(imap, [1, 2], { add: [marker] }, limits);
      },
      'a message': (imap, limits, marker) => append(imap, 'INBOX', mail(marker), limits),
      'a streamed message': (imap, limits, marker) => {
        const pieces = ['Subject: ', marker, '\r\n\r\n', 'the end\r\n'];
        return append(imap, 'INBOX', { size: pieces.join('').length, stream: stream(pieces) }, limits);
      },
      reading: async (imap, limits, marker) => {
        await imap.select('INBOX', limits);
        await all(imap.fetch('1:*', { envelope: true, source: true }, limits));
        await textOf(await download(imap, 2, '1', limits));
        await store(imap, 1, { add: [marker] }, limits);
      },
      'a synchronisation': async (imap, limits, marker) => {
        const { state } = await sync(imap, 'INBOX', undefined, limits);
        await sync(imap, 'INBOX', state, limits);
        await store(imap, 1, { add: [marker] }, limits);
      },
    }),
    probe: async (imap, limits) => {
      const boxes = await list(imap, limits);
      return boxes.some((box) => box.name === 'INBOX');
    },
    close: (imap) => imap.close(),
  };
}

chaosSuite(subject('with everything', CAPABILITIES));
chaosSuite(subject('with nothing', 'IMAP4rev1 AUTH=PLAIN', ['a keyword', 'a streamed message']));
