// For tests: the usual beginnings of a conversation with a mail server.
import type { scriptedPeer } from '@fairlead/testkit';

type Peer = ReturnType<typeof scriptedPeer>;

/** What a server of today offers inside TLS. */
export const OFFERS = [
  'PIPELINING',
  'SIZE 10240000',
  'AUTH PLAIN LOGIN',
  'ENHANCEDSTATUSCODES',
  '8BITMIME',
  'DSN',
  'SMTPUTF8',
];

/** Base64 of `\0app\0secret`. */
export const PLAIN = 'AGFwcABzZWNyZXQ=';

/** A reply of several lines to EHLO. */
export function offers(keywords: readonly string[]): string {
  const lines = ['mx.test greets you', ...keywords];
  return lines.map((line, i) => `250${i === lines.length - 1 ? ' ' : '-'}${line}\r\n`).join('');
}

/** Greeting, EHLO, STARTTLS, and EHLO again inside TLS. */
export function greet(peer: Peer, keywords: readonly string[] = OFFERS): Peer {
  return peer
    .sendLines('220 mx.test ESMTP')
    .expectLine('EHLO [127.0.0.1]')
    .send(offers(['PIPELINING', 'STARTTLS']))
    .expectLine('STARTTLS')
    .sendLines('220 2.0.0 Ready to start TLS')
    .startTls()
    .expectLine('EHLO [127.0.0.1]')
    .send(offers(keywords));
}

/** The same, and a login by PLAIN as `app` with `secret`. */
export function logIn(peer: Peer, keywords: readonly string[] = OFFERS): Peer {
  return greet(peer, keywords).expectLine(`AUTH PLAIN ${PLAIN}`).sendLines('235 2.7.0 Welcome');
}

/** The target that `logIn` serves. */
export const TARGET = 'smtp://app:secret@mx.test';
