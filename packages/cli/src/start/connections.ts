// `--connection NAME=URL`: entries of FAIRLEAD_CONNECTIONS, with passwords from the environment alone.
import { usageError } from '../errors.ts';

const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;
const EXAMPLE = 'Write --connection main=postgres://app@db.example.com/shop';

/**
 * Reads the flags.
 * @returns Pairs of name and URL, the URLs with their passwords.
 * @throws CommandError 2; no message repeats a URL, which could hold a password.
 */
export function readConnections(
  texts: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): readonly (readonly [name: string, url: string])[] {
  const connections = texts.map((text) => readConnection(text, env));
  const names = connections.map(([name]) => name);
  const twice = names.find((name, n) => names.indexOf(name) !== n);
  if (twice !== undefined) throw usageError(`The connection "${twice}" stands more than once.`);
  return connections;
}

/** Where the password of a connection stands: `FAIRLEAD_PASSWORD_MAIN` for `main`. */
export function passwordVariable(name: string): string {
  return `FAIRLEAD_PASSWORD_${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`;
}

/** A URL as it may be printed. */
export function shownUrl(text: string): string {
  const url = new URL(text);
  url.password = '';
  return url.href;
}

function readConnection(
  text: string,
  env: Readonly<Record<string, string | undefined>>,
): readonly [string, string] {
  const [, name = '', rest = ''] = /^([^=]*)=(.+)$/.exec(text) ?? [];
  if (!NAME.test(name)) throw usageError('--connection is not of the form NAME=URL.', EXAMPLE);
  if (!URL.canParse(rest)) throw usageError(`The URL of the connection "${name}" is not one.`, EXAMPLE);
  const url = new URL(rest);
  const variable = passwordVariable(name);
  if (url.password !== '' || /[?&]password=/i.test(url.search)) {
    throw usageError(
      `The URL of the connection "${name}" holds a password, and other users of this machine can read the arguments of a program.`,
      `Put it into the variable ${variable}.`,
    );
  }
  const password = env[variable];
  if (password) url.password = encodeURIComponent(password);
  return [name, url.href];
}
