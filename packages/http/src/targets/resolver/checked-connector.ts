// Dials addresses that callers chose, by their resolved and checked addresses, where the operator has set a resolver. Imported when
// the first one is dialled.
import { type Address, type Connector, normalizeAddress } from '@fairlead/transport';
import type { RouteContext } from '../../app/contract.ts';
import { withDeadline } from '../../request/client.ts';
import { type Ip, insideName, parseIp } from '../special-addresses.ts';
import { checkAnswers } from '../target-policy.ts';
import { Resolver } from './resolver.ts';
import type { ResolverSettings } from './settings.ts';

/** For both questions together. */
const RESOLVE_MS = 5_000;

const RESOLVERS = /* @__PURE__ */ new WeakMap<ResolverSettings, Resolver>();

/**
 * Dials a checked address. In clear it is the address that was resolved, and so with TLS of the gateway's own, whose certificate is
 * verified for the name. With the platform's TLS, now or later, it is the name, which the certificate is for: then the platform
 * resolves it once more, and the check does not bind it.
 * @throws FairleadError as `resolveChecked` and `connector`.
 */
export async function dialChecked(
  c: RouteContext,
  settings: ResolverSettings,
  connector: Connector,
  ...[address, options]: Parameters<Connector>
): ReturnType<Connector> {
  const checked = await resolveChecked(c, settings, address);
  if (checked === undefined) return connector(address, options);
  const dialled = { ...address, hostname: checked.toString() };
  if ((options?.tls ?? 'off') === 'off') return connector(dialled, options);
  if (!settings.ownTls) return connector(address, options);
  const { hostname: servername } = normalizeAddress(address);
  return connector(dialled, { ...options, tlsOptions: { servername, ...options?.tlsOptions } });
}

/**
 * Resolves a name that the target policy allows, and refuses it if any of its addresses is special and not named exactly.
 * @returns The address to dial; undefined for an IP address, and for a name that leads inside: the policy lets such a name through
 *   only where the operator has written down that very name.
 * @throws FairleadError `policy`, `connect_failed`, `timeout`.
 */
export async function resolveChecked(
  c: RouteContext,
  settings: ResolverSettings,
  address: Address,
): Promise<Ip | undefined> {
  const { hostname, port } = normalizeAddress(address);
  if (parseIp(hostname) !== undefined || insideName(hostname) !== undefined) return undefined;
  let resolver = RESOLVERS.get(settings);
  if (resolver === undefined) {
    resolver = new Resolver(settings.url);
    RESOLVERS.set(settings, resolver);
  }
  const names = resolver;
  const limit = { timeoutMs: RESOLVE_MS, at: Date.now() + RESOLVE_MS };
  const addresses = await withDeadline(c, (signal) => names.addresses(hostname, signal), limit);
  checkAnswers(c.get('config').targets, { hostname, port }, addresses);
  return addresses[0];
}
