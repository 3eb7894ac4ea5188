// Chooses the strongest mechanism that fits both the server and the credentials. Without TLS it chooses none that sends
// the password itself.
import { FairleadError } from '@fairlead/errors';
import type { Credentials, Mechanism } from './mechanism.ts';
import { cramMd5 } from './mechanisms/cram-md5.ts';
import { oauthBearer, xoauth2 } from './mechanisms/oauth.ts';
import { login, plain } from './mechanisms/password.ts';
import { scram } from './mechanisms/scram.ts';

/** Options of `chooseMechanism`. */
export interface ChoiceOptions {
  /** Whether mechanisms that send the secret itself may be used: TLS is on, or the user allowed it. */
  readonly allowCleartext: boolean;
  /** The mechanisms that may be used. Default: all. */
  readonly only?: readonly string[] | undefined;
  /** The server's address, which OAUTHBEARER sends to the server. */
  readonly server: { readonly hostname: string; readonly port: number };
}

type Make = (credentials: Credentials, options: ChoiceOptions) => Mechanism;

/** Strongest first. */
const WITH_PASSWORD: Readonly<Record<string, Make>> = {
  'SCRAM-SHA-256': (credentials) => scram('SHA-256', credentials),
  'SCRAM-SHA-1': (credentials) => scram('SHA-1', credentials),
  'CRAM-MD5': cramMd5,
  PLAIN: plain,
  LOGIN: login,
};
const WITH_TOKEN: Readonly<Record<string, Make>> = {
  OAUTHBEARER: (credentials, { server }) => oauthBearer(credentials, server),
  XOAUTH2: xoauth2,
};

/**
 * The strongest mechanism that the server offers, the credentials fit and the options allow.
 * @param offered The server's list of mechanisms, in upper or lower case.
 * @throws FairleadError `auth` if there is none, or only such as need TLS; `usage` as the mechanisms.
 * @example
 * ```ts
 * import { chooseMechanism } from '@fairlead/sasl';
 *
 * const mechanism = chooseMechanism(
 *   ['PLAIN', 'SCRAM-SHA-256'],
 *   { username: 'app', password: 'secret' },
 *   { allowCleartext: true, server: { hostname: 'mail.example.com', port: 587 } },
 * );
 * mechanism.name; // 'SCRAM-SHA-256'
 * ```
 */
export function chooseMechanism(
  offered: readonly string[],
  credentials: Credentials,
  options: ChoiceOptions,
): Mechanism {
  const known = credentials.accessToken === undefined ? WITH_PASSWORD : WITH_TOKEN;
  const names = new Set(offered.map((name) => name.toUpperCase()));
  const only = options.only?.map((name) => name.toUpperCase());
  let clear: string | undefined;
  for (const [name, make] of Object.entries(known)) {
    if (!names.has(name) || (only !== undefined && !only.includes(name))) continue;
    const mechanism = make(credentials, options);
    if (!mechanism.cleartext || options.allowCleartext) return mechanism;
    clear ??= name;
  }
  if (clear !== undefined) {
    throw new FairleadError(
      'auth',
      `The server offers only logins that send the secret in clear (${clear}), and the connection has no TLS; nothing was sent.`,
      { safeToRetry: true },
    );
  }
  throw new FairleadError(
    'auth',
    `The server offers no login that fits: it has ${list(offered)}; acceptable here: ${list(only ?? Object.keys(known))}.`,
    { safeToRetry: true },
  );
}

function list(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(', ').slice(0, 200);
}
