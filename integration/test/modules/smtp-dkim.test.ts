// SMTP: DKIM signatures of mails that went through real servers, checked by mailauth on what arrived.
import { connect } from '@fairlead/smtp';
import { type DkimOptions, dkimSigner } from '@fairlead/smtp/dkim';
import { sendMail } from '@fairlead/smtp/mime';
import { expect, inject, it } from 'vitest';
import type { DkimQuestion, DkimVerdict } from '../../servers/dkim.ts';
import { newBox, receivedText } from './mailbox.ts';

const { postfix, opensmtpd, exim, dkimVerifier } = inject('servers');
const from = 'app@mail.test';

const RSA = {
  name: 'RSASSA-PKCS1-v1_5',
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
  hash: 'SHA-256',
};

/** A new key, as the signer wants it and as its record in the DNS. */
async function newKey(selector: 'rsa' | 'ed'): Promise<DkimOptions & { readonly record: string }> {
  const algorithm = selector === 'rsa' ? RSA : { name: 'Ed25519' };
  const pair = (await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as CryptoKeyPair;
  const [secret, open] = await Promise.all([
    crypto.subtle.exportKey('pkcs8', pair.privateKey),
    crypto.subtle.exportKey(selector === 'rsa' ? 'spki' : 'raw', pair.publicKey),
  ]);
  return {
    domain: 'mail.test',
    selector,
    privateKey: `-----BEGIN PRIVATE KEY-----\n${base64(secret)}\n-----END PRIVATE KEY-----`,
    record: `v=DKIM1; k=${selector === 'rsa' ? 'rsa' : 'ed25519'}; p=${base64(open)}`,
  };
}

function base64(bytes: ArrayBuffer | JsonWebKey): string {
  if (!(bytes instanceof ArrayBuffer)) throw new Error('a key in bytes is wanted');
  return btoa(String.fromCharCode(...new Uint8Array(bytes)));
}

const keys = await Promise.all([newKey('rsa'), newKey('ed')]);
const sign = await dkimSigner(keys);

const records = Object.fromEntries(
  keys.map(({ selector, record }) => [`${selector}._domainkey.mail.test`, record]),
);

async function verdicts(message: string): Promise<DkimVerdict[]> {
  const question: DkimQuestion = { message, records };
  const response = await fetch(dkimVerifier.url, { method: 'POST', body: JSON.stringify(question) });
  return response.json();
}

const bySignature = (result: string): DkimVerdict[] => [
  { algorithm: 'rsa-sha256', result },
  { algorithm: 'ed25519-sha256', result },
];

it.each([
  ['Postfix, BDAT', postfix, true],
  ['Postfix, DATA', postfix, false],
  ['OpenSMTPD', opensmtpd, true],
  ['Exim', exim, true],
])('through %s', async (_name, { port, mailboxUrl }, chunking) => {
  await using client = await connect({
    hostname: 'localhost',
    port,
    username: 'app',
    password: 'app-password',
    chunking,
  });
  const box = newBox();
  const content = crypto.getRandomValues(new Uint8Array(2_000));
  const mail = {
    from: { name: 'Jürgen Å', address: from },
    to: [box, { name: 'The harbour of 横浜', address: newBox() }],
    subject: 'Grüße aus Göteborg, and a subject that is long enough to be folded at least once, if not twice',
    text: '.\n..\n  Ahoy  from   Göteborg \t\n\n\n',
    html: '<p>Ahoy</p>',
    attachments: [{ filename: `${'Grüße '.repeat(60)}.bin`, content }],
    alternatives: [{ contentType: 'text/markdown', content: '*Ahoy* ⚓' }],
    icalEvent: { content: 'BEGIN:VCALENDAR\nMETHOD:REQUEST\nSUMMARY:Grüße\nEND:VCALENDAR\n' },
    list: {
      id: { name: 'Häfen', id: 'ports.mail.test' },
      unsubscribe: ['https://mail.test/u'],
      oneClick: true,
    },
    headers: { 'X-Words': 'x'.repeat(1_200), 'X-Own': { prepared: 'a\r\n\tb  c ' } },
    inReplyTo: '<1234>',
    priority: 'high',
    dsn: {},
  } as const;
  await sendMail(client, mail, { sign });
  const arrived = (await receivedText(mailboxUrl, box)).replaceAll('\n', '\r\n');
  expect(await verdicts(arrived)).toEqual(bySignature('pass'));
  expect(await verdicts(arrived.replace('Ahoy', 'Oh no'))).toEqual(bySignature('neutral'));
});
