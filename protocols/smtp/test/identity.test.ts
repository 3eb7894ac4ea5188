// Who a message says it is from: connections that are bound to a sender, and what must not get past them.
import { createApp } from '@fairlead/http';
import { scriptedPeer } from '@fairlead/testkit';
import { describe, expect, inject, it } from 'vitest';
import { dkimSigner } from '../src/dkim/index.ts';
import { smtpRoutes } from '../src/route/index.ts';
import { logIn } from './support/talk.ts';

type Peer = ReturnType<typeof scriptedPeer>;

const TOKEN = 'sender-token-0123456789';
const DKIM = { domain: 'example.com', selector: 'rsa', privateKey: inject('dkim').rsa.pkcs8 };
const url = 'smtp://app:secret@mx.test';
const ENV = {
  FAIRLEAD_CONNECTIONS: {
    one: { url, from: 'app@example.com', dkim: DKIM },
    kelvin: { url, from: 'kay@example.com' },
    domain: { url, from: ['@example.com'] },
    idn: { url, from: ['@b\u00fccher.example'] },
    signed: { url, dkim: DKIM },
    free: { url },
    typo: { url, from: ['@exa mple.com'] },
  },
  FAIRLEAD_TOKENS: [
    {
      name: 'sender',
      token: TOKEN,
      scopes: ['one', 'kelvin', 'domain', 'idn', 'signed', 'free', 'typo'].map((name) => `smtp:send:${name}`),
    },
  ],
};

async function post(peer: Peer, connection: string, message: string | Uint8Array | object, query = '') {
  const isMail = typeof message === 'object' && !(message instanceof Uint8Array);
  const app = createApp({ routes: [smtpRoutes], connector: peer.connector });
  const path = `/smtp/${isMail ? 'send' : 'send-raw'}?connection=${connection}${query}`;
  const headers = {
    Authorization: `Bearer ${TOKEN}`,
    'Content-Type': isMail ? 'application/json' : 'message/rfc822',
  };
  const body = isMail ? JSON.stringify(message) : (message as BodyInit);
  const response = await app.request(path, { method: 'POST', headers, body }, ENV);
  return { status: response.status, json: await response.json<Record<string, unknown>>() };
}

/** A message whose header begins with `header`, to somebody. */
const from = (header: string): string => `${header}\r\nTo: b@y.test\r\nSubject: s\r\n\r\nhello\r\n`;

function taker(): Peer {
  return logIn(scriptedPeer())
    .expectUntil('DATA\r\n', /./)
    .send('250 Ok\r\n250 Ok\r\n354 Go\r\n')
    .expectUntil('\r\n.\r\n', /./)
    .sendLines('250 2.0.0 Ok')
    .expectLine('QUIT')
    .close();
}

/** Headers that some program reads as from somebody else than `app@example.com`. */
const SPOOFS: readonly (readonly [name: string, header: string])[] = [
  ['an address as the name', 'From: evil@x.test <app@example.com>'],
  ['an address in angle brackets in front', 'From: <evil@x.test>:app@example.com'],
  ['an address between comments', 'From: (a) evil@x.test (b) <app@example.com>'],
  ['an address in an encoded word', 'From: =?utf-8?q?evil=40x.test=2C?= app@example.com'],
  ['an address in an encoded word as the name', 'From: =?utf-8?q?evil=40x.test=2C?= <app@example.com>'],
  ['an address in an encoded word in base64', `From: =?utf-8?b?${btoa('evil@x.test')}?= <app@example.com>`],
  ['an address in two encoded words', 'From: =?utf-8?q?evil=40?= =?utf-8?q?x.test?= <app@example.com>'],
  ['an encoded word of no charset', 'From: =?x-none?q?evil=40x.test?= <app@example.com>'],
  ['brackets in an encoded word', 'From: =?utf-8?q?=3Cevil=3E?= <app@example.com>'],
  ['a line end in an encoded word', 'From: =?utf-8?q?a=0D=0AFrom:_evil?= <app@example.com>'],
  ['half an encoded word', 'From: =?utf-8?q?evil=40x.test <app@example.com>'],
  ['an encoded word within a quoted name', 'From: "=?utf-8?q?evil=40x.test?=" <app@example.com>'],
  ['a quoted address as the name', 'From: "evil@x.test" <app@example.com>'],
  [
    'a name with an at sign between characters that nobody sees',
    'From: "evil\ufeff@\ufeffx.test" <app@example.com>',
  ],
  ['the same encoded', 'From: =?utf-8?q?evil=EF=BB=BF=40=EF=BB=BFx.test?= <app@example.com>'],
  ['a name with an at sign between thin spaces', 'From: "evil\u200a@\u200ax.test" <app@example.com>'],
  ['a name with a sign like an at sign', 'From: evil\uff20x.test <app@example.com>'],
  ['a quoted address in front', 'From: "evil"@x.test <app@example.com>'],
  ['a route', 'From: <@evil.test:app@example.com>'],
  ['a route with a name', 'From: A <@evil.test,@b.test:app@example.com>'],
  ['a comment behind', 'From: app@example.com (evil@x.test)'],
  ['a comment within', 'From: app(@evil.test)@example.com'],
  ['a comment in brackets', 'From: <app@example.com(>, <evil@x.test)>'],
  ['two in one pair of brackets', 'From: <evil@x.test,app@example.com>'],
  ['two pairs of brackets', 'From: <evil@x.test> <app@example.com>'],
  ['nested brackets', 'From: <<evil@x.test>app@example.com>'],
  ['something behind the brackets', 'From: <app@example.com> evil@x.test'],
  ['a list', 'From: app@example.com, evil@x.test'],
  ['a list with semicolons', 'From: app@example.com; evil@x.test'],
  ['an empty place in the list', 'From: ,app@example.com'],
  ['a group', 'From: evil@x.test: app@example.com;'],
  ['a group of somebody', 'From: group: app@example.com;'],
  ['an empty group', 'From: evil:;'],
  ['a quoted local part', 'From: "app@example.com,evil"@x.test'],
  ['two at signs', 'From: evil@x.test@example.com'],
  ['white space within', 'From: app @example.com'],
  ['white space within the domain', 'From: app@example.com .x.test'],
  ['an empty field', 'From: '],
  ['nothing', 'Sender: app@example.com'],
  ['two From', 'From: app@example.com\r\nFrom: evil@x.test'],
  ['two From in another case', 'From: app@example.com\r\nfRoM: evil@x.test'],
  ['a space in front of the colon', 'From : evil@x.test\r\nFrom: app@example.com'],
  ['a tab in front of the colon', 'From: app@example.com\r\nFrom\t: evil@x.test'],
  ['a space in front of the name', ' From: evil@x.test\r\nFrom: app@example.com'],
  ['a folded From that is another', 'X: y\r\n From: app@example.com\r\nFrom: evil@x.test'],
  ['a line of white space, and another behind it', 'From: app@example.com\r\n \r\n evil@x.test'],
  ['a line of white space', 'X: y\r\n\t\r\nFrom: app@example.com'],
  ['an empty line first', '\r\nFrom: app@example.com'],
  ['a line of an mbox', 'From evil@x.test Sat Nov 28 2026\r\nFrom: app@example.com'],
  ['a line that is no field', 'From: app@example.com\r\nevil'],
  ['a bare CR', 'From: app@example.com\rFrom: evil@x.test'],
  ['a bare LF', 'From: app@example.com\nFrom: evil@x.test'],
  ['a folded bare LF', 'From: app@example.com,\n evil@x.test'],
  ['a NUL', 'From: app@example.com\0, evil@x.test'],
  ['a control character', 'From: app@example.com\x0b, evil@x.test'],
  ['a byte order mark', '\ufeffFrom: app@example.com\r\nFrom: evil@x.test'],
  ['a letter that becomes one of ASCII', 'From: \u212aay@example.com'],
  ['another domain in Unicode', 'From: app@ex\u0430mple.com'],
  ['a domain with something invisible', 'From: app@example\u200b.com'],
  ['Sender', 'From: app@example.com\r\nSender: evil@x.test'],
  ['two Sender', 'From: app@example.com\r\nSender: app@example.com\r\nSender: evil@x.test'],
  ['several in Sender', 'From: app@example.com\r\nSender: app@example.com, app@example.com'],
  ['Resent-From', 'Resent-From: evil@x.test\r\nFrom: app@example.com'],
  ['Resent-Sender', 'Resent-Sender: evil@x.test\r\nResent-From: app@example.com\r\nFrom: app@example.com'],
];

describe('a connection that is bound to a sender', () => {
  it.each(SPOOFS)('refuses %s', async (_name, header) => {
    await using peer = scriptedPeer();
    for (const query of ['', '&from=app@example.com', '&from=app@example.com&to=b@y.test']) {
      const { status, json } = await post(peer, 'one', from(header), query);
      expect([400, 403]).toContain(status);
      expect(['usage', 'policy']).toContain(json.code);
    }
    expect(peer.connections).toBe(0);
  });

  it.each([
    ['bytes that are no UTF-8', Uint8Array.of(0x46, 0x72, 0x6f, 0x6d, 0x3a, 0xff, 0x0d, 0x0a, 0x0d, 0x0a)],
    ['another sender in the envelope', from('From: app@example.com'), '&from=evil@x.test'],
    ['an empty From in the envelope of none', from('To: a@x.test'), '&from='],
  ])('refuses %s', async (_name, message, query = '') => {
    await using peer = scriptedPeer();
    expect([400, 403]).toContain((await post(peer, 'one', message, query)).status);
    expect(peer.connections).toBe(0);
  });

  it.each([
    'From: app@example.com',
    'From:app@example.com',
    'FROM: <APP@Example.COM>',
    'From: App <app@example.com>',
    'From: "App, Inc." <app@example.com>',
    'From: Dr. App B. <app@example.com>',
    'From: "app@example.com" <app@example.com>',
    'From: =?utf-8?q?M=C3=BCller=2C_Hans?= <app@example.com>',
    'From: =?iso-8859-1?q?M=FCller?= =?utf-8?b?w6Q=?= <app@example.com>',
    'From:\r\n App\r\n\t<app@example.com>',
    'From: app@example.com\nSender: app@example.com',
    'Resent-From: app@example.com\r\nFrom: app@example.com',
    'From: app@example.com\r\nReply-To: other@x.test (anybody)',
  ])('lets %j through', async (header) => {
    await using peer = taker();
    const { status, json } = await post(peer, 'one', from(header));
    expect([status, json.detail]).toEqual([200, undefined]);
    await peer.done();
  });

  it.each([
    ['domain', 'From: "app@x.test,"@example.com'],
    ['domain', 'From: =?utf-8?q?evil=40x.test?=@example.com'],
    ['domain', 'From: app@sub.example.com'],
    ['domain', 'From: app@example.com.x.test'],
    ['domain', 'From: app@xn--xample-9uf.com'],
    ['idn', 'From: app@bucher.example'],
    ['kelvin', 'From: \u212aay@example.com'],
  ])('keeps to what it allows: %s, %s', async (connection, header) => {
    await using peer = scriptedPeer();
    expect([400, 403]).toContain((await post(peer, connection, from(header))).status);
    expect(peer.connections).toBe(0);
  });

  it('knows an internationalised domain however it is written', async () => {
    for (const domain of ['b\u00fccher.example', 'xn--bcher-kva.example', 'B\u00dcCHER.example']) {
      await using peer = taker();
      expect((await post(peer, 'idn', { from: `app@${domain}`, to: 'b@y.test', text: 't' })).status).toBe(
        200,
      );
    }
  });

  it.each([
    { from: { name: 'evil@x.test', address: 'app@example.com' } },
    { from: '"evil@x.test" <app@example.com>' },
    { from: '=?utf-8?q?evil=40x.test?= <app@example.com>' },
    { from: { name: '=?utf-8?q?evil=40x.test?=', address: 'app@example.com' } },
    { from: 'evil@x.test' },
    { from: 'app@example.com', sender: 'evil@x.test' },
    { from: 'app@example.com', headers: { 'Resent-From': 'evil@x.test' } },
    { from: 'app@example.com', headers: { Sender: 'evil@x.test' } },
    { from: 'app@example.com', headers: { 'X-Own': { prepared: 'a\r\nFrom: evil@x.test' } } },
    { from: 'app@example.com', envelope: { from: 'evil@x.test' } },
  ])('refuses the mail %j', async (part) => {
    await using peer = scriptedPeer();
    expect([400, 403]).toContain((await post(peer, 'one', { to: 'b@y.test', text: 't', ...part })).status);
    expect(peer.connections).toBe(0);
  });

  it('refuses settings that bind to nothing', async () => {
    await using peer = scriptedPeer();
    const { status, json } = await post(peer, 'typo', from('From: a@example.com'));
    expect([status, json.code]).toEqual([400, 'usage']);
  });
});

describe('a connection that is bound to nobody', () => {
  it.each(['From: root@x.test (Cron Daemon)', 'From: app @x.test (a)', 'From: A <a@x.test>, b@y.test'])(
    'is not asked who sends: %s',
    async (header) => {
      const isAddress = !header.includes('app @');
      await using peer = isAddress ? taker() : scriptedPeer();
      expect((await post(peer, 'free', from(header))).status).toBe(isAddress ? 200 : 400);
    },
  );

  it('is asked where it signs', async () => {
    await using peer = scriptedPeer();
    expect((await post(peer, 'signed', from('From: a@example.com (evil@x.test)'))).status).toBe(400);
    expect(peer.connections).toBe(0);
  });

  it('does not guess the recipients of a message that was sent on', async () => {
    const message = from('Resent-From: a@x.test\r\nResent-To: c@y.test\r\nFrom: a@x.test');
    await using peer = scriptedPeer();
    expect((await post(peer, 'free', message)).status).toBe(400);
    await using second = taker();
    expect((await post(second, 'free', message, '&to=c@y.test')).status).toBe(200);
  });
});

describe('dkimSigner', () => {
  it.each([
    'From: a@example.com\r\nFrom: evil@x.test\r\n\r\nb',
    'From : a@example.com\r\n\r\nb',
    'From: a@example.com\r\n \r\n\r\nb',
    'X: y\r\nevil\r\nFrom: a@example.com\r\n\r\nb',
    'From: a@example.com\r\nSender: a@x.test\r\nSender: b@x.test\r\n\r\nb',
  ])('signs nothing that is read in two ways: %j', async (message) => {
    const sign = await dkimSigner(DKIM);
    await expect(sign(message)).rejects.toMatchObject({ code: 'usage' });
  });
});
