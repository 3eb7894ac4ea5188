// Checks what a caller wishes of TLS, and tells a client's option `tls` apart. It parses no certificate.
import { usage } from '@fairlead/errors';
import type { ConnectOptions } from '../types.ts';
import type { TlsOptions } from './types.ts';

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string' && value !== '';
const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.length > 0 && value.every(isText);
const isBoolean: Check = (value) => typeof value === 'boolean';
/** RFC 7301 section 3.1: 1 to 255 bytes, and the whole list in 65,535. */
const isAlpn: Check = (value) =>
  isTexts(value) &&
  value.length <= 100 &&
  value.every((name) => new TextEncoder().encode(name).length <= 255);
/** RFC 7469 section 2.4; a SHA-256 is 43 characters and one `=`. */
const PIN = /^sha256\/[A-Za-z0-9+/]{43}=$/;

/** Each option, what it must be, and that in words. */
const OPTIONS: Readonly<Record<keyof TlsOptions, readonly [check: Check, what: string]>> = {
  ca: [(value) => isText(value) || isTexts(value), 'certificates in PEM, one text or a list of them'],
  cert: [isText, "the client's certificate in PEM"],
  key: [(value) => isText(value) || value instanceof CryptoKey, 'a private key in PEM, or a CryptoKey'],
  servername: [isText, 'a host name or an IP address'],
  alpn: [isAlpn, 'a list of names of 1 to 255 bytes'],
  pins: [
    (value) => isTexts(value) && value.every((pin) => PIN.test(pin)),
    'a list of texts "sha256/" and 44 characters of base64',
  ],
  pinOnly: [isBoolean, 'true or false'],
  anyName: [isBoolean, 'true or false'],
  minVersion: [(value) => value === 'TLSv1.2' || value === 'TLSv1.3', "'TLSv1.2' or 'TLSv1.3'"],
};

/**
 * Checks the wishes of a caller. What `ca`, `cert` and `key` hold is checked by whoever uses them.
 * @throws FairleadError `usage`: an unknown option, a wrong value (never shown), `cert` without `key`, `anyName` without `ca`,
 *   `pinOnly` without `pins` or with `ca`.
 */
export function checkTlsOptions(options: TlsOptions): void {
  checkOwnWishes(options);
  for (const [name, value] of Object.entries(options)) {
    const known: readonly [Check, string] | undefined = Object.hasOwn(OPTIONS, name)
      ? OPTIONS[name as keyof TlsOptions]
      : undefined;
    if (known === undefined) {
      throw usage(`tls.${name.slice(0, 40)} is not known. Known are ${Object.keys(OPTIONS).join(', ')}`);
    }
    if (value !== undefined && !known[0](value)) throw usage(`tls.${name} is ${known[1]}`);
  }
  if ((options.cert === undefined) !== (options.key === undefined)) {
    throw usage('tls.cert and tls.key go together');
  }
  if (options.anyName && options.ca === undefined) {
    throw usage('tls.anyName needs tls.ca: any name of any public authority would be no verification');
  }
  if (options.pinOnly && (options.pins === undefined || options.ca !== undefined || options.anyName)) {
    throw usage('tls.pinOnly needs tls.pins, and neither tls.ca nor tls.anyName');
  }
}

/** How a client's option `tls` says when TLS begins, besides `true` and `false`. */
export interface TlsChoice extends TlsOptions {
  /** Where the protocol has both: from the first byte, or behind a command. Default: what the port implies. */
  readonly mode?: 'implicit' | 'starttls' | undefined;
}

/** A client's option `tls` in its two parts. */
export interface ReadTls {
  /** `true`, `false` or `'starttls'` as given; for an object its `mode`, or `undefined` where it has none. */
  readonly mode: boolean | 'starttls' | undefined;
  /** What goes to the connector. */
  readonly tlsOptions: TlsOptions | undefined;
}

/**
 * Reads a client's option `tls`: a boolean, `'starttls'`, or an object of wishes. Whether the mode suits the protocol is for
 * the client to say.
 * @throws FairleadError `usage` as `checkTlsOptions`, and for anything else, such as a mode that does not exist.
 */
export function readTls(tls: boolean | 'starttls' | TlsChoice | undefined): ReadTls {
  const isMode = tls === undefined || typeof tls === 'boolean' || tls === 'starttls';
  if (isMode) return { mode: tls, tlsOptions: undefined };
  checkOwnWishes(tls);
  const { mode, ...tlsOptions } = tls;
  if (mode !== undefined && mode !== 'implicit' && mode !== 'starttls') {
    throw usage("tls.mode is 'implicit' or 'starttls'");
  }
  checkTlsOptions(tlsOptions);
  return { mode: mode === 'implicit' ? true : mode, tlsOptions };
}

/** The option `tls` in one piece again, as another `connect` takes it. */
export function joinTls({
  tls,
  tlsOptions,
}: {
  readonly tls: boolean | 'starttls';
  readonly tlsOptions?: TlsOptions | undefined;
}): boolean | 'starttls' | TlsChoice {
  if (tlsOptions === undefined) return tls;
  return { ...tlsOptions, mode: tls === 'starttls' ? tls : 'implicit' };
}

/**
 * For connectors whose TLS is not their own: refuses wishes that they cannot honour. Wishes are checked even where TLS is off.
 * @param why What the connector's TLS is, and what to do.
 * @throws FairleadError `usage`.
 */
export function refuseTlsOptions(options: ConnectOptions, why: string): void {
  const { tls = 'off', tlsOptions, resume } = options;
  if (tlsOptions === undefined && resume === undefined) return;
  if (tlsOptions !== undefined) checkTlsOptions(tlsOptions);
  // What is `undefined` or false asks for nothing, and nothing else that was checked is falsy.
  const [wish] = Object.entries(tlsOptions ?? {}).find(([, value]) => value) ?? [];
  if (tls === 'off' || (wish === undefined && resume === undefined)) return;
  throw usage(`${wish === undefined ? 'resume' : `tls.${wish}`} cannot be honoured here: ${why}`);
}

/**
 * Refuses what is no object, and wishes that an object inherits, as an instance of a class does: they would be passed over where the object is copied.
 * @throws FairleadError `usage`
 */
export function checkOwnWishes(options: object): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw usage("tls is true, false, 'starttls' or an object of options");
  const own = Object.keys(options);
  for (const name of [...Object.keys(OPTIONS), 'mode']) {
    if (name in options && !own.includes(name)) throw usage(`tls.${name} is inherited`);
  }
}

/** What a connector says that trusts nobody of itself, and was told to trust nobody. */
export const TRUSTS_NOBODY =
  'overTls trusts nobody of itself: give tls.ca (a private authority), or roots: publicRoots() from @fairlead/tls/roots (the ' +
  'public ones), or tls.pinOnly with tls.pins';

/**
 * A call's wishes over a connector's, member by member.
 * @throws FairleadError `usage` as `checkOwnWishes`, for the call's.
 */
export function mergeTlsOptions(own: TlsOptions, called: TlsOptions | undefined): TlsOptions {
  checkOwnWishes(called ?? {});
  const given = Object.entries(called ?? {}).filter(([, value]) => value !== undefined);
  return given.length === 0 ? own : { ...own, ...Object.fromEntries(given) };
}
