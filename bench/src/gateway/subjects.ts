// What `npm run bench -- gateway` asks for: one entry a row of its table.
import { checkNames } from '../usage.ts';

/** A row. */
export interface Subject {
  /** As `--only` names it. */
  readonly id: string;
  readonly name: string;
  /** The Worker that answers. */
  readonly worker: string;
  readonly request: Request;
}

/** What is sent, and what comes. */
interface Request {
  /** Method and path. */
  readonly line: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** What each answer holds. */
  readonly expected: string;
}

/** A gateway, by how it reaches its servers. Each is a Worker of its own, with one connection a protocol. */
export interface Way {
  /** The Worker's name, and the end of the rows' ids. */
  readonly id: string;
  readonly name: string;
  /** The member `pool` of its connections. */
  readonly pool: false | Readonly<Record<string, number>>;
  readonly tls: boolean;
}

const DIRECT: Way = { id: 'direct', name: 'direct', pool: false, tls: false };
const DIRECT_TLS: Way = { id: 'tls-direct', name: 'direct, TLS', pool: false, tls: true };
const WARM: Way = { id: 'warm', name: 'warm', pool: { max: 10 }, tls: false };
const WARM_TLS: Way = { id: 'tls-warm', name: 'warm, TLS', pool: { max: 10 }, tls: true };

/** All gateways. */
export const WAYS: readonly Way[] = [DIRECT, DIRECT_TLS, WARM, WARM_TLS];

/** A value of 16 bytes under the key `small`. */
export const SMALL = 'x'.repeat(16);

/** The routes, and the gateways that they are measured on. */
const ROUTES: readonly { id: string; name: string; ways: readonly Way[]; request: Request }[] = [
  {
    id: 'redis',
    name: '/redis/get',
    ways: WAYS,
    request: { line: 'GET /redis/get/small', expected: `{"result":"${SMALL}"}` },
  },
  {
    id: 'pg',
    name: '/pg/query',
    ways: WAYS,
    request: {
      line: 'POST /pg/query',
      body: { sql: 'select $1::int as answer', params: [42] },
      expected: '"rows":[{"answer":42}]',
    },
  },
  {
    id: 'mysql',
    name: '/mysql/query',
    ways: WAYS,
    request: {
      line: 'POST /mysql/query',
      body: { sql: 'select ? + 0 as answer', params: [42] },
      expected: '"rows":[{"answer":42}]',
    },
  },
];

/** The least Workers that do the same as dear rows: `workers/gateway/bare.ts`. */
const BARE: Readonly<Record<string, readonly [name: string, request: Request]>> = {
  healthz: [
    'an empty Worker, with the headers of /healthz',
    { line: 'GET /healthz', expected: '"status":"ok"' },
  ],
  redis: ['a bare socket: AUTH, GET', { line: 'GET /redis', expected: SMALL }],
  'redis-tls': ['a bare socket: TLS, AUTH, GET', { line: 'GET /redis-tls', expected: SMALL }],
  pg: [
    'a bare socket: SCRAM, its keys kept, a statement',
    { line: 'GET /pg', expected: '"rows":[{"answer":42}]' },
  ],
  'pg-tls': [
    'a bare socket: TLS, SCRAM, its keys kept, a statement',
    { line: 'GET /pg-tls', expected: '"rows":[{"answer":42}]' },
  ],
  'pg-tls-polite': [
    'a bare socket: the same, that is asked for SCRAM, says goodbye and waits for the end',
    { line: 'GET /pg-tls-polite', expected: '"rows":[{"answer":42}]' },
  ],
  pbkdf2: ['an empty Worker, with 4,096 rounds of PBKDF2', { line: 'GET /pbkdf2', expected: 'ok' }],
};

/** The clients alone, without the gateway: `workers/gateway/client.ts`. */
const CLIENTS: Readonly<Record<string, readonly [name: string, request: Request]>> = {
  redis: ['the Redis client alone: TLS, AUTH, GET', { line: 'GET /redis', expected: SMALL }],
  pg: [
    'the Postgres client alone: TLS, SCRAM, a statement',
    { line: 'GET /pg', expected: '"rows":[{"answer":42}]' },
  ],
};

/** Every row, in the table's order. */
const SUBJECTS: readonly Subject[] = [
  {
    id: 'empty',
    name: 'an empty Worker',
    worker: 'empty',
    request: { line: 'GET /', expected: 'ok' },
  },
  {
    id: 'object',
    name: 'an empty Worker, through an object',
    worker: 'object',
    request: { line: 'GET /', expected: '+PONG' },
  },
  ...without('bare', BARE),
  ...without('client', CLIENTS),
  {
    id: 'hono',
    name: 'a Hono app that answers a constant',
    worker: 'hono',
    request: { line: 'GET /', expected: 'ok' },
  },
  {
    id: 'healthz',
    name: '/healthz',
    worker: DIRECT.id,
    request: { line: 'GET /healthz', expected: '"status":"ok"' },
  },
  ...ROUTES.flatMap((route) =>
    route.ways.map((way) => ({
      id: `${route.id}-${way.id}`,
      name: `${route.name}, ${way.name}`,
      worker: way.id,
      request: route.request,
    })),
  ),
];

/** Rows of a Worker that is no gateway. */
function without(worker: string, requests: typeof BARE): Subject[] {
  return Object.entries(requests).map(([id, [name, request]]) => ({
    id: `${worker}-${id}`,
    name,
    worker,
    request,
  }));
}

/**
 * The rows that are asked for.
 * @param only Ids or their beginnings, between commas: `object,redis-warm,pg`. Default: all.
 * @throws UsageError where there is none for one of them.
 */
export function chooseSubjects(only: string | undefined): Subject[] {
  if (only === undefined) return [...SUBJECTS];
  const fits = (name: string, id: string) => id === name || id.startsWith(`${name}-`);
  const names = only.split(',');
  const ids = SUBJECTS.map(({ id }) => id);
  const unknown = names.filter((name) => !ids.some((id) => fits(name, id)));
  checkNames('row', unknown, ids);
  return SUBJECTS.filter(({ id }) => names.some((name) => fits(name, id)));
}

/** The request as it is sent. */
export function requestText({ line, body }: Request, token: string): string {
  const head = [`${line} HTTP/1.1`, 'Host: gateway.example', `Authorization: Bearer ${token}`];
  if (body === undefined) return `${head.join('\r\n')}\r\n\r\n`;
  const text = JSON.stringify(body);
  head.push('Content-Type: application/json', `Content-Length: ${Buffer.byteLength(text)}`);
  return `${head.join('\r\n')}\r\n\r\n${text}`;
}
