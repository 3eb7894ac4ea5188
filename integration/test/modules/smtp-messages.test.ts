// SMTP: what was sent and what arrived, byte for byte, at Postfix, OpenSMTPD and Exim; refusals, and what follows them.
import { connect, type SmtpClient } from '@fairlead/smtp';
import { compose, send, sendMail } from '@fairlead/smtp/mime';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { isWhole, newBox, received, receivedText } from './mailbox.ts';
import { failure, sameBytes } from './support.ts';

const { postfix, opensmtpd, exim } = inject('servers');
const app = { hostname: 'localhost', username: 'app', password: 'app-password' };
const from = 'app@mail.test';

/** Every way in which a message can travel: by DATA, with PIPELINING and without, and by BDAT. */
const ways = {
  'Postfix, BDAT': { at: postfix, chunking: true },
  'Postfix, DATA': { at: postfix, chunking: false },
  'OpenSMTPD, DATA without PIPELINING': { at: opensmtpd, chunking: true },
  'Exim, BDAT': { at: exim, chunking: true },
  'Exim, DATA': { at: exim, chunking: false },
};
type Way = keyof typeof ways;
const WAYS = Object.keys(ways) as Way[];

const clients = new Map<Way, SmtpClient>();
beforeAll(async () => {
  for (const way of WAYS) {
    const { at, chunking } = ways[way];
    clients.set(way, await connect({ ...app, port: at.port, chunking }));
  }
});
afterAll(() => Promise.all([...clients.values()].map((client) => client.close())));

function clientOf(way: Way): SmtpClient {
  const client = clients.get(way);
  if (client === undefined) throw new Error(`no connection: ${way}`);
  return client;
}

const HEADER = [
  'From: <app@mail.test>',
  'Subject: Ahoy',
  'Date: Sat, 21 Nov 2026 11:00:00 +0000',
  'Message-ID: <1@mail.test>',
].join('\r\n');

const latin1 = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const repaired = (text: string) => text.replace(/\r\n|\r|\n/g, '\r\n');

const everyByte = String.fromCharCode(...Array.from({ length: 255 }, (_, index) => index + 1));
const smuggled = `MAIL FROM:<evil@mail.test>\r\nRCPT TO:<box-evil@mail.test>\r\nDATA\r\nevil\r\n.\r\n`;

/** What stands behind the header's empty line, one byte a character. */
const BODIES: Readonly<Record<string, string>> = {
  'no body': '',
  'no line end at the end': 'The end',
  'lines that begin with full stops': '.\r\n..\r\n...\r\n.text\r\n..text\r\n. \r\n',
  'a full stop at the end': 'text\r\n.',
  'empty lines': '\r\n\r\n\r\ntext\r\n\r\n\r\n',
  'bare CRs and LFs': 'a\rb\nc\r\nd\n\re\r\r\nf\n\nend\n',
  'an end of message with bare LFs': `a\n.\n${smuggled}`,
  'an end of message with bare CRs': `a\r.\r${smuggled}`,
  'an end of message, mixed': `a\r\n.\n${smuggled}b\n.\r\n${smuggled}c\r\n.\r${smuggled}`,
  'lines of 998 bytes': `${'x'.repeat(998)}\r\n.${'y'.repeat(997)}\r\n`,
  'every byte but NUL': `${everyByte}\r\n${[...everyByte].reverse().join('')}`,
  'UTF-8': new TextDecoder('latin1').decode(new TextEncoder().encode('Göteborg, 横浜, Valparaíso\r\n')),
  '300 kB of full stops': '.\r\n'.repeat(100_000),
};

/** Bodies as streams that are cut anywhere, in the middle of CR LF too. */
async function* cut(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
}

/** A message's line ends repaired, and its last line ended: SMTP carries lines. */
function asLines(message: string): Uint8Array {
  const lines = repaired(message);
  return latin1(lines.endsWith('\r\n') ? lines : `${lines}\r\n`);
}

// Each way has a connection of its own, on which messages wait for each other.
describe.concurrent.each(WAYS)('%s', (way) => {
  const { mailboxUrl } = ways[way].at;

  it.each(Object.keys(BODIES))('%s', async (name) => {
    const [whole, bytewise] = [newBox(), newBox()];
    const message = `${HEADER}\r\n\r\n${BODIES[name]}`;
    const client = clientOf(way);
    await client.sendRaw({ from, to: whole }, latin1(message));
    await client.sendRaw({ from, to: bytewise }, cut(latin1(message), message.length > 10_000 ? 777 : 1));
    expect(isWhole(await received(mailboxUrl, whole), asLines(message))).toBe(true);
    expect(isWhole(await received(mailboxUrl, bytewise), asLines(message))).toBe(true);
    // Nothing was smuggled in.
    expect((await fetch(`${mailboxUrl}/box-evil@mail.test`)).status).toBe(404);
  });

  it.each([
    ['a line of 999 bytes', 'x'.repeat(999)],
    ['a NUL', 'a\0b'],
  ])('%s is `usage`, and the connection goes on', async (_name, body) => {
    const client = clientOf(way);
    const box = newBox();
    expect((await failure(client.sendRaw({ from, to: box }, `${HEADER}\r\n\r\n${body}`))).code).toBe('usage');
    await client.sendRaw({ from, to: box }, `${HEADER}\r\n\r\nAhoy\r\n`);
    expect(await receivedText(mailboxUrl, box)).toMatch(/\n\nAhoy\n$/);
  });

  it('one bad recipient does not lose the rest', async () => {
    const [one, other] = [newBox(), newBox()];
    const to = [one, 'full@mail.test', 'nobody@mail.test', other];
    const { accepted, rejected } = await clientOf(way).sendRaw({ from, to }, `${HEADER}\r\n\r\nAhoy\r\n`);
    expect(accepted).toEqual([one, other]);
    expect(rejected).toEqual([
      {
        address: 'full@mail.test',
        ...(way.startsWith('OpenSMTPD')
          ? { code: 550, enhanced: undefined, message: 'Invalid recipient: <full@mail.test>' }
          : { code: 452, enhanced: '4.2.2', message: expect.stringContaining('The mailbox is full') }),
      },
      {
        address: 'nobody@mail.test',
        code: 550,
        enhanced: way.startsWith('OpenSMTPD') ? undefined : '5.1.1',
        message: expect.any(String),
      },
    ]);
    for (const box of accepted) expect(await receivedText(mailboxUrl, box)).toContain('Ahoy');
  });

  it('no good recipient at all is `server`, and the connection goes on', async () => {
    const client = clientOf(way);
    const to = ['nobody@mail.test', 'full@mail.test'];
    const error = await failure(client.sendRaw({ from, to }, `${HEADER}\r\n\r\nAhoy\r\n`));
    expect(error).toMatchObject({ code: 'server', safeToRetry: true });
    expect(error.server).toMatchObject({
      code: way.startsWith('OpenSMTPD') ? '550' : '5.1.1',
      fields: { reply: '550', 'full@mail.test': expect.stringMatching(/^(452|550) /) },
    });
    await client.noop();
  });

  it('a message over SIZE is `limit` before anything is sent', async () => {
    const client = clientOf(way);
    const size = client.server.capabilities.size ?? 0;
    const error = await failure(client.sendRaw({ from, to: newBox(), size: size + 1 }, cut(latin1('x'), 1)));
    expect(error).toMatchObject({ code: 'limit', safeToRetry: true });
    await client.noop();
  });

  it('12 messages over one connection', async () => {
    const boxes = Array.from({ length: 12 }, () => newBox());
    const client = clientOf(way);
    await Promise.all(boxes.map((to) => client.sendRaw({ from, to }, `${HEADER}\r\n\r\nFor ${to}\r\n`)));
    for (const box of boxes) {
      const text = await receivedText(mailboxUrl, box);
      expect(text.endsWith(`\n\nFor ${box}\n`)).toBe(true);
    }
  });

  it('a mail with everything arrives as it was composed', async () => {
    const box = newBox();
    const { envelope, body } = await compose({
      from: { name: `Jürgen ${'⚓'.repeat(200)}`, address: from },
      to: ['undisclosed-recipients:;'],
      bcc: box,
      subject: 'x'.repeat(1_200),
      text: 'From here\n.\n  \n⚓\n',
      html: `<p>${'word '.repeat(2_000)}</p>`,
      alternatives: [{ contentType: 'text/x-amp-html', content: '<html ⚡4email>' }],
      icalEvent: { content: 'BEGIN:VCALENDAR\nMETHOD:CANCEL\nEND:VCALENDAR\n', filename: 'Grüße.ics' },
      list: { id: 'ports.mail.test', unsubscribe: 'leave@mail.test', post: 'NO' },
      headers: { 'Disposition-Notification-To': 'Jürgen <app@mail.test>', 'X-SMTPAPI': '{"a":"b"}' },
      references: Array.from({ length: 40 }, (_, i) => `<${i}@mail.test>`),
      attachments: [{ filename: `${'y'.repeat(300)}.csv`, content: 'a,b\n' }],
      priority: 'low',
    });
    if (!(body instanceof Uint8Array)) throw new Error('it is small enough to be composed as a whole');
    await clientOf(way).sendRaw(envelope, body);
    expect(isWhole(await received(mailboxUrl, box), body)).toBe(true);
  });

  it('attachments arrive as they were', async () => {
    const content = crypto.getRandomValues(new Uint8Array(50_000));
    const box = newBox();
    const mail = {
      from: { name: 'Jürgen Å', address: from },
      to: { name: '横浜', address: box },
      bcc: newBox(),
      subject:
        'Grüße aus Göteborg, and a subject that is long enough to be folded at least once, if not twice',
      text: '.\n..\nAhoy from Göteborg\n',
      html: '<p>Ahoy</p>',
      attachments: [{ filename: 'Übersicht.bin', content }],
    };
    const { accepted, messageId } = await sendMail(clientOf(way), mail);
    expect(accepted).toEqual([box, mail.bcc]);
    const text = await receivedText(mailboxUrl, box);
    expect(text).toContain(`\nMessage-ID: ${messageId}\n`);
    expect(text).not.toMatch(/^bcc:/im);
    expect(text.slice(text.indexOf('\nFrom:'))).not.toContain(mail.bcc);
    const [, base64 = ''] =
      /Content-Disposition: attachment[\s\S]*?\n\n([A-Za-z0-9+/=\n]+)\n/.exec(text) ?? [];
    expect(sameBytes(latin1(atob(base64.replaceAll('\n', ''))), content)).toBe(true);
    expect(await receivedText(mailboxUrl, mail.bcc)).toContain(messageId);
  });
});

describe('a mail by one call', () => {
  it.each([
    ['Postfix, STARTTLS', postfix, { port: postfix.port }],
    ['Postfix, TLS from the first byte', postfix, { port: postfix.tlsPort, tls: true }],
    ['OpenSMTPD', opensmtpd, { port: opensmtpd.port }],
    ['Exim', exim, { port: exim.tlsPort, tls: true }],
  ])('arrives at %s', async (_name, { mailboxUrl }, way) => {
    const box = newBox();
    const mail = { from, to: box, subject: 'One call', text: 'Ahoy\n' };
    const { accepted, messageId } = await send(mail, { ...app, ...way });
    expect(accepted).toEqual([box]);
    expect(await receivedText(mailboxUrl, box)).toContain(`\nMessage-ID: ${messageId}\n`);
  });

  it('says why it was not sent', async () => {
    const mail = { from, to: newBox(), text: 'x' };
    const options = { ...app, port: postfix.port, password: 'wrong-password' };
    expect(await failure(send(mail, options))).toMatchObject({ code: 'auth', safeToRetry: true });
  });
});

describe('an attachment of 20 MB, as a stream', () => {
  const SIZE = 20_000_000;
  const byteAt = (index: number) => (Math.imul(index, 2_654_435_761) >>> 13) & 255;

  async function* content(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < SIZE; at += 50_000) {
      yield Uint8Array.from({ length: Math.min(50_000, SIZE - at) }, (_, index) => byteAt(at + index));
    }
  }

  it('is the same 20 MB in the mailbox', async () => {
    const box = newBox();
    const attachments = [{ filename: 'large.bin', content: content() }];
    await sendMail(clientOf('Postfix, BDAT'), {
      from,
      to: box,
      subject: 'Large',
      text: 'See there.',
      attachments,
    });
    const text = new TextDecoder('latin1').decode(await received(postfix.mailboxUrl, box));
    const start = text.indexOf('\n\n', text.indexOf('filename=large.bin')) + 2;
    const decoded = atob(text.slice(start, text.indexOf('\n--', start)).replaceAll('\n', ''));
    let wrong = Math.abs(decoded.length - SIZE);
    for (let index = 0; index < SIZE; index += 1) if (decoded.charCodeAt(index) !== byteAt(index)) wrong += 1;
    expect(wrong).toBe(0);
  });
});

/** Streams whose size nobody told: the servers find out. */
describe('a stream that turns out to be over SIZE', () => {
  it.each(['OpenSMTPD, DATA without PIPELINING', 'Exim, BDAT', 'Exim, DATA'] as const)('%s', async (way) => {
    const { at, chunking } = ways[way];
    await using client = await connect({ ...app, port: at.port, chunking });
    async function* tooMuch() {
      yield latin1(`${HEADER}\r\n\r\n`);
      for (let line = 0; line < 2_000; line += 1) yield latin1(`${'x'.repeat(998)}\r\n`);
    }
    const error = await failure(client.sendRaw({ from, to: newBox() }, tooMuch()));
    expect(['limit', 'server']).toContain(error.code);
    const box = newBox();
    await using again = await connect({ ...app, port: at.port });
    await again.sendRaw({ from, to: box }, `${HEADER}\r\n\r\nAhoy\r\n`);
    expect(await receivedText(at.mailboxUrl, box)).toContain('Ahoy');
  });
});

describe('SMTPUTF8', () => {
  it.each(['Postfix, BDAT', 'Postfix, DATA', 'Exim, BDAT'] as const)('%s', async (way) => {
    const { mailboxUrl } = ways[way].at;
    const box = newBox('-横浜');
    const message = `From: <jürgen@mail.test>\r\nSubject: Grüße\r\nDate: Sat, 21 Nov 2026 11:00:00 +0000\r\nMessage-ID: <ü@mail.test>\r\n\r\nAhoy\r\n`;
    const { accepted } = await clientOf(way).sendRaw({ from: 'jürgen@mail.test', to: box }, message);
    expect(accepted).toEqual([box]);
    const arrived = await received(mailboxUrl, box);
    expect(isWhole(arrived, new TextEncoder().encode(message))).toBe(true);
    expect(new TextDecoder().decode(arrived)).toMatch(/with (UTF8SMTPSA|utf8esmtpsa)/);
  });

  it('is `usage` where the server lacks it: an address, or a header', async () => {
    const client = clientOf('OpenSMTPD, DATA without PIPELINING');
    const box = newBox();
    for (const [to, subject] of [
      [newBox('-横浜'), 'Ahoy'],
      [box, 'Grüße'],
    ] as const) {
      const error = await failure(client.sendRaw({ from, to }, `Subject: ${subject}\r\n\r\nAhoy\r\n`));
      expect(error).toMatchObject({ code: 'usage', safeToRetry: true });
      expect(error.message).toContain('SMTPUTF8');
    }
    await client.noop();
  });
});

describe('DSN', () => {
  it.each([
    ['Postfix', 'Postfix, BDAT'],
    ['Exim', 'Exim, BDAT'],
  ] as const)('%s reports a success that was asked for', async (_name, way) => {
    const [box, sender] = [newBox(), newBox()];
    const envelope = {
      from: sender,
      to: { address: box, notify: ['success'], originalRecipient: 'old+1@mail.test' },
      return: 'headers',
      envelopeId: 'voyage 1+2',
    } as const;
    await clientOf(way).sendRaw(envelope, `${HEADER}\r\n\r\nThe body.\r\n`);
    const report = await receivedText(ways[way].at.mailboxUrl, sender);
    expect(report).toMatch(/report-type="?delivery-status/);
    expect(report).toMatch(/^Original-Envelope-Id: voyage(\+20| )1(\+2B|\+)2$/im);
    expect(report).toMatch(/^Original-Recipient: rfc822; ?old(\+2B|\+)1@mail\.test$/im);
    expect(report).toMatch(/^Action: (delivered|relayed)/im);
    expect(report).toContain('Message-ID: <1@mail.test>');
    expect(report).not.toContain('The body.');
  });
});

describe('questions', () => {
  it('VRFY', async () => {
    const client = clientOf('Postfix, BDAT');
    expect(await client.verify('box1@mail.test')).toMatchObject({ code: 252, enhanced: '2.0.0' });
    const error = await failure(client.verify('nobody@mail.test'));
    expect(error).toMatchObject({ code: 'server', server: { code: '5.1.1', fields: { reply: '550' } } });
    await client.noop();
  });
});
