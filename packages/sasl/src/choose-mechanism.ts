// Chooses the strongest mechanism that fits both the server and the credentials. Without TLS it chooses none that sends
// the password itself.
import { FairleadError } from '@fairlead/errors';
import type { ChannelBinding } from './channel-binding.ts';
import type { Credentials, Mechanism } from './mechanism.ts';
import { cramMd5 } from './mechanisms/cram-md5.ts';
import { oauthBearer, xoauth2 } from './mechanisms/oauth.ts';
import { login, plain } from './mechanisms/password.ts';
import { scram } from './mechanisms/scram.ts';
import type { ScramHash } from './mechanisms/scram-keys.ts';

/** Options of `chooseMechanism`. */
export interface ChoiceOptions {
  /** Whether mechanisms that send the secret itself may be used: TLS is on, or the user allowed it. */
  readonly allowCleartext: boolean;
  /** The mechanisms that may be used. Default: all. */
  readonly only?: readonly string[] | undefined;
  /**
   * What binds the login to its TLS connection; see `channelBindingOf`. With it a mechanism with `-PLUS` goes before all others.
   * Default: no binding.
   */
  readonly channelBinding?: ChannelBinding | undefined;
  /** The server's address, which OAUTHBEARER sends to the server. */
  readonly server: { readonly hostname: string; readonly port: number };
}

/** @param offersPlus Whether the server lists any mechanism with channel binding. */
type Make = (credentials: Credentials, options: ChoiceOptions, offersPlus: boolean) => Mechanism;

const bound =
  (hash: ScramHash): Make =>
  (credentials, { channelBinding }) =>
    scram(hash, credentials, { channelBinding });
const unbound =
  (hash: ScramHash): Make =>
  (credentials, { channelBinding }, offersPlus) =>
    scram(hash, credentials, { channelBinding: channelBinding && !offersPlus ? 'not-offered' : undefined });

/** The end of the names of mechanisms with channel binding (RFC 5802 section 4). */
const PLUS = '-PLUS';

/** Strongest first. */
const WITH_PASSWORD: Readonly<Record<string, Make>> = {
  'SCRAM-SHA-256-PLUS': bound('SHA-256'),
  'SCRAM-SHA-1-PLUS': bound('SHA-1'),
  'SCRAM-SHA-256': unbound('SHA-256'),
  'SCRAM-SHA-1': unbound('SHA-1'),
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
  const offersPlus = offered.some((name) => name.toUpperCase().endsWith(PLUS));
  let clear: string | undefined;
  for (const [name, make] of Object.entries(known)) {
    if (name.endsWith(PLUS) && options.channelBinding === undefined) continue;
    if (!names.has(name) || (only !== undefined && !only.includes(name))) continue;
    const mechanism = make(credentials, options, offersPlus);
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
