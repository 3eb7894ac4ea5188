// Calls that end too early or too late, servers that are silent, and what is left behind: turns, sockets, promises to retry.
import { memoryConnector } from '@fairlead/testkit';
import { expectNoUnhandledRejection } from '@fairlead/testkit/unhandled';
import { describe, expect, it } from 'vitest';
import { append, connect, copy, download, type ImapClient, idle, list, store } from '../src/index.ts';
import { MailServer, mail, mailboxOf } from './support/mail-server.ts';
import { all, answered, caught, expectEnded, openClient, textOf } from './support/open.ts';

expectNoUnhandledRejection();

const soon = (milliseconds = 5): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe('safeToRetry', () => {
  it('is of the call itself, where another one waits behind it', async () => {
    const imap = await answered(/^UID STORE/);
    const first = caught(store(imap, 1, { add: ['x'] }, { timeoutMs: 30 }));
    const others = [caught(imap.noop()), caught(imap.select('INBOX')), caught(all(imap.fetch(1, {})))];
    expect(await first).toMatchObject({ code: 'timeout', safeToRetry: false });
    for (const one of others) expect(await one).toMatchObject({ safeToRetry: true });
  });

  it('is false for a refused second part, where the first one was done', async () => {
    const server = new MailServer();
    server.mailboxes.set('Trash', mailboxOf(0));
    await using imap = await openClient(server);
    await imap.select('INBOX');
    let copies = 0;
    server.hook = async (line, write) => {
      if (!line.startsWith('UID COPY') || copies++ === 0) return false;
      await write('%T NO [OVERQUOTA] full\r\n');
      return true;
    };
    const many = Array.from({ length: 3000 }, (_, at) => 2 * at + 1);
    expect(await caught(copy(imap, many, 'Trash'))).toMatchObject({ code: 'server', safeToRetry: false });
  });
});

describe('a goodbye', () => {
  it('ends the connection, whether or not the server closes it', async () => {
    const imap = await answered(/^NOOP/, '%T OK', '* BYE [UNAVAILABLE] leaving');
    await imap.noop();
    expect(await caught(imap.noop())).toMatchObject({ server: { code: 'UNAVAILABLE' }, safeToRetry: true });
    expect(await caught(imap.noop())).toMatchObject({
      code: 'connection_lost',
      server: { code: 'UNAVAILABLE' },
    });
    await imap.closed;
  });

  it.each(['NO', 'BAD'])('is not %s, which is no greeting', async (status) => {
    const connector = memoryConnector(async (line) => {
      await line.write(new TextEncoder().encode(`* ${status} [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi\r\n`));
      await line.read();
    });
    const error = await caught(
      connect('imaps://ann@mail.test', { password: 'x', connector, connectTimeoutMs: 500 }),
    );
    expect(error).toMatchObject({ code: 'protocol' });
  });
});

describe('a message that is appended', () => {
  const stalled = (): [ReadableStream<Uint8Array>, { isCancelled: boolean }] => {
    const seen = { isCancelled: false };
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new Uint8Array(3)),
      pull: () => new Promise(() => undefined),
      cancel: () => {
        seen.isCancelled = true;
      },
    });
    return [stream, seen];
  };

  it('from a stream that stalls ends in time, by signal, and with the connection', async () => {
    for (const end of ['time', 'signal', 'server'] as const) {
      const server = new MailServer();
      let hangUp = (): Promise<void> => Promise.resolve();
      const connector = memoryConnector((line) => {
        hangUp = () => line.close();
        return server.serve(line);
      });
      const imap = await openClient(server, { connector });
      const [stream, seen] = stalled();
      const abort = new AbortController();
      const limit = end === 'time' ? { timeoutMs: 30 } : { signal: abort.signal, timeoutMs: 900 };
      const error = caught(append(imap, 'INBOX', { size: 100, stream }, limit));
      await soon();
      if (end === 'signal') abort.abort();
      if (end === 'server') await hangUp();
      const code = { time: 'timeout', signal: 'aborted', server: 'connection_lost' }[end];
      if (end !== 'server') expect(await error).toMatchObject({ code, safeToRetry: false });
      else expect(await error).toMatchObject({ safeToRetry: false });
      await soon();
      expect([end, seen.isCancelled]).toEqual([end, true]);
      await expectEnded(imap);
    }
  });

  it.each([
    ['fails', [new Error('disk')]],
    ['is short', ['ab']],
    ['is long', ['abc', 'defg']],
    ['gives text', [7]],
  ])('from a stream that %s ends the connection, and says whose fault it is', async (_, pieces) => {
    const server = new MailServer();
    const imap = await openClient(server);
    const stream = (async function* () {
      for (const piece of pieces) {
        if (piece instanceof Error) throw piece;
        yield (typeof piece === 'string' ? new TextEncoder().encode(piece) : piece) as Uint8Array;
      }
    })();
    expect(await caught(append(imap, 'INBOX', { size: 5, stream }))).toMatchObject({ code: 'usage' });
    await expectEnded(imap);
    expect(server.mailboxes.get('INBOX')?.messages.length).toBe(3);
  });

  it('is not taken for done where OK comes before its bytes', async () => {
    const early = await connectTo(async (write, next) => {
      await write('* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hi\r\n');
      await next();
      await write('A1 OK [CAPABILITY IMAP4rev1] in\r\n');
      await next();
      await write('A2 OK [APPENDUID 7 9] done\r\n');
      await next();
    });
    expect(await caught(append(early, 'INBOX', 'text'))).toMatchObject({ code: 'protocol' });
    await expectEnded(early);
  });
});

type Script = (write: (text: string) => Promise<void>, next: () => Promise<unknown>) => Promise<void>;

async function connectTo(script: Script, options = {}): Promise<ImapClient> {
  const connector = memoryConnector(async (line) => {
    await script(
      (text) => line.write(new TextEncoder().encode(text)),
      () => line.read(),
    );
  });
  return await connect('imaps://ann@mail.test', {
    password: 'secret',
    connector,
    timeoutMs: 900,
    ...options,
  });
}

describe('an answer', () => {
  it('is capped where it is held in memory', async () => {
    const lines = new TextEncoder().encode(`* LIST () "/" "${'x'.repeat(60_000)}"\r\n`.repeat(17));
    const connector = memoryConnector(async (line) => {
      const say = (text: string): Promise<void> => line.write(new TextEncoder().encode(text));
      await say('* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hi\r\n');
      await line.read();
      await say('A1 OK [CAPABILITY IMAP4rev1] in\r\n');
      await line.read();
      for (let at = 0; at < 80; at++) await line.write(lines);
      await say('A2 OK done\r\n');
    });
    const imap = await connect('imaps://ann@mail.test', { password: 'secret', connector, timeoutMs: 60_000 });
    expect(await caught(list(imap))).toMatchObject({ code: 'limit', blame: 'peer' });
    await expectEnded(imap);
  }, 60_000);
});

describe('a watch', () => {
  it('that is stopped before the server has agreed leaves by DONE, and the connection lives', async () => {
    const server = new MailServer();
    const imap = await openClient(server);
    await imap.select('INBOX');
    let agree = (): void => undefined;
    const agreed = new Promise<void>((resolve) => {
      agree = resolve;
    });
    server.hook = async (line) => {
      if (line === 'IDLE') await agreed;
      return false;
    };
    const abort = new AbortController();
    const watched = caught(all(idle(imap, { signal: abort.signal })));
    await soon();
    abort.abort();
    await soon();
    agree();
    expect(await watched).toMatchObject({ code: 'aborted' });
    server.hook = undefined;
    await imap.noop();
    expect(server.commands.slice(-3)).toEqual(['IDLE', 'DONE', 'NOOP']);
  });

  it('takes two abortions, and two consumers, one after the other', async () => {
    const server = new MailServer();
    const imap = await openClient(server);
    await imap.select('INBOX');
    const abort = new AbortController();
    const first = caught(all(idle(imap, { signal: abort.signal, timeoutMs: 5000 })));
    const second = caught(all(idle(imap, { timeoutMs: 700 })));
    await soon(10);
    abort.abort();
    abort.abort();
    expect(await first).toMatchObject({ code: 'aborted' });
    expect(await second).toBe('no error');
    await imap.noop();
    expect(server.commands.slice(-5)).toEqual(['IDLE', 'DONE', 'IDLE', 'DONE', 'NOOP']);
  });

  it('gives a flood event by event, and is left by break', async () => {
    const imap = await answered(
      /^IDLE/,
      '+ idling',
      ...Array.from({ length: 5000 }, (_, at) => `* ${at + 4} EXISTS`),
    );
    let count = 0;
    const watched = (async () => {
      for await (const event of idle(imap, { timeoutMs: 300 }))
        if (event.type === 'exists' && ++count === 4000) break;
    })();
    await Promise.race([watched, soon(3000)]);
    expect(count).toBe(4000);
  });
});

describe('a selection', () => {
  it('that is refused leaves no mailbox selected', async () => {
    const server = new MailServer();
    await using imap = await openClient(server);
    await imap.select('INBOX');
    expect(await caught(imap.select('Nothing'))).toMatchObject({ server: { code: 'NONEXISTENT' } });
    expect(imap.mailbox).toBeUndefined();
    expect(await caught(store(imap, 1, { add: ['x'] }))).toMatchObject({ code: 'usage' });
    expect(await caught(all(idle(imap)))).toMatchObject({ code: 'usage' });
    await imap.select('INBOX');
  });

  it('whose UIDVALIDITY changes later ends the connection', async () => {
    const imap = await answered(/^NOOP/, '* OK [UIDVALIDITY 8] anew', '%T OK');
    expect(await caught(imap.noop())).toMatchObject({ code: 'protocol' });
    await expectEnded(imap);
  });
});

describe('a part', () => {
  it('whose reader stops is not read ahead', async () => {
    const server = new MailServer();
    server.mailboxes.set(
      'INBOX',
      mailboxOf(1, () => mail('big', 'x'.repeat(8 << 20))),
    );
    let taken = 0;
    const connector = memoryConnector(async (line) => {
      const counted = Object.assign(Object.create(line), {
        read: () => line.read(),
        close: () => line.close(),
        write: async (bytes: Uint8Array) => {
          for (let at = 0; at < bytes.length; at += 65_536) {
            const piece = bytes.subarray(at, at + 65_536);
            await line.write(piece);
            taken += piece.length;
          }
        },
      });
      await server.serve(counted);
    });
    const imap = await openClient(server, { connector });
    await imap.select('INBOX');
    const before = taken;
    const reader = (await download(imap, 1, '1')).getReader();
    await reader.read();
    await soon(30);
    expect(taken - before).toBeLessThan(2 << 20);
    await reader.cancel();
    await expectEnded(imap);
  });

  it('in base64 that is broken is decoded as far as it goes, with line ends without number in no memory', async () => {
    const { bodyDecoder } = await import('../src/download/transfer-encoding.ts');
    const decoder = bodyDecoder('base64');
    const text = (part: Uint8Array): string => String.fromCharCode(...part);
    const bytes = (part: string): Uint8Array => new TextEncoder().encode(part);
    expect(text(decoder.push(bytes('SGVsbG8')))).toBe('Hel');
    const blank = new Uint8Array(1 << 20).fill(10);
    const start = Date.now();
    for (let at = 0; at < 30; at++) expect(decoder.push(blank).length).toBe(0);
    expect(Date.now() - start).toBeLessThan(8000);
    expect(text(decoder.push(bytes('='))) + text(decoder.end())).toBe('lo');
  });

  it('reads to its end', async () => {
    const server = new MailServer();
    await using imap = await openClient(server);
    await imap.select('INBOX');
    expect(await textOf(await download(imap, 1, '1'))).toBe('Hello.\r\n');
  });
});
