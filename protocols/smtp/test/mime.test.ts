// Composing: what is written and what is not, what is refused, and the mail as it arrived at a server of another hand.
import { scriptedPeer } from '@fairlead/testkit';
import { describe, expect, inject, it } from 'vitest';
import { dkimSigner } from '../src/dkim/index.ts';
import { connect, probe } from '../src/index.ts';
import { type Attachment, compose, type Mail, sendMail } from '../src/mime/index.ts';
import type { Caught } from './servers.ts';
import { logIn, TARGET } from './support/talk.ts';

const MAIL: Mail = { from: 'A <a@x.test>', to: 'b@y.test', subject: 's', text: 'hello' };
const { startTls, implicit, impatient, control } = inject('mail');

async function written(mail: Mail): Promise<string> {
  const { body } = await compose(mail);
  const decoder = new TextDecoder();
  if (body instanceof Uint8Array) return decoder.decode(body);
  let text = '';
  for await (const piece of body) text += decoder.decode(piece, { stream: true });
  return text;
}

async function* pieces(count: number, size: number): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < count; i++) yield new Uint8Array(size).fill(i);
}

async function arrived(to: string): Promise<{ mail: Caught; text: string }> {
  const [mail]: Caught[] = await (await fetch(`${control}/${encodeURIComponent(to)}`)).json();
  if (mail === undefined) throw new Error(`nothing for ${to}`);
  return { mail, text: new TextDecoder().decode(Uint8Array.from(atob(mail.raw), (c) => c.charCodeAt(0))) };
}

const STARTTLS = `smtp://app:secret@127.0.0.1:${startTls}`;

describe('compose', () => {
  it('writes no Bcc, and sends to them', async () => {
    const mail: Mail = {
      ...MAIL,
      cc: ['"C, Inc." <c@y.test>', 'd@y.test'],
      bcc: 'hidden@y.test, also@y.test',
    };
    const { envelope, messageId } = await compose(mail);
    expect(envelope).toEqual({
      from: 'a@x.test',
      to: ['b@y.test', 'c@y.test', 'd@y.test', 'hidden@y.test', 'also@y.test'],
    });
    expect(messageId).toMatch(/^<[0-9a-f-]{36}@x\.test>$/);
    const text = await written(mail);
    expect(text).not.toMatch(/hidden|also|^bcc:/im);
    expect(text).toMatch(/^From: A <a@x\.test>\r\n/m);
    expect(text).toMatch(/^Message-ID: <[0-9a-f-]{36}@x\.test>\r\n/m);
    expect(text).toMatch(/^Date: .*\+0000\r\n/m);
  });

  it('encodes names and texts', async () => {
    const { envelope } = await compose({
      ...MAIL,
      from: { name: 'J\u00fcrgen "J"', address: 'j@b\u00fccher.example' },
    });
    expect(envelope.from).toBe('j@xn--bcher-kva.example');
    const text = await written({
      ...MAIL,
      from: { name: 'J\u00fcrgen "J"', address: 'j@b\u00fccher.example' },
      subject: 'Gr\u00fc\u00dfe',
      html: '<p>\u00e4</p>',
      headers: { 'X-Own': ['1', '2'], 'List-Unsubscribe': '<https://x.test>' },
      inReplyTo: '<1@x.test>',
      references: ['<0@x.test>', '<1@x.test>'],
      date: new Date(0),
    });
    expect(text).toMatch(/^[\0-\x7f]+$/);
    expect(text).toMatch(/From: =\?UTF-8\?.*\?= <j@xn--bcher-kva\.example>/);
    expect(text).toMatch(/X-Own: 1\r\nX-Own: 2\r\n/);
    expect(text).toContain('References: <0@x.test> <1@x.test>\r\n');
    expect(text).toContain('List-Unsubscribe: <https://x.test>\r\n');
    expect(text).toContain('Date: Thu, 01 Jan 1970 00:00:00 +0000');
    expect(text).toContain('multipart/alternative');
  });

  it('asks for SMTPUTF8 where an address of the header needs it', async () => {
    expect((await compose({ ...MAIL, replyTo: '\u00fc@x.test' })).envelope.smtpUtf8).toBe(true);
    expect((await compose(MAIL)).envelope.smtpUtf8).toBeUndefined();
  });

  it('lets the envelope differ', async () => {
    const { envelope } = await compose({
      ...MAIL,
      envelope: { from: 'bounce@x.test', return: 'headers', to: undefined },
    });
    expect(envelope).toEqual({ from: 'bounce@x.test', to: ['b@y.test'], return: 'headers' });
  });

  it.each<[string, Partial<Record<keyof Mail, unknown>>]>([
    ['a header in the subject', { subject: 'x\r\nBcc: evil@x.test' }],
    ['a bare LF in the subject', { subject: 'x\ny' }],
    ['a NUL in the subject', { subject: 'x\0' }],
    ['a header in a name', { to: { name: 'x\r\nBcc: e@x.test', address: 'b@y.test' } }],
    ['a header in an address', { to: 'b@y.test\r\nBcc: e@x.test' }],
    ['an address that is none', { to: 'nobody' }],
    ['an empty address', { cc: '' }],
    ['a header in a field', { headers: { 'X-Own': 'x\r\nBcc: e@x.test' } }],
    ['a header in one of several', { headers: { 'X-Own': ['x', 'y\nz'] } }],
    ['a field that is none', { headers: { 'X Own': 'x' } }],
    ['a field with a colon', { headers: { 'Bcc: e@x.test\r\nX': 'x' } }],
    ['Bcc among the fields', { headers: { bCc: 'e@x.test' } }],
    ['From among the fields', { headers: { From: 'e@x.test' } }],
    ['Content-Type among the fields', { headers: { 'Content-Type': 'text/evil' } }],
    ['a header in a file name', { attachments: [{ filename: 'x\r\ny', content: 'x' }] }],
    ['a header in a type', { attachments: [{ contentType: 'text/x\r\ny', content: 'x' }] }],
    ['multipart as a type', { attachments: [{ contentType: 'multipart/mixed', content: 'x' }] }],
    ['a header in a cid', { attachments: [{ cid: 'x>\r\ny', content: 'x' }] }],
    ['an attachment without content', { attachments: [{ filename: 'x' }] }],
    ['another disposition', { attachments: [{ content: 'x', disposition: 'form-data' }] }],
    ['a header in the identifier', { messageId: '<1@x.test>\r\nBcc: e@x.test' }],
    ['an identifier that is none', { inReplyTo: '<x' }],
    ['an own identifier that is none', { messageId: 'x@x.test' }],
    ['references that are none', { references: '<1@x.test>\n' }],
    ['no sender', { from: [] }],
    ['several people without a sender', { from: ['a@x.test', 'b@x.test'] }],
    ['a date that is none', { date: new Date(Number.NaN) }],
    ['a file of this machine', { attachments: [{ path: '/etc/passwd' }] }],
    ['text that is none', { text: { path: '/etc/passwd' } }],
  ])('refuses %s', async (_name, part) => {
    await expect(compose({ ...MAIL, ...part } as Mail)).rejects.toMatchObject({
      code: 'usage',
      safeToRetry: true,
    });
  });
});

describe('what is written', () => {
  it('does not encode a message within a message', async () => {
    const text = await written({
      ...MAIL,
      attachments: [{ contentType: 'message/rfc822', content: 'From: c@x.test\r\n\r\nx\r\n' }],
    });
    expect(text).toMatch(/Content-Type: message\/rfc822[\s\S]*8bit[\s\S]*\r\n\r\nFrom: c@x\.test\r\n/);
  });
});

describe('send', () => {
  it('tells of the recipients and the identifier', async () => {
    await using peer = logIn(scriptedPeer())
      .expectLine(/^MAIL FROM:<a@x\.test> SIZE=\d+$/)
      .expect('RCPT TO:<b@y.test>\r\nRCPT TO:<c@y.test>\r\nDATA\r\n')
      .send('250 Ok\r\n550 5.1.1 No\r\n250 Ok\r\n354 Go\r\n')
      .expectUntil('\r\n.\r\n', /hello/)
      .sendLines('250 2.0.0 Ok')
      .expectLine('QUIT')
      .close();
    await using smtp = await connect(TARGET, { connector: peer.connector });
    expect(await sendMail(smtp, { ...MAIL, to: ['b@y.test', 'c@y.test'], messageId: '<1@x.test>' })).toEqual({
      accepted: ['c@y.test'],
      rejected: [{ address: 'b@y.test', code: 550, enhanced: '5.1.1', message: 'No' }],
      response: '250 2.0.0 Ok',
      messageId: '<1@x.test>',
    });
  });

  it('says that the mail was not accepted when an attachment fails', async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield new Uint8Array(100_000);
      throw new Error('disk');
    }
    await using peer = logIn(scriptedPeer())
      .expectUntil('DATA\r\n', /./)
      .send('250 Ok\r\n250 Ok\r\n354 Go\r\n');
    const smtp = await connect(TARGET, { connector: peer.connector });
    const sent = sendMail(smtp, { ...MAIL, attachments: [{ content: failing() }] });
    await expect(sent).rejects.toMatchObject({
      code: 'usage',
      safeToRetry: true,
      message: expect.stringMatching(/not accepted/),
    });
  });
});

describe('a server of another hand', () => {
  it.each([
    ['STARTTLS', STARTTLS],
    ['TLS from the first byte', `smtps://app:secret@127.0.0.1:${implicit}`],
  ])('gets what was sent, byte by byte, by %s', async (name, url) => {
    const to = `raw-${name.length}@y.test`;
    const message = `From: a@x.test\r\nTo: ${to}\r\n\r\n.\r\n..\r\n.a\r\n${'x'.repeat(998)}\r\n\r\n`;
    await using smtp = await connect(url);
    expect(smtp.peer.tls).toBe(true);
    expect(await smtp.sendRaw({ from: 'a@x.test', to }, message)).toMatchObject({ accepted: [to] });
    const { mail, text } = await arrived(to);
    expect(text).toBe(message);
    expect(mail).toMatchObject({ user: 'app', tls: true, to: [to] });
  });

  it('gets a streamed attachment whole', async () => {
    const to = 'attachment@y.test';
    const content: Attachment['content'] = pieces(40, 30_011);
    await using smtp = await connect(STARTTLS);
    const mail: Mail = { ...MAIL, to, attachments: [{ filename: 'b\u00fcro.bin', content }] };
    await sendMail(smtp, mail);
    const { text } = await arrived(to);
    const base64 = /base64\r\n(?:.+\r\n)*\r\n([A-Za-z0-9+/=\r\n]+)\r\n--/.exec(
      text.slice(text.indexOf('octet-stream')),
    )?.[1];
    const got = Uint8Array.from(atob((base64 ?? '').replaceAll('\r\n', '')), (c) => c.charCodeAt(0));
    const expected: number[] = [];
    for await (const piece of pieces(40, 30_011)) expected.push(...piece);
    expect(got.length).toBe(expected.length);
    expect(got.every((byte, i) => byte === expected[i])).toBe(true);
  });

  it('gets many mails over one connection, and refuses one recipient', async () => {
    await using smtp = await connect(STARTTLS);
    for (let i = 0; i < 5; i++) {
      const result = await sendMail(smtp, { ...MAIL, to: [`many-${i}@y.test`, 'nobody@y.test'] });
      expect(result).toMatchObject({
        accepted: [`many-${i}@y.test`],
        rejected: [{ address: 'nobody@y.test', code: 550, enhanced: '5.1.1' }],
      });
    }
    await expect(sendMail(smtp, { ...MAIL, to: 'nobody@y.test' })).rejects.toMatchObject({ code: 'server' });
    await smtp.noop();
  });

  it('gets a signature that holds', async () => {
    const to = 'signed@y.test';
    const { privateKey, ...rest } = {
      domain: 'sender.test',
      selector: 'rsa',
      privateKey: inject('dkim').rsa.pkcs8,
    };
    const sign = await dkimSigner({ ...rest, privateKey });
    await using smtp = await connect(STARTTLS);
    await sendMail(
      smtp,
      { ...MAIL, to, from: 'a@sender.test', text: '.\n\u00e4 \n', attachments: [{ content: 'x' }] },
      { sign },
    );
    const { text } = await arrived(to);
    const verdicts = await (await fetch(control, { method: 'POST', body: text })).json();
    expect(verdicts).toMatchObject([{ status: { result: 'pass' }, algo: 'rsa-sha256' }]);
  });

  it.each([
    ['CRAM-MD5', { username: 'app', password: 'secret', mechanisms: ['CRAM-MD5'] }],
    ['LOGIN, in UTF-8', { username: 'j\u00fcrgen', password: 'p\u00e4ssw\u00f6rd', mechanisms: ['LOGIN'] }],
    ['PLAIN, in UTF-8', { username: 'j\u00fcrgen', password: 'p\u00e4ssw\u00f6rd', mechanisms: ['PLAIN'] }],
    ['XOAUTH2', { username: 'app', accessToken: 'token' }],
  ])('lets us in by %s', async (name, options) => {
    await using smtp = await connect({ hostname: '127.0.0.1', port: startTls, ...options });
    expect(smtp.server.mechanism).toBe(name.replace(/,.*/, ''));
  });

  it.each([
    { username: 'app', password: 'wrong' },
    { username: 'app', password: 'wrong', mechanisms: ['CRAM-MD5'] },
    { username: 'app', accessToken: 'wrong' },
  ])('keeps us out with %j', async (options) => {
    const opened = connect({ hostname: '127.0.0.1', port: startTls, ...options });
    await expect(opened).rejects.toMatchObject({ code: 'auth', server: { fields: { reply: '535' } } });
  });

  it('is heard when it says goodbye to an idle connection', async () => {
    const smtp = await connect(`smtp://app:secret@127.0.0.1:${impatient}`);
    await smtp.noop();
    await smtp.closed;
    await expect(sendMail(smtp, MAIL)).rejects.toMatchObject({
      code: 'connection_lost',
      safeToRetry: true,
      server: { code: '421', message: expect.stringMatching(/Timeout/) },
    });
  });

  it('is looked at without a login', async () => {
    expect(await probe(STARTTLS)).toMatchObject({
      tls: 'starttls',
      capabilities: { pipelining: true, size: 60_000_000 },
    });
    expect(await probe(`smtps://127.0.0.1:${implicit}`)).toMatchObject({ tls: true });
    expect(await probe(STARTTLS.replace('app:secret@', ''), { tls: false })).toMatchObject({
      tls: false,
      capabilities: { startTls: true },
    });
  });
});
