// What was composed as parsers of other hands read it: names, addresses, files, invitations, long words, emoji.
import { Buffer } from 'node:buffer';
import MailComposer from 'nodemailer/lib/mail-composer';
import PostalMime, { type Email } from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { type Attachment, compose, type Mail } from '../src/mime/index.ts';

const FIXED: Mail = { from: 'a@x.test', to: 'b@y.test', messageId: '<1@x.test>', date: new Date(0) };
const random = (size: number): Uint8Array => Uint8Array.from({ length: size }, (_, i) => (i * 7919) % 251);
const LONG = 'x'.repeat(1200);
const EMOJI = '\u{1F468}\u200d\u{1F469}\u200d\u{1F467}'.repeat(30);
const EVENT =
  'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nSUMMARY:Gr\u00fc\u00dfe\r\nEND:VCALENDAR\r\n';

async function bytesOf(mail: Mail): Promise<Uint8Array> {
  const { body } = await compose(mail);
  if (body instanceof Uint8Array) return body;
  const pieces: number[] = [];
  for await (const piece of body) pieces.push(...piece);
  return Uint8Array.from(pieces);
}

/** Asserts what every message has to be like, and reads it. */
async function readBack(part: Partial<Mail>): Promise<Email & { raw: string; header: string }> {
  const bytes = await bytesOf({ ...FIXED, ...part });
  const raw = new TextDecoder().decode(bytes);
  const header = raw.slice(0, raw.indexOf('\r\n\r\n'));
  for (const line of raw.split('\r\n')) {
    expect(line).not.toMatch(/[\r\n]/);
    expect(new TextEncoder().encode(line).length).toBeLessThanOrEqual(998);
  }
  for (const line of header.split('\r\n')) {
    expect(line).toMatch(/\S/);
    if (line.includes('=?')) expect(line.length).toBeLessThanOrEqual(78);
  }
  return { ...(await PostalMime.parse(bytes)), raw, header };
}

/** What a parser says of a mail, whatever its parts lie in. */
async function contentOf(bytes: Uint8Array) {
  const mail = await PostalMime.parse(bytes);
  const lines = (text: string | undefined): string | undefined => text?.replaceAll('\r\n', '\n').trimEnd();
  return {
    subject: mail.subject,
    text: lines(mail.text),
    html: lines(mail.html),
    attachments: mail.attachments.map(({ filename, mimeType, content, contentId, disposition }) => ({
      filename,
      mimeType,
      contentId,
      disposition,
      content: [...new Uint8Array(content as ArrayBuffer)],
    })),
  };
}

describe('names and addresses', () => {
  it.each([
    'Shop',
    'J\u00fcrgen "J" \u00d6zil',
    'Company, Inc. (EU)',
    'evil@z.test',
    'two  spaces',
    '\\ back " slash',
    '=?utf-8?q?not_encoded?=',
    '\u4f60\u597d'.repeat(40),
    EMOJI,
    LONG,
    'word '.repeat(300).trimEnd(),
    'a\tb',
    '.',
  ])('reads the name %j back', async (name) => {
    const one = { name, address: 'a@x.test' };
    const mail = await readBack({ from: one, to: [one, 'c@y.test', one], replyTo: [one], cc: { ...one } });
    expect(mail.from).toEqual(one);
    expect(mail.to).toEqual([one, { name: '', address: 'c@y.test' }, one]);
    expect(mail.replyTo).toEqual([one]);
    expect(mail.cc).toEqual([one]);
  });

  it.each<[string, { name: string; address: string }[]]>([
    [
      'A <a@x.test>, b@y.test',
      [
        { name: 'A', address: 'a@x.test' },
        { name: '', address: 'b@y.test' },
      ],
    ],
    ['"A, B" <a@x.test>,', [{ name: 'A, B', address: 'a@x.test' }]],
    ['Dr. A. B\u00f6hm <a@x.test>', [{ name: 'Dr. A. B\u00f6hm', address: 'a@x.test' }]],
    [
      '=?utf-8?q?B=C3=B6hm=2C?= =?utf-8?b?w6Q=?= <a@x.test>',
      [{ name: 'B\u00f6hm,\u00e4', address: 'a@x.test' }],
    ],
    ['a@x.test (A (B))', [{ name: 'A (B)', address: 'a@x.test' }]],
    ['"a b"@x.test', [{ name: '', address: 'a b@x.test' }]],
    ['<a@[127.0.0.1]>', [{ name: '', address: 'a@[127.0.0.1]' }]],
  ])('takes %s', async (text, expected) => {
    expect((await readBack({ to: text })).to).toEqual(expected);
  });

  it.each([
    'a@x.test b@y.test',
    'evil@z.test <a@x.test>',
    '<evil@z.test>:a@x.test',
    '<@evil.test:a@x.test>',
    '(a) evil@z.test (b) <a@x.test>',
    'a @x.test',
    'a@ x.test',
    'a..b@x.test',
    '.a@x.test',
    'A, Inc. <a@x.test>',
    '"A <a@x.test>',
    'A <a@x.test',
    'A (B <a@x.test>',
    'a@x.test>',
    'group: a@x.test',
    ':;',
    '<>',
    'a@x.test\u0000',
    `a@${'x'.repeat(300)}.test`,
    'a@x\u200b.test',
    'a@x\u00ad.test',
    'a@\u212a.test',
    'a@\uff58.test',
    'a@x\u3002test',
  ])('refuses %j', async (text) => {
    await expect(compose({ ...FIXED, to: text })).rejects.toMatchObject({ code: 'usage', safeToRetry: true });
  });

  it('keeps groups, empty ones as well', async () => {
    const { header, to } = await readBack({ to: 'undisclosed-recipients:;', bcc: 'b@y.test' });
    expect(header).toContain('To: undisclosed-recipients:;\r\n');
    expect(to).toEqual([{ name: 'undisclosed-recipients', group: [] }]);
    const { envelope } = await compose({ ...FIXED, to: 'Gr\u00fcn: A <a@x.test>, b@y.test;, c@y.test' });
    expect(envelope.to).toEqual(['a@x.test', 'b@y.test', 'c@y.test']);
    await expect(compose({ ...FIXED, to: 'nobody:;' })).rejects.toMatchObject({ code: 'usage' });
  });

  it.each([
    ['b\u00fccher.example', 'xn--bcher-kva.example'],
    ['B\u00dcCHER.example', 'xn--bcher-kva.example'],
    ['bu\u0308cher.example', 'xn--bcher-kva.example'],
    ['fa\u00df.de', 'xn--fa-hia.de'],
    ['\u4f8b\u5b50.\u6d4b\u8bd5', 'xn--fsqu00a.xn--0zwm56d'],
    ['\u0645\u062b\u0627\u0644.example', 'xn--mgbh0fb.example'],
  ])('writes the domain %s in punycode', async (domain, ascii) => {
    expect((await compose({ ...FIXED, to: `b@${domain}` })).envelope.to).toEqual([`b@${ascii}`]);
  });
});

describe('header fields', () => {
  it.each([
    'plain',
    'Re: Gr\u00fc\u00dfe aus K\u00f6ln, Teil 2',
    LONG,
    `${'word '.repeat(400)}end`,
    EMOJI,
    '\u4f60\u597d'.repeat(200),
    'a  b',
    '=?utf-8?q?x?=',
    'tab\tin it',
    '\u001b[0m',
    `https://x.test/${'a'.repeat(100)}`,
  ])('reads the subject %j back', async (subject) => {
    expect((await readBack({ subject })).subject).toBe(subject);
  });

  it('leaves ASCII alone, and writes addresses by their grammar', async () => {
    const { header } = await readBack({
      headers: {
        'List-Id': '"My List" <list.example.com>',
        'X-SMTPAPI': '{"a":"b",  "c":[1, 2]}',
        'X-Words': '=?utf-8?q?encoded_already?=',
        'Disposition-Notification-To': 'J\u00fcrgen <a@x.test>',
        'X-Note': 'Gr\u00fc\u00dfe',
        'X-Tab': 'a\tb',
        'X-Unset': undefined,
      },
    });
    expect(header).toContain('\r\nList-Id: "My List" <list.example.com>\r\n');
    expect(header).toContain('\r\nX-SMTPAPI: {"a":"b",  "c":[1, 2]}\r\n');
    expect(header).toContain('\r\nX-Words: =?utf-8?q?encoded_already?=\r\n');
    expect(header).toContain('\r\nDisposition-Notification-To: =?UTF-8?Q?J=C3=BCrgen?= <a@x.test>\r\n');
    expect(header).toContain('\r\nX-Note: =?UTF-8?B?R3LDvMOfZQ==?=\r\n');
    expect(header).toContain('\r\nX-Tab: a\tb\r\n');
    expect(header).not.toContain('X-Unset');
  });

  it('encodes the name of a list beyond ASCII, and not its identifier', async () => {
    const { headers } = await readBack({ headers: { 'List-Id': '"M\u00fcll" <list.example.com>' } });
    expect(headers.find(({ key }) => key === 'list-id')?.value).toBe(
      '=?UTF-8?B?TcO8bGw=?= <list.example.com>',
    );
  });

  it('folds a long value at its spaces, and gives a prepared one as it is', async () => {
    const json = JSON.stringify({ to: Array.from({ length: 60 }, (_, i) => `user-${i}@y.test`) }, null, 1);
    const value = json.replaceAll('\n', '');
    const { header } = await readBack({
      headers: { 'X-SMTPAPI': value, 'X-Own': { prepared: 'a\r\n\tb =?utf-8?q?c?=' } },
    });
    expect(header).toContain('X-Own: a\r\n\tb =?utf-8?q?c?=\r\n'.trimEnd());
    const folded = /X-SMTPAPI: ([\s\S]*?)\r\n\S/.exec(`${header}\r\nX`)?.[1] ?? '';
    expect(folded.replaceAll('\r\n', '')).toBe(value);
    expect(Math.max(...folded.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(76);
  });

  it.each<[string, unknown]>([
    ['a field behind', 'a\r\nBcc: e@x.test'],
    ['a bare LF', 'a\n b'],
    ['an empty line', 'a\r\n\r\n b'],
    ['a line of white space', 'a\r\n \r\n b'],
    ['a NUL', 'a\0'],
    ['a line that is too long', 'x'.repeat(1000)],
    ['something that is no text', 1],
  ])('refuses %s in a prepared value', async (_name, prepared) => {
    const headers = { 'X-Own': { prepared } } as unknown as Mail['headers'];
    await expect(compose({ ...FIXED, headers })).rejects.toMatchObject({ code: 'usage' });
  });

  it('writes the fields of a list', async () => {
    const { header } = await readBack({
      list: {
        id: { name: 'N\u00e4chste', id: 'news.x.test' },
        unsubscribe: ['https://x.test/u?id=1&a=2', 'leave@x.test'],
        oneClick: true,
        post: 'NO',
        owner: 'mailto:owner@x.test?subject=hi',
      },
    });
    expect(header).toContain('\r\nList-ID: =?UTF-8?Q?N=C3=A4chste?= <news.x.test>\r\n');
    expect(header).toContain('\r\nList-Unsubscribe: <https://x.test/u?id=1&a=2>, <mailto:leave@x.test>\r\n');
    expect(header).toContain('\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n');
    expect(header).toContain('\r\nList-Post: NO\r\n');
    expect(header).toContain('\r\nList-Owner: <mailto:owner@x.test?subject=hi>\r\n');
  });

  it.each<[string, unknown]>([
    ['one click without https', { unsubscribe: 'leave@x.test', oneClick: true }],
    ['a script', { help: 'javascript:alert(1)' }],
    ['a URL that ends early', { help: 'https://x.test/>, <https://e.test' }],
    ['an identifier with a bracket', { id: 'x>.y' }],
    ['no identifier', { id: 'x y' }],
    ['what it does not have', { unsubscribeUrl: 'https://x.test' }],
  ])('refuses a list with %s', async (_name, list) => {
    await expect(compose({ ...FIXED, list: list as Mail['list'] })).rejects.toMatchObject({ code: 'usage' });
  });

  it('writes priority and date', async () => {
    const { header, headers } = await readBack({
      priority: 'high',
      date: new Date('2026-02-03T04:05:06.7Z'),
    });
    expect(header).toContain('X-Priority: 1 (Highest)\r\nX-MSMail-Priority: High\r\nImportance: High\r\n');
    expect(headers.find(({ key }) => key === 'date')?.value).toBe('Tue, 03 Feb 2026 04:05:06 +0000');
  });

  it.each([
    '<CAF=_+x$a%b@mail.gmail.com>',
    '<1234>',
    '<a@b@c>',
    '<"quoted local"@x.test>',
    '<a@[127.0.0.1]>',
    `<${'a'.repeat(400)}@x.test>`,
    '<a.b@x.test.(none)>',
    '<20260101,,1@x.test>',
  ])('answers %s', async (id) => {
    const { inReplyTo, references } = await readBack({ inReplyTo: id, references: ['<0@x.test>', id] });
    expect(inReplyTo).toBe(id);
    expect(references).toBe(`<0@x.test> ${id}`);
    expect((await readBack({ inReplyTo: `${id} <2@x.test>` })).inReplyTo).toBe(`${id} <2@x.test>`);
  });

  it('puts an identifier without brackets into them, and refuses what is none', async () => {
    expect((await readBack({ inReplyTo: 'a@x.test' })).inReplyTo).toBe('<a@x.test>');
    for (const inReplyTo of ['<', '<>', '<a<b>', 'a>', '<\u00e4@x.test>', '<a@x.test>\r\nBcc: e@x.test']) {
      await expect(compose({ ...FIXED, inReplyTo })).rejects.toMatchObject({ code: 'usage' });
    }
  });
});

describe('parts', () => {
  it.each<[string, Partial<Mail>]>([
    ['text', { text: 'hello\nthere\n' }],
    ['nothing', {}],
    ['long lines', { text: 'word '.repeat(400) }],
    ['a line without spaces', { text: 'x'.repeat(5000) }],
    ['beyond ASCII', { text: 'Gr\u00fc\u00dfe = 1\u20ac \n\t\n', subject: '\u4f60\u597d'.repeat(40) }],
    ['mostly beyond ASCII', { text: '\u4f60\u597d\n'.repeat(50) }],
    ['emoji', { text: EMOJI, subject: EMOJI, html: `<p>${EMOJI}</p>` }],
    ['alternatives', { text: 'a', html: '<b>a</b>' }],
    ['lines that mailboxes change', { text: 'From here\nFrom  there \n.\n..\n' }],
    [
      'an image',
      { html: '<img src="cid:i">', attachments: [{ cid: 'i', filename: 'i.png', content: random(100) }] },
    ],
    [
      'everything',
      {
        text: 'a',
        html: '\u00e4',
        attachments: [0, 1, 2, 56, 57, 58, 171, 1000].map((n) => ({ content: random(n) })),
      },
    ],
    ['an attachment alone', { attachments: [{ filename: 'a.txt', content: 'text' }] }],
    ['a long file name', { attachments: [{ filename: `${LONG}.pdf`, content: 'x' }] }],
    ['a file name of emoji', { attachments: [{ filename: `${EMOJI}.png`, content: 'x' }] }],
    ['a file name with signs', { attachments: [{ filename: `a "b" \\ % ' (c);=,.pdf`, content: 'x' }] }],
    [
      'text as an attachment',
      { text: 'a', attachments: [{ contentType: 'text/csv', filename: '\u00fc.csv', content: 'a\r\nb' }] },
    ],
  ])('say what the library says: %s', async (_name, part) => {
    const attachments = (part.attachments ?? []).map((one, i) => ({
      filename: one.filename ?? `attachment-${i + 1}.bin`,
      ...(one.contentType === undefined ? {} : { contentType: one.contentType }),
      ...(one.cid === undefined ? {} : { cid: one.cid }),
      content: Buffer.from(one.content as Uint8Array),
      contentTransferEncoding: 'base64',
    }));
    const input = { ...FIXED, ...part, attachments, newline: '\r\n' };
    const composer = new MailComposer(input as ConstructorParameters<typeof MailComposer>[0]);
    const theirs = await contentOf(await composer.compile().build());
    expect(await contentOf(await bytesOf({ ...FIXED, ...part }))).toEqual(theirs);
    async function* slowly(content: Uint8Array): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < content.length; at += 13) yield content.subarray(at, at + 13);
    }
    const streams = part.attachments?.map((one) => ({
      ...one,
      content: slowly(Buffer.from(one.content as Uint8Array)),
    }));
    const streamed = await bytesOf({ ...FIXED, ...part, ...(streams && { attachments: streams }) });
    expect(await contentOf(streamed)).toEqual(theirs);
  });

  it('has an invitation as a form of the text, and as a file', async () => {
    const mail = await readBack({ text: 'Come', html: '<p>Come', icalEvent: { content: EVENT } });
    expect(mail.raw).toMatch(
      /multipart\/mixed[\s\S]*multipart\/alternative[\s\S]*text\/plain[\s\S]*text\/html/,
    );
    expect(mail.raw).toMatch(
      /text\/html[\s\S]*Content-Type: text\/calendar; method=REQUEST; charset=utf-8\r\n/,
    );
    const [shown, file] = mail.attachments;
    const text = (one: typeof shown): string =>
      typeof one?.content === 'string' ? one.content : new TextDecoder().decode(one?.content as ArrayBuffer);
    expect([shown?.mimeType, shown?.method]).toEqual(['text/calendar', 'REQUEST']);
    expect([file?.mimeType, file?.filename]).toEqual(['application/ics', 'invite.ics']);
    // The parser makes LF of the line ends of texts.
    expect(text(shown).trimEnd()).toBe(EVENT.replaceAll('\r\n', '\n').trimEnd());
    expect(text(file).trimEnd()).toBe(text(shown).trimEnd());
    const other = compose({ ...FIXED, icalEvent: { content: EVENT, method: 'CANCEL' } });
    await expect(other).rejects.toMatchObject({ code: 'usage', message: expect.stringMatching(/REQUEST/) });
  });

  it('has alternatives between text and HTML', async () => {
    const { raw } = await readBack({
      text: 'a',
      html: '<p>a',
      alternatives: [{ contentType: 'text/x-amp-html', content: '<html \u26a14email>' }],
    });
    expect(raw).toMatch(/text\/plain[\s\S]*Content-Type: text\/x-amp-html; charset=utf-8[\s\S]*text\/html/);
  });

  it('takes content in base64, types with parameters, and header fields of a part', async () => {
    const { attachments, raw } = await readBack({
      text: 'a',
      attachments: [
        {
          filename: 'a.bin',
          content: 'AAEC\r\n/w==',
          encoding: 'base64',
          contentType: 'application/x-own; version="1 0"; x=y',
          headers: { 'Content-Description': 'Gr\u00fc\u00dfe', 'X-Own': 'a' },
        },
      ],
    });
    expect([...new Uint8Array(attachments[0]?.content as ArrayBuffer)]).toEqual([0, 1, 2, 255]);
    expect(attachments[0]).toMatchObject({ description: 'Gr\u00fc\u00dfe', mimeType: 'application/x-own' });
    expect(raw).toContain('Content-Type: application/x-own; version="1 0"; x=y; name=a.bin\r\n');
    expect(raw).toContain('\r\nX-Own: a\r\n');
  });

  it.each<[string, unknown]>([
    ['amp', { amp: '<html>' }],
    ['watchHtml', { watchHtml: 'x' }],
    ['raw', { raw: 'x' }],
    ['replyto', { replyto: 'a@x.test' }],
    ['a path', { attachments: [{ path: '/etc/passwd' }] }],
    ['a path beside content', { attachments: [{ content: 'x', path: '/etc/passwd' }] }],
    ['href', { attachments: [{ content: 'x', href: 'http://x.test' }] }],
    ['another encoding', { attachments: [{ content: 'x', encoding: 'hex' }] }],
    ['base64 that is none', { attachments: [{ content: 'x', encoding: 'base64' }] }],
    ['a field of an address', { to: { address: 'b@y.test', group: 'x' } }],
    ['a field of the envelope', { envelope: { cc: 'b@y.test' } }],
    ['a field of dsn', { dsn: { id: '1' } }],
    ['a priority', { priority: 'urgent' }],
    ['From in a part', { attachments: [{ content: 'x', headers: { From: 'a@x.test' } }] }],
    ['Content-Type in a part', { attachments: [{ content: 'x', headers: { 'Content-Type': 'a/b' } }] }],
    ['half a character', { subject: 'x\ud83d' }],
    ['a list of attachments that is none', { attachments: { content: 'x' } }],
    ['an address that is none', { to: null }],
    ['addresses that are none', { to: [1] }],
    ['headers that are none', { headers: null }],
    ['a header that is none', { headers: { 'X-Own': 1 } }],
    ['content that is none', { attachments: [{ content: 5 }] }],
    ['a type that is none', { attachments: [{ content: 'x', contentType: 'text' }] }],
    ['a type with junk', { attachments: [{ content: 'x', contentType: 'text/csv; x' }] }],
    ['an event that is none', { icalEvent: 'x' }],
    ['resent', { headers: { 'Resent-From': 'a@x.test' } }],
    ['a date as text', { date: '2026-01-01' }],
    ['a date of long ago', { date: new Date(-1e14) }],
  ])('refuses %s by name', async (_name, part) => {
    const error = await compose({ ...FIXED, ...(part as Partial<Mail>) }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'FairleadError', code: 'usage', safeToRetry: true });
  });

  it.each([null, undefined, 1, 'text', []])('refuses %j in place of a mail', async (mail) => {
    await expect(compose(mail as unknown as Mail)).rejects.toMatchObject({ code: 'usage' });
    await expect(compose(FIXED, mail === undefined ? (1 as never) : (null as never))).rejects.toMatchObject({
      code: 'usage',
    });
  });

  it('asks for notifications for each recipient', async () => {
    const { envelope } = await compose({
      ...FIXED,
      cc: 'c@y.test',
      dsn: { notify: ['failure'], return: 'headers', envelopeId: '1' },
    });
    expect(envelope).toEqual({
      from: 'a@x.test',
      to: [
        { address: 'b@y.test', notify: ['failure'] },
        { address: 'c@y.test', notify: ['failure'] },
      ],
      return: 'headers',
      envelopeId: '1',
    });
  });
});

describe('large texts', () => {
  const MEBI4 = 1 << 22;
  /** The longest that is looked at, less what is in front of it. */
  const MAX_HEADER_TEXT = 260_000;
  it.each<[string, (size: number) => Partial<Mail>]>([
    ['a subject', (size) => ({ subject: 'x'.repeat(size) })],
    ['a subject of spaces', (size) => ({ subject: ' '.repeat(size) })],
    ['a name beyond ASCII', (size) => ({ to: { name: '\u00e4'.repeat(size), address: 'b@y.test' } })],
    ['an address', (size) => ({ to: `${'x'.repeat(size)}@y.test` })],
    ['quotation marks', (size) => ({ to: '"'.repeat(size) })],
    ['backslashes', (size) => ({ to: `"${'\\'.repeat(size)}` })],
    ['brackets', (size) => ({ to: '<'.repeat(size) })],
    ['nested comments', (size) => ({ to: `a@x.test ${'('.repeat(size)}` })],
    ['comments', (size) => ({ to: `a@x.test ${'()'.repeat(size / 2)}` })],
    ['spaces', (size) => ({ to: `a${' '.repeat(size)}@` })],
    ['commas', (size) => ({ to: ','.repeat(size) })],
    ['dots', (size) => ({ to: `${'.'.repeat(size)}@x.test` })],
    ['atoms', (size) => ({ to: 'a '.repeat(size / 2) })],
    ['encoded words', (size) => ({ to: `${'=?utf-8?q?x?= '.repeat(size / 14)}<a@x.test>` })],
    ['an encoded word', (size) => ({ to: `${'=?'.repeat(size / 2)} <a@x.test>` })],
    ['identifiers', (size) => ({ references: '<a@b> '.repeat(size / 6) })],
    ['half identifiers', (size) => ({ references: '<'.repeat(size) })],
    ['a header field', (size) => ({ headers: { 'X-Own': 'x '.repeat(size / 2) } })],
    ['a list of brackets', (size) => ({ headers: { 'List-Id': `${' x'.repeat(size / 2)}` } })],
    ['a prepared field', (size) => ({ headers: { 'X-Own': { prepared: 'x\r\n '.repeat(size / 4) } } })],
    ['text', (size) => ({ text: '\u00e4 = \t\r'.repeat(size / 6) })],
    ['text in one line', (size) => ({ html: 'x'.repeat(size) })],
    ['an event', (size) => ({ icalEvent: { content: 'METHOD:\r'.repeat(size / 8) } })],
    ['an event of spaces', (size) => ({ icalEvent: { content: `METHOD:${' '.repeat(size)}x` } })],
    ['a type', (size) => ({ attachments: [{ content: 'x', contentType: `a/b${'; '.repeat(size / 2)}` }] })],
    ['a file name', (size) => ({ attachments: [{ content: 'x', filename: 'x.'.repeat(size / 2) }] })],
    ['base64', (size) => ({ attachments: [{ content: '= '.repeat(size / 2), encoding: 'base64' }] })],
  ])('are read in time that grows as they do: %s', async (_name, part) => {
    for (const size of [MAX_HEADER_TEXT, MEBI4]) {
      const start = performance.now();
      await compose({ ...FIXED, ...part(size) }).catch((error: unknown) => {
        expect(error).toMatchObject({ code: expect.stringMatching(/^(usage|limit)$/) });
      });
      // What takes time that grows with the square takes minutes here.
      expect(performance.now() - start).toBeLessThan(4000);
    }
  });
});

/** Keeps the list of what attachments may have in step with its type. */
export const ATTACHMENT: Required<Attachment> = {
  filename: '',
  contentType: '',
  content: '',
  encoding: 'utf-8',
  disposition: 'inline',
  cid: '',
  headers: {},
};
