// What routes, the gateway and its settings hand each other: types only, so that the modules need not know one another.
import type { CallLimit } from '@fairlead/client';
import type { CertificateSummary, Peer, ServerWords, TlsFailure } from '@fairlead/errors';
import type { MooringNamespace, PoolDefaults } from '@fairlead/mooring';
import type { Address, Connector } from '@fairlead/transport';
import type { OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context, Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Access } from '../access/access.ts';
import type { JwtSettings } from '../access/jwt/settings.ts';
import type { RateLimiter, RateWindows } from '../access/rate-window.ts';
import type { Token } from '../access/tokens.ts';
import type { AnalyticsDataset } from '../observability/analytics.ts';
import type { RequestRecord } from '../observability/request-record.ts';
import type { LogSettings } from '../observability/settings.ts';
import type { FailureLog } from '../operations/failures/failure-log.ts';
import type { RequestCounters } from '../operations/metrics/request-counters.ts';
import type { RequestTiming } from '../operations/server-timing.ts';
import type { Fault } from '../problems/http-problem.ts';
import type { ProblemCode } from '../problems/problem-table.ts';
import type { NamedQuery, QueryDialect } from '../queries/named-query.ts';
import type { Limits } from '../settings/limits.ts';
import type { PoolSettings } from '../settings/pool.ts';
import type { ResolverSettings } from '../targets/resolver/settings.ts';
import type { TargetPolicy } from '../targets/target-policy.ts';

/**
 * The Worker's settings, as secrets or `[vars]`; each is JSON, as text or already parsed by `wrangler.toml`.
 * The README of `@fairlead/worker` documents their shapes.
 */
export interface GatewayEnv {
  /** Named connections: `{ "main": { "url": "postgres://..." } }`. A secret. */
  readonly FAIRLEAD_CONNECTIONS?: unknown;
  /** Bearer tokens: `[{ "name", "token" | "sha256", "scopes", "expires"?, "origins"?, "maxRows"?, "rate"? }]`. A secret. */
  readonly FAIRLEAD_TOKENS?: unknown;
  /** Addresses that callers may choose: `["db.example.com:5432"]`. Default: none. */
  readonly FAIRLEAD_TARGETS?: unknown;
  /** Resolves the names among them before they are dialled: `{ "url": "https://cloudflare-dns.com/dns-query", "ownTls"? }`. Default: nothing does. */
  readonly FAIRLEAD_RESOLVER?: unknown;
  /** Caps: `{ "maxBodyBytes": 4194304 }`. */
  readonly FAIRLEAD_LIMITS?: unknown;
  /** Named queries: `{ "ships-of": { "connection": "main", "sql": "select ...", "params": { ... } } }`. */
  readonly FAIRLEAD_QUERIES?: unknown;
  /** Browser origins: `["https://app.example.com"]`. Default: none. */
  readonly FAIRLEAD_CORS?: unknown;
  /** An issuer whose JWTs are bearer tokens: `{ "issuer", "jwksUrl", "audience" }`. Default: none. */
  readonly FAIRLEAD_JWT?: unknown;
  /** What is logged: `{ "access": true, "audit": true }`. Default: failures alone. */
  readonly FAIRLEAD_LOG?: unknown;
  /** Takes one data point a request. */
  readonly ANALYTICS?: AnalyticsDataset;
  /** Counts the requests of tokens with a `rate`, over all isolates of a location. */
  readonly RATE_LIMITER?: RateLimiter;
  /** The Durable Objects that keep connections between requests. Without it every request has a connection of its own. */
  readonly MOORING?: MooringNamespace;
}

/** A connector around a connector, which honours wishes of TLS (`tlsOptions`). */
export type OwnTls = (connector: Connector) => Connector;

/**
 * Values that the gateway sets before a route runs: read them as `c.get('access')`. Hono's `c.var` is an object of all of them,
 * made anew at each use.
 */
export interface GatewayVariables {
  /** The request's name in logs, in problems and in the header `Fairlead-Request-Id`. */
  requestId: string;
  /** `Date.now()` when the request came: its time limit begins here. */
  arrivedAt: number;
  /** The time that the caller asks for, in milliseconds; undefined where it asks for none. */
  wishedMs: number | undefined;
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
  /** Where the request's time goes. */
  timing: RequestTiming;
  /** What the request has carried, and what it belongs to. */
  record: RequestRecord;
  /** What it shares with the isolate's other requests. */
  shared: Shared;
}

/** What all requests of an isolate share. */
export interface Shared {
  /** What this isolate has answered. */
  readonly requests: RequestCounters;
  /** The last requests to this isolate that failed. */
  readonly failures: FailureLog;
  /** How much of their rates tokens have used in this isolate. */
  readonly rates: RateWindows;
  /** Makes another connector, such as a binding's, honour an entry's `tls` object. */
  readonly ownTls: OwnTls;
  /** Whether the gateway was made with a connector of its own: a mooring's objects do not have it. */
  readonly isOwnConnector: boolean;
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

/** The gateway's app, on which pages of its own may stand beside the modules. */
export type PageApp = Hono<GatewayTypes>;

/** The app that a route module registers its routes on. */
export type RouteApp = OpenAPIHono<GatewayTypes>;

/** The Hono context of a route, whatever its path. */
export type RouteContext = Context<GatewayTypes>;

/** A protocol's HTTP face. */
export interface RouteModule {
  /** Where its routes hang, one segment such as `/redis`; its paths are relative to this. */
  readonly prefix: `/${string}`;
  /** The first part of its scopes, such as `redis`. */
  readonly protocol: string;
  /** The second parts of its scopes: `['read', 'write']`. Default: none. */
  readonly actions?: readonly string[];
  /** Whether its scopes may name connections of any protocol, as a TCP ping's do. Default: those of its own. */
  readonly ofAnyProtocol?: boolean;
  /** URL schemes of its named connections, with the colon: `['redis:', 'rediss:']`. */
  readonly schemes: readonly string[];
  /**
   * The protocol whose named connections its routes use, where that is another module's: `/sftp` uses those of `ssh`. Its entries,
   * their settings and their checks are that module's, its scopes are its own. Default: its own.
   */
  readonly connectionsOf?: string;
  /** For URLs that have no port: one for all, or by scheme, with the colon. */
  readonly defaultPort?: number | Readonly<Record<string, number>>;
  /** One sentence for the OpenAPI document's tag. */
  readonly description: string;
  /** `json` (default): a body that is not JSON is answered 415. `any`: the routes read bodies of any type. */
  readonly bodies?: 'json' | 'any';
  /** Whether a request needs no token: a route that checks nothing but the gateway itself. Default: all need one. */
  readonly isOpen?: (c: RouteContext) => boolean;
  /** Headers that may hold the token, as it is, where there is no `Authorization`. Default: none. */
  readonly tokenHeaders?: readonly string[];
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
  /** Whether an entry may hold `readUrl`, with a role of its own for those who may only read. Default: no. */
  readonly readUrl?: boolean;
  /** What named queries need of a SQL database. With it, the query string below `/q/` is theirs alone. */
  readonly namedQueries?: () => Promise<QueryDialect>;
  /** What its pools have in place of the usual defaults. */
  readonly poolDefaults?: PoolDefaults;
  /**
   * What an entry of `FAIRLEAD_CONNECTIONS` may hold for this protocol besides `url` and `pool`. It is asked for when settings are
   * checked or shown, not by requests. Default: nothing.
   */
  readonly settings?: () => Promise<EntrySettings>;
  /** Its cheapest sign of life; rejects where the server cannot be used. It changes nothing there. */
  readonly check?: (check: ConnectionCheck) => Promise<void>;
  /**
   * Registers its routes, at the first request below its prefix: what only they need may be imported here. They run behind
   * authentication, the body cap and the error handler.
   */
  register(app: RouteApp): void | Promise<void>;
}

/** A role of a named connection that is to be checked. */
export interface ConnectionCheck {
  /** With its credentials: for the protocol's client alone. */
  readonly url: string;
  readonly address: Address;
  /** The entry's further members. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The check's own time and signal. */
  readonly limit: CallLimit;
  /** Dials without a pool, through the entry's binding. */
  readonly connector: Connector;
  /** The options with a connector: the pool's, where the connection has one. */
  dial<Options extends object>(options: Options): Promise<Options & { readonly connector: Connector }>;
}

/** The members of a connection's entry that are one protocol's own. */
export interface EntrySettings {
  /** Each member; others are told as unknown ones. */
  readonly schema: z.ZodObject;
  /** Members whose text `GET /settings` shows. All other text is hidden there, and numbers that the schema does not take. */
  readonly shown: readonly string[];
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
  /** The binding through which it is dialled; undefined for the open internet. */
  readonly via?: string | undefined;
  /** The further members of the entry, for the protocol's own use. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Where readers go; undefined where they go to `url` too. */
  readonly reader?: ConnectionReader | undefined;
}

/** The role that callers have who may only read: what the member `readUrl` of an entry says. */
export interface ConnectionReader {
  /** With its credentials: never for a log, an error or a response. */
  readonly url: URL;
  readonly address: Address;
  /** The entry's further members, without the writer's own (`hostname`, `username`, ...). */
  readonly options: Readonly<Record<string, unknown>>;
}

/** The parsed settings. */
export interface Config {
  readonly tokens: readonly Token[];
  readonly connections: ReadonlyMap<string, Connection>;
  readonly queries: ReadonlyMap<string, NamedQuery>;
  readonly targets: TargetPolicy;
  readonly limits: Limits;
  /** Origins that browsers may call from; `*` for any. */
  readonly cors: readonly string[];
  readonly jwt: JwtSettings | undefined;
  readonly resolver: ResolverSettings | undefined;
  readonly log: LogSettings;
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
  /** The binding through which it is dialled; undefined for the open internet. `connectorOf` dials accordingly. */
  readonly via?: string | undefined;
  /** The further members of the connection's entry in `FAIRLEAD_CONNECTIONS`. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Takes a named connection's host and password out of a text. */
  conceal(text: string): string;
}

/** A certificate, as documents hold it. */
export interface ProblemCertificate extends Omit<CertificateSummary, 'names'> {
  readonly names: string[];
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
  /** Why TLS failed; with `tls_failed` alone. */
  readonly reason?: TlsFailure;
  /** The certificate that TLS failed for. */
  readonly certificate?: ProblemCertificate;
  /** The name of the alert that the server sent. */
  readonly alert?: string;
  readonly errors?: readonly Fault[];
  readonly needs?: string;
}
