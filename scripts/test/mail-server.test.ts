// The mail server of `npm start` and the page that shows what it caught: raw SMTP and HTTP in, bytes and text out.
import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunningServer } from '../src/start/local-server.ts';
import { Mailbox } from '../src/start/mail/mailbox.ts';
import { startMailPage } from '../src/start/mail/page.ts';
import { startSmtp } from '../src/start/mail/smtp.ts';
import { subjectOf } from '../src/start/mail/subject.ts';

const MIB = 1 << 20;

let mailbox: Mailbox;
let smtp: RunningServer;
let page: RunningServer;

beforeEach(async () => {
  mailbox = new Mailbox();
  smtp = await startSmtp(mailbox);
  page = await startMailPage(mailbox);
});
afterEach(async () => {
  await smtp.stop();
  await page.stop();
});

/** A connection that says one thing at a time. */
async function client() {
  const socket = connect(smtp.port, '127.0.0.1');
  let received = '';
  socket.on('data', (chunk) => {
    received += chunk.toString('utf8');
  });
  /** The next reply, which ends with a line whose code is followed by a space. */
  async function reply(): Promise<string> {
    for (;;) {
      const whole = /^(?:\d{3}-.*\r\n)*\d{3} .*\r\n/.exec(received)?.[0];
      if (whole !== undefined) {
        received = received.slice(whole.length);
        return whole;
      }
      await once(socket, 'data');
    }
  }
  const greeting = await reply();
  const say = (line: string) => {
    socket.write(`${line}\r\n`);
    return reply();
  };
  return { socket, greeting, say };
}

/** Sends a message, already dot-stuffed and without its last line; returns the last reply. */
async function deliver(message: string, { from = 'a@example.com', to = ['b@example.com'] } = {}) {
  const { socket, say } = await client();
  await say('EHLO test');
  expect(await say(`MAIL FROM:<${from}>`)).toMatch(/^250 /);
  for (const each of to) expect(await say(`RCPT TO:<${each}>`)).toMatch(/^250 /);
  expect(await say('DATA')).toMatch(/^354 /);
  const reply = await say(`${message}\r\n.`);
  socket.destroy();
  return reply;
}

async function get(path: string, options: { method?: string; host?: string } = {}) {
  const sent = request({
    host: '127.0.0.1',
    port: page.port,
    path,
    method: options.method ?? 'GET',
    headers: options.host === undefined ? {} : { Host: options.host },
  }).end();
  const [response] = await once(sent, 'response');
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return {
    status: response.statusCode,
    headers: response.headers,
    body: Buffer.concat(chunks).toString('utf8'),
  };
}

describe('the mail server', () => {
  it('keeps a mail as it came, dots unstuffed', async () => {
    expect(await deliver('Subject: Ahoy\r\n\r\n..\r\nä', { to: ['b@example.com', 'c@example.com'] })).toMatch(
      /^250 2\.\d\.\d Caught as mail 1\r\n/,
    );
    const [mail] = mailbox.newestFirst();
    expect(mail).toMatchObject({ id: 1, from: 'a@example.com', to: ['b@example.com', 'c@example.com'] });
    expect(mail?.subject).toBe('Ahoy');
    expect(mail?.source.toString('utf8')).toBe('Subject: Ahoy\r\n\r\n.\r\nä\r\n');
  });

  it('offers neither a login nor TLS, and says how much it takes', async () => {
    const { socket, greeting, say } = await client();
    expect(greeting).toContain('delivers none');
    const features = await say('EHLO test');
    expect(features).toContain('PIPELINING');
    expect(features).toContain(`SIZE ${MIB}`);
    expect(features).not.toMatch(/AUTH|STARTTLS/);
    expect(await say('AUTH PLAIN AGEAYg==')).toMatch(/^5/);
    socket.destroy();
  });

  it('takes a mail of 1 MiB and refuses a larger one', async () => {
    const line = `${'x'.repeat(62)}\r\n`;
    const body = line.repeat(MIB / line.length).slice(0, -2);
    expect(await deliver(body)).toMatch(/^250 /);
    expect(await deliver(`${body}x`)).toMatch(/^552 /);
    expect(mailbox.newestFirst().map(({ source }) => source.length)).toEqual([MIB]);
    const { socket, say } = await client();
    await say('EHLO test');
    expect(await say(`MAIL FROM:<a@example.com> SIZE=${MIB + 1}`)).toMatch(/^552 /);
    socket.destroy();
  });

  it('forgets a mail that is broken off', async () => {
    const { socket, say } = await client();
    await say('EHLO test');
    await say('MAIL FROM:<a@example.com>');
    await say('RCPT TO:<b@example.com>');
    await say('DATA');
    socket.write('Subject: half\r\n\r\nno end');
    socket.resetAndDestroy();
    // The next one is served after it, by a server that lives.
    expect(await deliver('Subject: whole\r\n\r\nend')).toMatch(/^250 /);
    expect(mailbox.newestFirst().map(({ subject }) => subject)).toEqual(['whole']);
  });

  it('keeps the last hundred', () => {
    for (let n = 1; n <= 103; n++)
      mailbox.add({ from: '', to: [], source: Buffer.from(`Subject: ${n}\r\n\r\n`) });
    const ids = mailbox.newestFirst().map(({ id }) => id);
    expect([ids.length, ids[0], ids.at(-1)]).toEqual([100, 103, 4]);
    expect(mailbox.find(3)).toBeUndefined();
    expect(mailbox.find(4)?.subject).toBe('4');
  });

  it('stops though a client is in the middle of something', async () => {
    const { socket, say } = await client();
    await say('EHLO test');
    socket.on('error', () => {});
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await smtp.stop();
    await closed;
    smtp = await startSmtp(mailbox);
  });
});

describe('the subject', () => {
  it.each([
    ['Subject: plain\r\n\r\nSubject: body', 'plain'],
    ['From: a\r\nSUBJECT:no space\r\n\r\n', 'no space'],
    ['Subject: one\r\n two\r\n\tthree\r\nTo: b\r\n\r\n', 'one two\tthree'],
    ['Subject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe_an?= =?UTF-8?Q?_alle?= =3D\r\n\r\n', 'Grüße an alle =3D'],
    ['Subject: =?utf-8?B?8J+agg==?=\r\n\r\n', '🚂'],
    ['Subject: =?ISO-8859-1*de?Q?=FC?=\r\n\r\n', 'ü'],
    ['Subject: =?x-nobody?Q?=FC?=\r\n\r\n', '=?x-nobody?Q?=FC?='],
    ['Subject: ünencoded\r\n\r\n', 'ünencoded'],
    ['To: b\r\n\r\nSubject: body', ''],
    ['Subject: no body', 'no body'],
    [`Subject: ${'x'.repeat(5000)}\r\n\r\n`, 'x'.repeat(998)],
    ['', ''],
  ])('of %j', (source, expected) => {
    expect(subjectOf(Buffer.from(source))).toBe(expected);
  });
});

describe('the page', () => {
  it('says so when nothing was caught', async () => {
    expect((await get('/')).body).toContain('Nothing was caught yet');
    expect(JSON.parse((await get('/mails')).body)).toEqual({ mails: [] });
  });

  it('lists mails as text, whatever they hold, the last one first', async () => {
    await deliver('Subject: first\r\n\r\n1');
    const evil = '<script>alert(1)</script>"\'&';
    mailbox.add({ from: evil, to: [evil, 'b@example.com'], source: Buffer.from(`Subject: ${evil}\r\n\r\n`) });
    const { status, headers, body } = await get('/');
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(body).not.toMatch(/<script|"'/);
    const escaped = '&#60;script&#62;alert(1)&#60;/script&#62;&#34;&#39;&#38;';
    expect(body.split(escaped)).toHaveLength(4);
    expect(body.indexOf('href="/mails/2"')).toBeLessThan(body.indexOf('href="/mails/1"'));
    expect(body.indexOf('href="/mails/2"')).toBeGreaterThan(0);
  });

  it('gives them as JSON and as their source, as plain text', async () => {
    const html = 'Subject: hi\r\nContent-Type: text/html\r\n\r\n<script>alert(1)</script>\r\n';
    await deliver(html.slice(0, -2));
    const { headers, body } = await get('/mails');
    expect(headers['content-type']).toBe('application/json');
    expect(JSON.parse(body)).toEqual({
      mails: [
        {
          id: 1,
          receivedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
          from: 'a@example.com',
          to: ['b@example.com'],
          subject: 'hi',
          bytes: html.length,
        },
      ],
    });
    const source = await get('/mails/1');
    expect(source.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(source.headers['x-content-type-options']).toBe('nosniff');
    expect(source.body).toBe(html);
  });

  it.each([
    ['an unknown mail', '/mails/9', {}, 404],
    ['a number that is none', '/mails/1e0', {}, 404],
    ['another path', '/../package.json', {}, 404],
    ['another method', '/mails', { method: 'DELETE' }, 405],
    ['a foreign name for this machine', '/mails', { host: 'evil.example' }, 421],
    ['a name that only begins like it', '/', { host: '127.0.0.1.evil.example' }, 421],
  ])('refuses %s', async (_, path, options, status) => {
    expect((await get(path, options)).status).toBe(status);
  });

  it('knows localhost', async () => {
    expect((await get('/', { host: `localhost:${page.port}` })).status).toBe(200);
  });
});
