// The work of one mail, counted: a guard for the speed of sending that needs no clock.
import { type Answer, countedPeer, countWork } from '@fairlead/testkit/hot-path';
import { describe, expect, test } from 'vitest';
import { connect, type SmtpClient } from '../src/index.ts';
import { compose, sendMail } from '../src/mime/index.ts';

const LINE = 'The quick brown fox jumps over the lazy dog, and nobody minds.\r\n';
const MAIL = {
  from: 'a@x.test',
  to: 'b@y.test',
  subject: 'Gr\u00fc\u00dfe',
  text: LINE.repeat(14),
  html: `<p>${LINE.repeat(14)}</p>`,
};
const ENVELOPE = { from: MAIL.from, to: MAIL.to };
const MESSAGE = new TextEncoder().encode(`Subject: hello\r\n\r\n${LINE.repeat(28)}`);
const CAPABILITIES = '250-sink\r\n250-PIPELINING\r\n250-SIZE 0\r\n250 CHUNKING\r\n';
/** V8's versions differ; it was twice as much with an encoder and an array for each short text. */
const MAX_COMPOSE_BYTES = 60_000;
const replies = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A server that takes everything: a write has whole commands, or a whole message behind DATA. */
const take: Answer = (bytes) => {
  const text = new TextDecoder('latin1').decode(bytes);
  if (text.startsWith('EHLO')) return replies(CAPABILITIES);
  if (text.endsWith('\r\nDATA\r\n')) return replies('250 OK\r\n250 OK\r\n354 Go\r\n');
  return replies(text.startsWith('MAIL') ? '250 OK\r\n250 OK\r\n250 OK\r\n' : '250 OK\r\n');
};

describe.each([
  ['BDAT', { chunking: true, roundTrips: 1, ready: 28, composed: 32 }],
  ['DATA', { chunking: false, roundTrips: 2, ready: 41, composed: 45 }],
])('a mail by %s', (_name, { chunking, roundTrips, ready, composed }) => {
  const peer = countedPeer(take, replies('220 sink\r\n'));
  const open = (): Promise<SmtpClient> =>
    connect({ hostname: 'x.test', tls: false, chunking, connector: peer.connector });

  test('takes one write and one read for each round trip, and few promises', async () => {
    await using smtp = await open();
    const { promises, reads, writes } = await countWork(() => smtp.sendRaw(ENVELOPE, MESSAGE), { peer });
    expect({ reads, writes }).toEqual({ reads: roundTrips, writes: roundTrips });
    expect(promises).toBeLessThanOrEqual(ready);
  });

  test('takes four promises more where it is composed', async () => {
    await using smtp = await open();
    const { promises, reads, writes } = await countWork(() => sendMail(smtp, MAIL), { peer });
    expect({ reads, writes }).toEqual({ reads: roundTrips, writes: roundTrips });
    expect(promises).toBeLessThanOrEqual(composed);
  });
});

test('a mail is composed without a wait, and with few objects', async () => {
  const { bytes, promises, reactions } = await countWork(() => compose(MAIL));
  expect({ promises, reactions }).toEqual({ promises: 1, reactions: 0 });
  expect(bytes).toBeLessThan(MAX_COMPOSE_BYTES);
});
