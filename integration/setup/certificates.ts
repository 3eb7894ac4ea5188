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

/** Makes the certificates. Processes started afterwards trust the run's authority, by `NODE_EXTRA_CA_CERTS`. */
export function makeCertificates(): RunCertificates {
  const authority = testAuthority();
  const stranger = createAuthority('Nobody trusts this one');
  const expiry = { notBefore: new Date(Date.now() - 2 * DAY_MS), notAfter: new Date(Date.now() - DAY_MS) };
  return {
    good: authority.issue({ names: LOCAL_NAMES }),
    otherName: authority.issue({ names: ['other.example'] }),
    expired: authority.issue({ names: LOCAL_NAMES, ...expiry }),
    untrusted: issueCertificate(stranger, { names: LOCAL_NAMES }),
  };
}
