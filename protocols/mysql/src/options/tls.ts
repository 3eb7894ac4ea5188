// What a URL and the options say of TLS, as one wish for the connector. It refuses paths of files: there are none here.
import { defined } from '@fairlead/client';
import { FairleadError } from '@fairlead/errors';
import { checkTlsOptions, readTls, type TlsChoice, type TlsOptions } from '@fairlead/transport';
import { usage } from '../errors.ts';

/** What a URL says of TLS. */
export interface UrlTls {
  /** `any-name`: `verify-ca`. */
  readonly sslMode?: 'off' | 'on' | 'any-name' | undefined;
  readonly sslCa?: string | undefined;
  readonly sslCert?: string | undefined;
  readonly sslKey?: string | undefined;
  readonly tlsMinVersion?: 'TLSv1.3' | undefined;
}

/** TLS as the connections of a target have it. */
export interface TlsTarget {
  readonly tls: boolean;
  /** For the connector. */
  readonly tlsOptions: TlsOptions | undefined;
}

const PEM = /^\s*-----BEGIN /;
const NO_AUTHORITY =
  'MySQL: sslmode=verify-ca needs the certificate of the authority: its PEM text as ssl-ca, or tls: { ca }, with connector: ' +
  'overTls() of @fairlead/tls. Else use verify-full, or Hyperdrive.';

/**
 * Joins the URL and the option `tls`. A boolean stands in place of the URL's `sslmode`; an object is `true`, and goes before the
 * URL member by member.
 * @throws FairleadError `usage` (wrong members; a mode that MySQL does not have), `policy` (`verify-ca` without a CA).
 */
export function readTlsTarget(said: UrlTls, tls: boolean | TlsChoice | undefined): TlsTarget {
  if (tls !== undefined && typeof tls !== 'boolean' && (typeof tls !== 'object' || tls === null)) {
    throw usage('tls is true, false, or an object of options');
  }
  const { mode, tlsOptions: own } = readTls(tls);
  if (own !== undefined && mode === true) {
    throw usage("tls.mode is 'starttls': MySQL has no TLS from the first byte");
  }
  const isOn = typeof tls === 'boolean' ? tls : own !== undefined || said.sslMode !== 'off';
  if (!isOn) return { tls: false, tlsOptions: undefined };
  const { sslCa: ca, sslCert: cert, sslKey: key, tlsMinVersion: minVersion } = said;
  const anyName = said.sslMode === 'any-name' && typeof tls !== 'boolean' ? true : undefined;
  const wishes: TlsOptions = { ...defined({ ca, cert, key, minVersion, anyName }), ...defined(own ?? {}) };
  if (wishes.anyName && wishes.ca === undefined) {
    throw new FairleadError('policy', NO_AUTHORITY, { safeToRetry: true });
  }
  checkTlsOptions(wishes);
  return { tls: true, tlsOptions: Object.keys(wishes).length > 0 ? wishes : undefined };
}

/**
 * A PEM text out of a URL.
 * @throws FairleadError `policy` for the path of a file.
 */
export function pemParameter(name: string, value: string): string {
  if (PEM.test(value)) return value;
  const way = 'the path of a file, and there are no files here; give the PEM text itself, or the option tls';
  const message = `MySQL: the URL's "${name.slice(0, 50)}" is refused: it is ${way}.`;
  throw new FairleadError('policy', message, { safeToRetry: true });
}
