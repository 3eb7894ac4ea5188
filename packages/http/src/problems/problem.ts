// Problem documents (RFC 9457) from whatever was thrown. It hides what callers must not see.
import {
  type CertificateSummary,
  type FairleadError,
  isFairleadError,
  type ServerWords,
} from '@fairlead/errors';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Problem, ProblemCertificate, RouteContext, Target } from '../app/contract.ts';
import type { RequestRecord } from '../observability/request-record.ts';
import { HttpProblem } from './http-problem.ts';
import { isProblemCode, PROBLEMS, type ProblemCode } from './problem-table.ts';
import { logFailure } from './redact.ts';

/** When a pool that had no connection free is worth asking again. */
const RETRY_AFTER_SECONDS = '1';

/** `server.code` of an SSH server whose host key was refused: before any login, so that its words hold no user's name. */
const HOST_KEY = 'host_key';

/** What only an attempt to connect or to log in ends with. */
const UNOPENED: ReadonlySet<ProblemCode> = /* @__PURE__ */ new Set([
  'connect_failed',
  'connect_timeout',
  'tls_failed',
  'auth',
]);

/** The problem document for anything thrown; an unknown exception becomes `internal` without a word of its own. */
export function toProblem(error: unknown, c: RouteContext): Problem {
  if (isFairleadError(error)) return fromFairlead(error, c);
  const refusal = error instanceof HTTPException ? fromHono(error) : error;
  if (refusal instanceof HttpProblem) {
    const { message, errors, needs } = refusal;
    return base(refusal.code, message, c, {
      blame: 'local',
      safeToRetry: refusal.code !== 'internal',
      ...(errors === undefined ? {} : { errors }),
      ...(needs === undefined ? {} : { needs }),
    });
  }
  return base('internal', 'The gateway failed; its log has the reason under the requestId.', c, {
    blame: 'local',
    safeToRetry: false,
  });
}

/** The response for anything thrown, with the module's own members added. What is not the caller's fault is logged. */
export function problemResponse(error: unknown, c: RouteContext): Response {
  const problem = lastProblem(error, c);
  const body = { ...problem, ...c.get('module')?.problemMembers?.(problem) };
  const headers: Record<string, string> = {
    ...(error instanceof HttpProblem ? error.headers : undefined),
    'Content-Type': 'application/problem+json',
  };
  if (problem.code === 'overloaded') {
    headers['Retry-After'] = RETRY_AFTER_SECONDS;
    c.get('timing').refused();
  }
  if (UNOPENED.has(problem.code)) c.get('timing').unopened();
  // 499 is none that Hono's types know.
  return c.newResponse(JSON.stringify(body), problem.status as ContentfulStatusCode, headers);
}

/** As `loggedProblem`, for what the request ends with: its record has the code. */
export function lastProblem(error: unknown, c: RouteContext): Problem {
  const problem = loggedProblem(error, c);
  // Where the route's own code could not be loaded there is none yet.
  const record: RequestRecord | undefined = c.get('record');
  if (record !== undefined) {
    record.code = problem.code;
    record.safeToRetry = problem.safeToRetry;
  }
  return problem;
}

/** The problem document; failures of the gateway or of the server behind it (5xx) go to the log as well. */
export function loggedProblem(error: unknown, c: RouteContext): Problem {
  const problem = toProblem(error, c);
  if (problem.status >= 500) logFailure(error, problem, c);
  return problem;
}

function fromFairlead(error: FairleadError, c: RouteContext): Problem {
  const target = c.get('target');
  const module = c.get('module');
  const code = isProblemCode(error.code) ? error.code : 'internal';
  const named = target?.name !== undefined;
  // A refused login's words hold the user's name; a named connection's user is the operator's to know.
  const hidden = named && code === 'auth' && error.server?.code !== HOST_KEY;
  const detail = hidden
    ? `The server refused the credentials of connection "${target.name}".`
    : error.message;
  const server = hidden || error.server === undefined ? undefined : concealWords(error.server, c);
  const status = code === 'server' && error.server ? module?.serverStatus?.(error.server) : undefined;
  return base(code, target?.conceal(detail) ?? detail, c, {
    blame: error.blame,
    safeToRetry: error.safeToRetry,
    ...(status === undefined ? {} : { status }),
    ...(named || error.peer === undefined ? {} : { peer: error.peer }),
    ...(server === undefined ? {} : { server }),
    ...tlsMembers(error, c),
  });
}

/** Why TLS failed, as far as it is known. */
function tlsMembers(
  error: FairleadError,
  c: RouteContext,
): Pick<Problem, 'reason' | 'certificate' | 'alert'> {
  if (error.code !== 'tls_failed') return {};
  const { reason, certificate, alert } = error;
  return {
    ...(reason === undefined ? {} : { reason }),
    ...(certificate === undefined ? {} : { certificate: shownCertificate(certificate, c.get('target')) }),
    ...(alert === undefined ? {} : { alert }),
  };
}

/**
 * A certificate as callers see it: the members of a summary, and no others.
 * @param target Whose address it does not show: a named connection's host stands in its certificate, too.
 */
export function shownCertificate(
  certificate: CertificateSummary,
  target?: Pick<Target, 'conceal'>,
): ProblemCertificate {
  const conceal = (text: string) => target?.conceal(text) ?? text;
  const { subject, issuer, names, validFrom, validTo, fingerprint256 } = certificate;
  return {
    subject: conceal(subject),
    issuer: conceal(issuer),
    names: names.map(conceal),
    validFrom,
    validTo,
    fingerprint256,
  };
}

function concealWords(server: ServerWords, c: RouteContext): ServerWords {
  const conceal = (text: string) => c.get('target')?.conceal(text) ?? text;
  const fields = Object.entries(server.fields ?? {}).map(([key, value]) => [key, conceal(value)] as const);
  return {
    code: server.code,
    message: conceal(server.message),
    ...(fields.length === 0 ? {} : { fields: Object.fromEntries(fields) }),
  };
}

/** Hono throws these for a missing body (400) and for one of an undeclared type (415). */
function fromHono(error: HTTPException): HttpProblem {
  if (error.status === 415)
    return new HttpProblem('unsupported_media_type', 'Send the body as application/json.');
  return new HttpProblem('invalid', 'The request body is empty or malformed; JSON is expected.');
}

function base(
  code: ProblemCode,
  detail: string,
  c: RouteContext,
  rest: Pick<Problem, 'blame' | 'safeToRetry'> & Partial<Problem>,
): Problem {
  const { title, status } = PROBLEMS[code];
  return { type: `/problems/${code}`, title, status, detail, code, requestId: c.get('requestId'), ...rest };
}
