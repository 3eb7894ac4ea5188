// Named connections: the setting's schema, and the choice of one by name or by default. It dials nothing.
import { type Address, normalizeAddress } from '@fairlead/transport';
import { z } from '@hono/zod-openapi';
import type { Connection, RouteModule } from '../app/contract.ts';
import { readPool } from './pool.ts';

const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;

const entrySchema = z.preprocess(
  (entry) => (typeof entry === 'string' ? { url: entry } : entry),
  z.looseObject({
    url: z.string().refine((text) => URL.canParse(text) && new URL(text).hostname !== '', {
      message: 'is not a URL with a host',
    }),
  }),
);

/** The schema of `FAIRLEAD_CONNECTIONS`; the URL schemes it knows are those of the route modules. */
export function connectionsSchema(modules: readonly RouteModule[]) {
  const owners = new Map(modules.flatMap((module) => module.schemes.map((scheme) => [scheme, module])));
  return z
    .record(z.string().regex(NAME, 'is not a connection name'), entrySchema)
    .transform((entries, context) => {
      const connections = new Map<string, Connection>();
      for (const [name, { url: text, ...entry }] of Object.entries(entries)) {
        const refuse = (path: readonly PropertyKey[], message: string) =>
          context.addIssue({ code: 'custom', path: [name, ...path], message });
        const url = new URL(text);
        const owner = owners.get(url.protocol);
        const address = owner && addressOf(url, defaultPortOf(owner, url));
        if (owner === undefined)
          refuse(['url'], `has a scheme that is none of ${[...owners.keys()].join(' ')}`);
        else if (address === undefined)
          refuse(['url'], 'has a host that is malformed, or no port where one is needed');
        else {
          const { pool: _, ...options } = entry;
          const pool = readPool(entry, owner, refuse);
          connections.set(name, { name, protocol: owner.protocol, url, address, pool, options });
        }
      }
      return connections;
    });
}

/** The host of a URL, decoded: schemes that WHATWG does not know keep it percent-encoded where it is not ASCII. */
export function hostOf(url: URL): string {
  try {
    return decodeURIComponent(url.hostname);
  } catch {
    return url.hostname;
  }
}

/** The port of a module's URL that names none. */
export function defaultPortOf(module: RouteModule, url: URL): number | undefined {
  const { defaultPort } = module;
  return typeof defaultPort === 'object' ? defaultPort[url.protocol] : defaultPort;
}

function addressOf(url: URL, defaultPort: number | undefined): Address | undefined {
  try {
    return normalizeAddress({ hostname: hostOf(url), port: Number(url.port || defaultPort) });
  } catch {
    return undefined;
  }
}

/**
 * The connection that a request means.
 * @param name As the caller gave it; undefined takes the only one of the protocol, or else the one named
 *   `main` or `default`.
 * @param protocol undefined for routes that can use any connection (a TCP ping).
 */
export function chooseConnection(
  connections: ReadonlyMap<string, Connection>,
  name: string | undefined,
  protocol: string | undefined,
): Connection | undefined {
  const fits = (connection: Connection | undefined) =>
    connection !== undefined && (protocol === undefined || connection.protocol === protocol);
  if (name !== undefined) {
    const named = connections.get(name);
    return fits(named) ? named : undefined;
  }
  const candidates = [...connections.values()].filter(fits);
  if (candidates.length === 1) return candidates[0];
  return (
    candidates.find(({ name: own }) => own === 'main') ??
    candidates.find(({ name: own }) => own === 'default')
  );
}
