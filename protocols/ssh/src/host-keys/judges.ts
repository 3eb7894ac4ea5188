// The ways to decide whether a key is the host's. The key has proven to be genuine before; no judge sees a signature of it.
import { equalBytes } from '@fairlead/bytes';
import { FairleadError, usage } from '@fairlead/errors';
import { type Certificate, verifyCertificate } from '../keys/certificate.ts';
import { fingerprintOf, type PublicKey } from '../keys/public-key.ts';
import { fitsGlob, knownHostsName } from './host-patterns.ts';
import type { KnownKeys } from './known-hosts.ts';
import type { HostKeyOptions } from './options.ts';

/** A key with which the host has signed. */
export interface HostKey {
  /** As it was sent: the key or the certificate. */
  readonly blob: Uint8Array;
  readonly key: PublicKey;
  readonly certificate: Certificate | undefined;
}

/** Resolves where the host may have the key. @throws FairleadError `auth`. */
export type Judge = (key: HostKey) => Promise<void>;

interface Host {
  readonly hostname: string;
  readonly port: number;
}

const FINGERPRINT = /^SHA256:([A-Za-z0-9+/]{43})=?$/;
/** How many fingerprints an error names. */
const MOST_NAMED = 8;

/** @throws FairleadError `usage` for what is no fingerprint. */
export function judgeByFingerprint(given: string | readonly string[], host: Host): Judge {
  const all: readonly unknown[] = Array.isArray(given) ? given : [given];
  const expected = all.map((one) => {
    const [, hash] = (typeof one === 'string' && FINGERPRINT.exec(one.trim())) || [];
    if (hash === undefined)
      throw usage(
        'fingerprint is `SHA256:` and 43 characters of base64, as `ssh-keygen -lf key.pub` shows it',
      );
    return `SHA256:${hash}`;
  });
  if (expected.length === 0) throw usage('fingerprint is an empty list: no key could be accepted');
  return async ({ key }) => {
    const got = await fingerprintOf(key.blob);
    if (!expected.includes(got)) throw mismatch(host, key.type, got, expected);
  };
}

/** @throws FairleadError `usage` for what is no function. */
export function judgeByFunction(verify: HostKeyOptions['verifyHostKey'], host: Host): Judge {
  if (typeof verify !== 'function') throw usage('verifyHostKey is a function');
  return async ({ key: { type, blob } }) => {
    const fingerprint = await fingerprintOf(blob);
    let isAccepted: boolean;
    try {
      isAccepted = await verify({ type, fingerprint, blob: blob.slice(), ...host });
    } catch (cause) {
      const options = { blame: 'local', cause } as const;
      throw new FairleadError('auth', 'SSH: The function verifyHostKey failed', options);
    }
    if (isAccepted !== true)
      throw refusal(host, `verifyHostKey does not accept the host's key ${fingerprint} (${type})`);
  };
}

/** @param now Milliseconds since 1970. */
export function judgeByKnownHosts(known: KnownKeys, host: Host, now: () => number): Judge {
  const has = (keys: readonly PublicKey[], key: PublicKey): boolean =>
    keys.some(({ blob }) => equalBytes(blob, key.blob));
  return async ({ key, certificate }) => {
    const got = await fingerprintOf(key.blob);
    if (has(known.revoked, key)) throw refusal(host, `knownHosts has revoked the host's key ${got}`);
    if (certificate && has(known.revoked, certificate.authority)) {
      throw refusal(host, `knownHosts has revoked the authority of the host's certificate`);
    }
    if (certificate && has(known.authorities, certificate.authority)) {
      await checkCertificate(certificate, host, now());
      return;
    }
    // A certificate of an unknown authority counts as its bare key, as in OpenSSH.
    if (has(known.keys, key)) return;
    const expected = await Promise.all(
      known.keys.slice(0, MOST_NAMED).map(({ blob }) => fingerprintOf(blob)),
    );
    const authorities = known.authorities.slice(0, MOST_NAMED - expected.length);
    const issuers = await Promise.all(
      authorities.map(async ({ blob }) => `a certificate of ${await fingerprintOf(blob)}`),
    );
    throw mismatch(host, certificate ? `${key.type} certificate` : key.type, got, [...expected, ...issuers]);
  };
}

/** OpenSSH's PROTOCOL.certkeys, and sshkey_cert_check_host. */
async function checkCertificate(certificate: Certificate, host: Host, now: number): Promise<void> {
  const { kind, principals, validAfter, validBefore, criticalOptions } = certificate;
  const refuse = (why: string): FairleadError => refusal(host, `The host's certificate ${why}`);
  if (kind !== 'host') throw refuse('is one of a user');
  const seconds = BigInt(Math.floor(now / 1000));
  if (seconds < validAfter) throw refuse(`is valid only from ${dateOf(validAfter)} on`);
  if (seconds >= validBefore) throw refuse(`has expired at ${dateOf(validBefore)}`);
  if (criticalOptions.length > 0) throw refuse('has a critical option that is not known');
  const name = host.hostname.toLowerCase();
  if (!principals.some((principal) => fitsGlob(principal.toLowerCase(), name)))
    throw refuse('is one of other hosts');
  try {
    await verifyCertificate(certificate);
  } catch (cause) {
    throw refusal(host, `The host's certificate is not signed as it has to be`, cause);
  }
}

function dateOf(seconds: bigint): string {
  const milliseconds = Number(seconds) * 1000;
  // The end of time, 2^64 - 1, is no date.
  return milliseconds <= 8.64e15 ? new Date(milliseconds).toISOString() : 'the end of time';
}

function mismatch(host: Host, type: string, got: string, expected: readonly string[]): FairleadError {
  const named = expected.slice(0, MOST_NAMED).join(', ');
  const more = expected.length > MOST_NAMED ? ` and ${expected.length - MOST_NAMED} more` : '';
  return refusal(host, `The host's key is ${got} (${type}), expected was ${named}${more}`);
}

function refusal(host: Host, why: string, cause?: unknown): FairleadError {
  const peer = { ...host, tls: false };
  const name = knownHostsName(host.hostname, host.port);
  return new FairleadError('auth', `SSH: ${name}: ${why}. No login was sent to it`, {
    peer,
    cause,
    safeToRetry: true,
    server: { code: 'host_key', message: why },
  });
}
