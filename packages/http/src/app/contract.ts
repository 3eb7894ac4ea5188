// What routes, the gateway and its settings hand each other: types only, so that the modules need not know one another.
import type { Peer, ServerWords } from '@fairlead/errors';
import type { MooringNamespace, PoolDefaults } from '@fairlead/mooring';
import type { Address, Connector } from '@fairlead/transport';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Access } from '../access/access.ts';
import type { Token } from '../access/tokens.ts';
import type { RequestCounters } from '../operations/request-counters.ts';
import type { RequestTiming } from '../operations/server-timing.ts';
import type { Fault } from '../problems/http-problem.ts';
import type { ProblemCode } from '../problems/problem-table.ts';
import type { Limits } from '../settings/limits.ts';
import type { PoolSettings } from '../settings/pool.ts';
import type { TargetPolicy } from '../targets/target-policy.ts';

/**
 * The Worker's settings, as secrets or `[vars]`; each is JSON, as text or already parsed by `wrangler.toml`.
 * The README of `@fairlead/worker` documents their shapes.
 */
export interface GatewayEnv {
  /** Named connections: `{ "main": { "url": "postgres://..." } }`. A secret. */
  readonly FAIRLEAD_CONNECTIONS?: unknown;
  /** Bearer tokens: `[{ "name", "token" | "sha256", "scopes" }]`. A secret. */
  readonly FAIRLEAD_TOKENS?: unknown;
  /** Addresses that callers may choose: `["db.example.com:5432"]`. Default: none. */
  readonly FAIRLEAD_TARGETS?: unknown;
  /** Caps: `{ "maxBodyBytes": 4194304 }`. */
  readonly FAIRLEAD_LIMITS?: unknown;
  /** Browser origins: `["https://app.example.com"]`. Default: none. */
  readonly FAIRLEAD_CORS?: unknown;
  /** The Durable Objects that keep connections between requests. Without it every request has a connection of its own. */
  readonly MOORING?: MooringNamespace;
}

/**
 * Values that the gateway sets before a route runs: read them as `c.get('access')`. Hono's `c.var` is an object of all of them,
 * made anew at each use.
 */
export interface GatewayVariables {
  /** The request's name in logs, in problems and in the header `Fairlead-Request-Id`. */
  requestId: string;
  /** `Date.now()` when the request came: its time limit begins here. */
  arrivedAt: number;
  /** The parsed settings. */
  config: Config;
  /** The bearer token's scopes; set on the paths of route modules, behind authentication. */
  access: Access;
  /** The route module that owns the path; undefined on the gateway's own pages. */
  module: RouteModule | undefined;
  /** What `resolveTarget` last gave out; problems hide its address when it is a named connection's. */
  target: Target | undefined;
  /** Dials; pass it on to the protocol's client. Tests put a scripted peer here. */
  connector: Connector;
  /** Whether the gateway was made with a connector of its own: a mooring's objects do not have it. */
  isOwnConnector: boolean;
  /** Where the request's time goes. */
  timing: RequestTiming;
  /** What this isolate has answered. */
  requests: RequestCounters;
}

/**
 * What a protocol's client needs so that its connections are a mooring's. With a connection's own settings as `options` it gives
 * the pool that the routes use, whatever they add: so operators find its objects.
 */
export type KeepConnections = (
  namespace: MooringNamespace,
  url: string,
  options: Readonly<Record<string, unknown>>,
  /** The longest that any request may take: what servers get as their own limit at the pool's login, for all callers. */
  longestMs: number,
) => Promise<{ readonly connector: Connector } & Readonly<Record<string, unknown>>>;

/** Hono's type parameter for everything behind the gateway. */
export interface GatewayTypes {
  Bindings: GatewayEnv;
  Variables: GatewayVariables;
}

/** The app that a route module registers its routes on. */
export type RouteApp = OpenAPIHono<GatewayTypes>;

/** The Hono context of a route, whatever its path. */
export type RouteContext = Context<GatewayTypes>;

/** A protocol's HTTP face. */
export interface RouteModule {
  /** Where its routes hang, such as `/redis`; its paths are relative to this. */
  readonly prefix: `/${string}`;
  /** The first part of its scopes, such as `redis`. */
  readonly protocol: string;
  /** URL schemes of its named connections, with the colon: `['redis:', 'rediss:']`. */
  readonly schemes: readonly string[];
  /** For URLs that have no port: one for all, or by scheme, with the colon. */
  readonly defaultPort?: number | Readonly<Record<string, number>>;
  /** One sentence for the OpenAPI document's tag. */
  readonly description: string;
  /** `json` (default): a body that is not JSON is answered 415. `any`: the routes read bodies of any type. */
  readonly bodies?: 'json' | 'any';
  /** The query parameters that its routes read, beside `connection`; others are answered 400. Default: the routes check. */
  readonly parameters?: readonly string[];
  /** Query parameters that may be repeated, or `any`. All others stand once; `connection` always. Default: none. */
  readonly repeatable?: readonly string[] | 'any';
  /** A status of its own for some of the server's error codes; undefined leaves 400. */
  readonly serverStatus?: (server: ServerWords) => ContentfulStatusCode | undefined;
  /** Members to add to its problem documents, such as Upstash's `error`. */
  readonly problemMembers?: (problem: Problem) => Readonly<Record<string, unknown>>;
  /** Opens clients whose connections a mooring keeps. Without it each request has a connection of its own. */
  readonly pool?: KeepConnections;
  /** What its pools have in place of the usual defaults. */
  readonly poolDefaults?: PoolDefaults;
  /** Registers its routes. They run behind authentication, the body cap and the error handler. */
  register(app: RouteApp): void;
}

/** A connection that the operator configured. */
export interface Connection {
  readonly name: string;
  /** First part of its scopes, known from the URL's scheme. */
  readonly protocol: string;
  /** With its credentials: never for a log, an error or a response. */
  readonly url: URL;
  /** The URL's host and port, canonical, with its protocol's default port. */
  readonly address: Address;
  /** Whether, and how, a mooring keeps its connections, where the gateway has one and the protocol has a seat. */
  readonly pool: PoolSettings;
  /** The further members of the entry, for the protocol's own use. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** The parsed settings. */
export interface Config {
  readonly tokens: readonly Token[];
  readonly connections: ReadonlyMap<string, Connection>;
  readonly targets: TargetPolicy;
  readonly limits: Limits;
  /** Origins that browsers may call from; `*` for any. */
  readonly cors: readonly string[];
}

/** Where to connect, and what to say about it. */
export interface Target {
  /** The named connection; undefined where the caller chose the address. */
  readonly name: string | undefined;
  /** What to dial, with credentials: for the protocol's client alone. */
  readonly url: string;
  /** The URL's host and port, canonical. */
  readonly address: Address;
  /** Whether, and how, a mooring keeps its connections; undefined where the caller chose the address. */
  readonly pool: PoolSettings | undefined;
  /** The further members of the connection's entry in `FAIRLEAD_CONNECTIONS`. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Takes a named connection's host and password out of a text. */
  conceal(text: string): string;
}

/** A problem document. Members besides RFC 9457's own are extensions (section 3.2). */
export interface Problem {
  /** A page about the code: `/problems/<code>`. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ProblemCode;
  readonly blame: 'local' | 'peer' | 'network';
  readonly safeToRetry: boolean;
  readonly requestId: string;
  /** Only where the caller chose the address. */
  readonly peer?: Peer;
  readonly server?: ServerWords;
  readonly errors?: readonly Fault[];
  readonly needs?: string;
}
