// What the run's mail servers were given: their mailboxes over HTTP, and the tokens that Postfix takes. It sends no mail.
import { sameBytes } from './support.ts';

const APPEARS_WITHIN_MS = 15_000;
const POLL_MS = 20;

/** A recipient that nobody else writes to; the run's servers know every local part that begins with "box". */
export function newBox(suffix = ''): string {
  return `box-${crypto.randomUUID()}${suffix}@mail.test`;
}

/** The last message for `recipient`, with LF at its lines' ends as servers keep it; waits until it is there. */
export async function received(mailboxUrl: string, recipient: string): Promise<Uint8Array> {
  const deadline = Date.now() + APPEARS_WITHIN_MS;
  for (;;) {
    const response = await fetch(`${mailboxUrl}/${encodeURIComponent(recipient)}`);
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (response.ok) return bytes;
    if (Date.now() > deadline) throw new Error(`nothing came for ${recipient}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** The same as text. */
export async function receivedText(mailboxUrl: string, recipient: string): Promise<string> {
  return new TextDecoder().decode(await received(mailboxUrl, recipient));
}

/** What a server may put in front of a message: where it came from, and for whom. */
const TRACE = /^((Return-Path|Delivered-To|Received): .*\n([ \t].*\n)*)+$/;

/** Whether `arrived` is `sent` (with CR LF), byte for byte, behind the servers' own trace fields. */
export function isWhole(arrived: Uint8Array, sent: Uint8Array): boolean {
  const expected = withoutCr(sent);
  const trace = new TextDecoder().decode(arrived.subarray(0, arrived.length - expected.length));
  return TRACE.test(trace) && sameBytes(arrived.slice(arrived.length - expected.length), expected);
}

/** CR LF as LF; a CR by itself stays. */
function withoutCr(bytes: Uint8Array): Uint8Array {
  return bytes.filter((byte, at) => !(byte === 13 && bytes[at + 1] === 10));
}

/** The key in images/postfix/token-key. */
const TOKEN_KEY = 'not-secret-at-all-32-bytes-long..';

/** An access token that Postfix takes (RFC 7519, HS256), for `user`. */
export async function accessToken(user: string, lifetimeSeconds = 300): Promise<string> {
  const seconds = Math.floor(Date.now() / 1000);
  const claims = { sub: user, iat: seconds - 400, exp: seconds + lifetimeSeconds };
  const signed = [{ alg: 'HS256', typ: 'JWT' }, claims]
    .map((part) => base64Url(JSON.stringify(part)))
    .join('.');
  const encoder = new TextEncoder();
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', encoder.encode(TOKEN_KEY), algorithm, false, ['sign']);
  const signature = new Uint8Array(await crypto.subtle.sign('HMAC', key, encoder.encode(signed)));
  return `${signed}.${base64Url(String.fromCharCode(...signature))}`;
}

function base64Url(text: string): string {
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
