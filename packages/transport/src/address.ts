// Addresses: checks and normalises what a caller wants to dial. It resolves no names and knows no policy.
import { FairleadError, usage } from '@fairlead/errors';
import type { Address } from './types.ts';

/** RFC 1035 section 2.3.4. */
const MAX_NAME_LENGTH = 253;
const MAX_LABEL_LENGTH = 63;

/** What WHATWG URL parsing would take for syntax, decode or drop, though no host name holds it. */
const NOT_IN_A_HOST = /[\s\p{Cc}/\\@?#%<>^|"`{}]/u;

/**
 * Names and IPv4 addresses that URL parsing, which takes twenty times as long, would give back as they are: nearly all that are dialled.
 */
const PLAIN =
  /^(?!.{254}|.*xn--)(?:[a-z\d_-]{1,63}\.)*[a-z][a-z\d_-]{0,62}$|^(?:(?:1\d|[1-9])?\d(?:\.(?!$)|$)){4}$/;

/**
 * Checks an address and brings it into the one form in which it is dialled and shown: lower case,
 * IDN as punycode, IPv4 in dotted decimals, IPv6 compressed and without brackets, no trailing dot
 * (RFC 6066 section 3: names in TLS carry none).
 * @throws FairleadError `usage` (host empty or malformed, port not 1-65535), `policy` (port 25).
 */
export function normalizeAddress(address: Address): Address {
  return { hostname: normalizeHostname(address.hostname), port: checkPort(address.port) };
}

/**
 * Reads `host:port`, `[v6]:port` or, with a default port, `host` alone.
 * @throws FairleadError `usage` or `policy`, as `normalizeAddress`.
 */
export function parseAddress(text: string, defaultPort?: number): Address {
  const match = /^(\[[^\]]*\]|[^:]*)(?::(\d{1,5}))?$/.exec(text);
  const hostname = match?.[1];
  const port = match?.[2] === undefined ? defaultPort : Number(match[2]);
  if (hostname === undefined || port === undefined) {
    throw usage(`${quote(text)} is not an address: write host:port, and IPv6 as [::1]:port`);
  }
  return normalizeAddress({ hostname, port });
}

/** `host:port` for messages and for the platform: IPv6 in brackets. */
export function formatAddress(address: Address): string {
  return `${bracketed(address.hostname)}:${address.port}`;
}

/** The host name as URLs and `cloudflare:sockets` want it: IPv6 in brackets. */
export function bracketed(hostname: string): string {
  return hostname.includes(':') ? `[${hostname}]` : hostname;
}

function checkPort(port: number): number {
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw usage(`port ${String(port)} is out of range: a TCP port is a whole number from 1 to 65535`);
  }
  if (port === 25) {
    throw new FairleadError(
      'policy',
      'port 25 is closed: Cloudflare Workers prohibit connections to it. Submit mail on 587 (STARTTLS) or 465 (TLS), or on 2525 where the provider offers it',
      { safeToRetry: true },
    );
  }
  return port;
}

function normalizeHostname(hostname: string): string {
  if (typeof hostname !== 'string' || hostname === '') throw usage('the host name is empty');
  if (PLAIN.test(hostname)) return hostname;
  const isV6 = hostname.startsWith('[') || hostname.includes(':');
  const bare = hostname.startsWith('[') && hostname.endsWith(']') ? hostname.slice(1, -1) : hostname;
  if (NOT_IN_A_HOST.test(hostname) || /[[\]]/.test(bare)) {
    throw usage(`the host name ${quote(hostname)} holds a character that no host name has`);
  }
  const url = `http://${isV6 ? `[${bare}]` : bare}/`;
  const canonical = URL.canParse(url) ? new URL(url).hostname : '';
  if (canonical === '') throw usage(`the host name ${quote(hostname)} is malformed`);
  return isV6 ? canonical.slice(1, -1) : checkName(canonical, hostname);
}

function checkName(canonical: string, given: string): string {
  const name = canonical.endsWith('.') ? canonical.slice(0, -1) : canonical;
  const labels = name.split('.');
  if (
    name.length > MAX_NAME_LENGTH ||
    labels.some((label) => label === '' || label.length > MAX_LABEL_LENGTH)
  ) {
    throw usage(`the host name ${quote(given)} is malformed: a label is empty or too long (RFC 1035)`);
  }
  return name;
}

/** The caller's text for a message: escaped and cut, so that it cannot break a log line. */
function quote(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}...` : text);
}
