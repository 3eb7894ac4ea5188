// Failures in the shape that Neon's driver reads: what Postgres itself said, as its error's members, under status 400.
// All others stay problem documents, and no secret is shown that those do not show.
import { type Problem, problemResponse, type RouteContext, toProblem } from '@fairlead/http';

/** The members of Neon's errors beside `message` and `code`; our names of the server's fields are the same. */
const ERROR_FIELDS = [
  'severity',
  'detail',
  'hint',
  'position',
  'internalPosition',
  'internalQuery',
  'where',
  'schema',
  'table',
  'column',
  'dataType',
  'constraint',
  'file',
  'line',
  'routine',
] as const;

/**
 * The response for anything thrown. Neon's driver reads bodies of status 400 only, so that is what every error of the
 * server's comes with; of other ones it shows status and text.
 */
export function neonFailure(error: unknown, c: RouteContext): Response {
  // Also writes to the log what is not the caller's fault.
  const response = problemResponse(error, c);
  const problem = toProblem(error, c);
  if (problem.server === undefined && problem.status !== 400) return response;
  return c.json(problem.server === undefined ? withMessage(problem) : serverMembers(problem), 400);
}

/** What the gateway refuses: the driver's `code` is a word then, and no SQLSTATE. */
function withMessage(problem: Problem): Record<string, unknown> {
  return { message: problem.detail, ...problem };
}

function serverMembers({ server, safeToRetry, requestId }: Problem): Record<string, unknown> {
  const members = ERROR_FIELDS.map((name) => [name, server?.fields?.[name] ?? null]);
  return {
    message: server?.message,
    code: server?.code,
    ...Object.fromEntries(members),
    safeToRetry,
    requestId,
  };
}
