// What not every server has, and what callers do in the middle of things: extensions, early leaving, calls at the same time.

import { scriptedPeer } from '@fairlead/testkit';
import { expectNoUnhandledRejection } from '@fairlead/testkit/unhandled';
import { describe, expect, it } from 'vitest';
import {
  acl,
  append,
  connect,
  download,
  type ImapClient,
  list,
  myRights,
  quota,
  renameMailbox,
  search,
  sort,
  store,
  subscribe,
  thread,
} from '../src/index.ts';
import { CAPABILITIES, MailServer, mail, mailboxOf } from './support/mail-server.ts';
import { all, caught, openClient, textOf } from './support/open.ts';

expectNoUnhandledRejection();

/** A client in INBOX over a server with `capabilities` that answers each command that matches. */
async function offering(
  capabilities: string,
  answers: readonly (readonly [RegExp, string])[] = [],
): Promise<[ImapClient, MailServer]> {
  const server = new MailServer();
  server.capabilities = `${CAPABILITIES} ${capabilities}`;
  server.hook = async (line, write) => {
    const answer = answers.find(([command]) => command.test(line));
    if (answer !== undefined) await write(answer[1]);
    return answer !== undefined;
  };
  const imap = await openClient(server);
  await imap.select('INBOX');
  return [imap, server];
}

describe('extensions', () => {
  it('SORT and THREAD', async () => {
    const [imap, server] = await offering('SORT THREAD=REFERENCES', [
      [/^UID SORT/, '* SORT 3 1 2\r\n%T OK\r\n'],
      [/^UID THREAD/, '* THREAD (1 2)(3)\r\n%T OK\r\n'],
    ]);
    expect(await sort(imap, ['-date', 'subject'], { from: 'Jürgen' })).toEqual([3, 1, 2]);
    expect(server.commands.at(-1)).toMatch(/^UID SORT \(REVERSE DATE SUBJECT\) UTF-8 FROM/);
    const threads = await thread(imap, 'references', { all: true });
    expect(threads.map(({ number }) => number)).toEqual([1, 3]);
    expect(await caught(thread(imap, 'refs', {}))).toMatchObject({ code: 'usage' });
    expect(await caught(sort(imap, ['age' as never], {}))).toMatchObject({ code: 'usage' });
  });

  it('QUOTA and ACL', async () => {
    const [imap] = await offering('QUOTA ACL', [
      [/^GETQUOTAROOT/, '* QUOTAROOT INBOX ""\r\n* QUOTA "" (STORAGE 10 512)\r\n%T OK\r\n'],
      [/^GETACL/, '* ACL INBOX ann lrs bob l\r\n%T OK\r\n'],
      [/^MYRIGHTS/, '* MYRIGHTS INBOX lrs\r\n%T OK\r\n'],
    ]);
    expect(await quota(imap, 'INBOX')).toEqual([
      { root: '', resources: [{ name: 'STORAGE', usage: 10n, limit: 512n }] },
    ]);
    expect(await acl(imap, 'INBOX')).toEqual([
      { identifier: 'ann', rights: 'lrs' },
      { identifier: 'bob', rights: 'l' },
    ]);
    expect(await myRights(imap, 'INBOX')).toBe('lrs');
  });

  it('are refused where the server lacks them', async () => {
    const [imap, server] = await offering('');
    for (const call of [
      sort(imap, ['date'], {}),
      quota(imap, 'INBOX'),
      acl(imap, 'INBOX'),
      thread(imap, 'references', {}),
    ]) {
      expect(await caught(call)).toMatchObject({ code: 'usage', safeToRetry: true });
    }
    const items = { gmail: true, objectIds: true, preview: true, flags: true };
    const [message] = await all(imap.fetch(1, items));
    expect(message).toMatchObject({ flags: [], preview: undefined });
    expect(server.commands.at(-1)).toBe('UID FETCH 1 (UID FLAGS)');
  });

  it('of Gmail', async () => {
    const [imap] = await offering('X-GM-EXT-1', [
      [
        /^UID FETCH/,
        '* 1 FETCH (UID 1 X-GM-MSGID 1278455344230334865 X-GM-THRID 1266894439832287888 X-GM-LABELS (\\Inbox "Work"))\r\n%T OK\r\n',
      ],
    ]);
    const [message] = await all(imap.fetch(1, { gmail: true }));
    expect(message?.gmail).toEqual({
      messageId: 1278455344230334865n,
      threadId: 1266894439832287888n,
      labels: ['\\Inbox', 'Work'],
    });
  });

  it('PARTIAL asks for a page', async () => {
    const [imap, server] = await offering('PARTIAL', [
      [/^UID SEARCH/, '* ESEARCH (TAG "x") UID PARTIAL (-1:-2 2:3) COUNT 3\r\n%T OK\r\n'],
    ]);
    const { uids, count } = await search(imap, { all: true }, { partial: [-1, -2] });
    expect([uids.toString(), count]).toEqual(['2:3', 3]);
    expect(server.commands.at(-1)).toBe('UID SEARCH RETURN (PARTIAL -1:-2 COUNT) ALL');
  });
});

describe('mailbox names', () => {
  it('whose encoding is broken are given back as they came', async () => {
    const server = new MailServer();
    server.capabilities = 'IMAP4rev1 AUTH=PLAIN SASL-IR LITERAL+';
    server.hook = async (line, write) => {
      if (!line.startsWith('LIST')) return false;
      await write('* LIST () "/" "A&b"\r\n* LIST () NIL "&U,BTFw-"\r\n%T OK\r\n');
      return true;
    };
    const imap = await openClient(server);
    expect((await list(imap)).map(({ name, delimiter }) => [name, delimiter])).toEqual([
      ['A&b', '/'],
      ['台北', undefined],
    ]);
    await renameMailbox(imap, 'A&b', 'C&d').catch(() => undefined);
    expect(server.commands.at(-1)).toBe('RENAME "A&b" "C&-d"');
    await subscribe(imap, '台北').catch(() => undefined);
    expect(server.commands.at(-1)).toBe('SUBSCRIBE "&U,BTFw-"');
  });
});

describe('leaving early', () => {
  it('keeps the connection where little is left', async () => {
    const [imap] = await offering('');
    for await (const { uid } of imap.fetch('1:*', { flags: true })) {
      expect(uid).toBe(1);
      break;
    }
    await imap.noop();
  });

  it('ends the connection where much is left', async () => {
    const server = new MailServer();
    server.mailboxes.set(
      'INBOX',
      mailboxOf(3, () => mail('x', 'y'.repeat(900_000))),
    );
    const imap = await openClient(server);
    await imap.select('INBOX');
    for await (const _ of imap.fetch('1:*', { source: true })) break;
    expect(await caught(imap.noop())).toMatchObject({ code: 'connection_lost' });
  });

  it('by an abort ends the connection, and says so to those that wait', async () => {
    const server = new MailServer();
    server.hook = (line) => line === 'NOOP';
    const imap = await openClient(server);
    const stop = new AbortController();
    const first = caught(imap.noop({ signal: stop.signal }));
    const second = caught(imap.noop());
    setTimeout(() => stop.abort(), 5);
    expect(await first).toMatchObject({ code: 'aborted' });
    expect(await second).toMatchObject({ code: 'connection_lost', safeToRetry: true });
    expect(await caught(imap.noop({ signal: stop.signal }))).toMatchObject({ code: 'connection_lost' });
    await imap.closed;
  });

  it('of a reader that never comes back does not keep others waiting', async () => {
    const [imap] = await offering('');
    const messages = imap.fetch('1:*', { flags: true }, { timeoutMs: 500 })[Symbol.asyncIterator]();
    await messages.next();
    expect(await caught(imap.noop({ timeoutMs: 5_000 }))).toMatchObject({ code: 'connection_lost' });
    expect(await caught(messages.next())).toMatchObject({ code: 'timeout' });
  });
});

describe('calls at the same time', () => {
  it('run one after the other', async () => {
    const [imap, server] = await offering('');
    const [found, messages, source] = await Promise.all([
      search(imap, { all: true }),
      all(imap.fetch('1:*', { flags: true })),
      download(imap, 1, '').then(textOf),
      store(imap, 2, { add: ['x'] }),
    ]);
    expect([found.count, messages.length, source]).toEqual([3, 3, mail('Subject 1')]);
    expect(server.commands.slice(-4).map((line) => line.split(' ')[1])).toEqual([
      'SEARCH',
      'FETCH',
      'FETCH',
      'STORE',
    ]);
  });

  it('end with the client', async () => {
    const [imap] = await offering('');
    const call = imap.noop();
    const closing = imap.close();
    await call;
    await closing;
    await imap.close();
    expect(await caught(imap.noop())).toMatchObject({ code: 'closed', safeToRetry: true });
  });
});

describe('literals', () => {
  it('wait for the server, which may refuse the command instead', async () => {
    await using peer = scriptedPeer()
      .sendLines('* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hi')
      .expectLine(/AUTHENTICATE/)
      .sendLines('A1 OK [CAPABILITY IMAP4rev1] in')
      .expectLine('A2 APPEND "Drafts" {5}')
      .sendLines('* OK still here', '+ go')
      .expect('hello')
      .expectLine('')
      .sendLines('A2 OK done')
      .expectLine('A3 APPEND "Drafts" {5}')
      .sendLines('A3 NO [TRYCREATE] no such mailbox')
      .expectLine('A4 NOOP')
      .sendLines('A4 OK');
    const imap = await connect('imaps://ann@mail.test', {
      password: 'secret',
      connector: peer.connector,
      timeoutMs: 1000,
    });
    await append(imap, 'Drafts', 'hello');
    expect(await caught(append(imap, 'Drafts', 'hello'))).toMatchObject({
      server: { code: 'TRYCREATE' },
      safeToRetry: true,
    });
    await imap.noop();
    await peer.done();
  });
});
