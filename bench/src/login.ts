// What a server needs to ask for a password and to speak TLS, for one run.
import { chownSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuthority, issueCertificate } from '@fairlead/testkit/authority';

/** A password, and a certificate for `localhost`; all texts are PEM. */
export interface Login {
  readonly password: string;
  /** The authority's certificate: clients trust it. */
  readonly authority: string;
  readonly cert: string;
  readonly key: string;
}

/** Makes a login, with an authority of its own. */
export function makeLogin(password: string): Login {
  const authority = createAuthority('Fairlead bench');
  const { cert, key } = issueCertificate(authority, { names: ['localhost', '127.0.0.1'] });
  return { password, authority: authority.cert, cert, key };
}

/** The paths of a server's files. */
export interface LoginFiles {
  readonly folder: string;
  readonly cert: string;
  readonly key: string;
}

/**
 * Writes a server's files where nobody else can read them.
 * @param folder Default: a new one.
 * @param owner Whom the server runs as. Default: this process's user.
 */
export function writeLogin(
  login: Login,
  folder: string = mkdtempSync(join(tmpdir(), 'fairlead-bench-tls-')),
  owner?: { readonly uid: number; readonly gid: number },
): LoginFiles {
  const files = { folder, cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  for (const part of ['cert', 'key'] as const) {
    writeFileSync(files[part], login[part], { mode: 0o600 });
    if (owner) chownSync(files[part], owner.uid, owner.gid);
  }
  return files;
}
