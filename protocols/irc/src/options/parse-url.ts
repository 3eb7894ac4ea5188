// Reads IRC URLs (draft-butcher-irc-url). It shows no URL in an error, since it may hold a password.
import { usage } from '@fairlead/errors';
import { checkText } from '../wire/argument-checks.ts';
import type { IrcOptions } from './connect-options.ts';

/**
 * Reads `irc[s]://[nick[:password]@]host[:port][/#channel,#channel]`.
 * @throws FairleadError `usage`.
 */
export function parseUrl(target: string | URL): IrcOptions {
  try {
    const { protocol, hostname, port, username, password, pathname, search, hash } = new URL(target);
    if (/^ircs?:$/.test(protocol) && hostname && !search) {
      const nick = username ? checkText(decodeURIComponent(username), 'The nick') : undefined;
      return {
        // For schemes that it does not know, WHATWG's URL keeps names beyond ASCII percent-encoded.
        hostname: decodeURIComponent(hostname),
        tls: protocol === 'ircs:',
        ...(port ? { port: Number(port) } : {}),
        ...(nick ? { nick } : {}),
        ...(password ? { username: nick, password: decodeURIComponent(password) } : {}),
        channels: channelsOf(decodeURIComponent(pathname.slice(1) + hash)),
      };
    }
  } catch {
    // The runtime's own error would show the URL, and with it the password: it is not kept as the cause.
  }
  throw usage('The address is no URL like irc[s]://nick:password@host:port/#channel, percent-encoded');
}

/** The channels of a URL's path. A name without a prefix gets `#`. */
function channelsOf(path: string): string[] {
  const names = path.split(',').filter((name) => name !== '');
  return names.map((name) => (/^[#&+!]/.test(name) ? name : `#${name}`));
}
