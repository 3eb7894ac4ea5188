// What users of pooled connections ask, each under a name that is its own, and which answers are right. It sends nothing.
import type { Ask } from './caller.ts';

/** The pool of each protocol, as the gateway and the library's users share it. */
export interface Places {
  /** The URL of Redis, for users of the library. */
  readonly redisUrl: string;
  readonly timeoutMs: number;
  /** The limits of the pool of those users. */
  readonly pool: { readonly max: number; readonly idleSeconds: number; readonly waitMs: number };
}

/** One request. */
interface Wish {
  readonly path: string;
  readonly ask: Ask;
  /** Whether an answer with status 200 is the right one. */
  isRight(body: Readonly<Record<string, unknown>>): boolean;
}

/** A kind of user. */
export interface User {
  readonly name: string;
  readonly protocol: 'pg' | 'redis';
  /** @param nonce Stands in the request and in its answer, and in no other one. */
  wish(nonce: string, places: Places): Wish;
}

const same = (left: unknown, right: unknown): boolean => JSON.stringify(left) === JSON.stringify(right);

function sql(nonce: string, text: string, rows: unknown, more: object = {}): Wish {
  const json = { connection: 'pg', sql: text, params: [nonce], rowMode: 'array' };
  return { path: '/pg/query', ask: { json, ...more }, isRight: (body) => same(body.rows, rows) };
}

function redis(path: string, json: unknown, expected: unknown): Wish {
  const isRight = (body: unknown) => same(body, expected);
  return { path: `${path}?connection=redis`, ask: { json }, isRight };
}

function job(kind: string, nonce: string, result: unknown, { redisUrl, timeoutMs, pool }: Places): Wish {
  const json = { kind, url: redisUrl, nonce, timeoutMs, pool };
  return { path: '/job', ask: { json }, isRight: (body) => same(body.result, result) };
}

/** Statements that may run once only: the table says at the end how often each did. */
export const INSERT: User = {
  name: 'pg insert',
  protocol: 'pg',
  wish: (nonce) => sql(nonce, 'insert into ledger values ($1) returning nonce', [[nonce]]),
};

/** A transaction that must be whole, and whose counter would show that it ran twice. */
const MULTI: User = {
  name: 'redis multi',
  protocol: 'redis',
  wish: (nonce) => {
    const key = `multi:${nonce}`;
    const commands = [
      ['INCR', key],
      ['ECHO', nonce],
      ['INCR', key],
      ['EXPIRE', key, '60'],
    ];
    const expected = [{ result: 1 }, { result: nonce }, { result: 2 }, { result: 1 }];
    return redis('/redis/multi-exec', commands, expected);
  },
};

/** All kinds. */
export const USERS: readonly User[] = [
  { name: 'pg select', protocol: 'pg', wish: (nonce) => sql(nonce, 'select $1::text', [[nonce]]) },
  {
    name: 'pg rows',
    protocol: 'pg',
    wish: (nonce) => {
      const rows = Array.from({ length: 50 }, () => [nonce]);
      return sql(nonce, 'select $1::text from generate_series(1, 50)', rows);
    },
  },
  INSERT,
  {
    name: 'redis echo',
    protocol: 'redis',
    wish: (nonce) => redis('/redis', ['ECHO', nonce], { result: nonce }),
  },
  {
    name: 'redis incr',
    protocol: 'redis',
    wish: (nonce) => redis('/redis', ['INCR', `incr:${nonce}`], { result: 1 }),
  },
  MULTI,
  {
    name: 'redis pop',
    protocol: 'redis',
    wish: (nonce, places) => job('pop', nonce, [`list:${nonce}`, nonce], places),
  },
  {
    name: 'redis watch',
    protocol: 'redis',
    wish: (nonce, places) => job('watch', nonce, [null, null, nonce], places),
  },
  {
    name: 'redis subscribe',
    protocol: 'redis',
    wish: (nonce, places) => job('subscribe', nonce, nonce, places),
  },
];
