// The certificate authority of one test run, and how workerd and Node come to trust it. It serves nothing.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type CertificateOptions,
  createAuthority,
  issueCertificate,
  issuerFromPem,
  type KeyAndCertificate,
} from './certificate.ts';

export {
  type CertificateOptions,
  createAuthority,
  issueCertificate,
  type KeyAndCertificate,
} from './certificate.ts';

const NAME = 'Fairlead test authority';
/** Where the run's authority lies; set for this process and inherited by those that it starts. */
const DIRECTORY_VARIABLE = 'FAIRLEAD_TEST_AUTHORITY';

/** The run's authority. Its key lies in a directory of the OS's temporary one, readable by this user only. */
export interface TestAuthority {
  /** Its certificate (and whatever `NODE_EXTRA_CA_CERTS` named before), PEM: for `NODE_EXTRA_CA_CERTS`. */
  readonly caFile: string;
  /** Its certificate, PEM: for a client that takes a `ca`. */
  readonly ca: string;
  /** A certificate that clients which trust `ca` accept. */
  issue(options: CertificateOptions): KeyAndCertificate;
}

/**
 * The authority of this run: made at the first call, the same in every process started afterwards.
 *
 * The call sets `process.env.NODE_EXTRA_CA_CERTS`. Miniflare reads that variable while it is being imported, and
 * Node's own TLS at the start of a process; so call this before importing `@cloudflare/vitest-plugin`, `miniflare`
 * or `wrangler`, and before starting the processes that shall trust it. The process that made it deletes it on exit.
 */
export function testAuthority(): TestAuthority {
  const known = process.env[DIRECTORY_VARIABLE];
  const directory = known !== undefined && existsSync(join(known, 'key.pem')) ? known : create();
  const caFile = join(directory, 'bundle.pem');
  const issuer = issuerFromPem(NAME, readFileSync(join(directory, 'key.pem'), 'utf8'));
  return {
    caFile,
    ca: readFileSync(join(directory, 'ca.pem'), 'utf8'),
    issue: (options) => issueCertificate(issuer, options),
  };
}

function create(): string {
  const { key, cert } = createAuthority(NAME);
  const directory = mkdtempSync(join(tmpdir(), 'fairlead-authority-'));
  const before = process.env.NODE_EXTRA_CA_CERTS;
  const others = before !== undefined && existsSync(before) ? readFileSync(before, 'utf8') : '';
  writeFileSync(join(directory, 'key.pem'), key, { mode: 0o600 });
  writeFileSync(join(directory, 'ca.pem'), cert);
  writeFileSync(join(directory, 'bundle.pem'), `${cert}${others}`);
  process.env[DIRECTORY_VARIABLE] = directory;
  process.env.NODE_EXTRA_CA_CERTS = join(directory, 'bundle.pem');
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
