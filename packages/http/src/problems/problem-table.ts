// The one table from error codes to HTTP statuses, with the words of each problem's page. Data only.
import type { ErrorCode } from '@fairlead/errors';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

/** Codes of the gateway's own answers, beside those of `FairleadError`. */
export type GatewayCode =
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'method_not_allowed'
  | 'unsupported_media_type'
  | 'range_not_satisfiable'
  | 'upgrade_required'
  | 'invalid'
  | 'body_timeout'
  | 'rate_limited'
  | 'unavailable'
  | 'config'
  | 'internal';

/** Every value of a problem's `code`. */
export type ProblemCode = ErrorCode | GatewayCode;

/** What one code means over HTTP. */
export interface ProblemKind {
  readonly status: ContentfulStatusCode | 499;
  /** RFC 9457 `title`: the same for every occurrence. */
  readonly title: string;
  /** For the problem's page: what it means and what to do. */
  readonly help: string;
}

/**
 * Code to status. The choices that need a word:
 * - `server` is 400, as Upstash and Neon answer for a bad command or bad SQL, so that their clients behave;
 *   a protocol's `serverStatus` moves single server codes elsewhere (too many connections: 503).
 * - `auth` is 502, not 401: the server behind the gateway refused the gateway's credentials; the caller's
 *   own token was accepted.
 * - `aborted` is 499: the caller has gone, and only the log reads it.
 */
export const PROBLEMS: Readonly<Record<ProblemCode, ProblemKind>> = {
  connect_failed: {
    status: 502,
    title: 'The server could not be reached',
    help: 'No TCP connection came about: refused, an unknown name, or an address that the platform blocks. Nothing was sent; retrying is safe.',
  },
  connect_timeout: {
    status: 504,
    title: 'The server did not answer in time',
    help: 'The TCP or TLS handshake took longer than allowed. Usually a firewall that drops packets. Nothing was sent; retrying is safe.',
  },
  tls_failed: {
    status: 502,
    title: 'TLS to the server failed',
    help: 'The server has no TLS on this port, or its certificate is not for this name, expired, or not signed by a public authority.',
  },
  connection_lost: {
    status: 502,
    title: 'The connection to the server was lost',
    help: 'The server, or something between, ended the connection early. A command may have taken effect; see safeToRetry.',
  },
  closed: {
    status: 502,
    title: 'The connection was closed already',
    help: 'The connection was used after it had been closed. Retry; if it repeats, report it.',
  },
  timeout: {
    status: 504,
    title: 'The operation took too long',
    help: 'The time given by Fairlead-Timeout-Ms, or the operator’s default, has passed. The operation was cancelled where its protocol can do that.',
  },
  aborted: {
    status: 499,
    title: 'The caller went away',
    help: 'The HTTP request was cancelled before its answer was complete.',
  },
  protocol: {
    status: 502,
    title: 'The server broke its protocol',
    help: 'What answered does not speak this protocol, or speaks it wrongly. Check that the port belongs to the right server.',
  },
  auth: {
    status: 502,
    title: 'The server refused the credentials',
    help: 'The user name or password of the connection was refused. That is the connection’s configuration, not your bearer token.',
  },
  server: {
    status: 400,
    title: 'The server answered with an error',
    help: 'The server understood and refused: its own code and words are in the member "server".',
  },
  policy: {
    status: 403,
    title: 'The operator’s rules forbid it',
    help: 'The address is not among FAIRLEAD_TARGETS, is private, or the platform forbids it.',
  },
  limit: {
    status: 413,
    title: 'A limit was exceeded',
    help: 'The request, or the result that it would produce, is larger than FAIRLEAD_LIMITS allows; "detail" says which and by how much. Results without a size limit come as NDJSON.',
  },
  overloaded: {
    status: 503,
    title: 'No connection was free in time',
    help: 'The connection’s pool had none free in time, could open none, or too many callers wait for one. Nothing was sent; retry after the seconds that Retry-After names.',
  },
  usage: {
    status: 400,
    title: 'The request is wrong',
    help: 'An argument or the order of calls is wrong; "detail" says which.',
  },
  unauthorized: {
    status: 401,
    title: 'A valid bearer token is needed',
    help: 'Send the header "Authorization: Bearer <token>" with a token that the operator configured in FAIRLEAD_TOKENS and that has not expired, or with a JWT of the issuer in FAIRLEAD_JWT.',
  },
  forbidden: {
    status: 403,
    title: 'The token’s scopes do not cover this',
    help: 'The member "needs" names the scope that the operator would have to add to the token. Without it, the page’s origin is not one that may use the token.',
  },
  not_found: {
    status: 404,
    title: 'Not found',
    help: 'No such path, or no connection of that name is configured.',
  },
  method_not_allowed: {
    status: 405,
    title: 'The method is not allowed here',
    help: 'The header Allow lists the methods of this path.',
  },
  unsupported_media_type: {
    status: 415,
    title: 'The body’s type is not supported',
    help: 'Send the body as application/json, in UTF-8, without a Content-Encoding.',
  },
  range_not_satisfiable: {
    status: 416,
    title: 'The file does not have this range',
    help: 'The header Range asks for bytes behind the end of the file. The answer’s Content-Range has its size.',
  },
  upgrade_required: {
    status: 426,
    title: 'A WebSocket is needed here',
    help: 'Open the path as a WebSocket: with the header "Upgrade: websocket", as new WebSocket(url) sends it.',
  },
  invalid: {
    status: 400,
    title: 'The request does not fit its schema',
    help: 'The member "errors" lists each place and what is wrong with it. The schemas are in /openapi.json.',
  },
  body_timeout: {
    status: 408,
    title: 'The request body took too long',
    help: 'The body had not come in full when the time given by Fairlead-Timeout-Ms, or the operator’s default, was up. Nothing was sent on; retrying is safe.',
  },
  rate_limited: {
    status: 429,
    title: 'Too many requests',
    help: 'The token has used up its rate. Nothing was sent on; retry after the seconds that Retry-After names.',
  },
  unavailable: {
    status: 503,
    title: 'A service that the gateway needs did not answer',
    help: '"detail" names it. Nothing was sent on; retry after the seconds that Retry-After names.',
  },
  config: {
    status: 500,
    title: 'The gateway is configured wrongly',
    help: 'The operator has to mend the setting that "detail" names. Its content is never shown.',
  },
  internal: {
    status: 500,
    title: 'The gateway failed',
    help: 'A fault of the gateway itself. Give its operator the requestId; the log has the rest.',
  },
};

/** Whether `text` is a code of the table. */
export function isProblemCode(text: string): text is ProblemCode {
  return Object.hasOwn(PROBLEMS, text);
}
