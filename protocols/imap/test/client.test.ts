// The client over a small honest server: each call, its commands on the wire, and its round trips.
import { expectNoUnhandledRejection } from '@fairlead/testkit/unhandled';
import { describe, expect, it } from 'vitest';
import {
  append,
  copy,
  createMailbox,
  download,
  expunge,
  type FairleadError,
  idle,
  isStaleUids,
  list,
  move,
  namespaces,
  type SyncState,
  search,
  store,
  sync,
} from '../src/index.ts';
import { CAPABILITIES, MailServer, mail, mailboxOf } from './support/mail-server.ts';
import { all, caught, openClient, textOf } from './support/open.ts';

expectNoUnhandledRejection();

const without = (...names: string[]): string =>
  CAPABILITIES.split(' ')
    .filter((name) => !names.includes(name))
    .join(' ');

describe('round trips', () => {
  it('are four to the newest ten subjects', async () => {
    const server = new MailServer();
    server.mailboxes.set('INBOX', mailboxOf(200));
    await using imap = await openClient(server);
    await imap.select('INBOX');
    const newest = await all(imap.fetch({ newest: 10 }, { envelope: true }));
    expect(newest.map(({ envelope }) => envelope?.subject)).toEqual(
      Array.from({ length: 10 }, (_, at) => `Subject ${at + 191}`),
    );
    expect(server.commands).toEqual([
      'AUTHENTICATE PLAIN',
      'ENABLE UTF8=ACCEPT CONDSTORE QRESYNC',
      'SELECT INBOX',
      'FETCH 191:* (UID ENVELOPE)',
    ]);
    // Greeting, login, selection with ENABLE, fetch: the client waited four times.
    expect(server.flights).toBeLessThanOrEqual(5);
  });

  it('are four for an unchanged mailbox of 10,000, under 4 KB', async () => {
    const server = new MailServer();
    server.mailboxes.set('INBOX', mailboxOf(10_000));
    const state: SyncState = { uidValidity: 7, uidNext: 10_001, highestModSeq: '1', uids: '1:10000' };
    await using imap = await openClient(server);
    const { changed, vanished, by, state: next } = await sync(imap, 'INBOX', state);
    expect([changed, vanished.size, by]).toEqual([[], 0, 'qresync']);
    expect(next).toEqual(state);
    expect(server.sent).toBeLessThan(4096);
    expect(server.commands).toEqual([
      'AUTHENTICATE PLAIN',
      'ENABLE UTF8=ACCEPT CONDSTORE QRESYNC',
      'SELECT INBOX (QRESYNC (7 1))',
    ]);
  });
});

describe('messages', () => {
  it('come with what was asked for, and nothing else', async () => {
    await using imap = await openClient(new MailServer());
    await imap.select('INBOX');
    const [message] = await all(
      imap.fetch(2, {
        flags: true,
        size: true,
        structure: true,
        internalDate: true,
        headers: true,
        modSeq: true,
      }),
    );
    expect(message).toMatchObject({ uid: 2, sequence: 2, flags: [], size: 85, modSeq: 1n });
    expect(message?.structure).toMatchObject({ part: '1', type: 'text/plain' });
    expect(message?.internalDate?.toISOString()).toBe('2026-07-17T09:44:25.000Z');
    expect(new TextDecoder().decode(message?.headers)).toContain('Subject: Subject 2');
    expect(message && 'envelope' in message).toBe(false);
  });

  it('are searched, as a set', async () => {
    const server = new MailServer();
    server.mailboxes.set('INBOX', mailboxOf(1000));
    await using imap = await openClient(server);
    await imap.select('INBOX');
    const { uids, count } = await search(imap, { seen: false });
    expect([uids.toString(), count]).toEqual(['1:1000', 1000]);
    const page = await search(imap, { all: true }, { partial: [-1, -5] });
    expect(page.uids.toString()).toBe('996:1000');
    expect(server.commands.at(-2)).toBe('UID SEARCH RETURN (ALL COUNT) UNSEEN');
  });

  it('are flagged, copied, moved and expunged by UID, and never by EXPUNGE', async () => {
    const server = new MailServer();
    server.mailboxes.set('Trash', mailboxOf(0));
    await using imap = await openClient(server);
    const { uidValidity } = await imap.select('INBOX');
    await store(imap, [1, 2], { add: ['\\Seen'] }, { uidValidity });
    expect(server.mailboxes.get('INBOX')?.messages[1]?.flags).toEqual(new Set(['\\Seen']));
    expect(await copy(imap, 1, 'Trash')).toEqual({ uidValidity: 7, uids: new Map([[1, 1]]) });
    expect(await move(imap, [2], 'Trash')).toEqual({ uidValidity: 7, uids: new Map([[2, 2]]) });
    await expunge(imap, '3');
    expect(imap.mailbox?.exists).toBe(1);
    expect(server.commands.filter((line) => /^EXPUNGE/.test(line))).toEqual([]);
  });

  it('are moved without MOVE by COPY, STORE and UID EXPUNGE', async () => {
    const server = new MailServer();
    server.capabilities = without('MOVE');
    server.mailboxes.set('Trash', mailboxOf(0));
    await using imap = await openClient(server);
    await imap.select('INBOX');
    await move(imap, '1:2', 'Trash');
    expect(server.commands.slice(-3)).toEqual([
      'UID COPY 1:2 "Trash"',
      'UID STORE 1:2 +FLAGS.SILENT (\\Deleted)',
      'UID EXPUNGE 1:2',
    ]);
  });

  it('are not moved or deleted where that would delete what others have marked', async () => {
    const server = new MailServer();
    server.capabilities = without('MOVE', 'UIDPLUS');
    await using imap = await openClient(server);
    await imap.select('INBOX');
    expect(await caught(move(imap, 1, 'Trash'))).toMatchObject({ code: 'usage', safeToRetry: true });
    expect(await caught(expunge(imap, 1))).toMatchObject({ code: 'usage' });
    await imap.noop();
  });

  it('are appended from memory and from a stream', async () => {
    const server = new MailServer();
    await using imap = await openClient(server);
    expect(await append(imap, 'INBOX', mail('one'), { flags: ['\\Seen'] })).toEqual({
      uidValidity: 7,
      uid: 4,
    });
    const bytes = new TextEncoder().encode(mail('two'));
    const stream = new Blob([bytes]).stream();
    await append(imap, 'INBOX', { size: bytes.length, stream }, { internalDate: new Date(0) });
    expect(server.mailboxes.get('INBOX')?.messages.at(-1)?.source).toBe(mail('two'));
    expect(await caught(append(imap, 'Nowhere', mail('x')))).toMatchObject({
      code: 'server',
      server: { code: 'TRYCREATE' },
      safeToRetry: true,
    });
  });

  it('end the connection where a stream is shorter or longer than its size', async () => {
    for (const size of [3, 300]) {
      const imap = await openClient(new MailServer());
      const stream = new Blob(['ten bytes.']).stream();
      expect(await caught(append(imap, 'INBOX', { size, stream }))).toMatchObject({
        code: 'usage',
        safeToRetry: false,
      });
      expect(await caught(imap.noop())).toMatchObject({ code: 'connection_lost' });
    }
  });

  it('are not sent in vain where they are large', async () => {
    const server = new MailServer();
    await using imap = await openClient(server);
    const large = 'x'.repeat((1 << 20) + 1);
    await append(imap, 'INBOX', large);
    expect(server.mailboxes.get('INBOX')?.messages.at(-1)?.source.length).toBe(large.length);
  });

  it('are too large by APPENDLIMIT before anything is sent', async () => {
    const server = new MailServer();
    server.capabilities = `${CAPABILITIES} APPENDLIMIT=10`;
    await using imap = await openClient(server);
    expect(await caught(append(imap, 'INBOX', mail('x')))).toMatchObject({
      code: 'limit',
      safeToRetry: true,
    });
    await imap.noop();
  });
});

describe('UIDs', () => {
  it('are refused where they belong to another UIDVALIDITY', async () => {
    const server = new MailServer();
    await using imap = await openClient(server);
    await imap.select('INBOX');
    for (const call of [
      store(imap, 1, { add: ['\\Seen'] }, { uidValidity: 8 }),
      search(imap, { all: true }, { uidValidity: 8 }),
      all(imap.fetch(1, { flags: true }, { uidValidity: 8 })),
      download(imap, 1, '1', { uidValidity: 8 }),
      imap.select('INBOX', { uidValidity: 8 }),
    ]) {
      const error = await caught(call);
      expect(isStaleUids(error)).toBe(true);
      expect((error as FairleadError).server?.fields).toEqual({ expected: '8', actual: '7' });
    }
    await imap.noop();
  });

  it('are split into several commands where they are many', async () => {
    const server = new MailServer();
    server.mailboxes.set('INBOX', mailboxOf(9000));
    await using imap = await openClient(server);
    await imap.select('INBOX');
    const odd = Array.from({ length: 4500 }, (_, at) => at * 2 + 1);
    const found = await all(imap.fetch(odd, { flags: true }));
    expect(found.map(({ uid }) => uid)).toEqual(odd);
    expect(Math.max(...server.commands.map((line) => line.length))).toBeLessThan(8000);
  });

  it.each([['0'], ['1;2'], ['1\r\nA1 LOGOUT'], [0], [1.5], [[-1]]])('are refused as %j', async (uids) => {
    await using imap = await openClient(new MailServer());
    await imap.select('INBOX');
    expect(await caught(all(imap.fetch(uids as number, { flags: true })))).toMatchObject({ code: 'usage' });
    await imap.noop();
  });
});

describe('mailboxes', () => {
  it('are listed with their use and figures in one flight', async () => {
    const server = new MailServer();
    server.mailboxes.set('Trash', mailboxOf(2));
    await using imap = await openClient(server);
    const boxes = await list(imap, { status: ['messages'] });
    expect(boxes.map(({ name, specialUse, status }) => [name, specialUse, status?.messages])).toEqual([
      ['INBOX', undefined, 3],
      ['Trash', 'trash', 2],
    ]);
    expect(server.commands.at(-1)).toBe('LIST "" "*" RETURN (SUBSCRIBED SPECIAL-USE STATUS (MESSAGES))');
  });

  it('are listed with their figures where there is no LIST-STATUS', async () => {
    const server = new MailServer();
    server.capabilities = without('LIST-STATUS', 'LIST-EXTENDED');
    server.mailboxes.set('Trash', mailboxOf(2));
    await using imap = await openClient(server);
    const boxes = await list(imap, { status: ['messages', 'uidNext'] });
    expect(boxes.map(({ status }) => status?.uidNext)).toEqual([4, 3]);
  });

  it('are made with names in UTF-8 once that is on, and in modified UTF-7 before', async () => {
    const server = new MailServer();
    await using imap = await openClient(server);
    await createMailbox(imap, 'Größe');
    expect(server.commands.at(-1)).toBe(`CREATE "${unescape(encodeURIComponent('Größe'))}"`);
    const old = new MailServer();
    old.capabilities = without('UTF8=ACCEPT', 'ENABLE');
    await using other = await openClient(old);
    await createMailbox(other, '台北');
    expect(old.commands.at(-1)).toBe('CREATE "&U,BTFw-"');
  });

  it('have namespaces', async () => {
    await using imap = await openClient(new MailServer());
    expect(await namespaces(imap)).toMatchObject({
      personal: [{ prefix: '', delimiter: '/' }],
      otherUsers: [],
    });
  });

  it('stay unselected where the selection is refused', async () => {
    await using imap = await openClient(new MailServer());
    await imap.select('INBOX');
    expect(await caught(imap.select('Nowhere'))).toMatchObject({ server: { code: 'NONEXISTENT' } });
    expect(imap.mailbox).toBeUndefined();
    expect(await caught(search(imap, { all: true }))).toMatchObject({ code: 'usage' });
    expect((await imap.examine('INBOX')).isReadOnly).toBe(true);
  });
});

describe('downloads', () => {
  const bytes = Uint8Array.from({ length: 100_000 }, (_, at) => (at * 7 + (at >> 8)) % 128);
  const base64 = btoa(
    String.fromCharCode(...bytes.subarray(0, 50_000)) + String.fromCharCode(...bytes.subarray(50_000)),
  );
  const lines = base64.replace(/.{76}/g, '$&\r\n');
  const attachment = `Content-Transfer-Encoding: base64\r\n\r\n${lines}\r\n`;

  it.each([
    ['BINARY', CAPABILITIES],
    ['base64', without('BINARY')],
  ])('are decoded by %s', async (_, capabilities) => {
    const server = new MailServer();
    server.capabilities = capabilities;
    server.mailboxes.set(
      'INBOX',
      mailboxOf(1, () => attachment),
    );
    await using imap = await openClient(server);
    await imap.select('INBOX');
    const file = new Uint8Array(await new Response(await download(imap, 1, '1')).arrayBuffer());
    expect(file).toEqual(bytes);
    await imap.noop();
  });

  it('fall back where the server does not know the encoding', async () => {
    const server = new MailServer();
    server.mailboxes.set(
      'INBOX',
      mailboxOf(1, () => attachment),
    );
    server.hook = async (line, write) => {
      if (!line.includes('BINARY')) return false;
      await write('%T NO [UNKNOWN-CTE] cannot\r\n');
      return true;
    };
    await using imap = await openClient(server);
    await imap.select('INBOX');
    expect((await new Response(await download(imap, 1, '1')).arrayBuffer()).byteLength).toBe(100_000);
  });

  it('give the whole message as it is', async () => {
    await using imap = await openClient(new MailServer());
    await imap.select('INBOX');
    expect(await textOf(await download(imap, 1, ''))).toBe(mail('Subject 1'));
  });

  it('are refused for what does not exist', async () => {
    await using imap = await openClient(new MailServer());
    await imap.select('INBOX');
    for (const [uid, part] of [
      [99, '1'],
      [1, '2'],
    ] as const) {
      expect(await caught(download(imap, uid, part))).toMatchObject({ server: { code: 'NONEXISTENT' } });
    }
    expect(await caught(download(imap, 1, '1\r\n'))).toMatchObject({ code: 'usage' });
    await imap.noop();
  });

  it('can be cancelled, and the connection goes on where little is left', async () => {
    const server = new MailServer();
    server.mailboxes.set(
      'INBOX',
      mailboxOf(1, () => attachment),
    );
    await using imap = await openClient(server);
    await imap.select('INBOX');
    const stream = await download(imap, 1, '1');
    await stream.cancel();
    await imap.noop();
  });
});

describe('sync', () => {
  it('tells everything first, and changes afterwards', async () => {
    for (const capabilities of [
      CAPABILITIES,
      without('QRESYNC'),
      without('QRESYNC', 'CONDSTORE', 'ESEARCH'),
    ]) {
      const server = new MailServer();
      server.capabilities = capabilities;
      const inbox = mailboxOf(5);
      server.mailboxes.set('INBOX', inbox);
      const first = await (async () => {
        await using imap = await openClient(server);
        return await sync(imap, 'INBOX');
      })();
      expect(first.changed.map(({ uid, isNew }) => [uid, isNew])).toEqual(
        [1, 2, 3, 4, 5].map((uid) => [uid, true]),
      );
      const state = JSON.parse(JSON.stringify(first.state)) as SyncState;
      await using imap = await openClient(server);
      await imap.select('INBOX');
      await expunge(imap, 2);
      await store(imap, 3, { add: ['\\Seen'] });
      await append(imap, 'INBOX', mail('new'));
      const { changed, vanished, isReset, by } = await sync(imap, 'INBOX', state);
      expect(vanished.toString()).toBe('2');
      expect(isReset).toBe(false);
      const seen = changed.map(({ uid, isNew }) => [uid, isNew]);
      expect(seen).toEqual(
        by === 'uids'
          ? [[6, true]]
          : [
              [3, false],
              [6, true],
            ],
      );
    }
  });

  it('says that all is void where the mailbox was made anew', async () => {
    const server = new MailServer();
    await using imap = await openClient(server);
    const { state } = await sync(imap, 'INBOX');
    server.mailboxes.set('INBOX', { ...mailboxOf(2), uidValidity: 8 });
    const { isReset, vanished, changed } = await sync(imap, 'INBOX', state);
    expect([isReset, vanished.toString(), changed.length]).toEqual([true, '1:3', 2]);
  });

  it('refuses a state that is none', async () => {
    await using imap = await openClient(new MailServer());
    const state = { uidValidity: 7, uidNext: 1, highestModSeq: '1)', uids: '' };
    expect(await caught(sync(imap, 'INBOX', state))).toMatchObject({ code: 'usage' });
  });
});

describe('idle', () => {
  it('tells what happens, and ends by DONE, once', async () => {
    const server = new MailServer();
    server.hook = async (line, write) => {
      if (line === 'IDLE')
        setTimeout(() => void write('* 4 EXISTS\r\n* 1 EXPUNGE\r\n* 2 FETCH (FLAGS (\\Seen))\r\n'), 5);
      return false;
    };
    await using imap = await openClient(server);
    await imap.select('INBOX');
    expect(await all(idle(imap, { timeoutMs: 60 }))).toEqual([
      { type: 'exists', exists: 4, added: 1 },
      { type: 'expunge', sequence: 1 },
      { type: 'flags', sequence: 2, uid: undefined, flags: ['\\Seen'] },
    ]);
    expect(server.commands.slice(-2)).toEqual(['IDLE', 'DONE']);
    await imap.noop();
  });

  it('ends when its reader leaves, and when its signal fires; the connection goes on', async () => {
    const server = new MailServer();
    server.hook = async (line, write) => {
      if (line === 'IDLE') setTimeout(() => void write('* 4 EXISTS\r\n'), 1);
      return false;
    };
    await using imap = await openClient(server);
    await imap.select('INBOX');
    for await (const event of idle(imap)) {
      expect(event.type).toBe('exists');
      break;
    }
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 20);
    expect(await caught(all(idle(imap, { signal: stop.signal })))).toMatchObject({ code: 'aborted' });
    expect(server.commands.filter((line) => line === 'DONE').length).toBe(2);
    await imap.noop();
  });
});
