// Mail through the gateway's app: JSON, forms, ready-made messages, probes, scopes, senders, and what is refused.
import { createApp } from '@fairlead/http';
import { scriptedPeer } from '@fairlead/testkit';
import { describe, expect, inject, it } from 'vitest';
import { smtpRoutes } from '../src/route/index.ts';
import { greet, logIn, OFFERS, offers } from './support/talk.ts';

type Peer = ReturnType<typeof scriptedPeer>;

const SENDER = 'sender-token-0123456789';
const PROBER = 'prober-token-0123456789';
const URL = 'smtp://app:secret@mx.test';
const DKIM = { domain: 'sender.test', selector: 'rsa', privateKey: inject('dkim').rsa.pkcs8 };
const ENV = {
  FAIRLEAD_CONNECTIONS: {
    main: { url: URL },
    one: { url: URL, from: 'App@x.test' },
    domain: { url: URL, from: ['@x.test', 'b@y.test'] },
    signed: { url: URL, dkim: DKIM },
    broken: { url: URL, tls: 'maybe' },
    open: { url: 'smtp://app:secret@mx.test', tls: false },
    other: { url: URL },
  },
  FAIRLEAD_TOKENS: [
    {
      name: 'sender',
      token: SENDER,
      scopes: ['main', 'one', 'domain', 'signed', 'broken', 'open', '@'].map((name) => `smtp:send:${name}`),
    },
    { name: 'prober', token: PROBER, scopes: ['smtp:probe:@', 'smtp:probe:main'] },
  ],
  FAIRLEAD_TARGETS: ['mx.test:587', 'mx.test:465'],
  FAIRLEAD_LIMITS: { maxBodyBytes: 100_000 },
};
const MAIL = { from: 'a@x.test', to: 'b@y.test', subject: 's', text: 'hello' };
const RAW =
  'From: A <a@x.test>\r\nTo: b@y.test\r\nBcc: hidden@y.test\r\nMessage-ID: <1@x.test>\r\n\r\nhello\r\n';
const OK = '250 2.0.0 Ok: queued';

/** A server that takes one mail from `from` to one recipient. */
function taker(from = 'a@x.test', seen?: (text: string) => void): Peer {
  return logIn(scriptedPeer())
    .expectLine(new RegExp(`^MAIL FROM:<${from}>`))
    .expectUntil('DATA\r\n', /^(RCPT TO:<[^>]+>\r\n)+$/, seen)
    .send('250 Ok\r\n250 Ok\r\n354 Go\r\n')
    .expectUntil('\r\n.\r\n', /./, seen)
    .sendLines(OK)
    .expectLine('QUIT')
    .close();
}

interface Call {
  readonly token?: string;
  readonly headers?: Record<string, string>;
  readonly method?: string;
  readonly env?: Record<string, unknown>;
}

async function call(peer: Peer, path: string, body?: BodyInit | object, given: Call = {}) {
  const { token = SENDER, headers = {}, method = 'POST', env = {} } = given;
  const app = createApp({ routes: [smtpRoutes], connector: peer.connector });
  const isJson = body !== undefined && Object.getPrototypeOf(body) === Object.prototype;
  const response = await app.request(
    path,
    {
      method,
      headers: {
        ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
        ...(isJson ? { 'content-type': 'application/json' } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body: isJson ? JSON.stringify(body) : (body as BodyInit) }),
    },
    { ...ENV, ...env },
  );
  return { response, status: response.status, json: (await response.json()) as Record<string, unknown> };
}

const raw = { headers: { 'content-type': 'message/rfc822' } };

describe('POST /smtp/send', () => {
  it('composes and sends', async () => {
    const seen: string[] = [];
    await using peer = taker('a@x.test', (text) => seen.push(text));
    const { status, json } = await call(peer, '/smtp/send?connection=main', {
      ...MAIL,
      bcc: 'hidden@y.test',
      to: [],
      attachments: [{ filename: 'a.txt', content: btoa('attached') }],
    });
    expect(json).toEqual({
      accepted: ['hidden@y.test'],
      rejected: [],
      response: OK,
      messageId: expect.stringMatching(/^<.*@x\.test>$/),
    });
    expect(status).toBe(200);
    expect(seen[1]).toContain(btoa('attached'));
    expect(seen[1]).not.toContain('hidden');
    await peer.done();
  });

  it('takes a form with files', async () => {
    const seen: string[] = [];
    await using peer = taker('a@x.test', (text) => seen.push(text));
    const form = new FormData();
    form.set('mail', JSON.stringify({ ...MAIL, connection: 'main' }));
    form.append('attachment', new File(['one'], '\u00fc.csv', { type: 'text/csv' }));
    form.append('attachment', new File(['two'], 'b.bin'));
    expect((await call(peer, '/smtp/send', form)).status).toBe(200);
    expect(seen[1]).toContain(btoa('one'));
    expect(seen[1]).toMatch(/text\/csv[\s\S]*octet-stream/);
    await peer.done();
  });

  it('says who was refused', async () => {
    await using peer = logIn(scriptedPeer())
      .expectUntil('DATA\r\n', /./)
      .send('250 Ok\r\n250 Ok\r\n550 5.1.1 No\r\n354 Go\r\n')
      .expectUntil('\r\n.\r\n', /./)
      .sendLines(OK)
      .expectLine('QUIT')
      .close();
    const { json } = await call(peer, '/smtp/send?connection=main', {
      ...MAIL,
      to: ['b@y.test', 'c@y.test'],
    });
    expect(json).toMatchObject({
      accepted: ['b@y.test'],
      rejected: [{ address: 'c@y.test', code: 550, enhanced: '5.1.1', message: 'No' }],
    });
  });

  it('fills in the only sender, and signs', async () => {
    const seen: string[] = [];
    await using peer = taker('app@x.test', (text) => seen.push(text));
    const { from: _from, ...mail } = MAIL;
    expect((await call(peer, '/smtp/send?connection=one', mail)).status).toBe(200);
    await using second = taker('a@x.test', (text) => seen.push(text));
    expect((await call(second, '/smtp/send?connection=signed', MAIL)).status).toBe(200);
    expect(seen[3]).toMatch(/^DKIM-Signature: v=1; a=rsa-sha256;/);
  });

  it.each([
    ['one', 'other@x.test'],
    ['domain', 'a@z.test'],
    ['domain', 'a@sub.x.test'],
    ['domain', 'A <evil@z.test>, a@x.test'],
  ])('lets connection "%s" not send from %s', async (connection, from) => {
    await using peer = scriptedPeer();
    for (const mail of [
      { ...MAIL, from, sender: 'a@x.test' },
      { ...MAIL, from: connection === 'one' ? 'app@x.test' : 'a@x.test', envelope: { from: 'evil@z.test' } },
      { ...MAIL, from: connection === 'one' ? 'app@x.test' : 'a@x.test', sender: 'evil@z.test' },
    ]) {
      const { status, json } = await call(peer, `/smtp/send?connection=${connection}`, mail);
      expect([status, json.code]).toEqual([403, 'policy']);
    }
    expect(peer.connections).toBe(0);
  });

  it.each([
    ['domain', 'A@X.test'],
    ['domain', 'b@y.test'],
  ])('lets connection "%s" send from %s', async (connection, from) => {
    await using peer = taker(from);
    expect((await call(peer, `/smtp/send?connection=${connection}`, { ...MAIL, from })).status).toBe(200);
  });

  it('sends by a server of the caller, where that is allowed', async () => {
    await using peer = taker();
    const headers = { 'fairlead-url': 'smtp://app:secret@mx.test' };
    expect((await call(peer, '/smtp/send', MAIL, { headers })).status).toBe(200);
  });
});

describe('POST /smtp/send-raw', () => {
  it('takes the envelope from the header, and the Bcc out of it', async () => {
    const seen: string[] = [];
    await using peer = logIn(scriptedPeer())
      .expect('MAIL FROM:<a@x.test> SIZE=67\r\nRCPT TO:<b@y.test>\r\nRCPT TO:<hidden@y.test>\r\nDATA\r\n')
      .send('250 Ok\r\n250 Ok\r\n250 Ok\r\n354 Go\r\n')
      .expectUntil('\r\n.\r\n', /./, (text) => seen.push(text))
      .sendLines(OK)
      .expectLine('QUIT')
      .close();
    const { status, json } = await call(peer, '/smtp/send-raw?connection=main', RAW, raw);
    expect(json).toEqual({
      accepted: ['b@y.test', 'hidden@y.test'],
      rejected: [],
      response: OK,
      messageId: '<1@x.test>',
    });
    expect(status).toBe(200);
    expect(seen[0]).toBe(RAW.replace(/Bcc.*\r\n/, '').trimEnd());
    await peer.done();
  });

  it('takes the envelope from the query, folded fields and bare line ends', async () => {
    await using peer = logIn(scriptedPeer())
      .expectLine(/^MAIL FROM:<bounce@x\.test>/)
      .expect('RCPT TO:<c@y.test>\r\nRCPT TO:<d@y.test>\r\nDATA\r\n')
      .send('250 Ok\r\n250 Ok\r\n250 Ok\r\n354 Go\r\n')
      .expectUntil('\r\n.\r\n', 'From: a@x.test\r\nSubject: x\r\n y\r\n\r\nb')
      .sendLines(OK)
      .expectLine('QUIT')
      .close();
    const path = '/smtp/send-raw?connection=main&from=bounce@x.test&to=c@y.test&to=d@y.test';
    const message = 'From: a@x.test\nBcc: e@y.test,\n f@y.test\nSubject: x\n y\n\nb\n';
    expect((await call(peer, path, message, raw)).status).toBe(200);
    await peer.done();
  });

  it.each([
    ['', 'To: undisclosed-recipients:;\r\nBcc: b@y.test'],
    ['&to=b@y.test', 'To: nobody in particular'],
  ])('needs no address in To (%j)', async (query, to) => {
    await using peer = taker();
    const message = `From: a@x.test\r\n${to}\r\n\r\nb\r\n`;
    expect((await call(peer, `/smtp/send-raw?connection=main${query}`, message, raw)).status).toBe(200);
    await peer.done();
  });

  it('signs', async () => {
    const seen: string[] = [];
    await using peer = taker('a@x.test', (text) => seen.push(text));
    await call(peer, '/smtp/send-raw?connection=signed', RAW.replace(/Bcc.*\r\n/, ''), raw);
    expect(seen[1]).toMatch(/^DKIM-Signature: [\s\S]*\r\nFrom: A/);
  });

  it.each([
    ['one', RAW],
    ['domain', RAW.replace('a@x.test', 'evil@z.test')],
    ['domain', `Sender: evil@z.test\r\n${RAW}`],
    ['domain', RAW, '&from=evil@z.test'],
  ])('lets connection "%s" spoof no sender (%#)', async (connection, message, query = '') => {
    await using peer = scriptedPeer();
    const { status, json } = await call(
      peer,
      `/smtp/send-raw?connection=${connection}${query}`,
      message,
      raw,
    );
    expect([status, json.code]).toEqual([403, 'policy']);
    expect(peer.connections).toBe(0);
  });
});

describe('GET /smtp/probe', () => {
  const get = { method: 'GET', token: PROBER };

  it('looks at an address, with TLS and without a login', async () => {
    await using peer = greet(scriptedPeer()).expectLine('QUIT').close();
    const { status, json } = await call(peer, '/smtp/probe/mx.test:587', undefined, get);
    expect(status).toBe(200);
    expect(json).toMatchObject({
      address: 'mx.test:587',
      greeting: 'mx.test ESMTP',
      tls: 'starttls',
      capabilities: {
        name: 'mx.test',
        size: 10240000,
        auth: ['PLAIN', 'LOGIN'],
        extensions: { SIZE: ['10240000'] },
      },
    });
    await peer.done();
  });

  it('looks at a server without STARTTLS, and at one with TLS from the first byte', async () => {
    await using plain = scriptedPeer()
      .sendLines('220 mx')
      .expectLine(/^EHLO/)
      .send(offers(OFFERS))
      .expectLine('QUIT')
      .close();
    expect((await call(plain, '/smtp/probe/mx.test:587', undefined, get)).json).toMatchObject({
      tls: false,
    });
    await using implicit = scriptedPeer()
      .sendLines('220 mx')
      .expectLine(/^EHLO/)
      .send(offers([]))
      .expectLine('QUIT')
      .close();
    expect((await call(implicit, '/smtp/probe/mx.test:465', undefined, get)).json).toMatchObject({
      tls: true,
    });
  });

  it('looks at a connection without showing its host', async () => {
    await using peer = greet(scriptedPeer()).expectLine('QUIT').close();
    const { json } = await call(peer, '/smtp/probe?connection=main', undefined, get);
    expect(json).toMatchObject({ connection: 'main', tls: 'starttls' });
    expect(json.address).toBeUndefined();
  });
});

const nowhere = (): Peer => scriptedPeer();
const refusing = (): Peer => logIn(scriptedPeer()).expectLine(/^MAIL/);
type Bad = readonly [
  name: string,
  path: string,
  body: BodyInit | object | undefined,
  status: number,
  code: string,
  words: RegExp,
  more?: Call & { peer?: () => Peer },
];
const SEND = '/smtp/send?connection=main';
const SEND_RAW = '/smtp/send-raw?connection=main';

const BAD: readonly Bad[] = [
  ['no token', SEND, MAIL, 401, 'unauthorized', /Authorization/, { token: '' }],
  ['a token without the scope', SEND, MAIL, 403, 'forbidden', /smtp:send:main/, { token: PROBER }],
  ['an unknown connection', '/smtp/send?connection=nope', MAIL, 403, 'forbidden', /smtp:send:nope/],
  ['two connections', SEND, { ...MAIL, connection: 'one' }, 400, 'invalid', /two different/],
  [
    'settings that are none',
    '/smtp/send?connection=broken',
    MAIL,
    400,
    'usage',
    /settings of connection "broken"/,
  ],
  ['a login in clear', '/smtp/send?connection=open', MAIL, 400, 'usage', /authWithoutTls/],
  [
    'a server outside the policy',
    '/smtp/send',
    MAIL,
    403,
    'policy',
    /not among/,
    { headers: { 'fairlead-url': 'smtp://evil.example.com' } },
  ],
  [
    'port 25 of an allowed host',
    '/smtp/send',
    MAIL,
    403,
    'policy',
    /587/,
    { headers: { 'fairlead-url': 'smtp://mx.test:25' } },
  ],
  [
    'no JSON',
    SEND,
    'hello',
    415,
    'unsupported_media_type',
    /application\/json/,
    { headers: { 'content-type': 'text/plain' } },
  ],
  ['broken JSON', SEND, '{', 400, 'invalid', /JSON/, { headers: { 'content-type': 'application/json' } }],
  ['a member that is unknown', SEND, { ...MAIL, path: '/etc/passwd' }, 400, 'invalid', /./],
  [
    'an attachment that is no base64',
    SEND,
    { ...MAIL, attachments: [{ content: '???' }] },
    400,
    'invalid',
    /./,
  ],
  ['an attachment by path', SEND, { ...MAIL, attachments: [{ path: '/etc/passwd' }] }, 400, 'invalid', /./],
  ['no sender', SEND, { to: 'b@y.test' }, 400, 'invalid', /"from"/],
  ['no recipient', SEND, { from: 'a@x.test' }, 400, 'usage', /recipient/],
  ['an address that is none', SEND, { ...MAIL, to: 'nobody' }, 400, 'usage', /to is not a mail address/],
  [
    'a header in the subject',
    SEND,
    { ...MAIL, subject: 'x\r\nBcc: e@x.test' },
    400,
    'usage',
    /subject must not hold/,
  ],
  [
    'a header in an address',
    SEND,
    { ...MAIL, to: 'b@y.test\r\nBcc: e@x.test' },
    400,
    'usage',
    /to must not hold/,
  ],
  ['a header field that is ours', SEND, { ...MAIL, headers: { Bcc: 'e@x.test' } }, 400, 'usage', /option/],
  ['a body too large', SEND, { ...MAIL, text: 'x'.repeat(200_000) }, 413, 'limit', /maxBodyBytes/],
  [
    'a form that is none',
    SEND,
    'x',
    400,
    'invalid',
    /multipart/,
    { headers: { 'content-type': 'multipart/form-data; boundary=x' } },
  ],
  ['a form without its mail', SEND, new FormData(), 400, 'invalid', /"mail"|multipart/],
  [
    'a message of another type',
    SEND_RAW,
    RAW,
    415,
    'unsupported_media_type',
    /message\/rfc822/,
    { headers: { 'content-type': 'text/plain' } },
  ],
  ['a message without From', SEND_RAW, 'To: b@y.test\r\n\r\nx', 400, 'usage', /one From/, raw],
  ['a message with two From', SEND_RAW, `From: e@x.test\r\n${RAW}`, 400, 'usage', /one From/, raw],
  ['a message without a header', SEND_RAW, 'hello', 400, 'usage', /header fields/, raw],
  [
    'recipients that are none',
    SEND_RAW,
    RAW.replace('b@y.test', 'nobody'),
    400,
    'usage',
    /to is not a mail address/,
    raw,
  ],
  ['a line too long', SEND_RAW, `${RAW}${'x'.repeat(999)}`, 400, 'usage', /998/, raw],
  [
    'an address outside the policy',
    '/smtp/probe/evil.example.com:587',
    undefined,
    403,
    'policy',
    /not among/,
    { method: 'GET', token: PROBER },
  ],
  [
    'an address that is none',
    '/smtp/probe/mx.test',
    undefined,
    400,
    'usage',
    /./,
    { method: 'GET', token: PROBER },
  ],
  ['another method', '/smtp/send', undefined, 405, 'method_not_allowed', /POST/, { method: 'GET' }],
  [
    'a sender that the server refuses',
    SEND,
    MAIL,
    400,
    'server',
    /550 5\.7\.1 Not you/,
    {
      peer: () =>
        refusing().send('550 5.7.1 Not you\r\n503 No\r\n503 No\r\n').expectUntil('QUIT\r\n', /./).close(),
    },
  ],
  [
    'a server that is busy',
    SEND,
    MAIL,
    503,
    'server',
    /451/,
    {
      peer: () =>
        refusing().send('451 4.3.0 Later\r\n503 No\r\n503 No\r\n').expectUntil('QUIT\r\n', /./).close(),
    },
  ],
  [
    'a login that is refused, whose words stay here',
    SEND,
    MAIL,
    502,
    'auth',
    /^The server refused the credentials of connection "main"\.$/,
    { peer: () => greet(scriptedPeer()).expectLine(/^AUTH/).sendLines('535 5.7.8 No app') },
  ],
  [
    'a server without STARTTLS',
    SEND,
    MAIL,
    502,
    'tls_failed',
    /STARTTLS/,
    { peer: () => scriptedPeer().sendLines('220 mx').expectLine(/^EHLO/).send(offers(OFFERS)) },
  ],
];

describe('bad input', () => {
  it.each(
    BAD.map(([name, path, body, status, code, words, more = {}]) => ({
      name,
      path,
      body,
      status,
      code,
      words,
      more,
    })),
  )('$name: $status $code', async ({ path, body, status, code, words, more }) => {
    await using peer = (more.peer ?? nowhere)();
    const { response, json } = await call(peer, path, body, more);
    expect(json).toMatchObject({ status, code, detail: expect.stringMatching(words) });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(JSON.stringify(json)).not.toMatch(/secret|AGFwcABzZWNyZXQ/);
    if (more.peer === undefined) expect(peer.connections).toBe(0);
  });
});
