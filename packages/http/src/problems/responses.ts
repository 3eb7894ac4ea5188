// The OpenAPI responses of problems, so that every route declares them alike. Data only.
import { problemSchema } from './problem-schema.ts';
import { PROBLEMS, type ProblemCode } from './problem-table.ts';

/** What any route behind a token and a target can answer. */
const COMMON: readonly ProblemCode[] = [
  'invalid',
  'body_timeout',
  'unauthorized',
  'forbidden',
  'rate_limited',
  'not_found',
  'limit',
  'internal',
  'connect_failed',
  'timeout',
  // Who a token's issuer is asked for at any path.
  'unavailable',
];

/**
 * `responses` entries for the problems that a route can answer, by status: spread them into `createRoute`.
 * @param extra Codes beside the common ones.
 */
export function problemResponses(extra: readonly ProblemCode[] = []) {
  const content = { 'application/problem+json': { schema: problemSchema } };
  const byStatus: Record<string, { description: string; content: typeof content }> = {};
  for (const code of [...COMMON, ...extra]) {
    const { status, title } = PROBLEMS[code];
    const before = byStatus[status];
    byStatus[status] = { description: before ? `${before.description}; ${title}` : title, content };
  }
  return byStatus;
}
