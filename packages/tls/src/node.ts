// The entry point in Node, Deno and Bun: the same options by `node:tls`.
import { usage } from '@fairlead/errors';
import { type Connector, connect } from '@fairlead/transport';
import { overNodeTls } from '@fairlead/transport/node';
import { type OverTlsOptions, splitOptions } from './connector/options.ts';
import { publicRoots } from './roots/index.ts';
import type { TrustAnchor } from './x509/types.ts';

export type { TlsOptions, TlsSession } from '@fairlead/transport';
export type { OverTlsOptions } from './connector/options.ts';

/**
 * A connector that speaks TLS over another one, which is dialled plain, by `node:tls`. `tls: 'off'` of a call passes through.
 * TLS 1.2 is spoken where `versions` hold it. `roots: publicRoots()` are Node's own authorities. Node has its own cipher suites and
 * groups, and resumes a session where a call's `resume` asks for it: `cipherSuites`, `groups` and `tickets` change nothing here.
 * @param options Wishes for every connection; a call's `tlsOptions` go first, member by member.
 * @param connector Dials. Default: `connect` of @fairlead/transport.
 * @throws FairleadError `usage` for wrong options. The connector itself: as every connector, and `usage` for PEM texts that cannot
 *   be read, and where nobody is trusted.
 */
export function overTls(options: OverTlsOptions = {}, connector: Connector = connect): Connector {
  const { own, tls } = splitOptions(options);
  const { roots, versions } = own;
  const trustsPublic = roots !== undefined && options.roots === publicRoots();
  const ca = tls.ca ?? (roots === undefined || trustsPublic ? undefined : pemOf(roots));
  return overNodeTls({ ...tls, ca }, connector, {
    oldest: versions.length > 0 ? 'TLSv1.2' : 'TLSv1.3',
    trustsPublic,
  });
}

/** Node takes certificates, and no keys without one. */
function pemOf(roots: readonly TrustAnchor[]): string[] {
  return roots.map(({ certificate }) => {
    if (certificate === undefined)
      throw usage('overTls: in Node, roots are publicRoots(), or have certificates');
    const base64 = Buffer.from(certificate.der).toString('base64').replace(/.{64}/g, '$&\n');
    return `-----BEGIN CERTIFICATE-----\n${base64.trimEnd()}\n-----END CERTIFICATE-----\n`;
  });
}
