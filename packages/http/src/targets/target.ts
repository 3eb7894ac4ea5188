// What a request wants to reach: a named connection, or an address of the caller's own under the policy.
import { usage } from '@fairlead/errors';
import type { Connector } from '@fairlead/transport';
import { type Address, normalizeAddress } from '@fairlead/transport';
import type { Action } from '../access/access.ts';
import type { Connection, RouteContext, RouteModule, Target } from '../app/contract.ts';
import { CONNECTION_HEADER, URL_HEADER } from '../app/headers.ts';
import { HttpProblem } from '../problems/http-problem.ts';
import { singleHeader } from '../request/single.ts';
import { chooseConnection, defaultPortOf, hostOf } from '../settings/connections.ts';
import { type Role, rolesOf, settingsOf } from './roles.ts';
import { checkTarget } from './target-policy.ts';

/** Query parameters by which database URLs name a second host, past the policy. */
const HOST_PARAMETERS = ['host', 'hostaddr', 'port'];

/** A shorter password would take single letters out of every message; clients put no password into one anyway. */
const MIN_CONCEALED = 4;

/** Connectors of this module's, so that a request that resolves its target twice wraps its connector once. */
const DIALS_RESOLVED = /* @__PURE__ */ new WeakSet<Connector>();

/** What a route needs of a target. */
export interface TargetRequest {
  /** The second part of the scope: `read`, `write`, `ping`, ... Of several, each suffices, and a refusal names the first. */
  readonly action: Action;
  /** The connection's name as a body field or the path gave it. Query `connection` and the header are read here. */
  readonly connection?: string | undefined;
  /** Who the request is to a named connection's server. Default: the writer. */
  readonly role?: Role | undefined;
  /** A URL of the caller's own that came in another header than `Fairlead-Url`, which is read here. */
  readonly url?: OwnUrl | undefined;
}

/** A URL of the caller's own: it holds credentials. */
export interface OwnUrl {
  /** What it came in, for messages. */
  readonly header: string;
  readonly text: string;
}

/**
 * The target of a request to a protocol's route: checks scope, existence and policy, in this order.
 * Named by body field, `?connection=` or `Fairlead-Connection`; else `Fairlead-Url`; else the default connection: the only
 * one of the protocol, the only one that the token reaches, or the one called `main` or `default`.
 * @throws HttpProblem 400 (two names), 403 (scope), 404 (unknown); FairleadError `usage`, `policy` (own URL).
 */
export function resolveTarget(c: RouteContext, request: TargetRequest): Target {
  const module = c.get('module');
  if (module === undefined) throw new Error('resolveTarget needs a route module');
  const name = connectionName(c, request.connection);
  const text = c.req.header(URL_HEADER);
  const own = text === undefined ? request.url : { header: URL_HEADER, text };
  if (own !== undefined && name !== undefined) {
    throw invalid(`Give either a connection or ${own.header}, not both.`);
  }
  const target =
    own === undefined
      ? named(c, module.protocol, request, name, module.connectionsOf ?? module.protocol)
      : callersUrl(c, module, request.action, own);
  c.set('target', target);
  return target;
}

/**
 * The named connection of a route that can use any protocol's (a TCP ping); parameters as `resolveTarget`.
 * @throws HttpProblem 403, 404.
 */
export function resolveConnection(
  c: RouteContext,
  request: TargetRequest & { readonly scope: string },
): Target {
  const name = connectionName(c, request.connection);
  const target = named(c, request.scope, request, name, undefined);
  c.set('target', target);
  return target;
}

/**
 * An address that the caller chose, canonical and allowed: dial exactly this.
 * @throws HttpProblem 403 (scope `protocol:action:@`), FairleadError `usage`, `policy`.
 */
export function resolveAddress(c: RouteContext, scope: string, action: Action, address: Address): Address {
  const canonical = normalizeAddress(address);
  c.get('access').require(scope, action, undefined);
  const checked = checkTarget(c.get('config').targets, canonical);
  c.get('record').connection = '@';
  dialResolved(c);
  return checked;
}

/** From here on the request dials what its caller chose: by checked addresses, where the operator has set a resolver. */
function dialResolved(c: RouteContext): void {
  const { resolver } = c.get('config');
  const connector = c.get('connector');
  if (resolver === undefined || DIALS_RESOLVED.has(connector)) return;
  const dial: Connector = async (address, options) => {
    const { dialChecked } = await import('./resolver/checked-connector.ts');
    return dialChecked(c, resolver, connector, address, options);
  };
  DIALS_RESOLVED.add(dial);
  c.set('connector', dial);
}

/**
 * For clients that dial by themselves (a WebSocket): checks what the name of a caller's own address leads to, where the operator has
 * set a resolver. Named connections are not checked.
 * @throws FairleadError `policy`, `connect_failed`, `timeout`.
 */
export async function checkResolved(c: RouteContext, { name, address }: Target): Promise<void> {
  const { resolver } = c.get('config');
  if (resolver === undefined || name !== undefined) return;
  const { resolveChecked } = await import('./resolver/checked-connector.ts');
  await resolveChecked(c, resolver, address);
}

function connectionName(c: RouteContext, field: string | undefined): string | undefined {
  const query = c.req.query('connection');
  const header = singleHeader(c, CONNECTION_HEADER);
  const name = field ?? query ?? header;
  if ((query !== undefined && query !== name) || (header !== undefined && header !== name))
    throw invalid('The request names two different connections.');
  return name;
}

function named(
  c: RouteContext,
  scope: string,
  { action, role }: TargetRequest,
  name: string | undefined,
  protocol: string | undefined,
): Target {
  const access = c.get('access');
  const reaches = (own: string): boolean => access.reaches(scope, own);
  const connection = chooseConnection(c.get('config').connections, name, protocol, reaches);
  // The scope comes first, so that a token learns nothing about the names that it has no right to.
  const asked = name ?? connection?.name;
  if (asked !== undefined) access.require(scope, action, asked);
  if (connection === undefined) throw unknownConnection(name, protocol);
  return targetOf(connection, role);
}

/** A named connection as a target, for a request whose right to it is known. @param role Default: the writer. */
export function targetOf(connection: Connection, role: Role = 'writer'): Target {
  const { name, pool, via } = connection;
  const { url, address, options } = settingsOf(connection, role);
  // Only problems need it.
  const conceal = (text: string): string => concealer(connection)(text);
  return { name, url: url.href, address, pool, via, options, conceal };
}

function unknownConnection(name: string | undefined, protocol: string | undefined): HttpProblem {
  const kind = protocol === undefined ? '' : `${protocol} `;
  return new HttpProblem(
    'not_found',
    name === undefined
      ? `No default ${kind}connection: configure one in FAIRLEAD_CONNECTIONS, call one of several "main" there, or name one by ?connection=.`
      : `There is no ${kind}connection named ${JSON.stringify(name.slice(0, 64))}.`,
  );
}

function callersUrl(c: RouteContext, module: RouteModule, action: Action, { header, text }: OwnUrl): Target {
  c.get('access').require(module.protocol, action, undefined);
  // Headers that stand twice are joined with a comma and a space, which a URL parser would take for a part of the first.
  if (/\s/.test(text)) {
    throw usage(`${header} stands more than once, or holds white space, which a URL holds as %20`);
  }
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const port = url && (url.port || defaultPortOf(module, url));
  if (
    url === undefined ||
    !module.schemes.includes(url.protocol) ||
    url.hostname === '' ||
    port === undefined
  ) {
    const schemes = module.schemes.join(' ');
    throw usage(`${header} must be a URL with a host, of scheme ${schemes}`);
  }
  const second = HOST_PARAMETERS.find((parameter) => url.searchParams.has(parameter));
  if (second !== undefined) {
    throw usage(`${header} must not hold the query parameter "${second}"`);
  }
  const address = checkTarget(c.get('config').targets, {
    hostname: hostOf(url),
    port: Number(port),
  });
  dialResolved(c);
  url.port = String(address.port);
  url.hostname = address.hostname.includes(':') ? `[${address.hostname}]` : address.hostname;
  return {
    name: undefined,
    url: url.href,
    address,
    pool: undefined,
    options: {},
    conceal: concealPasswords([url.password]),
  };
}

/** Takes a named connection's hosts and passwords out of texts, those of both roles. */
export function concealer(connection: Connection): (text: string) => string {
  const { name } = connection;
  const roles = rolesOf(connection);
  const hosts = roles
    .flatMap(({ url, options }) => hostsOf(url, options))
    .map((host) => escapeRegExp(host.replace(/^\[|\]$/g, '')));
  // The longest first: a shorter one may be its beginning.
  const host = `\\[?(?:${hosts.sort((a, b) => b.length - a.length).join('|')})\\]?(?::\\d{1,5}\\b)?`;
  const pattern = new RegExp(`(?<![\\w.-])${host}(?![\\w-]|\\.\\w)`, 'gi');
  const hidePassword = concealPasswords(
    roles.flatMap(({ url, options }) => [url.password, options.password]),
  );
  return (text) => hidePassword(text).replaceAll(pattern, `connection "${name}"`);
}

/** A database's connection may name several hosts: in its URL, between commas, in a parameter, or in its options. */
function hostsOf(url: URL, { hostname, hosts }: Record<string, unknown>): string[] {
  const listed = Array.isArray(hosts)
    ? hosts.map((each: { hostname?: unknown } | null) => each?.hostname)
    : [];
  const texts = [hostOf(url), ...url.searchParams.getAll('host'), hostname, ...listed];
  return texts
    .flatMap((text) => (typeof text === 'string' ? text.split(',') : []))
    .filter((text) => text !== '');
}

function concealPasswords(passwords: readonly unknown[]): (text: string) => string {
  const secrets = passwords
    .flatMap((password) => (typeof password === 'string' ? [password, decoded(password)] : []))
    .filter((secret) => secret.length >= MIN_CONCEALED)
    // The longest first: a shorter one may be its beginning.
    .sort((a, b) => b.length - a.length);
  return (text) => secrets.reduce((result, secret) => result.replaceAll(secret, '***'), text);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function invalid(detail: string): HttpProblem {
  return new HttpProblem('invalid', detail);
}
