// The strongest mechanism that server and credentials have in common. It lets no password out without TLS.
import { FairleadError } from '@fairlead/errors';
import type { Credentials, Mechanism } from './mechanism.ts';
import { oauthBearer, xoauth2 } from './oauth.ts';
import { cramMd5, login, plain } from './password.ts';
import { scram } from './scram.ts';

/** Options of `chooseMechanism`. */
export interface ChoiceOptions {
  /** Whether TLS is on, or the caller allowed a login in clear by name. */
  readonly allowCleartext: boolean;
  /** Mechanisms that are acceptable. Default: all. */
  readonly only?: readonly string[] | undefined;
  /** Where the client is connected to: OAUTHBEARER says it to the server. */
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
 * The strongest mechanism.
 * @param offered What the server lists, in any case.
 * @throws FairleadError `auth` if there is none in common, or only such as need TLS; `usage` as the mechanisms.
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
