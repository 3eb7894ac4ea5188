// DKIM signatures (RFC 6376, RFC 8463) with relaxed canonical forms, by RSA and Ed25519. The caller has to send the same
// bytes that were signed.

import { toBase64 } from '@fairlead/bytes';
import { usage } from '@fairlead/errors';
import { readClientName } from '../addresses/mailbox.ts';
import { nextChunk, openBody } from '../body.ts';
import { oneOrMany } from '../options/one-or-many.ts';
import type { Body } from '../types.ts';
import { MailDataEncoder } from '../wire/mail-data.ts';
import { BodyHash } from './body-hash.ts';
import { chooseFields, type Field, MAX_HEADER_BYTES, readFields, relaxed } from './header-fields.ts';
import { readKey, type SigningKey } from './key.ts';

/** One signature. */
export interface DkimOptions {
  /** `d=`: the domain that signs, in punycode. */
  readonly domain: string;
  /** `s=`: the public key is in the DNS record `<selector>._domainkey.<domain>`. */
  readonly selector: string;
  /** Unencrypted PEM: PKCS#8 (RSA or Ed25519), or PKCS#1 (RSA). RSA keys have at least 1,024 bits. */
  readonly privateKey: string;
  /** `x=`: how long the signature is valid, in seconds. Default: without end. */
  readonly expireSeconds?: number | undefined;
}

/** A message to sign: whole, or a function that returns the same stream at each call. */
export type Signable = string | Uint8Array | (() => Body);

/** Signs a message. @returns Header fields to put in front of the message, each with its CR LF. */
export type DkimSigner = (message: Signable, at?: Date) => Promise<Uint8Array>;

const encoder = new TextEncoder();
const BUFFER_BYTES = 65_536;
/** `b=` and `h=` are folded, so that no line is long. */
const FOLD = 72;

/**
 * Makes a signer for one key or several. Several keys give one signature each: RSA beside Ed25519 serves receivers that do
 * not know Ed25519.
 *
 * The body is hashed before the header in front of it can be written. So a message is signed as a whole, or from a function
 * that returns its stream: one stream is read to sign the message, and the caller sends a second one.
 * @throws FairleadError `usage` for a key, a domain or a selector that is not valid; the signer throws it for a message
 *   without From.
 * @example
 * ```ts
 * import { dkimSigner } from '@fairlead/smtp/dkim';
 * import { send } from '@fairlead/smtp/mime';
 *
 * const sign = await dkimSigner({ domain: 'example.com', selector: 's1', privateKey: env.DKIM_KEY });
 * const mail = { from: 'shop@example.com', to: 'a@example.net', subject: 'Your order', text: 'Thank you.' };
 * await send(mail, 'smtps://app@mail.example.com', { password: env.SMTP_PASSWORD, sign });
 * ```
 */
export async function dkimSigner(options: DkimOptions | readonly DkimOptions[]): Promise<DkimSigner> {
  const list = oneOrMany(options);
  if (list.length === 0) throw usage('A signature needs a key');
  const keys = await Promise.all(
    list.map(async (one) => ({ options: checked(one), key: await readKey(one.privateKey) })),
  );
  return async (message, at = new Date()) => {
    if (!(at instanceof Date) || Number.isNaN(at.getTime())) throw usage('The time of a signature is a Date');
    const { fields, bodyHash } = await digest(typeof message === 'function' ? message() : message);
    const signatures = keys.map(({ options: one, key }) => signature(fields, bodyHash, one, key, at));
    return encoder.encode((await Promise.all(signatures)).join(''));
  };
}

function checked(options: DkimOptions): DkimOptions {
  const { selector, domain, privateKey, expireSeconds = 1 } = options ?? {};
  if ([selector, domain, privateKey].some((one) => typeof one !== 'string')) {
    throw usage('A signature needs a domain, a selector and a privateKey, each as text');
  }
  if (domain.startsWith('[')) throw usage('The DKIM domain is a domain');
  readClientName(domain);
  if (!/^[a-z0-9](?:[a-z0-9._-]{0,62})$/i.test(selector)) throw usage('The DKIM selector is not a DNS label');
  if (!Number.isInteger(expireSeconds) || expireSeconds < 1) throw usage('expireSeconds is a whole number');
  return options;
}

/** The header's fields and the body's hash, of the message as it will be sent: its line ends repaired. */
async function digest(message: Body): Promise<{ fields: Field[]; bodyHash: string }> {
  const encoding = { stuffing: false, eightBit: true, utf8Header: true, maxBytes: Number.POSITIVE_INFINITY };
  const repair = new MailDataEncoder(encoding, BUFFER_BYTES);
  const split = new Split();
  const source = openBody(message);
  for (let piece = await first(source); piece !== undefined; piece = await following(source)) {
    for (let at = 0; at < piece.length; ) {
      at = repair.fill(piece, at);
      if (repair.full) split.push(repair.take());
    }
  }
  if (!repair.hasRoomForEnd) split.push(repair.take());
  repair.end();
  split.push(repair.take());
  return split.end();
}

async function first(source: ReturnType<typeof openBody>): Promise<Uint8Array | undefined> {
  return source instanceof Uint8Array ? source : nextChunk(source);
}

async function following(source: ReturnType<typeof openBody>): Promise<Uint8Array | undefined> {
  return source instanceof Uint8Array ? undefined : nextChunk(source);
}

/** Splits a message at its empty line: keeps the header, hashes the body. */
class Split {
  readonly #body: BodyHash = new BodyHash();
  #header = '';
  #inBody = false;

  push(bytes: Uint8Array): void {
    if (this.#inBody) {
      this.#body.push(bytes);
      return;
    }
    const before = this.#header.length;
    const whole = this.#header + binary(bytes);
    // A message without a header begins with the empty line.
    const end = whole.startsWith('\r\n') ? -2 : whole.indexOf('\r\n\r\n');
    if (end === -1) {
      if (whole.length > MAX_HEADER_BYTES) throw usage('The header of the message is too large to sign');
      this.#header = whole;
      return;
    }
    this.#body.push(bytes.subarray(end + 4 - before));
    this.#header = whole.slice(0, end + 2);
    this.#inBody = true;
  }

  end(): { fields: Field[]; bodyHash: string } {
    return { fields: readFields(this.#header), bodyHash: this.#body.digest() };
  }
}

/** Bytes as text of one character each: a header in any charset is signed by its bytes. */
function binary(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

async function signature(
  fields: readonly Field[],
  bodyHash: string,
  { domain, selector, expireSeconds }: DkimOptions,
  key: SigningKey,
  at: Date,
): Promise<string> {
  const { names, signed } = chooseFields(fields);
  const seconds = Math.floor(at.getTime() / 1000);
  const tags = [
    `v=1; a=${key.algorithm}; c=relaxed/relaxed; d=${domain}; s=${selector};`,
    ` t=${seconds};${expireSeconds === undefined ? '' : ` x=${seconds + expireSeconds};`}`,
    ` h=${fold(names.join(':'), ':')};`,
    ` bh=${bodyHash};`,
    ' b=',
  ];
  const field = `DKIM-Signature: ${tags.join('\r\n')}`;
  const own = relaxed({ name: 'dkim-signature', text: field });
  const text = [...signed.map(relaxed), own].join('\r\n');
  const data = Uint8Array.from(text, (character) => character.charCodeAt(0));
  const bytes = await key.sign(data);
  return `${field}${fold(toBase64(bytes))}\r\n`;
}

/** Breaks a long value into lines, at `at` if that is given. */
function fold(value: string, at?: string): string {
  if (at === undefined) return value.replace(new RegExp(`.{${FOLD}}(?=.)`, 'g'), '$&\r\n ');
  let line = 0;
  return value
    .split(at)
    .map((part) => {
      line += part.length + 1;
      if (line <= FOLD) return part;
      line = part.length + 1;
      return `\r\n  ${part}`;
    })
    .join(at);
}
