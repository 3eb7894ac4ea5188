// Commands, addresses and bodies on their way out: nothing breaks out of its line, and no body can hold the end of one.
import { fromBase64, toBase64 } from '@fairlead/bytes';
import { feedAllWays, seededRandom, toBytes, toText } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import { readClientName, readMailbox } from '../src/addresses/mailbox.ts';
import { fromMailBase64 } from '../src/wire/base64.ts';
import { encodeLines, mailCommand, rcptCommand } from '../src/wire/encode.ts';
import { MailDataEncoder, type MailDataRules } from '../src/wire/mail-data.ts';
import { readMessageFacts } from '../src/wire/message-facts.ts';

const DATA: MailDataRules = { stuffing: true, eightBit: true, utf8Header: true, maxBytes: 1e6 };
const BDAT: MailDataRules = { ...DATA, stuffing: false };

function encode(chunks: Iterable<Uint8Array>, rules: MailDataRules = DATA, bufferBytes = 16): string {
  const encoder = new MailDataEncoder(rules, bufferBytes);
  const out: number[] = [];
  for (const chunk of chunks) {
    for (let at = 0; at < chunk.length; ) {
      at = encoder.fill(chunk, at);
      if (encoder.full) out.push(...encoder.take());
    }
  }
  if (!encoder.hasRoomForEnd) out.push(...encoder.take());
  encoder.end();
  out.push(...encoder.take());
  return toText(new Uint8Array(out));
}

/** What a receiver makes of the wire's bytes, and what follows. */
function receive(wire: string): [message: string, rest: string] {
  const end = wire.startsWith('.\r\n') ? 0 : wire.indexOf('\r\n.\r\n') + 2;
  return [wire.slice(0, end).replace(/^\.(?=.)/gms, ''), wire.slice(end + 3)];
}

describe('MailDataEncoder', () => {
  it.each([
    ['', '.\r\n'],
    ['a', 'a\r\n.\r\n'],
    ['a\r\n', 'a\r\n.\r\n'],
    ['.', '..\r\n.\r\n'],
    ['..\n.\n', '...\r\n..\r\n.\r\n'],
    ['a\n.\nb', 'a\r\n..\r\nb\r\n.\r\n'],
    ['a\r.\rb', 'a\r\n..\r\nb\r\n.\r\n'],
    ['a\r\r\n.\r\n', 'a\r\n\r\n..\r\n.\r\n'],
    ['a\n\r.\r', 'a\r\n\r\n..\r\n.\r\n'],
    ['a.b\r\n c.\r\n', 'a.b\r\n c.\r\n.\r\n'],
    ['\r\n.\r\nMAIL FROM:<x@y>\r\n', '\r\n..\r\nMAIL FROM:<x@y>\r\n.\r\n'],
    ['x\n.\r\nDATA', 'x\r\n..\r\nDATA\r\n.\r\n'],
  ])('writes %j as %j, however it is cut', (text, wire) => {
    feedAllWays(
      text === '' ? ' ' : text,
      (chunks) => encode(text === '' ? [] : chunks),
      (got) => expect(got).toBe(wire),
    );
  });

  it.each([
    ['a\n.\n', 'a\r\n.\r\n'],
    ['', ''],
    ['.', '.\r\n'],
  ])('writes %j as %j for BDAT', (text, wire) => expect(encode([toBytes(text)], BDAT)).toBe(wire));

  it('never lets a body end early, whatever is in it', () => {
    const random = seededRandom(3);
    const alphabet = toBytes('..\r\r\n\nab ');
    for (let round = 0; round < 3000; round++) {
      const bytes = Uint8Array.from(
        { length: 30 },
        () => alphabet[Math.floor(random() * alphabet.length)] ?? 0,
      );
      const wire = encode([bytes.subarray(0, 11), bytes.subarray(11)], DATA, 8 + Math.floor(random() * 20));
      const [message, rest] = receive(wire);
      expect(rest).toBe('');
      const lines = toText(bytes).replace(/\r\n|\r|\n/g, '\r\n');
      expect(message).toBe(lines.endsWith('\r\n') ? lines : `${lines}\r\n`);
      expect(readMessageFacts(bytes).size).toBe(message.length);
    }
  });

  it.each([
    ['a NUL', 'a\0', DATA, 'usage'],
    ['a line of 999 bytes', 'x'.repeat(999), DATA, 'usage'],
    ['a line of 999 bytes, for BDAT', `y\r\n${'x'.repeat(999)}`, BDAT, 'usage'],
    ['8 bits to a server without', 'H: 1\r\n\r\n\u00e4', { ...DATA, eightBit: false }, 'usage'],
    ['8 bits in the header', 'H: \u00e4\r\n\r\nx', { ...DATA, utf8Header: false }, 'usage'],
    ['more than is allowed', 'x\n'.repeat(50), { ...DATA, maxBytes: 149 }, 'limit'],
  ])('refuses %s', (_name, text, rules, code) => {
    expect(() => encode([toBytes(text)], rules, 4096)).toThrowError(
      expect.objectContaining({ code, safeToRetry: true }),
    );
  });

  it('takes 998 bytes, 8 bits in the body, and just what is allowed', () => {
    expect(encode([toBytes('x'.repeat(998))], DATA, 64)).toHaveLength(1003);
    expect(encode([toBytes('H: 1\n\n\u00e4')], { ...DATA, utf8Header: false })).toContain('\u00e4');
    expect(encode([toBytes('x\n'.repeat(50))], { ...DATA, maxBytes: 150 })).toHaveLength(153);
  });
});

describe('readMessageFacts', () => {
  it.each([
    ['H: 1\r\n\r\nx', { size: 11, eightBit: false, utf8Header: false }],
    ['H: \u00e4\r\n\r\nx', { size: 12, eightBit: true, utf8Header: true }],
    ['H: 1\n\n\u00e4\n', { size: 12, eightBit: true, utf8Header: false }],
    ['\u00e4', { size: 4, eightBit: true, utf8Header: true }],
    ['', { size: 0, eightBit: false, utf8Header: false }],
  ])('looks through %j', (text, facts) => expect(readMessageFacts(toBytes(text))).toEqual(facts));

  it.each(['a\0', 'x'.repeat(999)])('refuses what no mail may hold', (text) => {
    expect(() => readMessageFacts(toBytes(text))).toThrowError(expect.objectContaining({ code: 'usage' }));
  });
});

describe('readMailbox', () => {
  it.each([
    ['a@x.test', 'a@x.test', false],
    ['first.last+tag@sub.x-y.test', 'first.last+tag@sub.x-y.test', false],
    ["o'neil@x.test", "o'neil@x.test", false],
    ['"two words"@x.test', '"two words"@x.test', false],
    ['"a\\"b"@x.test', '"a\\"b"@x.test', false],
    ['a@[192.0.2.1]', 'a@[192.0.2.1]', false],
    ['a@[IPv6:2001:db8::1]', 'a@[IPv6:2001:db8::1]', false],
    ['a@b\u00fccher.example', 'a@xn--bcher-kva.example', false],
    ['j\u00fcrgen@x.test', 'j\u00fcrgen@x.test', true],
    ['\u7528\u6237@\u4f8b\u5b50.\u6d4b\u8bd5', '\u7528\u6237@xn--fsqu00a.xn--0zwm56d', true],
    ['Postmaster', 'Postmaster', false],
    [`${'a'.repeat(64)}@x.test`, `${'a'.repeat(64)}@x.test`, false],
  ])('takes %j', (address, wire, utf8) => expect(readMailbox(address, 'to')).toEqual({ wire, utf8 }));

  it.each([
    '',
    'a',
    'a@',
    '@x.test',
    'a@x.test\r\nRCPT TO:<evil@x.test>',
    'a@x.test\0',
    'a@x.test>',
    '<a@x.test>',
    'Name <a@x.test>',
    'a b@x.test',
    'a..b@x.test',
    '.a@x.test',
    'a@x..test',
    'a@-x.test',
    'a@x_.test\n',
    'a@[x]',
    'a@x test',
    '"a@x.test',
    '"a\r\nb"@x.test',
    'a@b\u00fc%2ecom',
    'a@\u00fc/x',
    'a@\u2028x',
    'a\ud800@x.test',
    `${'a'.repeat(65)}@x.test`,
    `${'\u00fc'.repeat(33)}@x.test`,
    `a@${'x.'.repeat(126)}test`,
  ])('refuses %j', (address) => {
    expect(() => readMailbox(address, 'to')).toThrowError(expect.objectContaining({ code: 'usage' }));
  });

  it.each(['client.test', '[127.0.0.1]', '[IPv6:::1]', 'x'])('says EHLO as %s', (name) => {
    expect(readClientName(name)).toBe(name);
  });

  it.each(['', 'a b', 'a\r\nMAIL FROM:<>', '[x', 'a>', '-a'])('does not say EHLO as %j', (name) => {
    expect(() => readClientName(name)).toThrowError(expect.objectContaining({ code: 'usage' }));
  });
});

describe('commands', () => {
  const plain = {
    size: undefined,
    eightBit: false,
    smtpUtf8: false,
    return: undefined,
    envelopeId: undefined,
    requireTls: false,
  };

  it('writes parameters', () => {
    expect(mailCommand('a@x.test', plain)).toBe('MAIL FROM:<a@x.test>');
    const all = {
      size: 5,
      eightBit: true,
      smtpUtf8: true,
      return: 'headers',
      envelopeId: 'a+b=c d',
      requireTls: true,
    } as const;
    expect(mailCommand('', all)).toBe(
      'MAIL FROM:<> SIZE=5 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=a+2Bb+3Dc+20d REQUIRETLS',
    );
    expect(rcptCommand('b@y.test', ['success', 'delay'], 'c@z.test')).toBe(
      'RCPT TO:<b@y.test> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;c@z.test',
    );
    expect(rcptCommand('b@y.test', 'never')).toBe('RCPT TO:<b@y.test> NOTIFY=NEVER');
  });

  it.each([
    () => rcptCommand('b@y.test', []),
    () => rcptCommand('b@y.test', ['SUCCESS\r\n'] as never),
    () => rcptCommand('b@y.test', undefined, 'c\r\nDATA'),
    () => mailCommand('a@x.test', { ...plain, envelopeId: '' }),
    () => mailCommand('a@x.test', { ...plain, envelopeId: '\u00e4' }),
    () => encodeLines(['NOOP\r\nDATA']),
    () => encodeLines(['NOOP\0']),
  ])('refuses what would break out (%#)', (build) => {
    expect(build).toThrowError(expect.objectContaining({ code: 'usage' }));
  });
});

describe('base64', () => {
  it('goes there and back', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    expect(fromBase64(toBase64(bytes))).toEqual(bytes);
    expect(fromBase64('')).toEqual(new Uint8Array(0));
  });

  it.each(['A', 'AA', 'AAA', 'AA=A', '====', 'AA-_', 'AA==\n', ' AA=='])('refuses %j', (text) => {
    expect(fromBase64(text)).toBeUndefined();
  });
});

describe('base64 of a mail', () => {
  it.each(['AQID', 'AQ ID\r\n', ' A\tQID'])('takes white space: %j', (text) => {
    expect(fromMailBase64(text)).toEqual(Uint8Array.of(1, 2, 3));
  });

  it.each(['AQ', 'AQ=', 'AQ==', 'A Q = ='])('takes missing padding: %j', (text) => {
    expect(fromMailBase64(text)).toEqual(Uint8Array.of(1));
  });

  it.each(['A', 'AQIDA', 'A=Q=', '===', 'AQ===', 'A-_Q', 'AQ\u00a0!'])('refuses %j', (text) => {
    expect(fromMailBase64(text)).toBeUndefined();
  });
});
