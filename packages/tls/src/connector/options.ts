// The options of `overTls`: checked, parsed once, and complete.
import { fromBase64 } from '@fairlead/bytes';
import { usage } from '@fairlead/errors';
import {
  checkOwnWishes,
  checkTlsOptions,
  normalizeAddress,
  type TlsOptions,
  TRUSTS_NOBODY,
} from '@fairlead/transport';
import type { Settings, Tls12 } from '../client/types.ts';
import {
  readSigningKey,
  secp256r1,
  secp384r1,
  TLS_AES_128_GCM_SHA256,
  TLS_AES_256_GCM_SHA384,
  x25519,
} from '../crypto/index.ts';
import type { CipherSuite, Group, PublicKey } from '../crypto/types.ts';
import { anchorsOf, readCertificate, readPem } from '../x509/index.ts';
import type { TrustAnchor } from '../x509/types.ts';

/** What `overTls` is told. The members of `TlsOptions` a client's `tls` overrides one by one. */
export interface OverTlsOptions extends TlsOptions {
  /** The public authorities, for servers that have a certificate of one: `publicRoots()` of `@fairlead/tls/roots`. Not with `ca`. */
  readonly roots?: readonly TrustAnchor[] | undefined;
  /** Versions besides TLS 1.3: `[tls12]` of `@fairlead/tls/tls12`. Default none. */
  readonly versions?: readonly Tls12[] | undefined;
  /** Cipher suites behind AES-128-GCM and AES-256-GCM: `TLS_CHACHA20_POLY1305_SHA256` of `@fairlead/tls/chacha20`. */
  readonly cipherSuites?: readonly CipherSuite[] | undefined;
  /** Groups in front of X25519, P-256 and P-384; for the first one a key share is sent: `x25519MlKem768` of `@fairlead/tls/mlkem`. */
  readonly groups?: readonly Group[] | undefined;
  /** Whether sessions are resumed by tickets, which the connector keeps in memory. Default true. */
  readonly tickets?: boolean | undefined;
}

/** What is `OverTlsOptions`' alone. */
interface OwnOptions {
  readonly roots: readonly TrustAnchor[] | undefined;
  readonly versions: readonly Tls12[];
  readonly cipherSuites: readonly CipherSuite[];
  readonly groups: readonly Group[];
  readonly tickets: boolean;
}

/** The options in their two parts: what a call may override, and the rest. */
export interface SplitOptions {
  readonly own: OwnOptions;
  readonly tls: TlsOptions;
}

/**
 * Checks what can be checked without parsing a certificate.
 * @throws FairleadError `usage`
 */
export function splitOptions(options: OverTlsOptions): SplitOptions {
  checkOwnWishes(options);
  const { roots, versions = [], cipherSuites = [], groups = [], tickets = true, ...tls } = options;
  if (typeof tickets !== 'boolean') throw usage('overTls: tickets is true or false');
  for (const [name, list] of Object.entries({ roots: roots ?? [], versions, cipherSuites, groups })) {
    if (!Array.isArray(list) || list.some((item) => Object(item) !== item))
      throw usage(`overTls: ${name} is a list of objects`);
  }
  if (versions.some(({ version }) => version !== 'TLSv1.2')) {
    throw usage('overTls: versions is a list of tls12 from @fairlead/tls/tls12');
  }
  checkTlsOptions(tls);
  // A list of its own: what was given may be changed later.
  return { own: { roots: roots ? [...roots] : undefined, versions, cipherSuites, groups, tickets }, tls };
}

/**
 * Parses certificates, keys and pins.
 * @throws FairleadError `usage`, without any of their content.
 */
export async function settingsOf(own: OwnOptions, options: TlsOptions): Promise<Settings> {
  const { ca, pins = [], pinOnly, anyName, alpn = [], minVersion = 'TLSv1.2', servername } = options;
  if (ca === undefined && own.roots === undefined && !pinOnly) {
    throw usage(TRUSTS_NOBODY);
  }
  const [tls12] = own.versions;
  return {
    trust: pinOnly ? 'pins-only' : anyName ? 'any-name' : 'authorities',
    anchors: pinOnly ? [] : ca === undefined ? (own.roots ?? []) : anchorsOf(ca),
    pins: pins.map((pin) => fromBase64(pin.slice('sha256/'.length)) ?? new Uint8Array(0)),
    identity: await identityOf(options),
    servername:
      servername === undefined ? undefined : normalizeAddress({ hostname: servername, port: 443 }).hostname,
    alpn,
    minVersion,
    cipherSuites: unique([TLS_AES_128_GCM_SHA256, TLS_AES_256_GCM_SHA384, ...own.cipherSuites]),
    groups: unique([...own.groups, x25519, secp256r1, secp384r1]),
    tls12: minVersion === 'TLSv1.3' ? undefined : tls12,
    tickets: own.tickets,
  };
}

/** Each once, the first one standing. */
function unique<T extends { readonly id: number }>(list: readonly T[]): T[] {
  return list.filter(({ id }, at) => list.findIndex((other) => other.id === id) === at);
}

function keyOf([leaf = new Uint8Array(0)]: readonly Uint8Array[]): PublicKey {
  try {
    return readCertificate(leaf).publicKey;
  } catch (error) {
    throw usage('tls.cert does not begin with a certificate that can be read', { cause: error });
  }
}

async function identityOf({ cert, key }: TlsOptions): Promise<Settings['identity']> {
  if (cert === undefined || key === undefined) return undefined;
  const chain = readPem(cert, 'CERTIFICATE');
  return { chain, key: await readSigningKey(key, keyOf(chain)) };
}
