// Which addresses and names are not the public internet. Pure; resolves no names.
import ipaddr from 'ipaddr.js';

/** An IP address, parsed. */
export type Ip = ipaddr.IPv4 | ipaddr.IPv6;

/** Azure's platform address: public by number, reachable only from inside. */
const AZURE_PLATFORM = '168.63.129.16';

/** RFC 4291 section 2.4: what is allocated as global unicast. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Top-level names that lead inside: RFC 6761 (localhost), RFC 6762 (local and its Appendix G), RFC 8375
 * (home.arpa), ICANN's private-use `internal`, under which clouds have their metadata servers.
 */
const INSIDE = /(?:^|\.)(?:localhost|localdomain|local|internal|intranet|private|corp|home|lan|home\.arpa)$/;

const RANGE_NAMES: Readonly<Record<string, string>> = {
  unspecified: 'unspecified',
  broadcast: 'broadcast',
  multicast: 'multicast',
  linkLocal: 'link-local',
  loopback: 'loopback',
  carrierGradeNat: 'carrier-grade NAT',
  private: 'private',
  uniqueLocal: 'private (unique local)',
  deprecatedSiteLocal: 'private (site-local)',
  rfc6052: 'NAT64',
  rfc6145: 'IPv4-translated',
  '6to4': '6to4',
  teredo: 'Teredo',
};

/**
 * Parses a canonical host name as an IP address; IPv4 inside `::ffff:0:0/96` comes out as IPv4, because that is
 * what gets dialled. Zones (`fe80::1%eth0`) do not get here: no canonical host name holds a `%`.
 * @returns undefined for a name.
 */
export function parseIp(hostname: string): Ip | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(hostname)) return ipaddr.IPv4.parse(hostname);
  if (!hostname.includes(':') || !ipaddr.IPv6.isValid(hostname)) return undefined;
  const address = ipaddr.IPv6.parse(hostname);
  return address.isIPv4MappedAddress() ? address.toIPv4Address() : address;
}

/**
 * What kind of special address this is, in words ("loopback"); undefined for a public one. IPv6 that carries
 * IPv4 inside (NAT64, 6to4, Teredo, IPv4-compatible) is special whatever it carries.
 */
export function specialKind(address: Ip): string | undefined {
  const range = address.range();
  if (range !== 'unicast') return RANGE_NAMES[range] ?? 'reserved';
  if (address.toString() === AZURE_PLATFORM) return 'cloud platform';
  if (address instanceof ipaddr.IPv6 && !address.match(GLOBAL_UNICAST)) return 'reserved';
  return undefined;
}

/**
 * What kind of inside name this is; undefined for a public one. A name without a dot is inside: resolvers
 * complete it from a search list.
 */
export function insideName(hostname: string): string | undefined {
  if (INSIDE.test(hostname)) return 'local network';
  return hostname.includes('.') ? undefined : 'single-label';
}
