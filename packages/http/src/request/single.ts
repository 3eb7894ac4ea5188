// Refuses what a request says twice, of which one part of the gateway would see the first value and another the last; and
// query parameters that nothing reads, such as a misspelled `connection`.
import type { RouteContext, RouteModule } from '../app/contract.ts';
import { HttpProblem } from '../problems/http-problem.ts';

/** Query parameters that are the gateway's own, in every module. */
const OWN_PARAMETERS: readonly string[] = ['connection'];

/** A query that needs no parser: what most requests have. */
const CONNECTION_ALONE = /^\?connection=[\w.-]+$/;

/**
 * Checks a request's query.
 * @throws HttpProblem 400: it is not percent-encoded UTF-8, holds a parameter more than once that `module` does not let
 *   be repeated, or one that the module does not know.
 */
export function checkQuery(
  c: RouteContext,
  module: Pick<RouteModule, 'prefix' | 'repeatable' | 'parameters' | 'namedQueries'>,
): void {
  const { url } = c.req;
  const from = url.indexOf('?');
  if (from < 0 || CONNECTION_ALONE.test(url.slice(from))) return;
  const { repeatable = [] } = module;
  const { pathname, search, searchParams } = new URL(url);
  // A named query knows its own.
  const isNamed = module.namedQueries !== undefined && pathname.startsWith(`${module.prefix}/q/`);
  const parameters = isNamed ? undefined : module.parameters;
  if (!isPercentEncoded(search)) {
    throw new HttpProblem('invalid', 'The query is not percent-encoded UTF-8: write % as %25.');
  }
  const seen = new Set<string>();
  for (const name of searchParams.keys()) {
    const isFree = !OWN_PARAMETERS.includes(name) && (repeatable === 'any' || repeatable.includes(name));
    if (!isFree && seen.has(name)) throw wrong(name, 'stands more than once');
    const isKnown = OWN_PARAMETERS.includes(name) || (parameters?.includes(name) ?? true);
    if (!isKnown)
      throw wrong(
        name,
        `is not known here; these are: ${[...OWN_PARAMETERS, ...(parameters ?? [])].join(', ')}`,
      );
    seen.add(name);
  }
}

/**
 * A header that stands once. HTTP joins what is sent twice with commas, so this is for values without one.
 * @returns undefined where there is none.
 * @throws HttpProblem 400.
 */
export function singleHeader(c: RouteContext, name: string): string | undefined {
  const value = c.req.header(name);
  if (value?.includes(',')) throw fault(`header.${name}`, 'stands more than once');
  return value;
}

function wrong(parameter: string, message: string): HttpProblem {
  return fault(`query.${parameter.slice(0, 64)}`, message);
}

function fault(path: string, message: string): HttpProblem {
  return new HttpProblem('invalid', `${path}: ${message}`, { errors: [{ path, message }] });
}

function isPercentEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
