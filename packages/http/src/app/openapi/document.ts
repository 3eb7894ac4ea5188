// `GET /openapi.json`: the document of the routes, and of the named queries that the caller may know of.
import { admitCaller } from '../../access/admission.ts';
import type { NamedQuery } from '../../queries/named-query.ts';
import type { RouteApp, RouteContext } from '../contract.ts';

/** The document of the routes, as JSON. */
export type OpenApiDocument = ReturnType<RouteApp['getOpenAPI31Document']>;

/**
 * Answers with the document, without a token being asked for. Named queries stand in it that the operator lists; and, where a
 * request brings a token, the queries that the token may run.
 */
export async function answerWithDocument(c: RouteContext, document: OpenApiDocument): Promise<Response> {
  const queries = await visibleQueries(c);
  if (queries.length === 0) return c.json(document);
  const { withNamedQueries } = await import('../../queries/openapi.ts');
  return c.json(withNamedQueries(document, queries));
}

/** @throws HttpProblem What `admitCaller` throws, where the request brings a token. */
async function visibleQueries(c: RouteContext): Promise<readonly NamedQuery[]> {
  const { queries } = c.get('config');
  if (queries.size === 0) return [];
  c.header('Vary', 'Authorization', { append: true });
  const hasToken = c.req.header('Authorization') !== undefined;
  if (hasToken) {
    c.header('Cache-Control', 'no-store');
    await admitCaller(c);
  }
  return [...queries.values()].filter(
    ({ name, listed }) => listed || (hasToken && c.get('access').allows('query', 'run', name)),
  );
}
