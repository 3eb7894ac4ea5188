// Reads `mongodb://` and `mongodb+srv://` by MongoDB's "connection string" specification. It looks nothing up, and no
// error shows a part of the text, which may be a password.
import { usage } from '@fairlead/errors';
import { type Address, normalizeAddress } from '@fairlead/transport';
import { decode, type Parameters, readParameters } from './parameters.ts';

/** The default port of mongod and mongos. */
export const DEFAULT_PORT = 27_017;

/** The parts of a connection string, percent-decoded. */
export interface ConnectionString {
  readonly isSrv: boolean;
  /** At least one. For SRV one, whose port means nothing. */
  readonly hosts: readonly Address[];
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly database: string | undefined;
  readonly parameters: Parameters;
}

/**
 * Reads a connection string.
 * @throws FairleadError `usage`, `policy` (what a Worker cannot do).
 */
export function readConnectionString(text: string): ConnectionString {
  const [, srv, authority, path = '', query = ''] =
    /^mongodb(\+srv)?:\/\/([^/?#]*)(?:\/([^?#]*))?(?:\?([^#]*))?$/.exec(text) ?? [];
  if (authority === undefined) {
    throw usage(
      'The address is not a URL like mongodb://user:password@host:port/database?name=value, percent-encoded',
    );
  }
  const at = authority.lastIndexOf('@');
  const isSrv = srv !== undefined;
  return {
    isSrv,
    ...readUser(at < 0 ? undefined : authority.slice(0, at)),
    hosts: readHosts(authority.slice(at + 1), isSrv),
    database: readDatabase(path),
    parameters: readParameters(query),
  };
}

function readUser(text: string | undefined): Pick<ConnectionString, 'username' | 'password'> {
  if (text === undefined) return { username: undefined, password: undefined };
  const [username = '', password, rest] = text.split(':');
  if (username === '') throw usage('The user name in front of the @ is empty');
  if (rest !== undefined || text.includes('@')) {
    throw usage('The user name and the password must be percent-encoded: ":" is %3A and "@" is %40');
  }
  return { username: decode(username), password: password === undefined ? undefined : decode(password) };
}

function readHosts(text: string, isSrv: boolean): Address[] {
  const hosts = text.split(',').map((host): Address => {
    const [, name, port] = /^(\[[^[\]]+\]|[^:[\]]+)(?::(\d{1,5}))?$/.exec(host) ?? [];
    if (name === undefined)
      throw usage('A host of the connection string is not host, host:port or [IPv6]:port');
    const hostname = decode(name);
    if (/\/|\.sock$/.test(hostname)) throw usage('A host is a Unix socket: a Worker has TCP only');
    if (isSrv && port !== undefined) throw usage('mongodb+srv:// takes no port: the SRV records name it');
    return normalizeAddress({ hostname, port: port === undefined ? DEFAULT_PORT : Number(port) });
  });
  if (isSrv && hosts.length > 1) throw usage('mongodb+srv:// takes one host name');
  return hosts;
}

function readDatabase(path: string): string | undefined {
  if (path === '') return undefined;
  // An "@" stands here where a password with "/" was not percent-encoded.
  if (path.includes('@')) throw usage('The user name and the password must be percent-encoded: "/" is %2F');
  return checkDatabase(decode(path));
}

/**
 * Checks the name of a database.
 * @throws FairleadError `usage` for a name that no server takes.
 */
export function checkDatabase(name: string): string {
  if (name === '' || /[/\\ "$\0]/.test(name)) {
    throw usage('The name of the database is empty or holds one of / \\ " $, a space or NUL');
  }
  return name;
}
