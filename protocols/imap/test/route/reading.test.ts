// The reading routes against an honest server in memory: what each sends and answers, and what a hostile mail cannot do.
import { describe, expect, it } from 'vitest';
import { commandsOf, gatewayBefore, json } from '../support/gateway.ts';
import { MailServer, mail, mailboxOf } from '../support/mail-server.ts';

function serverWith(...names: string[]): MailServer {
  const server = new MailServer();
  for (const name of names) server.mailboxes.set(name, mailboxOf(1));
  return server;
}

describe('the list', () => {
  it('has uses and figures', async () => {
    const response = await gatewayBefore(serverWith('Trash'))('/imap/list');
    expect(response.status).toBe(200);
    expect(response.headers.get('Cache-Control')).toBe('no-store');
    expect(await response.json()).toMatchObject({
      mailboxes: [
        { name: 'INBOX', delimiter: '/', isSelectable: true, status: { messages: 3 } },
        { name: 'Trash', specialUse: 'trash', status: { messages: 1 } },
      ],
    });
  });

  it('leaves out what is not the operator’s to give, and figures that are not wanted', async () => {
    const server = serverWith('Archive/2026', 'Secret');
    const call = gatewayBefore(server, { mailboxes: ['inbox', 'Archive/*'] });
    const { mailboxes } = (await (await call('/imap/list?status=')).json()) as {
      mailboxes: { name: string; status?: unknown }[];
    };
    expect(mailboxes.map(({ name, status }) => [name, status])).toEqual([
      ['INBOX', undefined],
      ['Archive/2026', undefined],
    ]);
    expect(commandsOf(server)[0]).not.toContain('STATUS');
  });

  it('is a limit beyond maxRows', async () => {
    const response = await gatewayBefore(serverWith('a', 'b', 'c', 'd'))('/imap/list');
    expect([response.status, await response.json()]).toEqual([
      413,
      expect.objectContaining({ code: 'limit' }),
    ]);
  });
});

describe('a search', () => {
  it('is newest first, page by page, and examines only', async () => {
    const server = new MailServer();
    const call = gatewayBefore(server);
    const first = await call('/imap/search', json({ mailbox: 'INBOX', criteria: { seen: false }, limit: 2 }));
    expect(await first.json()).toEqual({ uidValidity: 7, uids: [3, 2], count: 3, next: 2 });
    expect(commandsOf(server)).toEqual([
      expect.stringMatching(/^EXAMINE "?INBOX/),
      'UID SEARCH RETURN (ALL COUNT) UNSEEN',
    ]);
    await call('/imap/search', json({ mailbox: 'INBOX', criteria: { from: 'ann' }, before: 2 }));
    expect(commandsOf(server).at(-1)).toMatch(
      /^UID SEARCH RETURN \(ALL COUNT\) \(?UID 1:1\)? \(?FROM "ann"\)?$/,
    );
  });

  it('asks nothing below the first UID', async () => {
    const server = new MailServer();
    const response = await gatewayBefore(server)('/imap/search', json({ mailbox: 'INBOX', before: 1 }));
    expect(await response.json()).toEqual({ uidValidity: 7, uids: [], count: 0 });
    expect(commandsOf(server)).toHaveLength(1);
  });

  it('takes criteria inside criteria, digits, and hostile words as quoted ones', async () => {
    const server = new MailServer();
    const criteria = {
      or: [{ subject: 'a" b} {5+} A1 LOGOUT' }, { not: { header: { 'Message-ID': '<x@y>' } } }],
      modSeq: '9007199254740993',
    };
    const response = await gatewayBefore(server)('/imap/search', json({ mailbox: 'INBOX', criteria }));
    expect([response.status, await response.text()]).toEqual([200, expect.anything()]);
    expect(commandsOf(server).at(-1)).toContain('OR SUBJECT "a\\" b} {5+} A1 LOGOUT" NOT HEADER');
    expect(commandsOf(server).at(-1)).toContain('MODSEQ 9007199254740993');
  });

  it('expands no set that a server makes up', async () => {
    const server = new MailServer();
    server.capabilities += ' PARTIAL';
    server.hook = async (line, write) => {
      if (!line.startsWith('UID SEARCH')) return false;
      await write('* ESEARCH (TAG "%T") UID PARTIAL (-1:-5 1:4294967295) COUNT 4294967295\r\n%T OK\r\n');
      return true;
    };
    const response = await gatewayBefore(server)('/imap/search', json({ mailbox: 'INBOX', limit: 2 }));
    expect(await response.json()).toEqual({
      uidValidity: 7,
      uids: [4294967295, 4294967294],
      count: 4294967295,
      next: 4294967294,
    });
  });
});

describe('messages', () => {
  it('are the newest by default, with their uidValidity', async () => {
    const server = new MailServer();
    const response = await gatewayBefore(server)('/imap/messages?mailbox=INBOX', {}, 'reader');
    const body = (await response.json()) as { messages: unknown[] };
    expect(body).toMatchObject({ uidValidity: 7, exists: 3 });
    expect(body.messages).toHaveLength(3);
    expect(body.messages[2]).toMatchObject({
      uid: 3,
      uidValidity: 7,
      flags: [],
      envelope: { subject: 'Subject 3', from: [{ name: 'Ann', address: 'ann@x.test' }] },
      structure: { part: '1', type: 'text/plain' },
      internalDate: '2026-07-17T09:44:25.000Z',
    });
    expect(body.messages[2]).not.toHaveProperty('sequence');
    // Login, EXAMINE, FETCH, LOGOUT, and the end.
    expect(server.flights).toBe(5);
  });

  it('are those of the UIDs, with the items that are asked for', async () => {
    const server = new MailServer();
    const response = await gatewayBefore(server)(
      '/imap/messages?mailbox=INBOX&uid=2:3&uidValidity=7&items=flags',
    );
    expect(((await response.json()) as { messages: unknown }).messages).toEqual([
      { uid: 2, uidValidity: 7, flags: [] },
      { uid: 3, uidValidity: 7, flags: [] },
    ]);
    expect(commandsOf(server).at(-1)).toBe('UID FETCH 2:3 (UID FLAGS)');
  });

  it('stream as lines beyond the cap of a document', async () => {
    const server = new MailServer();
    server.mailboxes.set('INBOX', mailboxOf(30));
    const call = gatewayBefore(server);
    const path = '/imap/messages?mailbox=INBOX&uid=1:*';
    expect((await call(path)).status).toBe(413);
    const streamed = await call(path, { headers: { Accept: 'application/x-ndjson' } });
    const lines = (await streamed.text()).trim().split('\n');
    expect(lines).toHaveLength(30);
    expect(JSON.parse(lines[29] ?? '')).toMatchObject({ uid: 30, uidValidity: 7 });
  });

  it('with stale UIDs are 409, and nothing is fetched', async () => {
    const server = new MailServer();
    const response = await gatewayBefore(server)('/imap/messages?mailbox=INBOX&uid=1&uidValidity=6');
    expect([response.status, await response.json()]).toEqual([
      409,
      expect.objectContaining({
        code: 'server',
        safeToRetry: true,
        server: expect.objectContaining({ code: 'UIDVALIDITY', fields: { expected: '6', actual: '7' } }),
      }),
    ]);
    expect(commandsOf(server)).toHaveLength(1);
  });
});

describe('a part', () => {
  const html = mail('x', '<script>alert(1)</script>');

  it('is decoded, and a file to save', async () => {
    const server = new MailServer();
    const source = `Subject: x\r\nContent-Transfer-Encoding: base64\r\n\r\n${btoa('ahoy')}`;
    server.mailboxes.set(
      'INBOX',
      mailboxOf(1, () => source),
    );
    const response = await gatewayBefore(server)('/imap/part?mailbox=INBOX&uid=1&part=1&uidValidity=7');
    expect(await response.text()).toBe('ahoy');
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/plain',
      'content-disposition': 'attachment; filename="message-1-1.txt"',
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'fairlead-uid-validity': '7',
    });
    expect(commandsOf(server).join('\n')).not.toMatch(/BODY\[|BINARY\[/);
  });

  it.each(['', '&part=', '&part=raw'])('%j is the whole message', async (query) => {
    const server = new MailServer();
    server.mailboxes.set(
      'INBOX',
      mailboxOf(1, () => html),
    );
    const response = await gatewayBefore(server)(`/imap/part?mailbox=INBOX&uid=1${query}`);
    expect(await response.text()).toBe(html);
    expect(response.headers.get('Content-Type')).toBe('message/rfc822');
    expect(response.headers.get('Content-Disposition')).toBe('attachment; filename="message-1.eml"');
    expect(server.mailboxes.get('INBOX')?.messages[0]?.flags.size).toBe(0);
  });

  it.each([
    ['"TEXT" "HTML" ("NAME" "x.html")', 'x.html', 'application/octet-stream'],
    ['"IMAGE" "SVG+XML" ("NAME" "x.svg")', 'x.svg', 'application/octet-stream'],
    ['"TEXT" "HTML" NIL', 'message-1-1.html', 'application/octet-stream'],
    ['"IMAGE" "PNG" ("NAME" "a.png")', 'a.png', 'image/png'],
    ['"TEXT" "HTML\r\nX-Evil: 1" NIL', undefined, undefined],
    ['"APPLICATION" "PDF" ("NAME" "../../etc/p.pdf")', 'p.pdf', 'application/pdf'],
    ['"APPLICATION" "X" ("NAME" ".bashrc")', 'bashrc', 'application/octet-stream'],
    ['"APPLICATION" "X" ("NAME*" "UTF-8\'\'a%0d%0aX-Evil:%201.txt")', ' 1.txt', undefined],
    ['"APPLICATION" "X" ("NAME*" "UTF-8\'\'invoice%E2%80%AEfdp.exe")', 'invoicefdp.exe', undefined],
    ['"APPLICATION" "X" ("NAME*" "UTF-8\'\'%E5%8F%B0.zip")', '_.zip', 'application/zip'],
    ['"__PROTO__" "CONSTRUCTOR" ("NAME" "..")', 'message-1-1.bin', 'application/octet-stream'],
  ])('of the hostile type %s', async (type, name, contentType) => {
    const server = new MailServer();
    server.hook = async (line, write) => {
      if (!/^UID FETCH 1 \(.*BODYSTRUCTURE/.test(line)) return false;
      await write(`* 1 FETCH (UID 1 BODYSTRUCTURE (${type} NIL NIL "7BIT" 3 1))\r\n%T OK\r\n`);
      return true;
    };
    const response = await gatewayBefore(server)('/imap/part?mailbox=INBOX&uid=1&part=1');
    expect(response.headers.has('X-Evil')).toBe(false);
    if (name === undefined) return expect(response.status).toBe(502);
    expect(response.headers.get('Content-Disposition')).toContain(`attachment; filename="${name.trim()}"`);
    if (contentType !== undefined) expect(response.headers.get('Content-Type')).toBe(contentType);
  });

  it('that does not exist is 404', async () => {
    const call = gatewayBefore(new MailServer());
    for (const query of ['uid=99&part=1', 'uid=99', 'uid=1&part=2']) {
      const response = await call(`/imap/part?mailbox=INBOX&${query}`);
      expect([query, response.status, await response.json()]).toEqual([
        query,
        404,
        expect.objectContaining({ server: expect.objectContaining({ code: 'NONEXISTENT' }) }),
      ]);
    }
  });

  it('that breaks off is no whole answer', async () => {
    const server = new MailServer();
    server.hook = async (line, write) => {
      if (!line.includes('BODY.PEEK[]')) return false;
      await write('* 1 FETCH (UID 1 BODY[] {100}\r\nonly this');
      throw new Error('gone');
    };
    const response = await gatewayBefore(server)('/imap/part?mailbox=INBOX&uid=1');
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
  });

  it('answers HEAD without reading a body', async () => {
    const server = new MailServer();
    const response = await gatewayBefore(server)('/imap/part?mailbox=INBOX&uid=1&part=1', { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([200, '']);
    expect(commandsOf(server).join('\n')).not.toContain('PEEK');
  });
});
