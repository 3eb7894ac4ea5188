// Which replies are owed on a pooled connection, and the caller's side of one.
import { allSplits, seededRandom, splitBytes, toBytes, toText } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import { FairleadError } from '../src/index.ts';
import { greetingOf, SmtpFront, termsOf } from '../src/mooring/front.ts';
import { seat } from '../src/mooring/seat.ts';
import { SmtpTracker } from '../src/mooring/tracker.ts';
import { readCapabilities } from '../src/wire/capabilities.ts';

/** The tracker of a connection to a server with all that the talks use. */
const newTracker = (
  extensions: readonly string[] = ['SIZE', 'PIPELINING', 'CHUNKING', '8BITMIME'],
): SmtpTracker => new SmtpTracker(new Set(extensions));

/** What a connection is worth: `i` idle, `o` open and to be reset, `r` refused: idle and to be reset, `-` neither. */
function worth({ isIdle, needsReset }: SmtpTracker): string {
  if (isIdle) return needsReset ? 'r' : 'i';
  return needsReset ? 'o' : '-';
}

/** Lines of the client, lines of the server behind `<`, and behind `=` what the connection is worth then. */
type Talk = readonly string[];

function play(talk: Talk, cut: (bytes: Uint8Array) => readonly Uint8Array[]): SmtpTracker {
  const tracker = newTracker();
  for (const line of talk) {
    if (line.startsWith('=')) expect(worth(tracker), talk.join(' | ')).toBe(line.slice(1));
    else if (line.startsWith('<')) for (const piece of cut(toBytes(line.slice(1)))) tracker.received(piece);
    else for (const piece of cut(toBytes(line))) tracker.sent(piece, 1);
  }
  return tracker;
}

const MAIL = 'MAIL FROM:<a@x.test> SIZE=10\r\n';
const RCPT = 'RCPT TO:<b@y.test>\r\n';
const OK = '<250 2.0.0 Ok\r\n';
const OPEN = [MAIL, OK, RCPT, OK];

const TALKS: readonly (readonly [string, Talk])[] = [
  [
    'a mail by DATA',
    [...OPEN, '=o', 'DATA\r\n', '=-', '<354 Go\r\n', '=-', 'A\r\n..\r\n.\r', '=-', '\n', '=-', OK, '=i'],
  ],
  ['an empty message', [...OPEN, 'DATA\r\n', '<354 Go\r\n', '.\r\n', '=-', OK, '=i']],
  [
    'dots that end nothing',
    [
      ...OPEN,
      'DATA\r\n',
      '<354 Go\r\n',
      '\r\n.\r.\r\n\r\n\r\n..\r\n.x\r\n\n.\n',
      '=-',
      '\r\n.\r\n',
      OK,
      '=i',
    ],
  ],
  ['two mails', [...OPEN, 'DATA\r\n', '<354 Go\r\n', 'A\r\n.\r\n', OK, '=i', ...OPEN, '=o']],
  ['all at once', [`${MAIL}${RCPT}DATA\r\n`, `${OK}250 Ok\r\n354 Go\r\n`, 'A\r\n.\r\n', OK, '=i']],
  [
    'replies of several lines',
    [MAIL, '<250-2.1.0 One\r\n250-2.1.0 two\r\n', '=-', '<250 2.1.0 three\r\n', '=o'],
  ],
  [
    'BDAT with its envelope',
    [`${MAIL}${RCPT}BDAT 9 LAST\r\nQUIT\r\n.\r\n`, `${OK}250 Ok\r\n250 Ok\r\n`, '=i'],
  ],
  ['BDAT in chunks', [...OPEN, 'BDAT 3\r\nabc', '=-', OK, '=-', 'bdat 0 last\r\n', '=-', OK, '=i']],
  ['chunks ahead', [...OPEN, 'BDAT 3\r\nabcBDAT 2\r\nde', OK, '=-', OK, '=-', 'BDAT 1 LAST\r\nf', OK, '=i']],
  [
    'a chunk that is refused',
    [...OPEN, 'BDAT 3\r\nabc', '<552 5.2.3 Full\r\n', '=-', 'RSET\r\n', '=-', OK, '=i'],
  ],
  [
    'a last chunk that is refused',
    [...OPEN, 'BDAT 3 LAST\r\nabc', '<552 5.2.3 Full\r\n', '=r', 'RSET\r\n', OK, '=i'],
  ],
  ['a chunk without an end', [...OPEN, 'BDAT 4\r\nabc', '=-']],
  ['a refused sender', [MAIL, '<550 5.7.1 No\r\n', '=i']],
  [
    'a refused sender, with the rest',
    [`${MAIL}${RCPT}DATA\r\n`, '<550 No\r\n503 No\r\n', '=-', '<503 No\r\n', '=i'],
  ],
  ['a refused recipient', [MAIL, OK, RCPT, '<550 5.1.1 Nobody\r\n', '=o', RCPT, OK, '=o']],
  ['DATA refused', [MAIL, OK, RCPT, '<550 No\r\n', 'DATA\r\n', '<554 No\r\n', '=r']],
  [
    'DATA without a recipient',
    [
      MAIL,
      OK,
      RCPT,
      '<550 No\r\n',
      'DATA\r\n',
      '<354 Go\r\n',
      '.\r\n',
      '<554 No\r\n',
      '=r',
      'RSET\r\n',
      OK,
      '=i',
    ],
  ],
  [
    'a message refused',
    [
      ...OPEN,
      'DATA\r\n',
      '<354 Go\r\n',
      'A\r\n.\r\n',
      '<554 Spam\r\n',
      '=r',
      `RSET\r\n${MAIL}`,
      `${OK}250 Ok\r\n`,
      '=o',
    ],
  ],
  ['RSET refused', [...OPEN, 'RSET\r\n', '<500 What\r\n', '=o']],
  ['MAIL in MAIL', [...OPEN, MAIL, '<503 Nested\r\n', '=o']],
  [
    'NOOP and VRFY',
    [
      'NOOP\r\n',
      '=-',
      OK,
      '=i',
      'VRFY b@y.test\r\n',
      '<252 Perhaps\r\n',
      '=i',
      'VRFY x\r\n',
      '<550 No\r\n',
      '=i',
    ],
  ],
  ['half a command', ['NOO', '=-', 'P\r\n', OK, '=i']],
  ['a long command', [`MAIL FROM:<${'a'.repeat(300)}@x.test>\r\n`, OK, '=o']],
  // From here on nobody may have the connection any more.
  ['421 in place of an answer', [MAIL, '<421 4.3.2 Closing\r\n', '=-']],
  [
    'an answer within the message',
    [...OPEN, 'DATA\r\n', '<354 Go\r\n', 'A\r\n', '<552 Full\r\n', '=-', '.\r\n', OK, '=-'],
  ],
  ['an answer within the chunk', [...OPEN, 'BDAT 9\r\nabc', '<552 Full\r\n', '=-', 'abcabc', '=-']],
  ['another code than 354 for DATA', [...OPEN, 'DATA\r\n', OK, '=-']],
  ['334 for DATA', [...OPEN, 'DATA\r\n', '<334 \r\n', '=-']],
  ['354 for a command', ['NOOP\r\n', '<354 Go\r\n', '=-']],
  ['a message that is taken without a sender', ['BDAT 1 LAST\r\nx', OK, '=-']],
  ['no reply at all', ['NOOP\r\n', '<HTTP/1.1 400 Bad\r\n', '=-']],
  ['a code that changes', ['NOOP\r\n', '<250-Ok\r\n251 Ok\r\n', '=-']],
  ['a bare LF in a reply', ['NOOP\r\n', '<250 Ok\n', '=-']],
  ['a bare LF in a command', ['NOOP\n', OK, '=-']],
  ['bytes behind DATA', [`${MAIL}${RCPT}DATA\r\nA\r\n.\r\n`, '=-', OK, '=-']],
  ['a chunk without a size', ['BDAT x\r\n', '<500 No\r\n', '=-']],
  ['a login of the borrower’s', ['AUTH PLAIN AAAA\r\n', '<235 Welcome\r\n', '=-']],
  ['EHLO of the borrower’s', ['EHLO x\r\n', OK, '=-']],
  ['QUIT of the borrower’s', ['QUIT\r\n', '<221 Bye\r\n', '=-']],
  ['STARTTLS of the borrower’s', ['STARTTLS\r\n', '<220 Go\r\n', '=-']],
  ['DATA with something behind it', ['DATAX\r\n', '<500 No\r\n', '=-']],
];

/** What comes with the last answer counts against the connection; what comes behind it ends it at once. */
const BEHIND: readonly (readonly [string, Talk])[] = [
  ['421 behind the answer', ['NOOP\r\n', `${OK}421 4.4.2 Idle\r\n`, '=-']],
  ['half a reply behind the answer', ['NOOP\r\n', `${OK}42`, '=-']],
  ['an answer too many', ['NOOP\r\n', `${OK}250 Ok\r\n`, '=-']],
];

describe('the tracker', () => {
  it.each(TALKS)('%s, whole and byte by byte', (_, talk) => {
    play(talk, (bytes) => [bytes]);
    play(talk, (bytes) => splitBytes(bytes, { mode: 'bytes' }));
    for (let seed = 1; seed <= 10; seed++) play(talk, (bytes) => splitBytes(bytes, { mode: 'random', seed }));
  });

  it.each(BEHIND)('%s', (_, talk) => {
    play(talk, (bytes) => [bytes]);
    const pieces = (bytes: Uint8Array) => splitBytes(bytes, { mode: 'bytes' });
    expect(() => play(talk, pieces)).toThrow(expect.objectContaining({ code: 'protocol' }));
  });

  it('finds the end of a message wherever it is cut', () => {
    const message = toBytes('A\r\n\r\n..\r\n.\r.\r\n\r\n\r\n.\r\n');
    for (const { chunks } of allSplits(message)) {
      const tracker = play([...OPEN, 'DATA\r\n', '<354 Go\r\n'], (bytes) => [bytes]);
      for (const piece of chunks) tracker.sent(piece, 1);
      tracker.received(toBytes('250 Ok\r\n'));
      expect(tracker.isIdle).toBe(true);
    }
  });

  it('is idle behind random mails, each piece of which it may see in any order that SMTP has', () => {
    const random = seededRandom(11);
    const pick = <T>(...values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
    for (let round = 0; round < 300; round++) {
      const tracker = newTracker();
      const cut = (text: string) =>
        splitBytes(text, { mode: 'random', seed: round + 1, maxChunkBytes: pick(1, 3, 50) });
      const send = (text: string) => {
        for (const piece of cut(text)) tracker.sent(piece, 1);
      };
      const answer = (...codes: readonly number[]) => {
        const text = codes.map((code) => `${pick('', `${code}-more\r\n`)}${code} text\r\n`).join('');
        for (const piece of cut(text)) tracker.received(piece);
      };
      for (let mails = 0; mails < 5; mails++) {
        send(MAIL + RCPT.repeat(3));
        answer(250, 250, pick(250, 550, 452), pick(250, 550, 452));
        expect(worth(tracker)).toBe('o');
        const content = pick('', 'a\r\n', '..\r\n', '\r\n', 'a\r\n..\r\nQUIT\r\n');
        if (random() < 0.5) {
          send('DATA\r\n');
          answer(354);
          send(`${content}.\r\n`);
        } else send(`BDAT ${content.length} LAST\r\n${content}`);
        const code = pick(250, 250, 554, 451);
        answer(code);
        expect(worth(tracker)).toBe(code === 250 ? 'i' : 'r');
        if (code === 250) continue;
        send('RSET\r\n');
        answer(250);
        expect(worth(tracker)).toBe('i');
      }
    }
  });

  it('refuses whatever nobody asked for, and a refusal of what the pool asks', () => {
    const refused = expect.objectContaining({ code: 'protocol' });
    expect(() => newTracker().received(toBytes('421 4.4.2 Idle\r\n'))).toThrow(refused);
    expect(() => newTracker().received(toBytes('2'))).toThrow(refused);
    for (const reply of [
      '502 5.5.1 What?\r\n',
      '421 4.4.2 Idle\r\n',
      '354 Go\r\n',
      'Ok\r\n',
      '250 Ok\r\n250 Ok\r\n',
    ]) {
      const tracker = newTracker();
      tracker.sent(toBytes('NOOP\r\n'), undefined);
      expect(() => tracker.received(toBytes(reply)), reply).toThrow(refused);
    }
  });

  it('is spent behind a hundred mails, however they ended', () => {
    const tracker = newTracker();
    for (let i = 0; i < 100; i++) {
      expect(tracker.isSpent).toBe(false);
      tracker.sent(toBytes(MAIL), 1);
      tracker.received(toBytes('550 No\r\n'));
    }
    expect(tracker).toMatchObject({ isSpent: true, isIdle: true });
  });

  it('is spent behind chunks without an end, and not behind those that were taken', () => {
    const whole = (bytes: Uint8Array) => [bytes];
    const chunk = [...OPEN, 'BDAT 3\r\nabc', OK];
    expect(play([...chunk, 'RSET\r\n', OK, '=i'], whole).isSpent).toBe(true);
    expect(play([...chunk, 'BDAT 1 LAST\r\nd', '<554 No\r\n', '=i'], whole).isSpent).toBe(true);
    expect(play([...chunk, 'BDAT 1 LAST\r\nd', OK, '=i'], whole).isSpent).toBe(false);
  });

  it.each([
    ['CHUNKING', 'BDAT 3 LAST\r\nabc'],
    ['CHUNKING', 'bdat 3\r\nabc'],
    ['8BITMIME', 'MAIL FROM:<a@x.test> BODY=8BITMIME\r\n'],
    ['BINARYMIME', 'MAIL FROM:<a@x.test> body=binarymime\r\n'],
    ['SMTPUTF8', 'MAIL FROM:<ä@x.test> SIZE=1 SMTPUTF8\r\n'],
    ['REQUIRETLS', `MAIL FROM:<${'a'.repeat(900)}@x.test> REQUIRETLS\r\n`],
    ['SIZE', MAIL],
    ['DSN', 'MAIL FROM:<a@x.test> RET=HDRS\r\n'],
    ['DSN', 'MAIL FROM:<"> "@x.test> ENVID=1>2\r\n'],
    ['DSN', 'RCPT TO:<b@y.test> NOTIFY=NEVER\r\n'],
    ['DSN', 'RCPT TO:<b@y.test> ORCPT=rfc822;b>@y.test\r\n'],
    ['PIPELINING', 'MAIL FROM:<a@x.test>\r\nRCPT TO:<b@y.test>\r\n'],
    ['PIPELINING', 'RSET\r\nNOOP\r\n'],
  ])('refuses what needs %s where the server does not offer it: %j', (extension, text) => {
    const all = 'SIZE PIPELINING CHUNKING 8BITMIME BINARYMIME SMTPUTF8 REQUIRETLS DSN'.split(' ');
    expect(() => newTracker(all).sent(toBytes(text), 1)).not.toThrow();
    const lost = expect.objectContaining({ code: 'connection_lost', safeToRetry: true });
    for (const size of [1, 7, 5_000]) {
      const tracker = newTracker(all.filter((each) => each !== extension));
      const pieces = splitBytes(text, { mode: 'every', size });
      expect(() => {
        for (const piece of pieces) tracker.sent(piece, 1);
      }).toThrow(lost);
      expect(worth(tracker)).toBe('-');
    }
  });

  it('does not call a mail safe to send again that was sent whole before what is refused', () => {
    const tracker = newTracker([]);
    const open = ['MAIL FROM:<a@x.test>\r\n', 'RCPT TO:<b@y.test>\r\n', 'DATA\r\n'];
    for (const [i, line] of open.entries()) {
      tracker.sent(toBytes(line), 1);
      tracker.received(toBytes(i === 2 ? '354 Go\r\n' : '250 Ok\r\n'));
    }
    tracker.sent(toBytes('A\r\n.\r\n'), 1);
    const lost = expect.objectContaining({ code: 'connection_lost', safeToRetry: false });
    expect(() => tracker.sent(toBytes('NOOP\r\n'), 1)).toThrow(lost);
  });

  it('holds on to nothing of what it is shown', () => {
    const tracker = newTracker();
    const show = (take: (bytes: Uint8Array) => void, text: string) => {
      for (const piece of splitBytes(text, { mode: 'every', size: 2 })) {
        const copy = piece.slice();
        take(copy);
        copy.fill(0xff);
      }
    };
    show((bytes) => tracker.sent(bytes, 1), `${MAIL}${RCPT}BDAT 3 LAST\r\nabc`);
    show((bytes) => tracker.received(bytes), '250 Ok\r\n250-Ok\r\n250 Ok\r\n250 Ok\r\n');
    expect(worth(tracker)).toBe('i');
  });
});

const ehlo = ['mx.test', 'PIPELINING', 'STARTTLS', 'SIZE 1000', 'AUTH SCRAM-SHA-256', 'CHUNKING'];
const capabilities = readCapabilities({ code: 250, enhanced: undefined, lines: ehlo }, true);
const GREETING = greetingOf({ greeting: 'mx.test ESMTP', capabilities, mechanism: 'SCRAM-SHA-256' });

/** What the client reads for each line of its login; `->` stands in front of what goes to the server. */
function logIn(front: SmtpFront, lines: readonly string[], greeting: unknown = GREETING): string[] {
  expect(front.speaksFirst).toBe(true);
  const said = [toText(front.greet(greeting))];
  for (const line of lines)
    for (const piece of splitBytes(`${line}\r\n`, { mode: 'every', size: 7 }))
      for (const step of front.take(piece)) {
        if (step.kind === 'reply') said.push(toText(step.bytes));
        if (step.kind === 'forward') said.push(`-> ${toText(step.bytes)}`);
      }
  return said;
}

const OFFER =
  '250-mx.test\r\n250-PIPELINING\r\n250-SIZE 1000\r\n250-CHUNKING\r\n250 AUTH PLAIN OAUTHBEARER XOAUTH2 EXTERNAL\r\n';

describe('the caller’s side', () => {
  it('plays the server up to the login', () => {
    expect(
      logIn(new SmtpFront(true), ['EHLO x', 'STARTTLS', 'EHLO x', 'AUTH PLAIN AAAA', MAIL.trim()]),
    ).toEqual([
      '220 mx.test ESMTP\r\n',
      '250-mx.test\r\n250 STARTTLS\r\n',
      '220 2.0.0 Go ahead\r\n',
      OFFER,
      '235 2.7.0 Welcome\r\n',
      `-> ${MAIL}`,
    ]);
  });

  it('plays it without TLS or a login, with a response in a line of its own, and without EHLO', () => {
    expect(logIn(new SmtpFront(false), ['EHLO x', 'NOOP'])).toEqual([
      '220 mx.test ESMTP\r\n',
      OFFER,
      '-> NOOP\r\n',
    ]);
    expect(logIn(new SmtpFront(false), ['EHLO x', 'AUTH XOAUTH2', 'MAIL', 'RSET']).slice(2)).toEqual([
      '334 \r\n',
      '235 2.7.0 Welcome\r\n',
      '-> RSET\r\n',
    ]);
    const old = readCapabilities({ code: 250, enhanced: undefined, lines: ['old.test'] }, false);
    const greeting = greetingOf({ greeting: 'old', capabilities: old, mechanism: undefined });
    expect(logIn(new SmtpFront(false), ['EHLO x', 'HELO x', 'NOOP'], greeting).slice(1)).toEqual([
      '502 5.5.1 HELO, please\r\n',
      '250 old.test\r\n',
      '-> NOOP\r\n',
    ]);
  });

  it('leaves every byte behind its commands as it is', () => {
    const front = new SmtpFront(false);
    logIn(front, ['EHLO x', 'AUTH PLAIN AAA']);
    const sent = Uint8Array.of(...toBytes('MAIL FROM:<a@b>\r\nBDAT 4 LAST\r\n'), 0x80, 0xff, 13, 0);
    expect(front.take(sent)).toMatchObject([{ kind: 'forward', bytes: sent }]);
  });

  it('sends everything else on, whatever it looks like', () => {
    const front = new SmtpFront(false);
    logIn(front, ['EHLO x', 'DATA']);
    for (const text of ['EHLO x\r\n', 'AUTH PLAIN AAAA\r\n', 'QUIT\r\n', '.'])
      expect(front.take(toBytes(text))).toEqual([
        { kind: 'forward', bytes: toBytes(text), trace: 'clean', owed: 1 },
      ]);
  });

  it('cuts a greeting that does not fit into a line', () => {
    const { text } = greetingOf({ greeting: 'ü'.repeat(10_000), capabilities, mechanism: undefined });
    expect(toBytes(`220 ${text}\r\n`).length).toBeLessThan(2048);
  });
});

describe('the terms of a server', () => {
  const terms = (lines: readonly string[], extended = true): string =>
    termsOf(readCapabilities({ code: 250, enhanced: undefined, lines: ['mx.test', ...lines] }, extended));

  it('are all that the client acts on, in any order', () => {
    expect(terms(ehlo.slice(1))).toBe('EHLO; CHUNKING; PIPELINING; SIZE 1000');
    expect(terms(['CHUNKING', 'XCLIENT NAME', 'SIZE 1000', 'PIPELINING'])).toBe(terms(ehlo.slice(1)));
    expect(terms(['CHUNKING', 'SIZE 2000', 'PIPELINING'])).not.toBe(terms(ehlo.slice(1)));
    expect(terms([])).toBe('EHLO');
    expect(terms(['PIPELINING'], false)).toBe('HELO');
  });
});

describe('a server that has no room', () => {
  const words = (reply: string, code: string, message: string) =>
    new FairleadError('server', '', { server: { code, message, fields: { reply } } });

  it.each([
    ['421', '4.7.0', 'mx.test Error: too many connections from 192.0.2.1'],
    ['421', '421', 'Too many concurrent SMTP connections; please try again later.'],
    ['421', '421', 'Too many concurrent SMTP connections from this IP address; please try again later.'],
    ['421', '4.3.2', 'All server ports are busy'],
    ['432', '4.3.2', 'Concurrent connections limit exceeded'],
  ])('is one that says %s %s %s', (reply, code, message) => {
    expect(seat.isFull(words(reply, code, message))).toBe(true);
  });

  it.each([
    ['421', '4.3.2', 'System not accepting network messages'],
    ['535', '5.7.8', 'Too many failed logins'],
    ['454', '4.7.0', 'Temporary authentication failure'],
    ['554', '5.7.1', 'Too many complaints'],
  ])('is not one that says %s %s %s', (reply, code, message) => {
    expect(seat.isFull(words(reply, code, message))).toBe(false);
  });

  it('is not one that is not there', () => {
    expect(seat.isFull(new FairleadError('connect_failed', 'too many connections'))).toBe(false);
    expect(seat.isFull(new Error('too many connections'))).toBe(false);
  });
});
