// The layers between a request and its route: for each, what stands in its place where it is taken away. Data alone.

/** The settings of all these gateways. */
export const SETTINGS = {
  FAIRLEAD_TOKENS: JSON.stringify([
    { name: 'bench', token: 'bench-token-of-a-length-that-is-usual', scopes: ['*'] },
  ]),
  FAIRLEAD_CONNECTIONS: JSON.stringify({
    redis: 'redis://localhost:6379',
    pg: 'postgres://bench@localhost:5432/postgres?sslmode=disable',
  }),
};

/** A gateway, and how it differs from the one that is shipped. */
export interface Layer {
  readonly name: string;
  /** The end of the path of the module that is replaced. Default: none is. */
  readonly module?: string;
  /** What takes its place; `real` is the module itself. */
  readonly code?: string;
  /** Settings on top of `SETTINGS`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Which requests have it. Default: all. */
  readonly of?: readonly string[];
}

/** The requests of `workers/gateway/loop.ts`. */
export const SCENARIOS: Readonly<Record<string, string>> = {
  healthz: '/healthz',
  redis: '/redis/get',
  pg: '/pg/query',
  refusal: '404',
};

const ROUTES = ['redis', 'pg'];
const WORKER = 'packages/worker/dist/index.js';

/** The gateway as it is, twice, so that it can be seen how exact the table is; and what is no gateway. */
export const WHOLE: readonly Layer[] = [
  { name: 'all of it' },
  { name: 'all of it, again' },
  {
    name: 'a Hono app that answers a constant',
    module: WORKER,
    code: "import { Hono } from 'hono'; export const createGateway = () => new Hono().all('*', (c) => c.text('ok'));",
    of: ['healthz'],
  },
  {
    name: 'a constant',
    module: WORKER,
    code: "export const createGateway = () => ({ fetch: () => new Response('ok') });",
    of: ['healthz'],
  },
];

/** Taken away one by one. */
export const TAKEN: readonly Layer[] = [
  {
    name: 'settings: whether they are the same as before',
    module: 'http/dist/settings/config.js',
    code: `import { ConfigSource as Source } from 'real'; export * from 'real';
      let known; export class ConfigSource extends Source { known() { return known; } async read(env) { return (known = await super.read(env)); } }`,
  },
  {
    name: 'trace: traceparent read and sent',
    module: 'http/dist/observability/trace.js',
    code: "const trace = { traceId: '', spanId: '' }; export const traceOf = () => trace; export const traceParent = () => '0';",
  },
  {
    name: 'methods: 405 in place of 404',
    module: 'hono/dist/middleware/method-not-allowed/index.js',
    code: 'export const methodNotAllowed = () => (c, next) => next();',
    of: ['refusal'],
  },
  {
    name: 'Server-Timing',
    module: 'http/dist/operations/server-timing.js',
    code: `export class RequestTiming { watch(connector) { return connector; } opening(result) { return result; }
      pooled() { return () => {}; } refused() {} unopened() {} header() {} }`,
    of: ROUTES,
  },
  {
    name: 'counters of requests and failures',
    module: 'http/dist/operations/metrics/request-counters.js',
    code: "export * from 'real'; export class RequestCounters { note() {} fail() {} open() { return { end() {} }; } }",
    of: [...ROUTES, 'refusal'],
  },
  {
    name: 'token',
    module: 'http/dist/access/admission.js',
    code: `import { admitCaller as admit } from 'real'; let known;
      export async function admitCaller(c) { if (known) c.set('access', known); else { await admit(c); known = c.get('access'); } }`,
    of: ROUTES,
  },
  {
    name: 'what a request says twice, or wrongly',
    module: 'http/dist/request/single.js',
    code: 'export const checkQuery = () => {}; export const singleHeader = (c, name) => c.req.header(name);',
    of: ROUTES,
  },
  {
    name: 'the body: its cap, its time, its JSON and its schema',
    module: 'http/dist/request/body.js',
    code: "export * from 'real'; export const guardBody = () => {}; export const readJson = async (c) => ({ rowMode: 'object', ...await c.req.raw.json() });",
    of: ['pg'],
  },
  {
    name: 'the target: scope, connection, what its problems hide',
    module: 'http/dist/targets/target.js',
    code: `import { resolveTarget as resolve } from 'real'; export * from 'real'; const known = new Map();
      export function resolveTarget(c, request) { const { prefix } = c.get('module'); let target = known.get(prefix);
        if (target === undefined) { target = resolve(c, request); known.set(prefix, target); } else c.set('target', target); return target; }`,
    of: ROUTES,
  },
  {
    name: 'its time, its signal, and that it goes on without its caller',
    module: 'http/dist/request/lifetime.js',
    code: `export const explainAbort = (error) => error;
      export class Lifetime { signal = new AbortController().signal; limit; constructor(c, limit) { this.limit = { ...limit, signal: this.signal }; }
        abort() {} explain(error) { return error; } end() {} }`,
    of: ROUTES,
  },
  {
    name: 'the problem document',
    module: 'http/dist/problems/problem.js',
    code: "export * from 'real'; export const problemResponse = () => new Response('', { status: 404 });",
    of: ['refusal'],
  },
];

/** Off as it is shipped. */
export const ADDED: readonly Layer[] = [
  { name: 'access log', settings: { FAIRLEAD_LOG: '{"access":true}' } },
  { name: 'audit log', settings: { FAIRLEAD_LOG: '{"audit":true}' }, of: ['pg'] },
  { name: 'CORS, for one origin', settings: { FAIRLEAD_CORS: '["https://app.example"]' } },
  {
    name: 'a rate for the token',
    settings: {
      FAIRLEAD_TOKENS: JSON.stringify([
        {
          name: 'bench',
          token: 'bench-token-of-a-length-that-is-usual',
          scopes: ['*'],
          rate: { limit: 1_000_000, periodSeconds: 60 },
        },
      ]),
    },
    of: ROUTES,
  },
];
