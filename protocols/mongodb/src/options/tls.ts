// What a connection string and the options say of TLS, as one wish for the connector. It reads no files.
import { defined } from '@fairlead/client';
import { usage } from '@fairlead/errors';
import { checkTlsOptions, readTls, type TlsChoice, type TlsOptions } from '@fairlead/transport';

/** What was said of TLS. */
export interface TlsWords {
  readonly tls?: boolean | TlsChoice | undefined;
  /** `tlsCAFile` of a connection string, as PEM. */
  readonly tlsCA?: string | undefined;
  /** `tlsCertificateKeyFile`: the client's certificates and its key in one text. */
  readonly tlsIdentity?: string | undefined;
}

/** TLS as the connections of a client have it. */
export interface TlsSettings {
  readonly tls: boolean;
  /** For the connector. */
  readonly tlsOptions?: TlsOptions | undefined;
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;
const KEY = /-----BEGIN ([A-Z]+ )?PRIVATE KEY-----[\s\S]*?-----END \1?PRIVATE KEY-----/;

/**
 * Joins the connection string and the option `tls`. An object is `true`, and goes before the connection string member by member.
 * @throws FairleadError `usage`: wrong members; `mode: 'starttls'`, which MongoDB does not have.
 */
export function readTlsSettings({ tls, tlsCA, tlsIdentity }: TlsWords): TlsSettings {
  if (tls !== undefined && typeof tls !== 'boolean' && (typeof tls !== 'object' || tls === null)) {
    throw usage('tls must be true or false, or an object of options');
  }
  const { mode, tlsOptions: own } = readTls(tls);
  if (mode === 'starttls') throw usage("tls.mode is 'implicit': MongoDB has no STARTTLS");
  if (tls === false) return { tls: false };
  const identity = tlsIdentity === undefined ? {} : readIdentity(tlsIdentity);
  const wishes: TlsOptions = {
    ...(tlsCA !== undefined && { ca: tlsCA }),
    ...identity,
    ...defined(own ?? {}),
  };
  checkTlsOptions(wishes);
  return Object.keys(wishes).length > 0 ? { tls: true, tlsOptions: wishes } : { tls: true };
}

function readIdentity(pem: string): TlsOptions {
  const cert = pem.match(CERTIFICATE)?.join('\n');
  const key = KEY.exec(pem)?.[0];
  if (cert === undefined || key === undefined) {
    throw usage('tlsCertificateKeyFile must hold a certificate and its key in PEM');
  }
  return { cert, key };
}
