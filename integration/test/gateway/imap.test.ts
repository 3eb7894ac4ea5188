// The routes below /imap of the built Worker, against Dovecot 2.4, Cyrus and Courier: one message's way through all of them.
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type ImapServerName, mailbox } from '../modules/imap.ts';
import { theirs } from '../modules/imap-oracle.ts';
import { DEAD_PORT, type Gateway, type Json, startGateway } from './support.ts';

const { imap: servers } = inject('servers');
const NAMES = ['Dovecot 2.4', 'Cyrus 3.12', 'Courier 5'] as const satisfies readonly ImapServerName[];
const connectionOf = { 'Dovecot 2.4': 'dovecot', 'Cyrus 3.12': 'cyrus', 'Courier 5': 'courier' } as const;
const url = (port: number, login = 'app:app-password') => `imaps://${login}@localhost:${port}`;

const connections = {
  dovecot: { url: url(servers['Dovecot 2.4'].implicit) },
  cyrus: { url: url(servers['Cyrus 3.12'].implicit) },
  courier: { url: url(servers['Courier 5'].implicit) },
  narrow: { url: url(servers['Dovecot 2.4'].implicit), mailboxes: ['INBOX', 'Archive/*'] },
  // A pool that no other test has.
  warm: { url: url(servers['Dovecot 2.4'].implicit), pool: { max: 2 } },
  imapWrongPassword: { url: url(servers['Dovecot 2.4'].implicit, 'app:wrong-password') },
  imapDead: { url: url(DEAD_PORT) },
};
const tokens = [{ name: 'imapReader', token: 'token-imap-reader', scopes: ['imap:read:dovecot'] }];

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ connections, tokens });
});
afterAll(() => gateway.close());

async function ask(path: string, json?: Json): Promise<Json> {
  const { status, body } = await gateway.ask(`/imap/${path}`, json === undefined ? {} : { json });
  expect([status, path], JSON.stringify(body)).toEqual([200, path]);
  return body;
}

const MAIL = [
  'From: Ann <ann@mail.test>',
  'Subject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe?=',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=x',
  '',
  '--x',
  'Content-Type: text/html',
  '',
  '<script>alert(1)</script>',
  '--x',
  'Content-Type: application/octet-stream; name="rod.csv"',
  'Content-Transfer-Encoding: base64',
  'Content-Disposition: attachment; filename="../rod.csv"',
  '',
  btoa('id,name\n1,Aurora\n'),
  '--x--',
  '',
].join('\r\n');

describe.each(NAMES)('%s', (server) => {
  const connection = connectionOf[server];
  const { implicit: port } = servers[server];
  const [box, archive] = ['in', 'archive'].map((one) => mailbox(server, `gw-${one}-${crypto.randomUUID()}`));
  const place = `connection=${connection}&mailbox=${encodeURIComponent(box ?? '')}`;
  const made = [box ?? '', archive ?? ''];
  beforeAll(() => theirs({ port, steps: made.map((name) => ({ do: 'create', mailbox: name })) }));
  afterAll(() => theirs({ port, steps: made.map((name) => ({ do: 'delete', mailbox: name })) }));

  it('one message from append to delete', async () => {
    const { state } = await ask('sync', { connection, mailbox: box });
    const response = await gateway.fetch(`/imap/append?${place}&flags=%5CDraft`, {
      method: 'POST',
      body: MAIL,
    });
    const { uid, uidValidity } = (await response.json()) as { uid: number; uidValidity: number };
    expect([response.status, uid]).toEqual([200, expect.any(Number)]);
    const of = { connection, mailbox: box, uidValidity, uids: uid };

    const { mailboxes } = (await ask(`list?connection=${connection}`)) as { mailboxes: { name: string }[] };
    expect(mailboxes).toContainEqual(
      expect.objectContaining({
        name: box,
        isSelectable: true,
        status: expect.objectContaining({ messages: 1 }),
      }),
    );
    const found = await ask('search', { connection, mailbox: box, criteria: { from: 'ann@mail.test' } });
    expect(found).toEqual({ uidValidity, uids: [uid], count: 1 });

    const { messages } = (await ask(`messages?${place}&uid=${uid}&uidValidity=${uidValidity}`)) as {
      messages: Json[];
    };
    expect(messages).toMatchObject([
      { uid, envelope: { subject: 'Grüße' }, structure: { type: 'multipart/mixed' } },
    ]);
    const file = await gateway.fetch(`/imap/part?${place}&uid=${uid}&part=2`);
    expect(await file.text()).toBe('id,name\n1,Aurora\n');
    expect([file.headers.get('Content-Type'), file.headers.get('Content-Disposition')]).toEqual([
      'text/csv',
      'attachment; filename="rod.csv"',
    ]);
    const html = await gateway.fetch(`/imap/part?${place}&uid=${uid}&part=1`);
    expect([await html.text(), html.headers.get('Content-Type')]).toEqual([
      '<script>alert(1)</script>',
      'application/octet-stream',
    ]);
    expect(await (await gateway.fetch(`/imap/part?${place}&uid=${uid}`)).text()).toBe(MAIL);

    // All of that left it unseen.
    const { changed } = (await ask('sync', { connection, mailbox: box, state })) as { changed: Json[] };
    expect(changed).toMatchObject([{ uid, isNew: true, flags: expect.not.arrayContaining(['\\Seen']) }]);
    expect(await ask('flags', { ...of, add: ['\\Seen'] })).toEqual({ uidValidity, modified: '' });
    const moved = await ask('move', { ...of, to: archive });
    expect(moved).toMatchObject({ to: { mailbox: archive, uids: { [uid]: expect.any(Number) } } });
    const stale = await gateway.ask('/imap/flags', { json: { ...of, uidValidity: 1, set: [] } });
    expect([stale.status, stale.body.server]).toEqual([
      409,
      expect.objectContaining({ code: 'UIDVALIDITY' }),
    ]);
    const { to } = moved as { to: { uidValidity: number; uids: Record<string, number> } };
    const last = { connection, mailbox: archive, uidValidity: to.uidValidity, uids: to.uids[uid] };
    await ask('delete', { ...last, permanently: true });
    expect(await ask('search', { connection, mailbox: archive })).toMatchObject({ uids: [], count: 0 });
  });

  // Courier's IDLE asks its files once a minute.
  if (server === 'Courier 5') return;
  it('new mail while the watch lives', async () => {
    const headers = { 'Fairlead-Timeout-Ms': '2400' };
    const response = await gateway.fetch(`/imap/watch?${place}`, { headers });
    expect([response.status, response.headers.get('Content-Type')]).toEqual([200, 'text/event-stream']);
    let text = '';
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      if (text === '') await gateway.fetch(`/imap/append?${place}`, { method: 'POST', body: MAIL });
      text += chunk;
    }
    const events = [...text.matchAll(/^event: (.*)$/gm)].map(([, name]) => name);
    expect(events.filter((name) => name !== 'changed')).toEqual(['open', 'mail', 'end']);
    expect(text).toContain('Grüße');
  });
});

describe('Dovecot 2.4', () => {
  it('1,000 messages as lines, and a page of 10,000', async () => {
    const path = '/imap/messages?connection=dovecot&mailbox=Thousand&uid=1:*';
    const response = await gateway.fetch(path, { headers: { Accept: 'application/x-ndjson' } });
    const lines = (await response.text()).trim().split('\n');
    expect([lines.length, JSON.parse(lines[999] ?? '')]).toEqual([
      1000,
      expect.objectContaining({ envelope: expect.anything() }),
    ]);
    const page = (await ask('search', { connection: 'dovecot', mailbox: 'Many', limit: 3 })) as {
      uids: number[];
    };
    expect(page).toMatchObject({ uids: [10_000, 9999, 9998], count: 10_000, next: 9998 });
  });

  it.each([
    ['a wrong password', 'imapWrongPassword', 'INBOX', 502, 'auth'],
    ['nobody listening', 'imapDead', 'INBOX', 502, 'connect_failed'],
    ['a mailbox that is not there', 'dovecot', 'Nowhere', 404, 'server'],
    ['a mailbox of the operator’s', 'narrow', 'Thousand', 403, 'policy'],
    ['a wildcard', 'dovecot', 'Arch*', 400, 'invalid'],
  ])('%s', async (_name, connection, name, status, code) => {
    const path = `/imap/messages?connection=${connection}&mailbox=${encodeURIComponent(name)}`;
    const answer = await gateway.ask(path);
    expect([answer.status, answer.body.code], JSON.stringify(answer.body)).toEqual([status, code]);
    expect(JSON.stringify(answer.body)).not.toMatch(/(app|wrong)-password/);
  });

  it('a login or two for ten requests, one after the other', async () => {
    for (let i = 0; i < 10; i++) await ask('messages?connection=warm&mailbox=INBOX&newest=3');
    const { body } = await gateway.ask('/connections?connection=warm');
    // A request may come before the last one's connection is back, and have one of its own then.
    const opened = Number(/"opened":(\d+),/.exec(JSON.stringify(body))?.[1]);
    expect([1, 2]).toContain(opened);
  });

  it('a token that may only read, and a list that is narrow', async () => {
    const token = 'token-imap-reader';
    const read = await gateway.ask('/imap/messages?connection=dovecot&mailbox=INBOX&newest=1', { token });
    expect(read.status).toBe(200);
    const json = { connection: 'dovecot', mailbox: 'INBOX', uidValidity: 1, uids: 1, set: [] };
    const refused = await gateway.ask('/imap/flags', { token, json });
    expect([refused.status, refused.body.needs]).toEqual([403, 'imap:write:dovecot']);
    const { mailboxes } = (await ask('list?connection=narrow&status=')) as { mailboxes: { name: string }[] };
    expect(mailboxes.map(({ name }) => name).sort()).toEqual(['Archive/2026', 'INBOX']);
  });
});
