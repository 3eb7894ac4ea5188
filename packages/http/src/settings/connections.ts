// Named connections: the setting's schema, and the choice of one by name or by default. It dials nothing.
import { type Address, normalizeAddress } from '@fairlead/transport';
import { z } from 'zod';
import type { Connection, RouteModule } from '../app/contract.ts';
import { readReader } from '../targets/roles.ts';
import { type Bindings, throughBinding } from '../targets/via.ts';
import { readPool } from './pool.ts';

const WEB_SOCKETS = ['ws:', 'wss:'];
/** MongoDB's own form of several hosts, which is no URL. */
const SEVERAL_HOSTS = /^mongodb:\/\/(?:[^/?#]*@)?[^/?#@]*,/;
const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;

const entrySchema = (env: Bindings | undefined) =>
  z.preprocess(
    (entry, context) => {
      const refuse = (path: readonly PropertyKey[], message: string) =>
        context.addIssue({ code: 'custom', path: [...path], message });
      if (typeof entry !== 'object' || entry === null)
        return typeof entry === 'string' ? { url: entry } : entry;
      return throughBinding(entry as Readonly<Record<string, unknown>>, env, refuse);
    },
    z.looseObject({
      url: z
        .string()
        .refine((text) => !SEVERAL_HOSTS.test(text), {
          message: 'names several hosts: leave one in the URL, and put the others into "hosts"',
          abort: true,
        })
        .refine((text) => URL.canParse(text) && new URL(text).hostname !== '', {
          message: 'is not a URL with a host',
        }),
      via: z.string().optional(),
    }),
  );

/**
 * The schema of `FAIRLEAD_CONNECTIONS`; the URL schemes it knows are those of the route modules.
 * @param env The Worker's bindings, for entries that go through one.
 */
export function connectionsSchema(modules: readonly RouteModule[], env?: Bindings) {
  const owning = modules.filter(({ connectionsOf }) => connectionsOf === undefined);
  const owners = new Map(owning.flatMap((module) => module.schemes.map((scheme) => [scheme, module])));
  return z
    .record(z.string().regex(NAME, 'is not a connection name'), entrySchema(env))
    .transform((entries, context) => {
      const connections = new Map<string, Connection>();
      for (const [name, { url: text, via, ...entry }] of Object.entries(entries)) {
        const refuse = (path: readonly PropertyKey[], message: string) =>
          context.addIssue({ code: 'custom', path: [name, ...path], message });
        const url = new URL(text);
        const owner = owners.get(url.protocol);
        const address = owner && addressOf(url, defaultPortOf(owner, url));
        if (owner === undefined)
          refuse(['url'], `has a scheme that is none of ${[...owners.keys()].join(' ')}`);
        else if (via !== undefined && WEB_SOCKETS.includes(url.protocol))
          refuse(['via'], 'is for TCP: the platform itself dials WebSockets');
        else if (address === undefined)
          refuse(['url'], 'has a host that is malformed, or no port where one is needed');
        else {
          const { pool: _, readUrl, ...options } = entry;
          const pool = readPool(entry, owner, refuse);
          const reader = readReader(
            readUrl,
            { owner, url, address, options },
            (own) => addressOf(own, defaultPortOf(owner, own)),
            (message) => refuse(['readUrl'], message),
          );
          connections.set(name, { name, protocol: owner.protocol, url, address, pool, via, options, reader });
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
 * @param name As the caller gave it; undefined takes the only one of the protocol, else the only one that the token reaches,
 *   else the one named `main` or `default`.
 * @param protocol undefined for routes that can use any connection (a TCP ping).
 * @param reaches Whether the token has any scope for a connection.
 */
export function chooseConnection(
  connections: ReadonlyMap<string, Connection>,
  name: string | undefined,
  protocol: string | undefined,
  reaches: (name: string) => boolean,
): Connection | undefined {
  const fits = (connection: Connection | undefined) =>
    connection !== undefined && (protocol === undefined || connection.protocol === protocol);
  if (name !== undefined) {
    const named = connections.get(name);
    return fits(named) ? named : undefined;
  }
  const candidates = [...connections.values()].filter(fits);
  if (candidates.length === 1) return candidates[0];
  const [only, ...others] = candidates.filter(({ name: own }) => reaches(own));
  if (only !== undefined && others.length === 0) return only;
  return (
    candidates.find(({ name: own }) => own === 'main') ??
    candidates.find(({ name: own }) => own === 'default')
  );
}
