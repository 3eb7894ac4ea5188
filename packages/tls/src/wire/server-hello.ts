// ServerHello and HelloRetryRequest (RFC 8446 section 4.1.3 and 4.1.4), for every version. What they may say depends on what was
// offered: see `client/hello.ts`.
import { illegal, TlsFault } from '../fault.ts';
import { Cursor } from './cursor.ts';
import { EXTENSION, type Extensions, readExtensions } from './extensions.ts';
import { bodyOf } from './messages.ts';

/** The random of a HelloRetryRequest: SHA-256 of those words, section 4.1.3. */
const RETRY = Uint8Array.from(
  'cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c'.match(/../g) ?? [],
  (pair) => Number.parseInt(pair, 16),
);
/** The ends of a random whose server could have spoken a newer version: `DOWNGRD` and 0 or 1, and one of Java 11's. */
const DOWNGRADES = [
  [0x44, 0x4f, 0x57, 0x4e, 0x47, 0x52, 0x44, 0],
  [0x44, 0x4f, 0x57, 0x4e, 0x47, 0x52, 0x44, 1],
  [0xed, 0xbf, 0xb4, 0xa8, 0xc2, 0x47, 0x10, 0xff],
];

/** A ServerHello. */
export interface ServerHello {
  readonly isRetry: boolean;
  /** `legacy_version`, or what `supported_versions` says. */
  readonly version: number;
  /** Whether `supported_versions` said it. */
  readonly isVersionExplicit: boolean;
  /** Whether the random says that a middlebox made the version older. */
  readonly isDowngraded: boolean;
  readonly random: Uint8Array;
  readonly sessionId: Uint8Array;
  readonly cipherSuite: number;
  /** 0, in all that is spoken here. */
  readonly compression: number;
  readonly extensions: Extensions;
}

/** Reads ServerHello or HelloRetryRequest. @throws TlsFault */
export function readServerHello(whole: Uint8Array): ServerHello {
  const body = bodyOf(whole, 'server_hello');
  const legacyVersion = body.u16();
  const random = body.bytes(32);
  const sessionId = body.vector(1);
  if (sessionId.length > 32) throw body.fault();
  const cipherSuite = body.u16();
  const compression = body.u8();
  const isRetry = random.every((byte, i) => byte === RETRY[i]);
  // TLS 1.2 servers without extensions leave even the length of them out.
  const extensions: Extensions =
    body.left === 0 ? new Map() : readExtensions(body, isRetry ? 'illegal_parameter' : 'decode_error');
  body.end();
  const explicit = extensions.get(EXTENSION.supported_versions);
  if (explicit !== undefined && legacyVersion !== 0x0303) {
    throw illegal('ServerHello says another version than TLS 1.3 has to');
  }
  return {
    isRetry,
    version: explicit === undefined ? legacyVersion : readNumber(explicit, 'supported_versions'),
    isVersionExplicit: explicit !== undefined,
    isDowngraded: DOWNGRADES.some((end) => end.every((byte, i) => random[24 + i] === byte)),
    random,
    sessionId,
    cipherSuite,
    compression,
    extensions,
  };
}

/** A server's key share. */
export function readKeyShare(extensions: Extensions): { group: number; share: Uint8Array } {
  const cursor = new Cursor(needed(extensions, 'key_share'), 'key_share');
  const group = cursor.u16();
  const share = cursor.vector(2, 1);
  cursor.end();
  return { group, share };
}

/** What HelloRetryRequest asks for. */
export interface Retry {
  /** The group of the share that it wants. */
  readonly group: number | undefined;
  readonly cookie: Uint8Array | undefined;
}

/** Reads the wishes of a HelloRetryRequest. */
export function readRetry(extensions: Extensions): Retry {
  const share = extensions.get(EXTENSION.key_share);
  const cookie = extensions.get(EXTENSION.cookie);
  if (cookie !== undefined) {
    const cursor = new Cursor(cookie, 'cookie');
    cursor.vector(2, 1);
    cursor.end();
  }
  return { group: share === undefined ? undefined : readNumber(share, 'key_share'), cookie };
}

/** Which of the offered sessions is resumed: its index, if any. */
export function readPreSharedKey(extensions: Extensions): number | undefined {
  const data = extensions.get(EXTENSION.pre_shared_key);
  return data === undefined ? undefined : readNumber(data, 'pre_shared_key');
}

function needed(extensions: Extensions, name: keyof typeof EXTENSION): Uint8Array {
  const data = extensions.get(EXTENSION[name]);
  if (data === undefined) throw new TlsFault('missing_extension', `ServerHello has no ${name}`);
  return data;
}

function readNumber(data: Uint8Array, what: string): number {
  const cursor = new Cursor(data, what);
  const number = cursor.u16();
  cursor.end();
  return number;
}
