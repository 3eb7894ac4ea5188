// Which addresses and names are not the public internet. Pure; resolves no names.
import ipaddr from 'ipaddr.js';

/** An IP address, parsed. */
export type Ip = ipaddr.IPv4 | ipaddr.IPv6;

/** Azure's platform address: public by number, reachable only from inside. */
const AZURE_PLATFORM = '168.63.129.16';

/** RFC 4291 section 2.4: what is allocated as global unicast. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Ends of names that lead inside: RFC 6761 (localhost), RFC 6762 (local, and what its Appendix G found in use), RFC 8375
 * (home.arpa) and all else of arpa, ICANN's private-use `internal`, under which clouds have their metadata servers, and
 * the names that clusters, service meshes, containers and routers answer by themselves.
 */
const INSIDE = new Set(
  (
    'localhost localdomain localnet local internal intranet intra private corp home lan mail dmz vpn domain workgroup ' +
    'gateway router arpa svc default cluster pod service node consul nomad mesos marathon weave swarm docker podman containers ' +
    'kube kubernetes minikube rancher lxd incus vagrant openstacklocal novalocal tailnet production staging'
  ).split(' '),
);

/**
 * Ends that IANA's registry of special-use domain names keeps out of the DNS (RFC 6761, RFC 7686, RFC 9476), and others
 * of the kind: a resolver that answers to one is a private resolver.
 */
const SPECIAL_USE = new Set('test example invalid onion alt exit i2p gnu zkey bit'.split(' '));

/** Every end of the root zone is of letters alone, or an internationalised one (RFC 3696 section 2, RFC 5890). */
const TOP_LEVEL = /^(?:[a-z]{2,63}|xn--[a-z0-9-]+)$/;

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
 * What kind of inside name this is; undefined for a public one. A name without a dot is inside: resolvers complete it
 * from a search list. They may do so with longer ones as well (`cache.shop` in a cluster), which look like any public name.
 */
export function insideName(hostname: string): string | undefined {
  const dot = hostname.lastIndexOf('.');
  if (dot < 0) return INSIDE.has(hostname) ? 'local network' : 'single-label';
  const top = hostname.slice(dot + 1);
  if (SPECIAL_USE.has(top)) return 'special-use';
  return INSIDE.has(top) || !TOP_LEVEL.test(top) ? 'local network' : undefined;
}
