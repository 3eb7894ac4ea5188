// What `npm run bench -- gateway` asks for: one entry a row of its table.

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

/**
 * The rows that are asked for.
 * @param only Ids or their beginnings, between commas: `object,redis-warm,pg`. Default: all.
 * @throws Error where there are none.
 */
export function chooseSubjects(only: string | undefined): Subject[] {
  const names = only?.split(',');
  const fits = (id: string) => names?.some((name) => id === name || id.startsWith(`${name}-`)) ?? true;
  const rows = SUBJECTS.filter(({ id }) => fits(id));
  if (rows.length > 0) return rows;
  throw new Error(`No row is one of ${only}: ${SUBJECTS.map(({ id }) => id).join(', ')}`);
}

/** The request as it is sent. */
export function requestText({ line, body }: Request, token: string): string {
  const head = [`${line} HTTP/1.1`, 'Host: gateway.example', `Authorization: Bearer ${token}`];
  if (body === undefined) return `${head.join('\r\n')}\r\n\r\n`;
  const text = JSON.stringify(body);
  head.push('Content-Type: application/json', `Content-Length: ${Buffer.byteLength(text)}`);
  return `${head.join('\r\n')}\r\n\r\n${text}`;
}
