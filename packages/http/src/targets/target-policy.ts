// Which addresses callers may choose: FAIRLEAD_TARGETS read and applied. It resolves no names.
import { FairleadError, usage } from '@fairlead/errors';
import { type Address, formatAddress, normalizeAddress } from '@fairlead/transport';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { type Ip, insideName, parseIp, specialKind } from './special-addresses.ts';

/**
 * Letters, digits, hyphens (RFC 1123 section 2.1) and the underscore that some zones use. URL parsing lets more
 * through, such as the comma at which database drivers split a list of hosts.
 */
const HOST_NAME = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/;

/** One pattern of the policy. */
type HostPattern =
  | { readonly kind: 'any' }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'suffix'; readonly suffix: string }
  | { readonly kind: 'cidr'; readonly network: Ip; readonly bits: number; readonly special: boolean };

interface Rule {
  /** As the operator wrote it. */
  readonly text: string;
  readonly host: HostPattern;
  readonly firstPort: number;
  readonly lastPort: number;
}

/** The addresses that callers may choose. An empty policy allows none. */
export type TargetPolicy = readonly Rule[];

/** Why an entry is refused. Entries are not shown: a fault in the settings is told to every caller. */
const FAULTS = {
  shape: 'is not a target; write host:port, *.domain:first-last, 192.0.2.0/24:* or [2001:db8::]/32:port',
  hostBits:
    'is a network whose address has bits set behind its prefix length: write the network’s first address, as in 10.0.0.0/8',
  spelling: 'holds an IPv4 address that is not of four decimal numbers without leading zeros',
} as const;

type Fault = keyof typeof FAULTS;

/** The schema of `FAIRLEAD_TARGETS`. */
export const targetsSchema = z.array(
  z.string().transform((text, context): Rule => {
    const rule = parseRule(text);
    if (typeof rule !== 'string') return rule;
    context.addIssue({ code: 'custom', message: FAULTS[rule] });
    return z.NEVER;
  }),
);

/**
 * Checks an address that a caller chose.
 * @returns The canonical form, which is the one to dial: the address that is checked is the address that is reached. Names are not
 *   resolved here; what one leads to `checkAnswers` judges where there is a resolver, else it is the platform's to refuse.
 * @throws FairleadError `usage` (malformed), `policy` (not allowed, or special and not named exactly).
 */
export function checkTarget(policy: TargetPolicy, address: Address): Address {
  const { hostname, port } = normalizeAddress(address);
  const ip = parseIp(hostname);
  if (ip === undefined && !HOST_NAME.test(hostname)) {
    throw usage('the host name holds a character that no host name has');
  }
  const dialled = { hostname: ip?.toString() ?? hostname, port };
  const special = ip === undefined ? insideName(hostname) : specialKind(ip);
  const matching = policy.filter(
    (rule) => port >= rule.firstPort && port <= rule.lastPort && matchesHost(rule.host, hostname, ip),
  );
  if (matching.some((rule) => special === undefined || namesExactly(rule.host))) return dialled;
  throw refusal(dialled, special, policy.length === 0);
}

/**
 * Checks what a name that `checkTarget` lets through leads to: every address has to pass, and one that is special refuses the name.
 * @throws FairleadError `policy`: one is special, and no entry of the policy is exactly it or a network wholly inside its range.
 */
export function checkAnswers(
  policy: TargetPolicy,
  { hostname, port }: Address,
  addresses: readonly Ip[],
): void {
  for (const ip of addresses) {
    const special = specialKind(ip);
    if (special === undefined) continue;
    const isNamed = policy.some(
      (rule) =>
        port >= rule.firstPort &&
        port <= rule.lastPort &&
        rule.host.kind === 'cidr' &&
        rule.host.special &&
        matchesHost(rule.host, hostname, ip),
    );
    if (isNamed) continue;
    // Which address it is a private resolver may know alone.
    const detail = `${formatAddress({ hostname, port })} leads to a ${special} address; it is refused unless FAIRLEAD_TARGETS names exactly that address`;
    throw new FairleadError('policy', detail, { safeToRetry: true });
  }
}

function refusal(address: Address, special: string | undefined, empty: boolean): FairleadError {
  const shown = formatAddress(address);
  let detail = `${shown} is not among the addresses that callers may choose`;
  if (empty) {
    detail = `${shown} was refused: callers may choose no address here, because FAIRLEAD_TARGETS is not set; use a named connection`;
  } else if (special !== undefined) {
    detail = `${shown} is a ${special} address; it is refused unless FAIRLEAD_TARGETS names exactly it`;
  }
  return new FairleadError('policy', detail, { safeToRetry: true });
}

/** Whether a pattern may let through a special address: only one that cannot have been meant for others. */
function namesExactly(host: HostPattern): boolean {
  return host.kind === 'name' || (host.kind === 'cidr' && host.special);
}

function matchesHost(host: HostPattern, hostname: string, ip: Ip | undefined): boolean {
  switch (host.kind) {
    case 'any':
      return true;
    case 'name':
      return ip === undefined && hostname === host.name;
    case 'suffix':
      return ip === undefined && hostname.endsWith(host.suffix);
    case 'cidr':
      return ip !== undefined && ip.kind() === host.network.kind() && ip.match(host.network, host.bits);
  }
}

/** `host:ports`, where ports are `*`, `5432` or `6379-6380`. */
function parseRule(text: string): Rule | Fault {
  const match = /^(.+):(\*|\d{1,5}(?:-\d{1,5})?)$/.exec(text);
  if (match?.[1] === undefined) return 'shape';
  const host = parseHost(match[1]);
  if (typeof host === 'string') return host;
  const ports = match[2] === '*' ? '1-65535' : match[2];
  const [first = 0, last = first] = (ports ?? '').split('-').map(Number);
  if (first < 1 || last < first || last > 65_535) return 'shape';
  return { text, host, firstPort: first, lastPort: last };
}

function parseHost(text: string): HostPattern | Fault {
  if (text === '*') return { kind: 'any' };
  const suffix = text.startsWith('*.');
  const [, host = '', bits] = /^(.*?)(?:\/(\d{1,3}))?$/.exec(suffix ? text.slice(2) : text) ?? [];
  const inside = /^\[(.*)\/(\d{1,3})\]$/.exec(host);
  const canonical = canonicalHost(inside?.[1] ?? host);
  if (canonical === undefined) return 'shape';
  const ip = parseIp(canonical);
  const prefix = inside?.[2] ?? bits;
  if (ip !== undefined) {
    // A URL reads 010.0.0.1 as 8.0.0.1, which its author hardly meant.
    if (!host.includes(':') && host !== canonical) return 'spelling';
    // The prefix of ::ffff:10.0.0.0 would be counted in one width and applied in the other.
    if (host.includes(':') && ip.kind() === 'ipv4' && prefix !== undefined) return 'shape';
    return suffix ? 'shape' : cidrPattern(ip, prefix);
  }
  if (prefix !== undefined || !HOST_NAME.test(canonical)) return 'shape';
  return suffix ? { kind: 'suffix', suffix: `.${canonical}` } : { kind: 'name', name: canonical };
}

function cidrPattern(network: Ip, prefix: string | undefined): HostPattern | Fault {
  const width = network.kind() === 'ipv4' ? 32 : 128;
  const bits = prefix === undefined ? width : Number(prefix);
  if (bits > width) return 'shape';
  if (firstOf(network, bits).toString() !== network.toString()) return 'hostBits';
  return { kind: 'cidr', network, bits, special: liesInSpecial(network, bits) };
}

/** The network's first address: all bits behind the prefix are zero. */
function firstOf(network: Ip, bits: number): Ip {
  const parser = network instanceof ipaddr.IPv4 ? ipaddr.IPv4 : ipaddr.IPv6;
  return parser.networkAddressFromCIDR(`${network.toString()}/${bits}`);
}

/** Whether the whole network is of one special kind: `10.0.0.0/8` is, `0.0.0.0/0` is not. */
function liesInSpecial(network: Ip, bits: number): boolean {
  const parser = network instanceof ipaddr.IPv4 ? ipaddr.IPv4 : ipaddr.IPv6;
  const first = specialKind(firstOf(network, bits));
  return (
    first !== undefined &&
    first === specialKind(parser.broadcastAddressFromCIDR(`${network.toString()}/${bits}`))
  );
}

function canonicalHost(host: string): string | undefined {
  try {
    return normalizeAddress({ hostname: host, port: 1 }).hostname;
  } catch {
    return undefined;
  }
}
