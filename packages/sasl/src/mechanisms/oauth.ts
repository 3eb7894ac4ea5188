// Mechanisms that send an OAuth 2.0 access token. Fetching and renewing tokens is left to the caller.
import { FairleadError } from '@fairlead/errors';
import { type Credentials, type Mechanism, tokenOf, utf8 } from '../mechanism.ts';

/** OAUTHBEARER (RFC 7628 section 3). @throws FairleadError `usage` without a token. */
export function oauthBearer(
  credentials: Credentials,
  server: { readonly hostname: string; readonly port: number },
): Mechanism {
  const token = tokenOf(credentials);
  const identity = (credentials.authorizationIdentity ?? credentials.username).replace(
    /[=,]/g,
    (character) => (character === '=' ? '=3D' : '=2C'),
  );
  const message = `n,a=${identity},\x01host=${server.hostname}\x01port=${server.port}\x01auth=Bearer ${token}\x01\x01`;
  return bearer('OAUTHBEARER', message, '\x01');
}

/** XOAUTH2, as Google and Microsoft speak it. @throws FairleadError `usage` without a token. */
export function xoauth2(credentials: Credentials): Mechanism {
  const token = tokenOf(credentials);
  return bearer('XOAUTH2', `user=${credentials.username}\x01auth=Bearer ${token}\x01\x01`, '');
}

/**
 * Both mechanisms are alike: a challenge says why the token was refused, and its answer (`dismissal`) lets the server end
 * the exchange with its failure.
 */
function bearer(name: string, message: string, dismissal: string): Mechanism {
  let refused = false;
  return {
    name,
    cleartext: true,
    initial: () => utf8(message),
    respond: async () => {
      if (refused) throw new FairleadError('auth', `${name} authentication failed: the token was refused.`);
      refused = true;
      return utf8(dismissal);
    },
    finish: () => {
      if (refused) {
        throw new FairleadError(
          'auth',
          `${name} authentication failed: a refusal was followed by a success.`,
        );
      }
    },
  };
}
