// Reads IRC URLs (draft-butcher-irc-url). It shows no URL in an error, since it may hold a password.
import { readServerUrl } from '@fairlead/client';
import { usage } from '@fairlead/errors';
import type { IrcOptions } from './connect-options.ts';

/**
 * Reads `irc[s]://[nick[:password]@]host[:port][/#channel,#channel]`.
 * @throws FairleadError `usage`.
 */
export function parseUrl(target: string | URL): IrcOptions {
  const url = readServerUrl(target);
  if (url === undefined || !/^ircs?:$/.test(url.protocol) || url.search !== '') {
    throw usage('The address is no URL like irc[s]://nick:password@host:port/#channel, percent-encoded');
  }
  const { protocol, hostname, port, username: nick, password, path, hash } = url;
  return {
    hostname,
    port,
    nick,
    tls: protocol === 'ircs:',
    ...(password === undefined ? {} : { username: nick, password }),
    channels: channelsOf(path.slice(1) + hash),
  };
}

/** The channels of a URL's path. A name without a prefix gets `#`. */
function channelsOf(path: string): string[] {
  const names = path.split(',').filter((name) => name !== '');
  return names.map((name) => (/^[#&+!]/.test(name) ? name : `#${name}`));
}
