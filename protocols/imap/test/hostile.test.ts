// Servers that lie, break off, flood or inject: each ends in an error of its own, and never in wrong data.

import { memoryConnector, scriptedPeer } from '@fairlead/testkit';
import { expectNoUnhandledRejection } from '@fairlead/testkit/unhandled';
import { describe, expect, it } from 'vitest';
import {
  append,
  connect,
  copy,
  download,
  type ImapClient,
  idle,
  isStaleUids,
  list,
  move,
  search,
  status,
  store,
  sync,
} from '../src/index.ts';
import { CAPABILITIES, MailServer, mailboxOf } from './support/mail-server.ts';
import { all, answered, caught, expectEnded, openClient, textOf } from './support/open.ts';

expectNoUnhandledRejection();

describe('a server that breaks the protocol', () => {
  it.each([
    ['an unknown tag', ['Z9 OK what']],
    ['a continuation that nothing waits for', ['+ go on', '%T OK']],
    ['PREAUTH after the greeting', ['* PREAUTH hi', '%T OK']],
    ['a second answer', ['%T OK', '%T OK']],
  ])('by %s is left', async (_, lines) => {
    const imap = await answered(/^NOOP/, ...lines);
    const error = await caught(imap.noop());
    if (lines[0] !== '%T OK') expect(error).toMatchObject({ code: 'protocol' });
    else expect(await caught(imap.noop())).toMatchObject({ code: 'protocol' });
    await expectEnded(imap);
  });

  it('by EXPUNGE in a FETCH of places is left', async () => {
    const imap = await answered(/^FETCH/, '* 1 EXPUNGE', '* 1 FETCH (UID 2 FLAGS ())', '%T OK');
    expect(await caught(all(imap.fetch({ newest: 2 }, { flags: true })))).toMatchObject({ code: 'protocol' });
    await expectEnded(imap);
  });

  it('by an endless answer is left', async () => {
    const imap = await answered(/^NOOP/, `${'* 1 EXISTS\r\n'.repeat(1_000_001)}%T OK`);
    expect(await caught(imap.noop({ timeoutMs: 30_000 }))).toMatchObject({ code: 'limit', blame: 'peer' });
    await expectEnded(imap);
  }, 40_000);

  it('by an answer in very many responses costs no more for each of them', async () => {
    const lines = (head: string): string[] =>
      Array.from({ length: 50_000 }, (_, n) => `${head} ${n * 2 + 1}`);
    const imap = await answered(/^UID SEARCH/, ...lines('* SEARCH'), '%T OK');
    expect((await search(imap, { all: true }, { timeoutMs: 30_000 })).count).toBe(50_000);
    const watched = await answered(
      /^SELECT/,
      '* OK [UIDVALIDITY 7]',
      '* OK [HIGHESTMODSEQ 9]',
      ...lines('* VANISHED'),
      '* 50000 EXISTS',
      '%T OK',
    );
    const state = { uidValidity: 7, uidNext: 100_001, highestModSeq: '8', uids: '1:100000' };
    const { vanished } = await sync(watched, 'INBOX', state, { timeoutMs: 30_000 });
    expect(vanished.size).toBe(50_000);
  }, 40_000);

  it('by too many capabilities is left', async () => {
    const imap = await answered(
      /^NOOP/,
      `* CAPABILITY ${Array.from({ length: 300 }, (_, n) => `X${n}`).join(' ')}`,
      '%T OK',
    );
    expect(await caught(imap.noop())).toMatchObject({ code: 'limit', blame: 'peer' });
  });

  it('by a literal of 4 GB costs nothing', async () => {
    const imap = await answered(/^LIST/, '* LIST () "/" {4294967295}');
    expect(await caught(list(imap))).toMatchObject({ code: 'limit', blame: 'peer' });
  });
});

describe('a server that breaks off', () => {
  it.each([
    ['a literal', '* 1 FETCH (UID 1 BODY[] {1000}\r\nonly this'],
    ['a line', '* 1 FETCH (UID 1 BODY[] '],
    ['an answer', '* 1 FETCH (UID 1 BODY[] {4}\r\nabcd)\r\n'],
  ])('in the middle of %s has lost the connection', async (_, text) => {
    for (const read of [
      (imap: ImapClient) => all(imap.fetch(1, { source: true })),
      async (imap: ImapClient) => textOf(await download(imap, 1, '')),
    ]) {
      const server = new MailServer();
      const imap = await connect('imaps://ann@mail.test', {
        password: 'x',
        timeoutMs: 1000,
        connector: memoryConnector(async (line) => {
          server.hook = async (command, write) => {
            if (!command.startsWith('UID FETCH')) return false;
            await write(text);
            await line.close();
            return true;
          };
          await server.serve(line);
        }),
      });
      await imap.select('INBOX');
      expect(await caught(read(imap))).toMatchObject({ code: 'connection_lost' });
      await expectEnded(imap);
    }
  });

  it.each(['select', 'search', 'store', 'list', 'append', 'move'] as const)(
    'by BYE during %s says why',
    async (name) => {
      const imap = await answered(/./, '* BYE [UNAVAILABLE] shutting down');
      const calls = {
        select: () => imap.select('INBOX'),
        search: () => search(imap, { all: true }),
        store: () => store(imap, 1, { add: ['\\Seen'] }),
        list: () => list(imap),
        append: () => append(imap, 'INBOX', 'x'),
        move: () => move(imap, 1, 'INBOX'),
      };
      const changes = ['store', 'append', 'move'].includes(name);
      expect(await caught(calls[name]())).toMatchObject({
        code: 'server',
        server: { code: 'UNAVAILABLE', message: 'shutting down', fields: { status: 'BYE' } },
        safeToRetry: !changes,
      });
      await expectEnded(imap);
    },
  );

  it('by BYE between two calls is told to the next one', async () => {
    const imap = await answered(/^NOOP/, '%T OK', '* BYE idle too long');
    await imap.noop();
    expect(await caught(store(imap, 1, { add: ['x'] }))).toMatchObject({ code: 'server', safeToRetry: true });
  });

  it('by BYE during IDLE says why', async () => {
    const imap = await answered(/^IDLE/, '+ idling', '* BYE later');
    expect(await caught(all(idle(imap)))).toMatchObject({ code: 'server', server: { code: 'BYE' } });
  });

  it('or does not answer IDLE, or DONE, is left in time', async () => {
    const silent = await answered(/^IDLE/);
    expect(await caught(all(idle(silent, { timeoutMs: 30 })))).toMatchObject({ code: 'timeout' });
    await expectEnded(silent);
  });

  it('or ends each IDLE at once is not asked without end', async () => {
    const imap = await answered(/^IDLE/, '+ idling', '%T OK');
    expect(await caught(all(idle(imap)))).toMatchObject({ code: 'protocol' });
    const refused = await answered(/^IDLE/, '%T NO not here');
    expect(await caught(all(idle(refused)))).toMatchObject({ code: 'server' });
    await refused.noop();
  });
});

describe('data that is not what was asked for', () => {
  it('is left out: other UIDs, and changes of flags', async () => {
    const imap = await answered(
      /^UID FETCH/,
      '* 9 FETCH (UID 99 ENVELOPE (NIL "no" NIL NIL NIL NIL NIL NIL NIL NIL))',
      '* 2 FETCH (UID 2 FLAGS (\\Seen))',
      '* 2 FETCH (FLAGS (\\Seen))',
      '* 2 FETCH (UID 2 ENVELOPE (NIL "yes" NIL NIL NIL NIL NIL NIL NIL NIL))',
      '%T OK',
    );
    const found = await all(imap.fetch([2], { envelope: true }));
    expect(found.map(({ envelope }) => envelope?.subject)).toEqual(['yes']);
  });

  it('does not expand a set of four thousand million UIDs', async () => {
    const imap = await answered(/^UID SEARCH/, '* ESEARCH (TAG "x") UID ALL 1:4294967295', '%T OK');
    const { uids, count } = await search(imap, { all: true });
    expect([uids.toString(), count]).toEqual(['1:4294967295', 4_294_967_295]);
  });

  it('gives no pairs for a COPYUID of unequal lengths', async () => {
    const imap = await answered(/^UID COPY/, '%T OK [COPYUID 7 1:3 5:6] done');
    expect(await copy(imap, '1:3', 'INBOX')).toEqual({ uidValidity: 7, uids: undefined });
    const huge = await answered(/^UID COPY/, '%T OK [COPYUID 7 1:4294967295 1:4294967295] done');
    expect(await copy(huge, '1:3', 'INBOX')).toEqual({ uidValidity: 7, uids: undefined });
  });

  it('tells a partial failure from an error', async () => {
    const imap = await answered(/^UID STORE/, '%T NO [MODIFIED 2] some');
    const { modified } = await store(imap, '1:3', { add: ['\\Seen'] }, { unchangedSince: 5n });
    expect(modified.toString()).toBe('2');
  });

  it('notices that the UIDVALIDITY is another one after the next selection', async () => {
    const server = new MailServer();
    await using imap = await openClient(server);
    const { uidValidity } = await imap.select('INBOX');
    server.mailboxes.set('INBOX', { ...mailboxOf(3), uidValidity: 8 });
    await imap.select('INBOX');
    expect(isStaleUids(await caught(move(imap, 1, 'Trash', { uidValidity })))).toBe(true);
  });

  it('keeps what a refused command has not done apart from what it may have done', async () => {
    const copying = await answered(/^UID COPY/, '%T NO [OVERQUOTA] full');
    expect(await caught(copy(copying, 1, 'INBOX'))).toMatchObject({
      safeToRetry: true,
      server: { code: 'OVERQUOTA' },
    });
    const storing = await answered(/^UID STORE/, '%T NO [LIMIT] enough');
    expect(await caught(store(storing, 1, { add: ['x'] }))).toMatchObject({ safeToRetry: false });
    const bad = await answered(/^UID STORE/, '%T BAD what');
    expect(await caught(store(bad, 1, { add: ['x'] }))).toMatchObject({ safeToRetry: true });
  });
});

describe('injection', () => {
  it.each([
    ['a mailbox', (imap: ImapClient) => imap.select('a\r\nA9 DELETE INBOX')],
    ['a pattern', (imap: ImapClient) => list(imap, { pattern: '*\r\nA9 LOGOUT' })],
    ['a reference', (imap: ImapClient) => list(imap, { reference: 'a*' })],
    ['a wildcard', (imap: ImapClient) => imap.select('a*')],
    ['a flag', (imap: ImapClient) => store(imap, 1, { add: ['x) y'] })],
    ['a header', (imap: ImapClient) => search(imap, { header: { 'Message-ID': '<x>\r\nA9 DELETE INBOX' } })],
    ['a header’s name', (imap: ImapClient) => search(imap, { header: { 'X: \r\n': 'y' } })],
    ['a part', (imap: ImapClient) => download(imap, 1, '1] BODY[2')],
    ['a field', (imap: ImapClient) => all(imap.fetch(1, { headers: ['a)'] }))],
    ['no change', (imap: ImapClient) => store(imap, 1, { add: [], set: [] } as never)],
    ['a date', (imap: ImapClient) => append(imap, 'INBOX', 'x', { internalDate: new Date(Number.NaN) })],
    ['NUL', (imap: ImapClient) => append(imap, 'INBOX', 'a\0b')],
    ['a size', (imap: ImapClient) => append(imap, 'INBOX', { size: -1, stream: new Blob([]).stream() })],
    ['newest', (imap: ImapClient) => all(imap.fetch({ newest: 0 }, {}))],
    ['a status', (imap: ImapClient) => status(imap, 'INBOX', ['toString' as never])],
    ['a page', (imap: ImapClient) => search(imap, { all: true }, { partial: [-1, 5] })],
    ['a time', (imap: ImapClient) => imap.noop({ timeoutMs: 0 })],
  ])('by %s is refused before anything is sent', async (_, call) => {
    const server = new MailServer();
    await using imap = await openClient(server);
    await imap.select('INBOX');
    const before = server.commands.length;
    expect(await caught(call(imap) as Promise<unknown>)).toMatchObject({ code: 'usage', safeToRetry: true });
    await imap.noop();
    expect(server.commands.slice(before)).toEqual(['NOOP']);
  });
});

describe('bytes as they come', () => {
  it('mean the same one by one', async () => {
    const talk =
      `* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hi\r\n` +
      'A1 OK [CAPABILITY IMAP4rev1 LITERAL+] in\r\n* 1 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\nA2 OK [READ-WRITE] ok\r\n' +
      '* 1 FETCH (UID 5 BODY[] {10}\r\nhello\r\n)A3)\r\nA3 OK done\r\n';
    await using peer = scriptedPeer()
      .send(talk.slice(0, talk.indexOf('A1')), 1)
      .expectLine(/AUTHENTICATE/)
      .send(talk.slice(talk.indexOf('A1'), talk.indexOf('* 1 EXISTS')), 1)
      .expectLine('A2 SELECT INBOX')
      .send(talk.slice(talk.indexOf('* 1 EXISTS'), talk.indexOf('* 1 FETCH')), 1)
      .expectLine(/UID FETCH/)
      .send(talk.slice(talk.indexOf('* 1 FETCH')), 1);
    const imap = await connect('imaps://ann@mail.test', { password: 'secret', connector: peer.connector });
    await imap.select('INBOX');
    expect(await textOf(await download(imap, 5, ''))).toBe('hello\r\n)A3');
  });

  it('of a message over the cap end the connection', async () => {
    const server = new MailServer();
    server.capabilities = CAPABILITIES;
    server.mailboxes.set(
      'INBOX',
      mailboxOf(1, () => `A: b\r\n\r\n${'x'.repeat(100_000)}`),
    );
    await using imap = await openClient(server);
    await imap.select('INBOX');
    const [whole] = await all(imap.fetch(1, { source: true, envelope: true }));
    expect(whole?.source?.length).toBe(100_008);
    expect(await caught(all(imap.fetch(1, { source: true }, { maxBytes: 70_000 })))).toMatchObject({
      code: 'limit',
    });
    await expectEnded(imap);
  });
});
