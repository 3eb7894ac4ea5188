// Takes secrets out of what goes to the log. It logs one line of JSON and decides nothing.
import type { Problem, RouteContext } from '../app/contract.ts';

/** Begins where a scheme can begin, so that a long word is scanned once and not from each of its letters. */
const URL_CREDENTIALS = /(?<![a-z0-9+.-])([a-z][a-z0-9+.-]*:\/\/)[^\s/@]*@/gi;
const MAX_CAUSES = 4;
/** Of one text: a server's words can be as long as a result. */
const MAX_UNITS = 8192;
const BEARER = /\bbearer\s+[\x21-\x7e]+/gi;

/**
 * Writes a failed request to the log, as one line of JSON without credentials: the gateway's own faults with their
 * stack, failures of the servers behind it without.
 */
export function logFailure(error: unknown, problem: Problem, c: RouteContext): void {
  const own = problem.code === 'internal';
  const line = {
    level: own || problem.code === 'config' ? 'error' : 'warn',
    message: 'request failed',
    requestId: problem.requestId,
    method: c.req.method,
    route: c.get('module')?.prefix ?? 'gateway',
    connection: c.get('target')?.name,
    status: problem.status,
    code: problem.code,
    error: describe(error, own, 0),
  };
  console.error(
    JSON.stringify(line, (_key, value) =>
      typeof value === 'string' ? redact(value, c.get('target')?.conceal) : value,
    ),
  );
}

function describe(error: unknown, withStack: boolean, depth: number): unknown {
  if (!(error instanceof Error)) return String(error);
  const { name, message, stack, cause } = error;
  return {
    name,
    message,
    ...(withStack ? { stack } : {}),
    ...(cause === undefined || depth >= MAX_CAUSES ? {} : { cause: describe(cause, withStack, depth + 1) }),
  };
}

/**
 * A text without credentials, and not longer than a log's line should be.
 * @param conceal Takes out what is secret of a connection.
 */
export function redact(text: string, conceal: (text: string) => string = (same) => same): string {
  const plain = text.replaceAll(URL_CREDENTIALS, '$1***@').replaceAll(BEARER, 'Bearer ***');
  const concealed = conceal(plain);
  return concealed.length > MAX_UNITS ? `${concealed.slice(0, MAX_UNITS)}...` : concealed;
}
