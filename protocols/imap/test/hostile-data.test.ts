// Servers that answer something else than what was asked: never wrong data, never the deletion of what was not meant.
import { expectNoUnhandledRejection } from '@fairlead/testkit/unhandled';
import { describe, expect, it } from 'vitest';
import {
  append,
  download,
  expunge,
  type ImapClient,
  move,
  NumberSet,
  type SyncState,
  search,
  status,
  store,
  sync,
} from '../src/index.ts';
import { CAPABILITIES, MailServer, mail, mailboxOf } from './support/mail-server.ts';
import { all, answered, caught, expectEnded, openClient, textOf } from './support/open.ts';

expectNoUnhandledRejection();

const without = (...names: string[]): string =>
  CAPABILITIES.split(' ')
    .filter((name) => !names.includes(name))
    .join(' ');
const big = (letter: string): string => letter.repeat(70_000);
const body = (letter: string): string => `BODY[] {70000}\r\n${big(letter)}`;

async function fetched(...lines: string[]): Promise<string[]> {
  const imap = await answered(/^UID FETCH/, ...lines, '%T OK');
  const found = await all(imap.fetch([2], { source: true }));
  return found.map(
    ({ uid, source }) => `${uid}:${source?.length ?? 'none'}:${String.fromCharCode(source?.[0] ?? 45)}`,
  );
}

describe('a fetch', () => {
  it('never gives the body of one message as that of another', async () => {
    expect(await fetched(`* 9 FETCH (UID 99 ${body('x')})`, '* 2 FETCH (UID 2 BODY[] NIL)')).toEqual([
      '2:none:-',
    ]);
    const late = await fetched(`* 9 FETCH (${body('x')} UID 99)`, `* 2 FETCH (UID 2 ${body('y')})`);
    expect(late).toEqual(['2:70000:y']);
  });

  it('takes no piece and no decoded body for the whole', async () => {
    expect(await fetched(`* 2 FETCH (UID 2 BODY[]<0> {70000}\r\n${big('x')})`)).toEqual(['2:none:-']);
    expect(await fetched('* 2 FETCH (UID 2 BODY[]<10> {3}\r\nabc)')).toEqual(['2:none:-']);
    expect(await fetched('* 2 FETCH (UID 2 BINARY[] {3}\r\nabc)')).toEqual(['2:none:-']);
    expect(await fetched('* 2 FETCH (UID 2 BODY[TEXT] {3}\r\nabc)')).toEqual(['2:none:-']);
  });

  it('gives a message whose envelope and structure cannot be read', async () => {
    const imap = await answered(
      /^UID FETCH/,
      `* 2 FETCH (UID 2 ENVELOPE ${'('.repeat(100)}${')'.repeat(100)})`,
      `* 3 FETCH (UID 3 ENVELOPE NIL)`,
      '%T OK',
    );
    const found = await all(imap.fetch('1:*', { envelope: true }));
    expect(found.map(({ uid, envelope }) => [uid, envelope])).toEqual([
      [2, undefined],
      [3, undefined],
    ]);
  });

  it('leaves out what a set as text does not name, and the last message where none is new', async () => {
    const imap = await answered(
      /^UID FETCH/,
      '* 3 FETCH (UID 3 FLAGS ())',
      '* 1 FETCH (UID 0 FLAGS ())',
      '%T OK',
    );
    expect(await all(imap.fetch('100:*', { flags: true }))).toEqual([]);
    expect(await all(imap.fetch('4:7,9', { flags: true }))).toEqual([]);
    expect((await all(imap.fetch('*', { flags: true })))[0]).toMatchObject({ uid: 3 });
  });

  it.each([Number.NaN, -1, '5' as never])('refuses maxBytes of %s', async (maxBytes) => {
    const imap = await answered(/^never/);
    const isText = typeof maxBytes === 'string';
    const error = await caught(all(imap.fetch(1, { source: true }, { maxBytes })));
    if (!isText) expect(error).toMatchObject({ code: 'usage' });
  });
});

describe('a download', () => {
  const binary = async (...lines: string[]): Promise<unknown> => {
    const imap = await answered(/^UID FETCH/, ...lines, '%T OK');
    const stream = download(imap, 2, '1');
    return await stream.then(textOf).catch((error: unknown) => error);
  };

  it('passes over other messages, sections, pieces, and undecoded bodies', async () => {
    for (const wrong of [
      '* 9 FETCH (UID 9 BINARY[1] ~{3}\r\nbad)',
      '* 2 FETCH (UID 2 BINARY[2] ~{3}\r\nbad)',
      '* 2 FETCH (UID 2 BINARY[1]<5> ~{3}\r\nbad)',
      '* 2 FETCH (UID 2 BODY[1] {4}\r\nYmFk)',
      '* 9 FETCH (UID 9 BINARY[1] "bad")',
    ]) {
      expect(await binary(wrong)).toMatchObject({ server: { code: 'NONEXISTENT' } });
      expect(await binary(wrong, '* 2 FETCH (UID 2 BINARY[1] ~{4}\r\ngood)')).toBe('good');
      expect(await binary('* 2 FETCH (UID 2 BINARY[1] ~{4}\r\ngood)', wrong)).toBe('good');
    }
  });

  it('ends once, where the same body comes twice', async () => {
    const one = '* 2 FETCH (UID 2 BINARY[1] ~{4}\r\ngood)';
    expect(await binary(one, one)).toBe('good');
  });

  it('fails where the UID comes behind the body, and is another one', async () => {
    expect(await binary('* 9 FETCH (BINARY[1] ~{3}\r\nbad UID 9)')).toMatchObject({ code: 'protocol' });
    expect(await binary('* 2 FETCH (BINARY[1] ~{4}\r\ngood UID 2)')).toBe('good');
  });

  it.each(['1:*' as never, Number.NaN, 0, 2 ** 32, 1.5, undefined as never, [1] as never])(
    'of the UID %s is refused',
    async (uid) => {
      const imap = await answered(/^never/);
      expect(await caught(download(imap, uid, '1'))).toMatchObject({ code: 'usage', safeToRetry: true });
      await imap.noop();
    },
  );
});

describe('a move without MOVE', () => {
  async function moving(hook: (server: MailServer, line: string) => string | undefined) {
    const server = new MailServer();
    server.capabilities = without('MOVE', 'QRESYNC');
    server.mailboxes.set('Trash', mailboxOf(0));
    const imap = await openClient(server);
    await imap.select('INBOX');
    server.hook = async (line, write) => {
      const text = hook(server, line);
      if (text !== undefined) await write(`${text}\r\n`);
      return text !== undefined;
    };
    return { server, imap };
  }
  const left = (server: MailServer, name = 'INBOX') =>
    server.mailboxes.get(name)?.messages.map(({ uid }) => uid);

  it('does not delete what arrives behind the copy', async () => {
    const { server, imap } = await moving((its, line) => {
      if (!line.startsWith('UID STORE')) return undefined;
      const inbox = its.mailboxes.get('INBOX');
      const [first] = inbox?.messages ?? [];
      if (first !== undefined) inbox?.messages.push({ ...first, uid: 4, flags: new Set(['\\Deleted']) });
      return undefined;
    });
    await move(imap, '1:*', 'Trash');
    expect(left(server)).toEqual([4]);
    expect(left(server, 'Trash')).toEqual([1, 2, 3]);
  });

  it('does not delete what was not copied', async () => {
    const { server, imap } = await moving((_, line) =>
      line.startsWith('UID COPY') ? '%T OK [COPYUID 7 1,3 1:2] two of them' : undefined,
    );
    await move(imap, '1:3', 'Trash');
    expect(left(server)).toEqual([2]);
    const all3 = await moving((_, line) =>
      line.startsWith('UID COPY') ? '%T OK [COPYUID 7 1:4294967295 1:4294967295] all' : undefined,
    );
    await move(all3.imap, 2, 'Trash');
    expect(left(all3.server)).toEqual([1, 3]);
  });

  it('says that the messages are in both mailboxes where they cannot be marked', async () => {
    const { server, imap } = await moving((_, line) =>
      line.startsWith('UID STORE') ? '%T NO [NOPERM] no' : undefined,
    );
    expect(await caught(move(imap, '1:2', 'Trash'))).toMatchObject({
      code: 'server',
      message: expect.stringContaining('in both mailboxes'),
      server: { code: 'NOPERM' },
      safeToRetry: false,
    });
    expect([left(server), left(server, 'Trash')]).toEqual([
      [1, 2, 3],
      [1, 2],
    ]);
    await imap.noop();
  });
});

describe('sets of UIDs', () => {
  it('name no last message that was not meant', async () => {
    const server = new MailServer();
    await using imap = await openClient(server);
    await imap.select('INBOX');
    await expunge(imap, '100:*');
    await store(imap, '*:50', { add: ['\\Deleted'] });
    await search(imap, { uid: '100:*' });
    const inbox = server.mailboxes.get('INBOX')?.messages;
    expect(inbox?.map(({ flags }) => flags.size)).toEqual([0, 0, 0]);
    expect(server.commands.slice(-1)[0]).toContain('UID 100:4294967295');
  });

  it.each([
    ['$'],
    [''],
    ['0'],
    ['4294967296'],
    ['1;2'],
    [[1.5]],
    [[Number.NaN]],
    [0],
    [-1],
    [2 ** 32],
    [undefined],
    [null],
    [{}],
    [new Set()],
    [['1']],
    [NumberSet.of([0])],
    [NumberSet.of([2 ** 32])],
    [NumberSet.of([1.5])],
  ])('of %s are refused', async (uids) => {
    const server = new MailServer();
    await using imap = await openClient(server);
    await imap.select('INBOX');
    const { length } = server.commands;
    expect(await caught(store(imap, uids as never, { add: ['x'] }))).toMatchObject({
      code: 'usage',
      safeToRetry: true,
    });
    await imap.noop();
    expect(server.commands.length).toBe(length + 1);
  });
});

describe('a search', () => {
  it.each(['* SEARCH 0', '* SEARCH 99999999999', '* SEARCH x', '* ESEARCH (TAG "x") UID ALL 0:5'])(
    'that is answered by %s ends the connection',
    async (line) => {
      const imap = await answered(/^UID SEARCH/, line, '%T OK');
      expect(await caught(search(imap, { all: true }))).toMatchObject({ code: 'protocol' });
      await expectEnded(imap);
    },
  );

  it('takes a hundred thousand answers in no more than their time', async () => {
    const lines = Array.from({ length: 100_000 }, (_, at) => `* SEARCH ${2 * (100_000 - at)}\r\n`).join('');
    const imap = await answered(/^UID SEARCH/, `${lines}%T OK`);
    const { count } = await search(imap, { all: true }, { timeoutMs: 20_000 });
    expect(count).toBe(100_000);
  });
});

describe('a partial failure', () => {
  it('that names nothing, or comes with BAD, is an error', async () => {
    const odd = await answered(/^UID STORE/, '%T OK [MODIFIED what] some');
    expect(await caught(store(odd, 1, { add: ['x'] }, { unchangedSince: 5n }))).toMatchObject({
      code: 'protocol',
    });
    const bad = await answered(/^UID STORE/, '%T BAD [MODIFIED 1] no');
    expect(await caught(store(bad, 1, { add: ['x'] }, { unchangedSince: 5n }))).toMatchObject({
      code: 'server',
    });
  });
});

describe('a synchronisation', () => {
  async function synced(change: (server: MailServer) => void): Promise<[MailServer, ImapClient, SyncState]> {
    const server = new MailServer();
    const imap = await openClient(server);
    const { state } = await sync(imap, 'INBOX');
    change(server);
    return [server, imap, state];
  }
  const selection = (...lines: string[]): string =>
    [
      '* 3 EXISTS',
      '* OK [UIDVALIDITY 7] ok',
      '* OK [UIDNEXT 4] ok',
      ...lines,
      '%T OK [READ-WRITE] in\r\n',
    ].join('\r\n');

  it('does not take the news of the mailbox before for its own', async () => {
    const [server, imap, state] = await synced(() => undefined);
    server.hook = async (line, write) => {
      if (!line.startsWith('SELECT')) return false;
      await write(
        `* VANISHED 2\r\n* 1 FETCH (UID 900 FLAGS (\\Seen) MODSEQ (9))\r\n* OK [CLOSED] ok\r\n${selection('* OK [HIGHESTMODSEQ 1] ok')}`,
      );
      return true;
    };
    const again = await sync(imap, 'INBOX', state);
    expect([again.changed, again.vanished.size, again.state.uids]).toEqual([[], 0, '1:3']);
  });

  it.each(['0', '9223372036854775808', '18446744073709551615'])(
    'takes the MODSEQ %s for none',
    async (modSeq) => {
      const [server, imap, state] = await synced(() => undefined);
      server.hook = async (line, write) => {
        if (!line.startsWith('SELECT')) return false;
        await write(selection(`* OK [HIGHESTMODSEQ ${modSeq}] ok`));
        return true;
      };
      const { by, state: next } = await sync(imap, 'INBOX', state).catch((error: unknown) => {
        throw error;
      });
      expect([by, next.highestModSeq]).toEqual(['uids', undefined]);
      expect(await sync(imap, 'INBOX', next)).toMatchObject({ isReset: false });
    },
  );

  it('reads all flags where the MODSEQ went back', async () => {
    const [server, imap, state] = await synced((its) => {
      const inbox = its.mailboxes.get('INBOX');
      inbox?.messages[1]?.flags.add('\\Seen');
      if (inbox !== undefined) inbox.modSeq = 1;
    });
    const { changed, by } = await sync(imap, 'INBOX', { ...state, highestModSeq: '50' });
    expect(by).toBe('condstore');
    expect(changed.find(({ uid }) => uid === 2)?.flags).toEqual(['\\Seen']);
    expect(server.commands.at(-1)).toBe('UID FETCH 1:* (UID FLAGS)');
  });

  it('asks for the UIDs where what QRESYNC tells does not add up', async () => {
    const [, imap, state] = await synced((its) => {
      const inbox = its.mailboxes.get('INBOX');
      if (inbox === undefined) return;
      inbox.messages = [...mailboxOf(6).messages.slice(1)].map((one) => ({
        ...one,
        modSeq: 1,
        source: mail('x'),
      }));
      inbox.uidNext = 7;
    });
    const { changed, vanished, state: next } = await sync(imap, 'INBOX', state);
    expect([changed.map(({ uid }) => uid), vanished.toString(), next.uids]).toEqual([[4, 5, 6], '1', '2:6']);
  });

  it('takes a VANISHED of all numbers', async () => {
    const [server, imap, state] = await synced(() => undefined);
    server.hook = async (line, write) => {
      if (!line.startsWith('SELECT')) return false;
      await write(
        `* 0 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [HIGHESTMODSEQ 9] ok\r\n* VANISHED (EARLIER) 1:4294967295\r\n%T OK in\r\n`,
      );
      return true;
    };
    expect((await sync(imap, 'INBOX', state)).vanished.toString()).toBe('1:3');
  });

  it('ends where the UIDVALIDITY changes in the middle', async () => {
    const [server, imap, state] = await synced((its) =>
      its.mailboxes.set('INBOX', { ...mailboxOf(3), uidValidity: 8 }),
    );
    server.hook = async (line, write) => {
      if (!line.startsWith('UID FETCH')) return false;
      await write('* OK [UIDVALIDITY 9] now\r\n%T OK\r\n');
      return true;
    };
    expect(await caught(sync(imap, 'INBOX', state))).toMatchObject({ code: 'protocol' });
    await expectEnded(imap);
  });

  it('begins anew where the server has no UIDVALIDITY', async () => {
    const [, imap, state] = await synced((its) =>
      its.mailboxes.set('INBOX', { ...mailboxOf(3), uidValidity: 0 }),
    );
    const first = await sync(imap, 'INBOX', state);
    expect(await sync(imap, 'INBOX', first.state)).toMatchObject({ isReset: true });
  });

  it.each([
    { uidValidity: -1 },
    { uidNext: Number.NaN },
    { uids: '1:*' },
    { uids: '1\r\nA9 LOGOUT' },
    { highestModSeq: '1 2' },
    { highestModSeq: 'x' },
  ])('refuses the state %o', async (change) => {
    const [, imap, state] = await synced(() => undefined);
    expect(await caught(sync(imap, 'INBOX', { ...state, ...change } as SyncState))).toMatchObject({
      code: 'usage',
    });
  });
});

describe('odd arguments', () => {
  it.each([
    ['a flag as text', (imap: ImapClient) => store(imap, 1, { add: '\\Seen' as never })],
    ['no change', (imap: ImapClient) => store(imap, 1, null as never)],
    ['fields as text', (imap: ImapClient) => all(imap.fetch(1, { headers: 'Subject' as never }))],
    ['items as text', (imap: ImapClient) => status(imap, 'INBOX', 'messages' as never)],
    ['a day that is none', (imap: ImapClient) => search(imap, { since: '2026-02-31' })],
    ['a day as number', (imap: ImapClient) => search(imap, { since: 5 as never })],
    ['no stream', (imap: ImapClient) => append(imap, 'INBOX', { size: 1, stream: 5 as never })],
    ['half a letter', (imap: ImapClient) => append(imap, 'INBOX', '\ud800')],
    ['NUL in a name', (imap: ImapClient) => imap.select('a\0b')],
    ['half a letter in a name', (imap: ImapClient) => imap.select('\ud800')],
    ['no name', (imap: ImapClient) => imap.select(undefined as never)],
  ])('as %s are refused, and the connection goes on', async (_, call) => {
    const imap = await answered(/^never/);
    expect(await caught(call(imap) as Promise<unknown>)).toMatchObject({ code: 'usage', safeToRetry: true });
    await imap.noop();
  });
});
