// The server certificates of one run, good and bad, made in this process anew for each run. None is written to disk
// or baked into an image.
import {
  createAuthority,
  issueCertificate,
  type KeyAndCertificate,
  testAuthority,
} from '@fairlead/testkit/authority';

/** What is right or wrong with a server's certificate. */
export type CertificateKind = 'good' | 'otherName' | 'expired' | 'untrusted';

/** The server certificates of one run. */
export type RunCertificates = Readonly<Record<CertificateKind, KeyAndCertificate>>;

const LOCAL_NAMES = ['localhost', '127.0.0.1', '127.0.0.2', '::1'];
const DAY_MS = 86_400_000;

/** What clients with TLS of their own trust and show. */
export interface OwnTrust {
  /** The authority of `untrusted` and of the clients, PEM: no platform knows it. */
  readonly ca: string;
  /** The authority of all other servers, PEM. */
  readonly runCa: string;
  /** An authority that no server shows a certificate of, PEM. */
  readonly otherCa: string;
  /** Certificates of clients, by what is in their common name; `stranger` is an `app` whose authority no server knows. */
  readonly clients: Readonly<Record<'app' | 'scram' | 'stranger', KeyAndCertificate>>;
}

/** All that is made for a run. */
export interface RunMaterial {
  readonly certificates: RunCertificates;
  /** Of the authority of `untrusted`, for a server that nobody means. */
  readonly middleman: KeyAndCertificate;
  readonly trust: OwnTrust;
}

/** Makes the certificates. Processes started afterwards trust the run's authority, by `NODE_EXTRA_CA_CERTS`. */
export function makeCertificates(): RunMaterial {
  const authority = testAuthority();
  const unknown = createAuthority('Nobody trusts this one');
  const other = createAuthority('Another authority');
  const expiry = { notBefore: new Date(Date.now() - 2 * DAY_MS), notAfter: new Date(Date.now() - DAY_MS) };
  const client = (issuer: typeof unknown, name: string) =>
    issueCertificate(issuer, { names: [name], purpose: 'client' });
  return {
    certificates: {
      good: authority.issue({ names: LOCAL_NAMES }),
      otherName: authority.issue({ names: ['other.example'] }),
      expired: authority.issue({ names: LOCAL_NAMES, ...expiry }),
      untrusted: issueCertificate(unknown, { names: LOCAL_NAMES }),
    },
    middleman: issueCertificate(unknown, { names: LOCAL_NAMES }),
    trust: {
      ca: unknown.cert,
      runCa: authority.ca,
      otherCa: other.cert,
      clients: {
        app: client(unknown, 'app'),
        scram: client(unknown, 'scram'),
        stranger: client(other, 'app'),
      },
    },
  };
}
