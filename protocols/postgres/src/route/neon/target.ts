// Which server a request to `/pg/sql` means. Neon's driver always sends a connection string; unless it names one of the
// operator's connections, it is a URL of the caller's own, under the target policy. Its credentials are shown nowhere.
import { FairleadError, isFairleadError } from '@fairlead/errors';
import { CONNECTION_HEADER, HttpProblem, type RouteContext, URL_HEADER } from '@fairlead/http';
import { type ReadOrWrite, resolveReadOrWrite } from '@fairlead/http/sql';

/** Neon's header; it holds a URL with credentials. */
export const CONNECTION_STRING_HEADER = 'Neon-Connection-String';

/** Stands for a host: `fairlead` is the default connection, `main.fairlead` the one named `main`. */
const PLACEHOLDER = /^(?:(.+)\.)?fairlead$/i;

const HINT =
  `${CONNECTION_STRING_HEADER} names a host of its own. For a connection of the operator's write "fairlead" or ` +
  '"<name>.fairlead" in its place, or add ?connection=<name> to the endpoint.';

/**
 * The target: what `?connection=`, `Fairlead-Connection` or `Fairlead-Url` says, and then the connection string is not
 * looked at; else the connection that a placeholder in the place of its host names; else the connection string
 * itself, where the operator's policy allows its host; else, without one, the default connection.
 * @throws HttpProblem 400, 403 (scope), 404 (unknown connection); FairleadError `usage`, `policy` (own URL).
 */
export function resolveNeonTarget(c: RouteContext): ReadOrWrite {
  const text = c.req.header(CONNECTION_STRING_HEADER);
  const other = c.req.query('connection') ?? c.req.header(CONNECTION_HEADER) ?? c.req.header(URL_HEADER);
  if (text === undefined || other !== undefined) return resolveReadOrWrite(c, undefined);
  const placeholder = PLACEHOLDER.exec(URL.canParse(text) ? new URL(text).hostname : '');
  if (placeholder !== null) return resolveReadOrWrite(c, placeholder[1]);
  try {
    return resolveReadOrWrite(c, undefined, { header: CONNECTION_STRING_HEADER, text });
  } catch (error) {
    throw hinted(error);
  }
}

/** Adds a hint to the refusal: a caller who pasted a database URL may name a connection instead. */
function hinted(error: unknown): unknown {
  if (error instanceof HttpProblem && error.needs !== undefined) {
    return new HttpProblem(error.code, `${error.message} ${HINT}`, { needs: error.needs });
  }
  if (isFairleadError(error) && error.code === 'policy') {
    return new FairleadError('policy', `${error.message}. ${HINT}`, { safeToRetry: true, cause: error });
  }
  return error;
}
