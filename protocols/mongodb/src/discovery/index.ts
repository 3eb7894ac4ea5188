// `@fairlead/mongodb/discovery`: SRV and TXT records by DNS over HTTPS, all members of a replica set, read preferences.
import { checkOptions } from '@fairlead/client';
import { usage } from '@fairlead/errors';
import type { Resolver } from '../dns/resolver.ts';
import { resolveSeeds } from '../dns/seed-list.ts';
import type { Discovery } from '../options/settings.ts';
import { SetTopology } from './set-topology.ts';

export type { Discovery } from '../options/settings.ts';

/** Options of `discovery`. */
export interface DiscoveryOptions {
  /** The resolver that is asked for SRV and TXT records by DNS over HTTPS (RFC 8484). Default `https://cloudflare-dns.com/dns-query`. */
  readonly resolver?: string | URL | undefined;
  /** Asks the resolver. Default: the runtime's `fetch`. A service binding's goes here: `(url, init) => env.DNS.fetch(url, init)`. */
  readonly fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined;
}

const DEFAULT_RESOLVER = 'https://cloudflare-dns.com/dns-query';

/**
 * What a client needs for `mongodb+srv://` (two subrequests, kept in the isolate for as long as the records' TTL says, an hour at most),
 * and to read from the secondaries of a replica set.
 * @throws FairleadError `usage`: the resolver is no address of https.
 * @example
 * ```ts
 * import { connect } from '@fairlead/mongodb';
 * import { discovery } from '@fairlead/mongodb/discovery';
 *
 * await using client = await connect('mongodb+srv://app:secret@cluster.example.com/shop', { discovery: discovery() });
 * ```
 */
export function discovery(options: DiscoveryOptions = {}): Discovery {
  checkOptions(options, [
    ['resolver', 'an address', (value) => typeof value === 'string' || value instanceof URL],
    ['fetch', 'a function'],
  ]);
  const url = String(options.resolver ?? DEFAULT_RESOLVER);
  // Unencrypted answers could send the password anywhere below the domain.
  if (!URL.canParse(url) || new URL(url).protocol !== 'https:') {
    throw usage('resolver must be an address of https');
  }
  const resolver: Resolver = { url, fetch: options.fetch ?? ((target, init) => fetch(target, init)) };
  return {
    openTopology: (settings, openLink) =>
      new SetTopology(settings, openLink, async (unresolved, limit) =>
        unresolved.srv ? resolveSeeds(unresolved.srv, resolver, limit) : unresolved,
      ),
  };
}
