// The client over scripted servers: opening, logins, sending both ways, partial refusals, reuse, streams that fail, limits.
import { createHmac, pbkdf2Sync } from 'node:crypto';
import { FairleadError } from '@fairlead/errors';
import { scriptedPeer } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import { type Body, connect, type Envelope, type SmtpClient, type SmtpOptions } from '../src/index.ts';
import { greet, logIn, OFFERS, offers, PLAIN, TARGET } from './support/talk.ts';

type Peer = ReturnType<typeof scriptedPeer>;

const CHUNKING = [...OFFERS, 'CHUNKING'];
const NO_PIPELINING = OFFERS.filter((offer) => offer !== 'PIPELINING');
const ENVELOPE = { from: 'a@x.test', to: 'b@y.test' };
const MAIL = 'Subject: x\r\n\r\nb\r\n';
const OK = '250 2.0.0 Ok: queued as 1';
const TAKEN = '250 2.1.0 Ok\r\n250 2.1.5 Ok\r\n';
const COMMANDS = 'MAIL FROM:<a@x.test> SIZE=17\r\nRCPT TO:<b@y.test>\r\n';

const open = (peer: Peer, options: SmtpOptions = {}): Promise<SmtpClient> =>
  connect(TARGET, { connector: peer.connector, connectTimeoutMs: 2000, timeoutMs: 2000, ...options });

/** Says QUIT, and asserts that nothing else came. */
async function finish(smtp: SmtpClient, peer: Peer): Promise<void> {
  peer.expectLine('QUIT').sendLines('221 2.0.0 Bye').close();
  await smtp.close();
  await peer.done();
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield bytes(text);
}
async function* failing(text: string, error: Error): AsyncGenerator<Uint8Array> {
  yield bytes(text);
  throw error;
}
const caught = (promise: Promise<unknown>): Promise<unknown> => promise.catch((reason: unknown) => reason);

describe('opening', () => {
  it('turns TLS on, forgets what was said before, and logs in', async () => {
    await using peer = logIn(scriptedPeer());
    const smtp = await open(peer);
    expect(smtp.peer).toEqual({ hostname: 'mx.test', port: 587, tls: true });
    expect(smtp.server).toMatchObject({ greeting: 'mx.test ESMTP', mechanism: 'PLAIN' });
    expect(smtp.server.capabilities).toMatchObject({
      startTls: false,
      size: 10240000,
      auth: ['PLAIN', 'LOGIN'],
    });
    await finish(smtp, peer);
  });

  it.each([
    ['smtps://mx.test', 465, 'implicit'],
    ['smtp://mx.test:465', 465, 'implicit'],
    ['smtp://mx.test:2525', 2525, 'starttls'],
    ['smtp://mx.test', 587, 'starttls'],
  ])('dials %s', async (target, port, tls) => {
    const seen: unknown[] = [];
    const connector = async (address: unknown, options?: { tls?: unknown }): Promise<never> => {
      seen.push(address, options?.tls);
      throw new FairleadError('connect_failed', 'seen');
    };
    await expect(connect(target, { connector: connector as never })).rejects.toMatchObject({
      code: 'connect_failed',
    });
    expect(seen).toEqual([{ hostname: 'mx.test', port }, tls]);
  });

  it('refuses port 25 before it dials, and names the ports to use', async () => {
    await using peer = scriptedPeer();
    const error = await caught(connect('smtp://mx.test:25', { connector: peer.connector }));
    expect(error).toMatchObject({ code: 'policy', message: expect.stringMatching(/587.*465.*2525/) });
    expect(peer.connections).toBe(0);
  });

  it('reads replies cut into single bytes, and of several lines', async () => {
    await using peer = scriptedPeer()
      .send('220-mx.test\r\n220 ESMTP\r\n', 1)
      .expectLine('EHLO client.test')
      .send(offers(['STARTTLS']), 1)
      .expectLine('STARTTLS')
      .send('220 Go\r\n', 1)
      .startTls()
      .expectLine('EHLO client.test')
      .send(offers(OFFERS), 1)
      .expectLine(`AUTH PLAIN ${PLAIN}`)
      .send('235-Wel\r\n235 come\r\n', 1);
    const smtp = await open(peer, { name: 'client.test' });
    expect(smtp.server.greeting).toBe('mx.test ESMTP');
    await finish(smtp, peer);
  });

  it('falls back to HELO where TLS was there from the start and nobody logs in', async () => {
    await using peer = scriptedPeer()
      .sendLines('220 mx')
      .expectLine('EHLO [127.0.0.1]')
      .sendLines('500 What?')
      .expectLine('HELO [127.0.0.1]')
      .sendLines('250 mx')
      .expectLine('MAIL FROM:<a@x.test>')
      .sendLines('250 Ok')
      .expectLine('RCPT TO:<b@y.test>')
      .sendLines('250 Ok')
      .expectLine('DATA')
      .sendLines('354 Go')
      .expect(`${MAIL}.\r\n`)
      .sendLines(OK);
    const smtp = await connect('smtps://mx.test', { connector: peer.connector });
    expect(smtp.server.capabilities).toMatchObject({ extended: false, name: 'mx' });
    expect(await smtp.sendRaw(ENVELOPE, MAIL)).toMatchObject({ accepted: ['b@y.test'] });
    await finish(smtp, peer);
  });
});

describe('login', () => {
  it.each([
    ['AUTH LOGIN', {}, ['AUTH LOGIN', '334 VXNlcm5hbWU6', 'YXBw', '334 UGFzc3dvcmQ6', 'c2VjcmV0']],
    [
      'AUTH CRAM-MD5 LOGIN',
      {},
      ['AUTH CRAM-MD5', `334 ${btoa('<1@mx.test>')}`, 'YXBwIDNhNmIwZTcwNDA2ZmViYWE2ZDhiOTQ2ODIxZjg1OTFh'],
    ],
    ['AUTH LOGIN PLAIN', { mechanisms: ['LOGIN'] }, ['AUTH LOGIN', '334 ', 'YXBw', '334 ', 'c2VjcmV0']],
    [
      'AUTH XOAUTH2',
      { password: undefined, accessToken: 'tok' },
      [`AUTH XOAUTH2 ${btoa('user=app\x01auth=Bearer tok\x01\x01')}`],
    ],
    [
      'AUTH XOAUTH2 OAUTHBEARER',
      { accessToken: 'tok' },
      [`AUTH OAUTHBEARER ${btoa('n,a=app,\x01host=mx.test\x01port=587\x01auth=Bearer tok\x01\x01')}`],
    ],
    ['AUTH PLAIN', { password: 'p\u00e4ss' }, [`AUTH PLAIN ${btoa('\0app\0p\xc3\xa4ss')}`]],
  ] as const)('%s', async (offer, options, lines) => {
    await using peer = greet(scriptedPeer(), [offer]);
    for (const [i, line] of lines.entries()) {
      if (i % 2 === 0) peer.expectLine(line);
      else peer.sendLines(line);
    }
    peer.sendLines('235 2.7.0 Welcome');
    const credentials = 'accessToken' in options ? {} : { password: 'secret' };
    const smtp = await connect('smtp://app@mx.test', {
      connector: peer.connector,
      ...credentials,
      ...options,
    });
    await finish(smtp, peer);
  });

  it.each(['SHA-256', 'SHA-1'])(
    "SCRAM-%s, with the server's proof as a challenge of its own",
    async (hash) => {
      const digest = hash === 'SHA-1' ? 'sha1' : 'sha256';
      const hmac = (key: Buffer, text: string): Buffer => createHmac(digest, key).update(text).digest();
      let first = '';
      let challenge = '';
      let final = '';
      const decoded = (text: string): string => atob(text.replace(/^AUTH \S+ /, ''));
      const proof = (): string => {
        const salted = pbkdf2Sync('secret', 'salt', 4096, hash === 'SHA-1' ? 20 : 32, digest);
        const signed = `${first.slice(3)},${challenge},${final.replace(/,p=.*/, '')}`;
        return hmac(hmac(salted, 'Server Key'), signed).toString('base64');
      };
      await using peer = greet(scriptedPeer(), [`AUTH PLAIN SCRAM-${hash} LOGIN`])
        .expectLine(new RegExp(`^AUTH SCRAM-${hash} `), (line) => {
          first = decoded(line);
          challenge = `r=${first.replace(/.*r=/, '')}server,s=${btoa('salt')},i=4096`;
        })
        .send(() => `334 ${btoa(challenge)}\r\n`)
        .expectLine(/./, (line) => {
          final = decoded(line);
        })
        .send(() => `334 ${btoa(`v=${proof()}`)}\r\n`)
        .expectLine('')
        .sendLines('235 2.7.0 Welcome');
      const smtp = await open(peer);
      expect(first).toMatch(/^n,,n=app,r=/);
      expect(smtp.server.mechanism).toBe(`SCRAM-${hash}`);
      await finish(smtp, peer);
    },
  );

  it('waits for the challenge where the response is too long for the command', async () => {
    const accessToken = 't'.repeat(1000);
    await using peer = greet(scriptedPeer(), ['AUTH XOAUTH2'])
      .expectLine('AUTH XOAUTH2')
      .sendLines('334 ')
      .expectLine(btoa(`user=app\x01auth=Bearer ${accessToken}\x01\x01`))
      .sendLines('235 Ok');
    const smtp = await connect('smtp://app@mx.test', { connector: peer.connector, accessToken });
    await finish(smtp, peer);
  });

  it('reads why a token was refused, and says it with the enhanced code', async () => {
    await using peer = greet(scriptedPeer(), ['AUTH XOAUTH2'])
      .expectLine(/^AUTH XOAUTH2 /)
      .sendLines(`334 ${btoa('{"status":"401"}')}`)
      .expectLine('')
      .sendLines('535-5.7.8 Bad', '535 5.7.8 token');
    const error = await caught(
      connect('smtp://app@mx.test', { connector: peer.connector, accessToken: 'tok' }),
    );
    expect(error).toMatchObject({
      code: 'auth',
      server: { code: '5.7.8', message: 'Bad token', fields: { reply: '535' } },
      peer: { hostname: 'mx.test', tls: true },
    });
  });
});

describe('by DATA', () => {
  it('pipelines the envelope, repairs line ends and stuffs dots', async () => {
    await using peer = logIn(scriptedPeer())
      .expect('MAIL FROM:<a@x.test> SIZE=26\r\nRCPT TO:<b@y.test>\r\nDATA\r\n')
      .send(`${TAKEN}354 Go on\r\n`)
      .expect('Subject: x\r\n\r\n..\r\n..hidden\r\n.\r\n')
      .sendLines(OK);
    const smtp = await open(peer);
    const result = await smtp.sendRaw(ENVELOPE, 'Subject: x\n\n.\n.hidden');
    expect(result).toEqual({ accepted: ['b@y.test'], rejected: [], response: OK });
    await finish(smtp, peer);
  });

  it('loses no recipient for the sake of another, and says why each was refused', async () => {
    await using peer = logIn(scriptedPeer(), NO_PIPELINING)
      .expectLine('MAIL FROM:<> SIZE=17')
      .sendLines('250 Ok')
      .expectLine('RCPT TO:<b@y.test>')
      .sendLines('550-5.1.1 No', '550 5.1.1 such user')
      .expectLine('RCPT TO:<c@xn--bcher-kva.example>')
      .sendLines('251 Forwarded')
      .expectLine('RCPT TO:<d@y.test>')
      .sendLines('452 Full')
      .expectLine('DATA')
      .sendLines('354 Go')
      .expect(`${MAIL}.\r\n`)
      .sendLines(OK);
    const smtp = await open(peer);
    const to = ['b@y.test', { address: 'c@b\u00fccher.example' }, 'd@y.test'];
    expect(await smtp.sendRaw({ from: '', to }, MAIL)).toEqual({
      accepted: ['c@b\u00fccher.example'],
      rejected: [
        { address: 'b@y.test', code: 550, enhanced: '5.1.1', message: 'No such user' },
        { address: 'd@y.test', code: 452, enhanced: undefined, message: 'Full' },
      ],
      response: OK,
    });
    await finish(smtp, peer);
  });

  it('sends an end alone where DATA was taken though nobody is left, and goes on after RSET', async () => {
    await using peer = logIn(scriptedPeer())
      .expect(`${COMMANDS}DATA\r\n`)
      .send('250 Ok\r\n550 5.1.1 No\r\n354 Go\r\n')
      .expect('.\r\n')
      .sendLines('554 5.5.1 No recipients')
      .expect(`RSET\r\n${COMMANDS}DATA\r\n`)
      .send(`250 Ok\r\n${TAKEN}354 Go\r\n`)
      .expect(`${MAIL}.\r\n`)
      .sendLines(OK);
    const smtp = await open(peer);
    const error = await caught(smtp.sendRaw(ENVELOPE, MAIL));
    expect(error).toMatchObject({
      code: 'server',
      safeToRetry: true,
      server: { code: '5.1.1', fields: { reply: '550', 'b@y.test': '550 5.1.1 No' } },
    });
    expect(await smtp.sendRaw(ENVELOPE, MAIL)).toMatchObject({ accepted: ['b@y.test'] });
    await finish(smtp, peer);
  });

  it('sends many messages over one connection, one after the other, without RSET', async () => {
    await using peer = logIn(scriptedPeer());
    for (let i = 0; i < 3; i++) {
      peer.expect(`${COMMANDS}DATA\r\n`).send(`${TAKEN}354 Go\r\n`).expect(`${MAIL}.\r\n`).sendLines(OK);
    }
    const smtp = await open(peer);
    const results = await Promise.all([1, 2, 3].map(() => smtp.sendRaw(ENVELOPE, MAIL)));
    expect(results).toHaveLength(3);
    await finish(smtp, peer);
  });

  it('ends the connection without the final dot when the stream fails, and says so', async () => {
    let got = '';
    await using peer = logIn(scriptedPeer())
      .expectLine('MAIL FROM:<a@x.test> BODY=8BITMIME')
      .expect('RCPT TO:<b@y.test>\r\nDATA\r\n')
      .send(`${TAKEN}354 Go\r\n`);
    const smtp = await open(peer);
    const error = await caught(smtp.sendRaw(ENVELOPE, failing(MAIL, new Error('disk'))));
    expect(error).toMatchObject({
      code: 'usage',
      safeToRetry: true,
      message: expect.stringMatching(/its end was not sent/),
      cause: { message: 'disk' },
    });
    peer.expectLength(0, (rest) => {
      got = new TextDecoder().decode(rest);
    });
    await caught(peer.done());
    expect(got).not.toContain('\r\n.\r\n');
    await expect(smtp.noop()).rejects.toMatchObject({ code: 'connection_lost', safeToRetry: true });
  });

  it('stops when the server refuses in the middle', async () => {
    await using peer = logIn(scriptedPeer())
      .expectUntil('DATA\r\n', /./)
      .send(`${TAKEN}354 Go\r\n`)
      .expectLength(1000)
      .sendLines('552 5.3.4 Too big');
    let released = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) {
          yield bytes(`${'x'.repeat(70)}\r\n`.repeat(100));
          await new Promise((resolve) => setTimeout(resolve, 0));
        }
      } finally {
        released = true;
      }
    }
    const smtp = await open(peer);
    const error = await caught(smtp.sendRaw(ENVELOPE, endless()));
    expect(error).toMatchObject({ code: 'server', server: { code: '5.3.4' }, safeToRetry: true });
    expect(released).toBe(true);
  });

  it('does not wait for ever for a stream', async () => {
    await using peer = logIn(scriptedPeer()).expectUntil('DATA\r\n', /./).send(`${TAKEN}354 Go\r\n`);
    const smtp = await open(peer);
    const body = new ReadableStream<Uint8Array>({ pull: () => new Promise(() => undefined) });
    await expect(smtp.sendRaw(ENVELOPE, body, { timeoutMs: 30 })).rejects.toMatchObject({
      code: 'timeout',
      safeToRetry: true,
    });
  });

  it('is aborted by its signal, while it waits and before its turn', async () => {
    await using peer = logIn(scriptedPeer()).expectUntil('DATA\r\n', /./);
    const smtp = await open(peer);
    const controller = new AbortController();
    const first = caught(smtp.sendRaw(ENVELOPE, MAIL, { signal: controller.signal }));
    const second = caught(smtp.noop({ signal: AbortSignal.abort() }));
    expect(await second).toMatchObject({ code: 'aborted', safeToRetry: true });
    await peer.done();
    controller.abort();
    expect(await first).toMatchObject({ code: 'aborted', safeToRetry: true });
  });
});

describe('by BDAT', () => {
  it('sends envelope and message in one platform write', async () => {
    const writes: number[] = [];
    const sent = `${COMMANDS}BDAT 17 LAST\r\n${MAIL}`;
    await using peer = logIn(scriptedPeer({ onPlatformWrite: (size) => writes.push(size) }), CHUNKING)
      .expect(sent)
      .send(`${TAKEN}${OK}\r\n`);
    const smtp = await open(peer);
    expect(await smtp.sendRaw(ENVELOPE, MAIL)).toMatchObject({ accepted: ['b@y.test'], response: OK });
    expect(writes.at(-1)).toBe(sent.length);
    await finish(smtp, peer);
  });

  it('says who was refused where body and refusal crossed', async () => {
    await using peer = logIn(scriptedPeer(), CHUNKING)
      .expect(`${COMMANDS}BDAT 17 LAST\r\n${MAIL}`)
      .send('250 Ok\r\n550 5.1.1 No\r\n554 5.5.1 No valid recipients\r\n');
    const smtp = await open(peer);
    await expect(smtp.sendRaw(ENVELOPE, MAIL)).rejects.toMatchObject({
      code: 'server',
      server: { code: '5.1.1' },
    });
    await finish(smtp, peer);
  });

  it.each([
    ['answered one by one', true],
    ['with four of them unanswered at most', false],
  ])('streams in chunks of up to 64 KiB, %s', async (_name, answers) => {
    const text = `H: 1\r\n\r\n${'x'.repeat(76).concat('\r\n').repeat(4000)}`;
    await using peer = logIn(scriptedPeer(), CHUNKING)
      .expect('MAIL FROM:<a@x.test> BODY=8BITMIME\r\nRCPT TO:<b@y.test>\r\n')
      .send(TAKEN);
    for (let left = text.length, chunks = 1; left > 0; chunks++) {
      const size = Math.min(left, 65_502);
      left -= size;
      if (!answers && chunks === 5) break;
      peer.expect(`BDAT ${size}${left === 0 ? ' LAST' : ''}\r\n`).expectLength(size);
      if (answers) peer.sendLines(left === 0 ? OK : '250 Ok');
    }
    const smtp = await open(peer);
    const sent = caught(
      smtp.sendRaw(ENVELOPE, pieces(text.slice(0, 1000), text.slice(1000)), { timeoutMs: 500 }),
    );
    if (answers) expect(await sent).toMatchObject({ response: OK });
    else expect(await sent).toMatchObject({ code: 'timeout', safeToRetry: true });
    await peer.done();
  });

  it.each([
    ['fails', failing('H: 1\r\n\r\nx\r\n', new Error('disk')), 'usage'],
    ['has a line too long', pieces('H: 1\r\n\r\n', 'x'.repeat(1200)), 'usage'],
    ['has more than it said', pieces('H: 1\r\n\r\n', 'y\r\n'.repeat(40)), 'limit'],
  ])('keeps the connection when the stream %s: no LAST was sent', async (_name, body, code) => {
    await using peer = logIn(scriptedPeer(), CHUNKING)
      .expect('MAIL FROM:<a@x.test> SIZE=100 BODY=8BITMIME\r\nRCPT TO:<b@y.test>\r\n')
      .send(TAKEN)
      .expect(`RSET\r\n${COMMANDS}BDAT 17 LAST\r\n${MAIL}`)
      .send(`250 Ok\r\n${TAKEN}${OK}\r\n`);
    const smtp = await open(peer);
    await expect(smtp.sendRaw({ ...ENVELOPE, size: 100 }, body)).rejects.toMatchObject({
      code,
      safeToRetry: true,
    });
    expect(await smtp.sendRaw(ENVELOPE, MAIL)).toMatchObject({ accepted: ['b@y.test'] });
    await finish(smtp, peer);
  });

  it('stops at the first chunk that is refused', async () => {
    const chunk = 'y'.repeat(70).concat('\r\n').repeat(1000);
    await using peer = logIn(
      scriptedPeer(),
      CHUNKING.filter((offer) => offer !== 'PIPELINING'),
    )
      .expectLine(/^MAIL/)
      .sendLines('250 Ok')
      .expectLine(/^RCPT/)
      .sendLines('250 Ok')
      .expectLine('BDAT 65502')
      .expectLength(65_502)
      .sendLines('552 5.3.4 Too big');
    const smtp = await open(peer);
    await expect(smtp.sendRaw(ENVELOPE, pieces(chunk, chunk, chunk))).rejects.toMatchObject({
      code: 'server',
      server: { code: '5.3.4' },
    });
    await finish(smtp, peer);
  });

  it('is not used where it is not wanted', async () => {
    await using peer = logIn(scriptedPeer(), CHUNKING)
      .expect(`${COMMANDS}DATA\r\n`)
      .send(`${TAKEN}354 Go\r\n`)
      .expect(`${MAIL}.\r\n`)
      .sendLines(OK);
    const smtp = await open(peer, { chunking: false });
    await smtp.sendRaw(ENVELOPE, MAIL);
    await finish(smtp, peer);
  });
});

describe('extensions', () => {
  const ALL = [...OFFERS, 'CHUNKING', 'REQUIRETLS'];

  it.each<[string, Envelope, string, string]>([
    [
      '8BITMIME',
      ENVELOPE,
      'H: 1\r\n\r\n\u00e4\r\n',
      'MAIL FROM:<a@x.test> SIZE=12 BODY=8BITMIME\r\nRCPT TO:<b@y.test>\r\n',
    ],
    [
      'SMTPUTF8, for an address',
      { ...ENVELOPE, to: '\u00fc@y.test' },
      MAIL,
      'MAIL FROM:<a@x.test> SIZE=17 SMTPUTF8\r\nRCPT TO:<\u00fc@y.test>\r\n',
    ],
    [
      'SMTPUTF8, for the header',
      ENVELOPE,
      'H: \u00e4\r\n\r\n',
      'MAIL FROM:<a@x.test> SIZE=9 BODY=8BITMIME SMTPUTF8\r\nRCPT TO:<b@y.test>\r\n',
    ],
    [
      'REQUIRETLS',
      { ...ENVELOPE, requireTls: true },
      MAIL,
      'MAIL FROM:<a@x.test> SIZE=17 REQUIRETLS\r\nRCPT TO:<b@y.test>\r\n',
    ],
    [
      'DSN',
      {
        from: 'a@x.test',
        to: { address: 'b@y.test', notify: ['success'] },
        return: 'full',
        envelopeId: 'e1',
      },
      MAIL,
      'MAIL FROM:<a@x.test> SIZE=17 RET=FULL ENVID=e1\r\nRCPT TO:<b@y.test> NOTIFY=SUCCESS\r\n',
    ],
  ])('%s', async (_name, envelope, body, commands) => {
    await using peer = logIn(scriptedPeer(), ALL)
      .expect(commands)
      .expectLine(/^BDAT \d+ LAST$/);
    peer.expectLength(bytes(body).length).send(`${TAKEN}${OK}\r\n`);
    const smtp = await open(peer);
    await smtp.sendRaw(envelope, body);
    await finish(smtp, peer);
  });

  const needs = (name: string) => new RegExp(`does not offer ${name}`);
  it.each<[string, Envelope, Body, string, RegExp]>([
    ['8BITMIME', ENVELOPE, 'H: 1\r\n\r\n\u00e4\r\n', 'usage', needs('8BITMIME')],
    ['SMTPUTF8', { ...ENVELOPE, from: '\u00fc@y.test' }, MAIL, 'usage', needs('SMTPUTF8')],
    ['DSN', { ...ENVELOPE, return: 'full' }, MAIL, 'usage', needs('DSN')],
    ['REQUIRETLS', { ...ENVELOPE, requireTls: true }, MAIL, 'usage', needs('REQUIRETLS')],
    ['SIZE', ENVELOPE, 'x\r\n'.repeat(40), 'limit', /120 bytes.*at most 100/],
    ['SIZE, as the caller says it', { ...ENVELOPE, size: 101 }, pieces(MAIL), 'limit', /101 bytes/],
    ['no recipient', { ...ENVELOPE, to: [] }, MAIL, 'usage', /recipient/],
    [
      '1,001 recipients',
      { ...ENVELOPE, to: Array.from({ length: 1001 }, () => 'b@y.test') },
      MAIL,
      'limit',
      /1000/,
    ],
    ['a smuggled command', { ...ENVELOPE, to: 'b@y.test>\r\nDATA\r\n' }, MAIL, 'usage', /not a mail address/],
    ['a smuggled sender', { ...ENVELOPE, from: 'a@x.test> AUTH=<' }, MAIL, 'usage', /not a mail address/],
    ['a body of another kind', ENVELOPE, 5 as never, 'usage', /A body is/],
    ['a long line', ENVELOPE, 'x'.repeat(999), 'usage', /998/],
    ['a NUL', ENVELOPE, 'a\0', 'usage', /NUL/],
    ['a broken size', { ...ENVELOPE, size: 1.5 }, pieces(MAIL), 'usage', /whole number/],
  ])('refuses before anything is sent: %s', async (_name, envelope, body, code, words) => {
    await using peer = logIn(scriptedPeer(), ['AUTH PLAIN', 'SIZE 100']);
    const smtp = await open(peer);
    const error = await caught(smtp.sendRaw(envelope, body));
    expect(error).toMatchObject({ code, message: expect.stringMatching(words), safeToRetry: true });
    await finish(smtp, peer);
  });
});

describe('other commands', () => {
  it('asks and is refused', async () => {
    await using peer = logIn(scriptedPeer())
      .expectLine('NOOP')
      .sendLines('250 2.0.0 Ok')
      .expectLine('VRFY b@y.test')
      .sendLines('252 2.0.0 Who knows')
      .expectLine('VRFY c@y.test')
      .sendLines('550 5.1.1 No');
    const smtp = await open(peer);
    await smtp.noop();
    expect(await smtp.verify('b@y.test')).toEqual({
      code: 252,
      enhanced: '2.0.0',
      lines: ['2.0.0 Who knows'],
    });
    await expect(smtp.verify('c@y.test\r\nDATA')).rejects.toMatchObject({ code: 'usage' });
    await expect(smtp.verify('c@y.test')).rejects.toMatchObject({
      code: 'server',
      server: { code: '5.1.1' },
    });
    await finish(smtp, peer);
    await expect(smtp.noop()).rejects.toMatchObject({ code: 'closed', safeToRetry: true });
    await smtp.close();
  });

  it('asks behind RSET where a message was given up', async () => {
    await using peer = logIn(scriptedPeer())
      .expect(`${COMMANDS}DATA\r\n`)
      .send('250 Ok\r\n550 5.1.1 No\r\n554 5.5.1 No\r\n')
      .expectLine('RSET')
      .sendLines('250 Ok')
      .expectLine('NOOP')
      .sendLines('250 Ok')
      .expectLine('NOOP')
      .sendLines('250 Ok');
    const smtp = await open(peer);
    await expect(smtp.sendRaw(ENVELOPE, MAIL)).rejects.toMatchObject({ code: 'server' });
    await smtp.noop();
    await smtp.noop();
    await finish(smtp, peer);
  });

  it('hears 421 where it comes unasked', async () => {
    await using peer = logIn(scriptedPeer()).sendLines('421 4.4.2 Idle for too long').close();
    const smtp = await open(peer);
    await new Promise((resolve) => setTimeout(resolve, 10));
    await expect(smtp.sendRaw(ENVELOPE, MAIL)).rejects.toMatchObject({ safeToRetry: true });
    await smtp.closed;
  });

  it('ends with the signal of connect', async () => {
    await using peer = logIn(scriptedPeer());
    const controller = new AbortController();
    const smtp = await open(peer, { signal: controller.signal });
    controller.abort();
    await smtp.closed;
    await expect(smtp.noop()).rejects.toMatchObject({
      code: 'connection_lost',
      safeToRetry: true,
      cause: { code: 'aborted' },
    });
  });
});

describe('options', () => {
  it.each<[string | SmtpOptions, SmtpOptions, RegExp]>([
    ['http://mx.test', {}, /smtp\[s\]/],
    ['smtp://', {}, /smtp\[s\]/],
    ['not a url', {}, /not a URL/],
    ['smtp://mx.test/path', {}, /path/],
    ['smtp://mx.test?tls=none', {}, /query/],
    ['smtp://u:%ff@mx.test', {}, /percent/],
    ['smtp://u@mx.test', {}, /password/],
    ['smtp://:hunter2@mx.test', {}, /username/],
    ['smtp://u:hunter2@mx.test', { accessToken: 't' }, /password or an accessToken/],
    ['smtp://u:hunter2@mx.test', { tls: false }, /authWithoutTls/],
    ['smtp://mx.test', { tls: 'opportunistic' as never }, /tls is true, false/],
    ['smtp://mx.test', { tls: { caFile: 'ca.pem' } as never }, /caFile is not known/],
    ['smtps://mx.test', { tls: { mode: 'starttls' } }, /smtps:/],
    ['smtp://mx.test', { mechanisms: ['EXTERNAL'] }, /client certificate/],
    ['smtps://mx.test', { tls: 'starttls' }, /smtps:/],
    ['smtp://mx.test', { authWithoutTls: 'yes' as never }, /authWithoutTls must be one of/],
    ['smtp://mx.test', { name: 'x y' }, /EHLO/],
    ['smtp://mx.test', { name: 'x\r\nMAIL FROM:<>' }, /EHLO/],
    ['smtp://mx.test', { timeoutMs: 0 }, /timeoutMs/],
    [{ hostname: 'mx.test', port: 70_000 }, {}, /port/],
    ['smtp://u:hunter2@mx.test:99999', {}, /not a URL/],
    ['smtp://u:%00@mx.test', {}, /./],
  ])('refuses %j with %j', async (target, options, words) => {
    await using peer = greet(scriptedPeer(), ['AUTH PLAIN']);
    const error = await caught(connect(target as string, { connector: peer.connector, ...options }));
    expect(error).toMatchObject({ code: 'usage', message: expect.stringMatching(words) });
    expect(`${String(error)} ${String((error as Error).cause)}`).not.toContain('hunter2');
  });
});
