// `GET` and `POST /q/{name}`: from the name to the answer. It is loaded when a query is asked for the first time.
import { FairleadError } from '@fairlead/errors';
import type { RouteContext } from '../app/contract.ts';
import { CONNECTION_HEADER, URL_HEADER } from '../app/headers.ts';
import { audit } from '../observability/audit.ts';
import { HttpProblem } from '../problems/http-problem.ts';
import type { Closable } from '../request/client.ts';
import { limitFrom, type RequestLimit, requestLimit } from '../request/request-time.ts';
import { singleHeader } from '../request/single.ts';
import { answerWithRows, type ResultPart } from '../sql/answer.ts';
import type { QueryBody, QueryRoute } from '../sql/query-route.ts';
import { targetOf } from '../targets/target.ts';
import { answerDocument } from './caching.ts';
import type { NamedQuery } from './named-query.ts';
import { readParameters } from './request.ts';
import { QUERY_NAME } from './settings.ts';

/**
 * Answers a request to a named query.
 * @throws HttpProblem 403 (scope `query:run:<name>`), 404, 405 (GET of a query that may write), 400 (parameters);
 *   otherwise as `answerWithRows`.
 */
export async function answerNamedQuery<Body extends QueryBody, Params, C extends Closable>(
  c: RouteContext,
  name: string,
  route: QueryRoute<Body, Params, C>,
): Promise<Response> {
  const query = find(c, name);
  const { connections } = c.get('config');
  const connection = connections.get(query.connection);
  const dialect = await c.get('module')?.namedQueries?.();
  if (connection === undefined || dialect === undefined)
    throw new Error('settings.ts lets no such query pass');
  checkHeaders(c, query);
  const { readOnly, rowMode, maxRows } = query;
  const target = targetOf(connection, readOnly ? 'reader' : 'writer');
  c.set('target', target);
  if (!readOnly) audit(c, { action: 'query', query: name });
  const params = route.parameters(await readParameters(c, query, dialect.utcSuffix));
  const requested = { sql: query.sql.text, params, rowMode, readOnly };
  return answerWithRows(
    c,
    route.open(c, target),
    (client, separator, limit) => capped(route.run(client, requested, separator, limit), maxRows),
    { limit: limitOf(c, query), respond: (document) => answerDocument(c, query, document) },
  );
}

/** The scope comes first, so that a token learns nothing about the names that it has no right to. */
function find(c: RouteContext, name: string): NamedQuery {
  const { protocol = '' } = c.get('module') ?? {};
  if (QUERY_NAME.test(name)) c.get('access').require('query', 'run', name);
  const query = c.get('config').queries.get(name);
  if (query?.protocol !== protocol) {
    const shown = JSON.stringify(name.slice(0, 64));
    throw new HttpProblem('not_found', `There is no ${protocol} query named ${shown}.`);
  }
  if (query.readOnly || c.req.method === 'POST') return query;
  const detail = `The query "${name}" may write, and is run by POST alone.`;
  throw new HttpProblem('method_not_allowed', detail, { headers: { Allow: 'POST, OPTIONS' } });
}

function checkHeaders(c: RouteContext, { name, connection }: NamedQuery): void {
  const named = singleHeader(c, CONNECTION_HEADER);
  const isOther = named !== undefined && named !== connection;
  if (!isOther && c.req.header(URL_HEADER) === undefined) return;
  const header = isOther ? CONNECTION_HEADER : URL_HEADER;
  throw new HttpProblem('invalid', `The query "${name}" has a connection of its own: leave ${header} out.`);
}

/** A query's own time is the default for callers who ask for none, and the most for those who do. */
function limitOf(c: RouteContext, { timeoutMs }: NamedQuery): RequestLimit | undefined {
  if (timeoutMs === undefined) return undefined;
  return limitFrom(c, Math.min(requestLimit(c, timeoutMs).timeoutMs, timeoutMs));
}

async function* capped(
  parts: AsyncIterable<ResultPart>,
  maxRows = Number.POSITIVE_INFINITY,
): AsyncGenerator<ResultPart, void, undefined> {
  for await (const part of parts) {
    if ('rows' in part && part.count > maxRows)
      throw new FairleadError('limit', `The result has more than ${maxRows} rows, the most of this query.`);
    yield part;
  }
}
