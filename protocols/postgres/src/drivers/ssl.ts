// The option `ssl` of the drivers `pg` and `postgres`, as this package's `tls`. It refuses what would leave a certificate unchecked.
import type { TlsChoice } from '@fairlead/transport';
import { failure } from '../errors.ts';

/** One PEM text, as drivers take it. */
type Pem = string | Uint8Array;

/** `ssl` as an object: of the options of `node:tls` those that the connector can honour. Others are refused. */
export interface SslOptions {
  /** Certificates are always checked: `true`. */
  readonly rejectUnauthorized?: boolean | undefined;
  /** The authorities that are trusted, in place of the public ones. Needs a connector that honours it: `overTls`. */
  readonly ca?: Pem | readonly Pem[] | undefined;
  /** The client's certificate. Needs `key`. */
  readonly cert?: Pem | undefined;
  readonly key?: Pem | undefined;
  /** The name that the certificate must be for. */
  readonly servername?: string | undefined;
  readonly minVersion?: string | undefined;
  readonly [name: string]: unknown;
}

/** What is honoured. Nothing else is passed over: `checkServerIdentity` would check a certificate in another way. */
const KNOWN = ['rejectUnauthorized', 'ca', 'cert', 'key', 'servername', 'minVersion'];

/**
 * Reads `ssl`.
 * @returns `undefined` where nothing was said.
 * @throws FairleadError `policy` for a member that cannot be honoured, or would leave the certificate unchecked.
 */
export function readSsl(ssl: boolean | string | SslOptions | undefined): boolean | TlsChoice | undefined {
  if (ssl === undefined || ssl === null || typeof ssl === 'boolean') return ssl ?? undefined;
  if (typeof ssl === 'string') {
    if (ssl === 'require' || ssl === 'verify-full') return true;
    throw failure('policy', 'Postgres: of the texts, ssl takes require and verify-full alone.');
  }
  if (ssl.rejectUnauthorized === false) {
    const way =
      'use ssl: true, or ssl: { ca } and connector: overTls() of @fairlead/tls for a private authority';
    throw failure('policy', `Postgres: ssl with rejectUnauthorized: false is refused; ${way}.`);
  }
  const refused = Object.keys(ssl).find((name) => ssl[name] !== undefined && !KNOWN.includes(name));
  if (refused !== undefined) {
    const way =
      'ca, cert, key, servername and minVersion are taken, with connector: overTls() of @fairlead/tls';
    throw failure('policy', `Postgres: ssl.${refused.slice(0, 40)} is not supported here; ${way}.`);
  }
  const { ca, cert, key, servername, minVersion } = ssl;
  const wishes = {
    ca: Array.isArray(ca) ? ca.map((pem) => textOf(pem) ?? '') : textOf(ca),
    cert: textOf(cert),
    key: textOf(key),
    servername,
    // Older ones are not spoken anyway.
    minVersion: minVersion === 'TLSv1.3' ? ('TLSv1.3' as const) : undefined,
  };
  return Object.values(wishes).some((value) => value !== undefined) ? wishes : true;
}

function textOf(pem: unknown): string | undefined {
  if (pem instanceof Uint8Array) return new TextDecoder().decode(pem);
  return pem as string | undefined;
}
