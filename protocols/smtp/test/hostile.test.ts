// Servers, and people in between, that break the rules at every step. None of them gets a credential or a byte of mail
// in clear: what they received is looked at.
import { seededRandom } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import { connect, type FairleadError, isFairleadError, type SmtpOptions } from '../src/index.ts';
import { type Act, hostile } from './support/hostile.ts';
import { offers, PLAIN } from './support/talk.ts';

const GREETING = '220 mx.test ESMTP\r\n';
const PLAIN_OFFERS = offers(['PIPELINING', 'STARTTLS']);
const READY = '220 2.0.0 Ready\r\n';
/** Up to TLS. */
const TLS: readonly Act[] = [GREETING, PLAIN_OFFERS, READY, 'TLS'];
const BODY = 'Subject: TOPSECRET\r\n\r\nTOPSECRET\r\n';
/** All that may ever leave in clear. */
const HARMLESS = /^(EHLO \[127\.0\.0\.1\]\r\n(HELO \[127\.0\.0\.1\]\r\n)?(STARTTLS\r\n)?)?$/;
const LONG = 'x'.repeat(5000);

type Case = readonly [name: string, acts: readonly Act[], code: string, words?: RegExp];

/** The cases by name. */
function named(cases: readonly Case[]) {
  return cases.map(([name, acts, code, words = /./]) => ({ name, acts, code, words }));
}

async function attack(acts: readonly Act[], options: SmtpOptions = {}, tls?: Parameters<typeof hostile>[1]) {
  const server = hostile(acts, tls);
  const outcome = await (async () => {
    const smtp = await connect('smtp://app:secret@mx.test', {
      connector: server.connector,
      replyTimeoutMs: 100,
      timeoutMs: 1000,
      connectTimeoutMs: 1000,
      ...options,
    });
    const sent = await smtp
      .sendRaw({ from: 'a@x.test', to: ['b@y.test', 'c@y.test'] }, BODY)
      .catch((error: unknown) => error);
    await smtp.close();
    return sent;
  })().catch((error: unknown) => error);
  return { error: outcome as FairleadError, clear: server.clear(), inside: server.inside() };
}

function expectSilence({ error, clear }: Awaited<ReturnType<typeof attack>>): void {
  expect(clear).toMatch(HARMLESS);
  expect(`${error} ${JSON.stringify(error)}`).not.toMatch(/secret|AGFwcABzZWNyZXQ/);
}

const BEFORE_TLS: readonly Case[] = [
  ['a web server', ['HTTP/1.1 400 Bad Request\r\n'], 'protocol', /mail server/],
  ['an SSH server', ['SSH-2.0-OpenSSH_9.9\r\n'], 'protocol'],
  ['a greeting that refuses', ['554 5.7.1 Go away\r\n'], 'server', /Go away/],
  ['421 as the greeting', ['421 4.3.2 Closing\r\n'], 'server', /closing/],
  ['250 as the greeting', ['250 Hello\r\n'], 'protocol'],
  ['354 as the greeting', ['354 Go on\r\n'], 'protocol'],
  ['a greeting without an end', [`220 ${LONG}`], 'limit'],
  ['a greeting of a line too long', [`220 ${LONG}\r\n`], 'limit'],
  ['a greeting of endless lines', ['220-again\r\n'.repeat(500)], 'limit'],
  ['a flood', ['220-again\r\n'.repeat(100_000)], 'limit'],
  ['two codes in one greeting', ['220-mx\r\n250 mx\r\n'], 'protocol', /changes/],
  ['a NUL in the greeting', ['220 mx\0.test\r\n'], 'protocol', /control/],
  ['an escape in the greeting', ['220 \x1b[2J\r\n'], 'protocol', /control/],
  ['a bare LF', ['220 mx.test\n'], 'protocol'],
  ['a bare CR', ['220 mx\r.test\r\n'], 'protocol'],
  ['a code out of range', ['650 mx.test\r\n'], 'protocol'],
  ['a code with no separator', ['220mx.test\r\n'], 'protocol'],
  ['an empty line', ['\r\n'], 'protocol'],
  ['an answer to EHLO with the greeting', [GREETING + PLAIN_OFFERS], 'protocol', /before it was asked/],
  ['the whole conversation at once', [GREETING + PLAIN_OFFERS + READY], 'protocol', /before it was asked/],
  ['half an answer with the greeting', [`${GREETING}250-x`], 'protocol', /before it was asked/],
  ['an end instead of a greeting', ['+', 'FIN'], 'timeout'],
  ['half a greeting, and the end', ['220 mx', 'FIN'], 'timeout'],
  ['STARTTLS taken out', [GREETING, offers(['PIPELINING'])], 'tls_failed', /does not offer STARTTLS/],
  ['STARTTLS taken out, AUTH offered', [GREETING, offers(['AUTH PLAIN LOGIN'])], 'tls_failed'],
  ['STARTTLS written over', [GREETING, offers(['XXXXXXXA', 'AUTH PLAIN'])], 'tls_failed'],
  ['EHLO refused, HELO taken', [GREETING, '502 5.5.1 What?\r\n', '250 mx\r\n'], 'tls_failed'],
  ['EHLO and HELO refused', [GREETING, '502 No\r\n', '550 No\r\n'], 'server'],
  ['EHLO put off', [GREETING, '451 4.3.0 Later\r\n'], 'server'],
  ['421 to EHLO', [GREETING, '421 4.3.2 Closing\r\n'], 'server'],
  ['354 to EHLO', [GREETING, '354 Go on\r\n'], 'protocol'],
  ['220 to EHLO', [GREETING, READY], 'protocol'],
  ['two answers to EHLO', [GREETING, PLAIN_OFFERS + PLAIN_OFFERS], 'protocol', /before it was asked/],
  ['endless capabilities', [GREETING, '250-X\r\n'.repeat(1000)], 'limit'],
  ['an end at EHLO', [GREETING, 'FIN'], 'connection_lost'],
  ['a reset at EHLO', [GREETING, 'RST'], 'connection_lost'],
  ['silence at EHLO', [GREETING, 'STALL'], 'timeout'],
  ['454 to STARTTLS', [GREETING, PLAIN_OFFERS, '454 4.7.0 TLS not available\r\n'], 'tls_failed', /454/],
  ['502 to STARTTLS', [GREETING, PLAIN_OFFERS, '502 5.5.1 Unknown\r\n'], 'tls_failed'],
  ['250 to STARTTLS', [GREETING, PLAIN_OFFERS, '250 Fine\r\n'], 'tls_failed'],
  ['334 to STARTTLS', [GREETING, PLAIN_OFFERS, '334 VXNlcm5hbWU6\r\n'], 'tls_failed'],
  ['235 to STARTTLS', [GREETING, PLAIN_OFFERS, '235 Logged in\r\n'], 'tls_failed'],
  ['421 to STARTTLS', [GREETING, PLAIN_OFFERS, '421 Closing\r\n'], 'server'],
  ['an injected reply behind 220', [GREETING, PLAIN_OFFERS, `${READY}250 mx\r\n`], 'tls_failed', /injected/],
  [
    'injected capabilities behind 220',
    [GREETING, PLAIN_OFFERS, READY + offers(['AUTH PLAIN'])],
    'tls_failed',
  ],
  ['half an injected reply behind 220', [GREETING, PLAIN_OFFERS, `${READY}2`], 'tls_failed', /injected/],
  ['two 220', [GREETING, PLAIN_OFFERS, READY + READY], 'tls_failed', /injected/],
  ['220 and 454 in one reply', [GREETING, PLAIN_OFFERS, '220-Ready\r\n454 No\r\n'], 'protocol'],
  ['an end at STARTTLS', [GREETING, PLAIN_OFFERS, 'FIN'], 'connection_lost'],
  ['a reset at STARTTLS', [GREETING, PLAIN_OFFERS, 'RST'], 'connection_lost'],
  ['silence at STARTTLS', [GREETING, PLAIN_OFFERS, 'STALL'], 'timeout'],
  ['no handshake', [GREETING, PLAIN_OFFERS, READY], 'connect_timeout'],
];

describe('before TLS', () => {
  it.each(named(BEFORE_TLS))('$name', async ({ acts, code, words }) => {
    const outcome = await attack(acts);
    expect(outcome.error).toMatchObject({ code, message: expect.stringMatching(words), safeToRetry: true });
    expectSilence(outcome);
    expect(outcome.inside).toBe('');
  });

  it.each(['none', 'wrong-name', 'expired', 'untrusted'] as const)('a certificate: %s', async (tls) => {
    const outcome = await attack(TLS, {}, tls);
    expect(outcome.error).toMatchObject({ code: 'tls_failed' });
    expectSilence(outcome);
    expect(outcome.inside).toBe('');
  });

  it.each(['none', 'wrong-name', 'expired', 'untrusted'] as const)(
    'TLS from the first byte: %s',
    async (tls) => {
      const outcome = await attack([GREETING], { tls: true }, tls);
      expect(outcome.error).toMatchObject({ code: 'tls_failed' });
      expectSilence(outcome);
      expect(outcome.inside).toBe('');
    },
  );

  it.each([
    ['FIN', 'connection_lost'],
    ['RST', 'connection_lost'],
    ['STALL', 'timeout'],
  ] as const)('%s before a greeting', async (act, code) => {
    const outcome = await attack([act]);
    expect(outcome.error).toMatchObject({ code });
    expectSilence(outcome);
  });
});

const SCRAM = offers(['AUTH SCRAM-SHA-256 PLAIN LOGIN']);
const challenge = (text: string): string => `334 ${btoa(text)}\r\n`;

/** Inside TLS the server may be a liar all the same. */
const LOGIN: readonly Case[] = [
  ['no AUTH behind TLS', [...TLS, offers(['PIPELINING'])], 'auth'],
  ['AUTH in clear alone', [GREETING, offers(['STARTTLS', 'AUTH PLAIN']), READY, 'TLS', offers([])], 'auth'],
  ['AUTH of unknown kinds', [...TLS, offers(['AUTH GSSAPI NTLM PLAIN-CLIENTTOKEN'])], 'auth'],
  ['EHLO refused behind TLS', [...TLS, '502 No\r\n', '250 mx\r\n'], 'auth'],
  ['an answer too many behind TLS', [...TLS, SCRAM + SCRAM], 'protocol', /before it was asked/],
  ['SCRAM with a nonce of its own', [...TLS, SCRAM, challenge('r=evil,s=AAAA,i=4096')], 'auth', /nonce/],
  ['SCRAM without a challenge', [...TLS, SCRAM, '334 \r\n'], 'auth'],
  ['SCRAM, success at once', [...TLS, SCRAM, '235 2.7.0 Welcome\r\n'], 'auth', /did not prove/],
  ['a challenge that is not base64', [...TLS, SCRAM, '334 ????\r\n'], 'protocol', /base64/],
  ['a challenge without padding', [...TLS, SCRAM, '334 AAA\r\n'], 'protocol', /base64/],
  ['250 to AUTH', [...TLS, SCRAM, '250 Fine\r\n'], 'protocol'],
  ['354 to AUTH', [...TLS, SCRAM, '354 Go on\r\n'], 'protocol'],
  ['535', [...TLS, SCRAM, '535 5.7.8 Bad credentials\r\n'], 'auth', /5\.7\.8/],
  ['454', [...TLS, SCRAM, '454 4.7.0 Later\r\n'], 'server', /4\.7\.0/],
  ['421', [...TLS, SCRAM, '421 4.3.2 Closing\r\n'], 'server'],
  ['an end', [...TLS, SCRAM, 'FIN'], 'connection_lost'],
  ['a reset', [...TLS, SCRAM, 'RST'], 'connection_lost'],
  ['silence', [...TLS, SCRAM, 'STALL'], 'timeout'],
];

describe('during the login', () => {
  it.each(named(LOGIN))('$name', async ({ acts, code, words }) => {
    const outcome = await attack(acts);
    expect(outcome.error).toMatchObject({ code, message: expect.stringMatching(words), safeToRetry: true });
    expectSilence(outcome);
    expect(outcome.inside).not.toMatch(/secret|AGFwcABzZWNyZXQ|MAIL|TOPSECRET/);
  });

  it.each(
    named([
      ['PLAIN asked twice', [...TLS, offers(['AUTH PLAIN']), '334 \r\n'], 'auth'],
      [
        'LOGIN asked on and on',
        [...TLS, offers(['AUTH LOGIN']), ...Array.from({ length: 9 }, () => '334 VXNlcm5hbWU6\r\n')],
        'auth',
      ],
      ['a refusal that repeats the secret', [...TLS, offers(['AUTH PLAIN']), `535 no: ${PLAIN}\r\n`], 'auth'],
    ]),
  )('$name', async ({ acts, code }) => {
    const outcome = await attack(acts);
    expect(outcome.error).toMatchObject({ code });
    expectSilence(outcome);
    expect(outcome.inside).not.toMatch(/MAIL|TOPSECRET/);
  });
});

describe('without TLS', () => {
  it('refuses a login unless it is allowed by name, before dialling', async () => {
    const outcome = await attack([GREETING], { tls: false });
    expect(outcome.error).toMatchObject({ code: 'usage' });
    expect(outcome.clear).toBe('');
  });

  it.each(['AUTH PLAIN LOGIN', 'AUTH XOAUTH2 OAUTHBEARER', 'AUTH'])(
    'sends no password to %s',
    async (offer) => {
      const acts = [GREETING, offers([offer])];
      const outcome = await attack(acts, { tls: false, authWithoutTls: 'challenge' });
      expect(outcome.error).toMatchObject({ code: 'auth' });
      expect(outcome.clear).toBe('EHLO [127.0.0.1]\r\n');
    },
  );
});

const IN: readonly Act[] = [...TLS, offers(['AUTH PLAIN']), '235 Welcome\r\n'];
const OK = '250 Ok\r\n';

const WITHOUT_BODY: readonly Case[] = [
  ['354 to MAIL', [...IN, '354 Go on\r\n'], 'protocol', /354/],
  ['a refused sender', [...IN, '550 5.7.1 Not you\r\n'], 'server', /sender/],
  ['334 to RCPT', [...IN, OK, '334 \r\n'], 'protocol', /334/],
  ['421 to RCPT', [...IN, OK, '421 4.7.0 Too many\r\n'], 'server', /closing/],
  ['no recipient left', [...IN, OK, '550 5.1.1 No\r\n', '452 4.2.2 Full\r\n'], 'server', /every/],
  ['an answer too many', [...IN, OK + OK], 'protocol', /before it was asked/],
  ['250 to DATA', [...IN, OK, OK, OK, OK], 'protocol', /before any data/],
  ['334 to DATA', [...IN, OK, OK, OK, '334 \r\n'], 'protocol', /334/],
  ['554 to DATA', [...IN, OK, OK, OK, '554 5.5.1 No\r\n'], 'server', /DATA/],
  ['an end at MAIL', [...IN, 'FIN'], 'connection_lost'],
  ['a reset at RCPT', [...IN, OK, 'RST'], 'connection_lost'],
  ['silence at DATA', [...IN, OK, OK, OK, 'STALL'], 'timeout'],
];

const WITH_BODY: readonly Case[] = [
  ['a message refused', [...IN, OK, OK, OK, '354 Go\r\n', '+', '554 5.6.0 Spam\r\n'], 'server', /5\.6\.0/],
  ['571 to the message', [...IN, OK, OK, OK, '354 Go\r\n', '+', '571 5.7.1 No\r\n'], 'server', /5\.7\.1/],
  ['451 to the message', [...IN, OK, OK, OK, '354 Go\r\n', '+', '451 4.3.0 Later\r\n'], 'server', /4\.3\.0/],
  [
    '421 to the message',
    [...IN, OK, OK, OK, '354 Go\r\n', '+', '421 4.3.2 Bye\r\n'],
    'server',
    /4\.3\.2|Bye/,
  ],
];

describe('while a mail is sent, inside TLS', () => {
  it.each(named(WITHOUT_BODY))('$name', async ({ acts, code, words }) => {
    const outcome = await attack(acts);
    expect(outcome.error).toMatchObject({ code, message: expect.stringMatching(words), safeToRetry: true });
    expectSilence(outcome);
    expect(outcome.inside).not.toContain('TOPSECRET');
  });

  it.each(named(WITH_BODY))('$name', async ({ acts, code, words }) => {
    const outcome = await attack(acts);
    expect(outcome.error).toMatchObject({ code, message: expect.stringMatching(words), safeToRetry: true });
    expectSilence(outcome);
    expect(outcome.inside).toContain('TOPSECRET');
  });

  it.each([
    ['FIN', 'connection_lost'],
    ['RST', 'connection_lost'],
    ['STALL', 'timeout'],
    ['354 Go\r\n', 'protocol'],
    ['999 What\r\n', 'protocol'],
    ['Ok\r\n', 'protocol'],
  ])('cannot know what became of a message after its end: %s', async (act, code) => {
    const outcome = await attack([...IN, OK, OK, OK, '354 Go\r\n', act]);
    expect(outcome.error).toMatchObject({ code, safeToRetry: false });
    expectSilence(outcome);
  });
});

describe('noise', () => {
  const WORDS = [
    GREETING,
    READY,
    PLAIN_OFFERS,
    offers(['AUTH PLAIN LOGIN SCRAM-SHA-256', 'CHUNKING', 'PIPELINING']),
    '250 Ok\r\n',
    '250-',
    '354 Go\r\n',
    '334 \r\n',
    '334 cj1h\r\n',
    '235 Welcome\r\n',
    '421 Bye\r\n',
    '550 5.1.1 No\r\n',
    '\r\n',
    '\0',
    'TLS',
    'TLS',
    'FIN',
    'RST',
  ];

  it('lets nothing but FairleadErrors out, and nothing leak', async () => {
    const random = seededRandom(11);
    const pick = (): Act =>
      `${random() < 0.2 ? '+' : ''}${WORDS[Math.floor(random() * WORDS.length)]}`.replace(
        /^\+(?=TLS|FIN|RST)/,
        '',
      );
    for (let round = 0; round < 200; round++) {
      const depth = Math.floor(random() * 7);
      const usual = [...TLS, offers(['AUTH PLAIN', 'PIPELINING']), '235 Welcome\r\n', '250 Ok\r\n'].slice(
        0,
        depth,
      );
      const acts = [...usual, ...Array.from({ length: 6 }, pick), 'FIN'];
      const outcome = await attack(acts, { replyTimeoutMs: 20, connectTimeoutMs: 100 });
      expectSilence(outcome);
      if (!('accepted' in outcome.error)) expect(isFairleadError(outcome.error)).toBe(true);
    }
  });
});
