// POST /smtp/send and /smtp/send-raw, GET /smtp/probe of the built Worker, against Postfix, OpenSMTPD and Exim.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { isWhole, newBox, received, receivedText } from '../modules/mailbox.ts';
import { DEAD_PORT, type Gateway, startGateway } from './support.ts';

const { postfix, opensmtpd, exim } = inject('servers');
const login = 'app:app-password';
const from = 'app@mail.test';
const implicit = { tls: 'true' };

const connections = {
  postfix: { url: `smtp://${login}@localhost:${postfix.port}` },
  postfixTls: { url: `smtps://${login}@localhost:${postfix.tlsPort}` },
  opensmtpd: { url: `smtp://${login}@localhost:${opensmtpd.port}` },
  exim: { url: `smtps://${login}@localhost:${exim.tlsPort}` },
  restricted: { url: `smtp://${login}@localhost:${postfix.port}`, from },
  smtpWrongPassword: { url: `smtp://app:wrong-password@localhost:${postfix.port}` },
  smtpNoTls: { url: `smtp://${login}@localhost:${postfix.plainPort}` },
  smtpUntrusted: { url: `smtp://${login}@localhost:${postfix.refusedPorts.untrusted}` },
  smtpDead: { url: `smtp://${login}@localhost:${DEAD_PORT}` },
};
const tokens = [{ name: 'mailer', token: 'token-mailer', scopes: ['smtp:send:postfix'] }];

let gateway: Gateway;
beforeAll(async () => {
  const targets = [`localhost:${postfix.port}`, `localhost:${exim.tlsPort}`];
  gateway = await startGateway({ connections, tokens, targets });
});
afterAll(() => gateway.close());

const MAILBOXES: Readonly<Record<string, string>> = {
  postfix: postfix.mailboxUrl,
  postfixTls: postfix.mailboxUrl,
  opensmtpd: opensmtpd.mailboxUrl,
  exim: exim.mailboxUrl,
};
const NAMES = Object.keys(MAILBOXES);

function send(json: Record<string, unknown>, token?: string) {
  return gateway.ask('/smtp/send', token === undefined ? { json } : { json, token });
}

/** The content of a mail's attachment. */
function attachmentOf(text: string): Buffer {
  const [, base64 = ''] = /Content-Disposition: attachment[\s\S]*?\n\n([A-Za-z0-9+/=\n]+)\n/.exec(text) ?? [];
  return Buffer.from(base64, 'base64');
}

describe('send', () => {
  it.each(NAMES)('as JSON, over the connection %s', async (connection) => {
    const [box, hidden] = [newBox(), newBox()];
    const content = randomBytes(20_000);
    const { status, body } = await send({
      connection,
      from: { name: 'Jürgen Å', address: from },
      to: [box, 'nobody@mail.test'],
      bcc: hidden,
      subject: 'Grüße aus Göteborg',
      text: 'Ahoy\n.\n',
      attachments: [{ filename: 'a.bin', content: content.toString('base64') }],
    });
    expect([status, body.accepted]).toEqual([200, [box, hidden]]);
    expect(body.rejected).toMatchObject([{ address: 'nobody@mail.test', code: 550 }]);
    expect(body.response).toMatch(/^250 /);
    const text = await receivedText(MAILBOXES[connection] ?? '', box);
    expect(text).toContain(`\nMessage-ID: ${body.messageId}\n`);
    expect(text).toContain('=?UTF-8?');
    expect(text).not.toContain(hidden);
    expect(attachmentOf(text).equals(content)).toBe(true);
    expect(await receivedText(MAILBOXES[connection] ?? '', hidden)).toContain(String(body.messageId));
  });

  it('as a form with files', async () => {
    const box = newBox();
    const content = randomBytes(300_000);
    const form = new FormData();
    form.set(
      'mail',
      JSON.stringify({ connection: 'postfix', from, to: box, subject: 'Files', text: 'See there.' }),
    );
    form.append(
      'attachment',
      new Blob([new Uint8Array(content)], { type: 'application/pdf' }),
      'Übersicht.pdf',
    );
    const { status } = await gateway.ask('/smtp/send', { method: 'POST', body: form });
    expect(status).toBe(200);
    const text = await receivedText(postfix.mailboxUrl, box);
    expect(text).toContain('Content-Type: application/pdf');
    expect(attachmentOf(text).equals(content)).toBe(true);
  });

  it('the only sender of a connection stands for one that is not named, and no other is let through', async () => {
    const box = newBox();
    expect((await send({ connection: 'restricted', to: box, text: 'Ahoy' })).status).toBe(200);
    expect(await receivedText(postfix.mailboxUrl, box)).toContain(`\nFrom: ${from}\n`);
    const other = { connection: 'restricted', from: 'boss@mail.test', to: box, text: 'Ahoy' };
    expect(await send(other)).toMatchObject({ status: 403, body: { code: 'policy' } });
  });

  it('a token for one connection alone', async () => {
    const mail = { from, to: newBox(), text: 'Ahoy' };
    expect((await send({ ...mail, connection: 'postfix' }, 'token-mailer')).status).toBe(200);
    expect((await send({ ...mail, connection: 'exim' }, 'token-mailer')).status).toBe(403);
    expect((await gateway.ask('/smtp/probe?connection=postfix', { token: 'token-mailer' })).status).toBe(403);
  });
});

describe('send-raw', () => {
  it.each(NAMES)('byte for byte, over the connection %s', async (connection) => {
    const [box, hidden] = [newBox(), newBox()];
    const header = `From: <${from}>\r\nTo: <${box}>\r\nMessage-ID: <1@mail.test>\r\nDate: Sat, 21 Nov 2026 11:00:00 +0000\r\n`;
    const content = Buffer.concat([
      Buffer.from('\r\n.\r\n..\r\n\x80\xff\r\n', 'latin1'),
      Buffer.from('Göteborg\r\n'),
    ]);
    const message = Buffer.concat([Buffer.from(`${header}Bcc: ${hidden}\r\n`), content]);
    const { status, body } = await gateway.ask(`/smtp/send-raw?connection=${connection}`, {
      method: 'POST',
      headers: { 'Content-Type': 'message/rfc822' },
      body: new Uint8Array(message),
    });
    expect([status, body.accepted]).toEqual([200, [box, hidden]]);
    const sent = Buffer.concat([Buffer.from(header), content]);
    for (const one of [box, hidden])
      expect(isWhole(await received(MAILBOXES[connection] ?? '', one), sent)).toBe(true);
  });

  it('the envelope of the query', async () => {
    const [box, header] = [newBox(), newBox()];
    const path = `/smtp/send-raw?connection=postfix&from=${from}&to=${box}`;
    const headers = { 'Content-Type': 'message/rfc822' };
    const body = `From: <boss@mail.test>\r\nTo: <${header}>\r\n\r\nAhoy\r\n`;
    expect((await gateway.ask(path, { method: 'POST', headers, body })).body.accepted).toEqual([box]);
    expect(await receivedText(postfix.mailboxUrl, box)).toContain(header);
    expect((await fetch(`${postfix.mailboxUrl}/${header}`)).status).toBe(404);
  });
});

describe('probe', () => {
  it.each([
    ['postfix', 'starttls', ['CHUNKING', 'PIPELINING', 'SMTPUTF8', 'SIZE']],
    ['opensmtpd', 'starttls', ['8BITMIME', 'DSN', 'SIZE']],
    ['exim', true, ['CHUNKING', 'PIPELINING', 'LIMITS']],
  ])('the connection %s, whose address stays hidden', async (connection, tls, extensions) => {
    const { status, body } = await gateway.ask(`/smtp/probe?connection=${connection}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ connection, tls, greeting: expect.stringContaining('mx.mail.test') });
    const { capabilities } = body as { capabilities: { extensions: object; auth: string[] } };
    expect(Object.keys(capabilities.extensions)).toEqual(expect.arrayContaining(extensions));
    expect(capabilities.auth).toContain('PLAIN');
    expect(JSON.stringify(body)).not.toMatch(/localhost|app-password/);
  });

  it('an address that the policy names', async () => {
    const starttls = await gateway.ask(`/smtp/probe/localhost:${postfix.port}`);
    expect(starttls).toMatchObject({
      status: 200,
      body: { tls: 'starttls', address: `localhost:${postfix.port}` },
    });
    const query = new URLSearchParams(implicit);
    expect((await gateway.ask(`/smtp/probe/localhost:${exim.tlsPort}?${query}`)).body.tls).toBe(true);
    const other = await gateway.ask(`/smtp/probe/localhost:${opensmtpd.port}`);
    expect(other).toMatchObject({ status: 403, body: { code: 'policy' } });
  });
});

describe('refusals', () => {
  it.each([
    ['no recipient that is known', {}, { to: 'nobody@mail.test' }, 400, 'server', '5.1.1'],
    ['a mailbox that is full for now', {}, { to: 'full@mail.test' }, 503, 'server', '4.2.2'],
    ['a wrong password', {}, { connection: 'smtpWrongPassword' }, 502, 'auth', undefined],
    ['a server without STARTTLS', {}, { connection: 'smtpNoTls' }, 502, 'tls_failed', undefined],
    ['an untrusted certificate', {}, { connection: 'smtpUntrusted' }, 502, 'tls_failed', undefined],
    ['nobody listening', {}, { connection: 'smtpDead' }, 502, 'connect_failed', undefined],
    ['an unknown connection', {}, { connection: 'nowhere' }, 404, 'not_found', undefined],
    ['a subject with a line end', {}, { subject: 'a\r\nBcc: evil@mail.test' }, 400, 'usage', undefined],
    ['an address with a line end', {}, { to: 'box@mail.test>\r\nRCPT TO:<evil' }, 400, 'usage', undefined],
    ['a Bcc among the headers', {}, { headers: { Bcc: 'box@mail.test' } }, 400, 'usage', undefined],
    ['no token', { token: null }, {}, 401, 'unauthorized', undefined],
  ])('%s', async (_name, ask, mail, status, code, enhanced) => {
    const json = { connection: 'postfix', from, to: newBox(), subject: 'Ahoy', text: 'Ahoy', ...mail };
    const response = await gateway.fetch('/smtp/send', { json, ...ask });
    const text = await response.text();
    expect([response.status, JSON.parse(text).code]).toEqual([status, code]);
    expect(response.headers.get('Content-Type')).toContain('application/problem+json');
    if (enhanced !== undefined) expect(JSON.parse(text).server.code).toBe(enhanced);
    expect(text).not.toMatch(/wrong-password|app-password/);
  });

  it('port 25, whatever the policy says', async () => {
    expect(await gateway.ask('/smtp/probe/localhost:25')).toMatchObject({
      status: 403,
      body: { code: 'policy' },
    });
  });
});
