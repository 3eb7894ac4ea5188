// The gateway's URL as a user wrote it, checked: no credentials in it, and nothing secret over a plain connection.
import { usageError } from '../errors.ts';

/** Which URLs a command takes, and what for. */
interface UrlRules {
  /** `http:` and `https:`, or `ws:` and `wss:`; each is taken for the other and turned into what is asked for here. */
  readonly scheme: 'http' | 'ws';
  /** Whether a plain connection to another machine is wanted. */
  readonly insecure: boolean;
}

const SCHEMES: Readonly<Record<string, 'secure' | 'plain'>> = {
  'https:': 'secure',
  'wss:': 'secure',
  'http:': 'plain',
  'ws:': 'plain',
};

/**
 * Reads a URL of a gateway.
 * @throws CommandError 2; no message repeats the URL, which could hold a secret.
 */
export function gatewayUrl(text: string, { scheme, insecure }: UrlRules): URL {
  const example =
    scheme === 'ws' ? 'wss://gateway.example.com/tcp/tunnel/main' : 'https://gateway.example.com';
  const kind = URL.canParse(text) ? SCHEMES[new URL(text).protocol] : undefined;
  if (kind === undefined) throw usageError('The URL of the gateway is not one.', `Write it as ${example}`);
  const url = new URL(text);
  if (url.username !== '' || url.password !== '' || url.searchParams.has('token')) {
    throw usageError(
      'The URL of the gateway holds credentials, and other users of this machine can read the arguments of a program.',
      'Put the token into the variable FAIRLEAD_TOKEN, or into a file that FAIRLEAD_TOKEN_FILE names.',
    );
  }
  if (url.hash !== '') throw usageError('The URL of the gateway holds a "#".', `Write it as ${example}`);
  if (kind === 'plain' && !insecure && !isLoopback(url.hostname)) {
    throw usageError(
      'The URL of the gateway is plain: the token and all bytes would travel unencrypted.',
      `Write ${scheme}s://, or add --insecure where the network in between is yours.`,
    );
  }
  url.protocol = kind === 'secure' ? `${scheme}s:` : `${scheme}:`;
  return url;
}

/** Whether a host is this machine by its name or address. */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/.test(hostname.toLowerCase());
}
