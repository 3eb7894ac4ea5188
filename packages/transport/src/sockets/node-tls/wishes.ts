// A caller's wishes in the form that `node:tls` takes, checked before anything is dialled. It opens nothing.
import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { checkServerIdentity, createSecureContext, type SecureContext } from 'node:tls';
import { usage } from '@fairlead/errors';
import { normalizeAddress } from '../../address.ts';
import { checkTlsOptions } from '../../tls/options.ts';
import type { TlsOptions } from '../../tls/types.ts';
import type { ConnectOptions } from '../../types.ts';
import { NodeTlsSession, type Tickets } from './session.ts';

/** What one handshake needs. */
export interface Wishes {
  /** What the certificate must be for. */
  readonly name: string;
  /** SNI; none for addresses (RFC 6066 section 3). */
  readonly servername: string | undefined;
  readonly context: SecureContext;
  readonly alpn: readonly string[] | undefined;
  readonly pins: readonly string[] | undefined;
  readonly pinOnly: boolean;
  /** As `checkServerIdentity` of `node:tls`. */
  readonly checkName: typeof checkServerIdentity;
  /** Everything that verification depends on: a session is resumed only for the same. */
  readonly verifiedFor: string;
  readonly resumed: Tickets | undefined;
}

const PEM_BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/g;

/**
 * Checks what a caller wishes of TLS with `hostname`.
 * @throws FairleadError `usage`: as `checkTlsOptions`; a PEM text that cannot be read, a key that does not fit its certificate or
 *   is a CryptoKey, `resume` of a connection that another connector opened.
 */
export function readWishes(hostname: string, { tlsOptions = {}, resume }: ConnectOptions): Wishes {
  checkTlsOptions(tlsOptions);
  const { ca, cert, key, alpn, pins, pinOnly = false, anyName = false, minVersion } = tlsOptions;
  const name = normalizeAddress({ hostname: tlsOptions.servername ?? hostname, port: 1 }).hostname;
  if (resume !== undefined && !(resume instanceof NodeTlsSession)) {
    throw usage('resume is the session of a connection that another connector opened');
  }
  return {
    name,
    servername: isIP(name) === 0 ? name : undefined,
    context: contextOf(tlsOptions),
    alpn,
    pins,
    pinOnly,
    checkName: anyName ? () => undefined : checkName,
    verifiedFor: JSON.stringify([name, ca, cert, key, pins, pinOnly, anyName, minVersion]),
    resumed: resume?.tickets,
  };
}

function contextOf({ ca, cert, key, minVersion }: TlsOptions): SecureContext {
  if (key !== undefined && typeof key !== 'string') throw usage('tls.key is PEM in Node, not a CryptoKey');
  const authorities = typeof ca === 'string' ? [ca] : ca;
  for (const text of authorities ?? []) checkCertificates('ca', text);
  if (cert !== undefined) checkCertificates('cert', cert);
  try {
    return createSecureContext({
      minVersion: minVersion ?? 'TLSv1.2',
      ...(authorities && { ca: [...authorities] }),
      ...(cert !== undefined && { cert, key }),
    });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    throw usage(`tls.key is no private key in PEM without a passphrase, or not that of tls.cert${code}`);
  }
}

/** Node passes over what it cannot read, which would be other authorities than the caller meant. */
function checkCertificates(option: 'ca' | 'cert', text: string): void {
  const blocks = Array.from(text.matchAll(PEM_BLOCK));
  const isWhole = blocks.length === text.split('-----BEGIN ').length - 1;
  const areCertificates = blocks.every(([block, label]) => label === 'CERTIFICATE' && isCertificate(block));
  if (blocks.length > 0 && isWhole && areCertificates) return;
  throw usage(`tls.${option} holds no certificate in PEM, or something besides certificates`);
}

function isCertificate(block: string): boolean {
  try {
    return new X509Certificate(block).raw.length > 0;
  } catch {
    return false;
  }
}

/** As Node, but names stand in the subject alternative name alone, never in the common name (RFC 9525 section 2). */
const checkName: typeof checkServerIdentity = (name, certificate) =>
  checkServerIdentity(name, { ...certificate, subject: { ...certificate.subject, CN: '' } });
