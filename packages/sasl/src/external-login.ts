// The login by a client certificate alone: EXTERNAL (RFC 4422 appendix A). It is never chosen beside other mechanisms.
import { FairleadError, usage } from '@fairlead/errors';
import type { Mechanism } from './mechanism.ts';
import { external } from './mechanisms/password.ts';

/** Whether EXTERNAL is the only mechanism that may be used. */
export function isExternal({ mechanisms }: { readonly mechanisms?: readonly string[] | undefined }): boolean {
  return mechanisms?.length === 1 && mechanisms[0]?.toUpperCase() === 'EXTERNAL';
}

/**
 * Checks that there is a certificate to log in by.
 * @param tlsOptions What goes to the connector.
 * @throws FairleadError `usage`.
 */
export function checkExternal(tlsOptions: { readonly cert?: string | undefined } | undefined): void {
  if (tlsOptions?.cert !== undefined) return;
  throw usage(
    'EXTERNAL needs a client certificate: tls: { cert, key }, and a connector that presents it (overTls of @fairlead/tls)',
  );
}

/**
 * EXTERNAL, where the server offers it.
 * @param offered The server's mechanisms.
 * @param identity Who to act as. Default: whoever the certificate is for.
 * @throws FairleadError `auth` where it is not offered.
 */
export function chooseExternal(offered: readonly string[], identity?: string): Mechanism {
  if (offered.some((name) => name.toUpperCase() === 'EXTERNAL')) return external(identity);
  const message = 'The server offers no login by a client certificate (EXTERNAL)';
  throw new FairleadError('auth', message, { safeToRetry: true });
}
