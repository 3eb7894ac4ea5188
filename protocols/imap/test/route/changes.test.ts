// The changing routes against an honest server in memory.
import { describe, expect, it } from 'vitest';
import { commandsOf, gatewayBefore, json } from '../support/gateway.ts';
import { MailServer, mailboxOf } from '../support/mail-server.ts';

const OF_INBOX = { mailbox: 'INBOX', uidValidity: 7 };
const MESSAGE = 'From: ann@x.test\r\nSubject: Ahoy\r\n\r\nHello.\r\n';

function serverWith(...names: string[]): MailServer {
  const server = new MailServer();
  for (const name of names) server.mailboxes.set(name, { ...mailboxOf(0), uidValidity: 9 });
  return server;
}
const post = (body: BodyInit, headers: Readonly<Record<string, string>> = {}): RequestInit => ({
  method: 'POST',
  body,
  headers: { 'Content-Type': 'message/rfc822', ...headers },
});
const uidsIn = (server: MailServer, name: string) =>
  server.mailboxes.get(name)?.messages.map(({ uid }) => uid);

describe('append', () => {
  const length = { 'Content-Length': `${MESSAGE.length}` };

  it('passes a message on, with flags and a date', async () => {
    const server = serverWith('Drafts');
    const path = '/imap/append?mailbox=Drafts&flags=%5CDraft,$x&date=2026-01-31T12:00:00Z';
    const response = await gatewayBefore(server)(path, post(MESSAGE, length), 'writer');
    expect([response.status, await response.json()]).toEqual([200, { uidValidity: 9, uid: 1 }]);
    const [message] = server.mailboxes.get('Drafts')?.messages ?? [];
    expect([message?.source, [...(message?.flags ?? [])]]).toEqual([MESSAGE, ['\\Draft', '$x']]);
    expect(commandsOf(server)[0]).toContain('"31-Jan-2026 12:00:00 +0000"');
  });

  it('gathers a message without a length', async () => {
    const server = serverWith('Drafts');
    const response = await gatewayBefore(server)('/imap/append?mailbox=Drafts', post(MESSAGE));
    expect(response.status).toBe(200);
    expect(server.mailboxes.get('Drafts')?.messages[0]?.source).toBe(MESSAGE);
  });

  it('sends no message that is shorter or longer than its length as a whole one', async () => {
    for (const size of [MESSAGE.length + 10, MESSAGE.length - 10]) {
      const server = serverWith('Drafts');
      const headers = { 'Content-Length': `${size}` };
      const response = await gatewayBefore(server)('/imap/append?mailbox=Drafts', post(MESSAGE, headers));
      expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([400, 'usage']);
      expect(uidsIn(server, 'Drafts')).toEqual([]);
    }
  });

  it('is refused where there is no such mailbox, and where there is no room', async () => {
    const server = serverWith();
    const call = gatewayBefore(server);
    const missing = await call('/imap/append?mailbox=Nowhere', post(MESSAGE, length));
    expect([missing.status, await missing.json()]).toEqual([
      404,
      expect.objectContaining({ server: expect.objectContaining({ code: 'TRYCREATE' }) }),
    ]);
    server.hook = async (line, write) => {
      if (!line.startsWith('APPEND')) return false;
      await write('%T NO [OVERQUOTA] full\r\n');
      return true;
    };
    expect((await call('/imap/append?mailbox=INBOX', post(MESSAGE, length))).status).toBe(507);
  });
});

describe('flags', () => {
  it.each([
    [{ add: ['\\Seen', '$x'] }, /^UID STORE 2 \+FLAGS(\.SILENT)? \(\\Seen \$x\)$/],
    [{ remove: ['\\Seen'] }, /^UID STORE 2 -FLAGS(\.SILENT)? \(\\Seen\)$/],
    [{ set: [] }, /^UID STORE 2 FLAGS(\.SILENT)? \(\)$/],
    [{ add: ['$x'], unchangedSince: '9007199254740993' }, /\(UNCHANGEDSINCE 9007199254740993\)/],
  ])('%j', async (change, command) => {
    const server = new MailServer();
    const body = { ...OF_INBOX, uids: 2, ...change };
    const response = await gatewayBefore(server)('/imap/flags', json(body), 'writer');
    expect([response.status, await response.json()]).toEqual([200, { uidValidity: 7, modified: '' }]);
    expect(commandsOf(server)).toEqual([expect.stringMatching(/^SELECT/), expect.stringMatching(command)]);
  });
});

describe('move', () => {
  it('tells the new UIDs', async () => {
    const server = serverWith('Archive');
    const body = { ...OF_INBOX, uids: [1, 3], to: 'Archive' };
    const response = await gatewayBefore(server)('/imap/move', json(body));
    expect(await response.json()).toEqual({
      uidValidity: 7,
      to: { mailbox: 'Archive', uidValidity: 9, uids: { 1: 1, 3: 2 } },
    });
    expect([uidsIn(server, 'INBOX'), uidsIn(server, 'Archive')]).toEqual([[2], [1, 2]]);
  });

  it('copies, and leaves the mailbox as it is', async () => {
    const server = serverWith('Archive');
    const body = { ...OF_INBOX, uids: '1:2', to: 'Archive', copy: true };
    const response = await gatewayBefore(server)('/imap/move', json(body));
    expect(response.status).toBe(200);
    expect([uidsIn(server, 'INBOX'), uidsIn(server, 'Archive')]).toEqual([
      [1, 2, 3],
      [1, 2],
    ]);
  });

  it('tells no UIDs beyond maxRows, and 404 for no such mailbox', async () => {
    const server = serverWith('Archive');
    server.mailboxes.set('INBOX', mailboxOf(5));
    const call = gatewayBefore(server);
    const missing = await call('/imap/move', json({ ...OF_INBOX, uids: '1:5', to: 'Nowhere' }));
    expect(missing.status).toBe(404);
    const moved = await call('/imap/move', json({ ...OF_INBOX, uids: '1:5', to: 'Archive' }));
    expect(await moved.json()).toEqual({ uidValidity: 7, to: { mailbox: 'Archive', uidValidity: 9 } });
  });
});

describe('delete', () => {
  it('moves to the trash', async () => {
    const server = serverWith('Trash');
    const response = await gatewayBefore(server)('/imap/delete', json({ ...OF_INBOX, uids: 1 }));
    expect(await response.json()).toMatchObject({ uidValidity: 7, to: { mailbox: 'Trash' } });
    expect([uidsIn(server, 'INBOX'), uidsIn(server, 'Trash')]).toEqual([[2, 3], [1]]);
  });

  it('removes these alone for good, and never by a plain EXPUNGE', async () => {
    const server = serverWith('Trash');
    const body = { ...OF_INBOX, uids: 1, permanently: true };
    const response = await gatewayBefore(server)('/imap/delete', json(body));
    expect(await response.json()).toEqual({ uidValidity: 7 });
    expect(uidsIn(server, 'Trash')).toEqual([]);
    expect(commandsOf(server).at(-1)).toBe('UID EXPUNGE 1');
  });

  it.each([
    ['there is no trash', serverWith(), {}],
    ['the trash is not the operator’s to give', serverWith('Trash'), { mailboxes: ['INBOX'] }],
  ])('is refused where %s', async (_, server, settings) => {
    const response = await gatewayBefore(server, settings)('/imap/delete', json({ ...OF_INBOX, uids: 1 }));
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([400, 'usage']);
    expect(uidsIn(server, 'INBOX')).toEqual([1, 2, 3]);
  });
});

it.each([
  ['/imap/flags', { add: ['\\Seen'] }],
  ['/imap/move', { to: 'Trash' }],
  ['/imap/move', { to: 'Trash', copy: true }],
  ['/imap/delete', {}],
  ['/imap/delete', { permanently: true }],
])('%s %j changes nothing by stale UIDs', async (path, more) => {
  const server = serverWith('Trash');
  const response = await gatewayBefore(server)(
    path,
    json({ mailbox: 'INBOX', uidValidity: 8, uids: 1, ...more }),
  );
  expect(response.status).toBe(409);
  expect(commandsOf(server).filter((line) => line.startsWith('UID'))).toEqual([]);
});
