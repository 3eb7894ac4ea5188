// What a WebSocket's handshake carries: whether it is one, the token in a subprotocol, the origin. It opens nothing, and
// refuses tokens in URLs by never looking there.
import type { RouteContext } from '../../app/contract.ts';
import { isOwnOrigin } from '../../app/own-origin.ts';
import { HttpProblem } from '../../problems/http-problem.ts';

/** The subprotocol that is spoken; callers that send their token as a subprotocol offer this one beside it. */
export const WEBSOCKET_PROTOCOL = 'fairlead';
/** Begins the subprotocol that carries a token: browsers let scripts set no header on a WebSocket. */
const BEARER_PREFIX = 'fairlead.bearer.';
/** RFC 4648 section 5, without padding: every character is one that a subprotocol may have. */
const BASE64URL = /^[A-Za-z0-9_-]+$/;

/** Whether the request asks for a WebSocket (RFC 6455 section 4.2.1). */
export function wantsWebSocket(c: RouteContext): boolean {
  return c.req.method === 'GET' && c.req.header('Upgrade')?.toLowerCase() === 'websocket';
}

/**
 * What stands for the header `Authorization`: itself, or in a WebSocket's handshake the subprotocol
 * `fairlead.bearer.<token in base64url>`.
 * @throws HttpProblem 400: both, or two tokens, or none but the token is offered; 401: not base64url.
 */
export function authorizationOf(c: RouteContext): string | undefined {
  const header = c.req.header('Authorization');
  if (!wantsWebSocket(c)) return header;
  const offered = offeredProtocols(c);
  const [token, ...others] = offered.filter((name) => name.startsWith(BEARER_PREFIX));
  if (token === undefined) return header;
  if (header !== undefined || others.length > 0) throw invalid('The handshake carries two tokens; send one.');
  if (offered.length === 1) {
    throw invalid(
      `Offer the subprotocol "${WEBSOCKET_PROTOCOL}" beside the token: it is the one that is answered.`,
    );
  }
  return `Bearer ${decodeToken(token.slice(BEARER_PREFIX.length))}`;
}

/**
 * The subprotocol to answer with; never the one with the token.
 * @param spoken The route's subprotocols, the preferred first.
 * @throws HttpProblem 400: others are offered, and none of these.
 */
export function chosenProtocol(
  c: RouteContext,
  spoken: readonly string[] = [WEBSOCKET_PROTOCOL],
): string | undefined {
  const offered = offeredProtocols(c);
  if (offered.length === 0) return undefined;
  const chosen = spoken.find((name) => offered.includes(name));
  if (chosen !== undefined) return chosen;
  const [only, ...others] = spoken.map((name) => `"${name}"`);
  throw invalid(
    others.length === 0
      ? `The only subprotocol here is ${only}.`
      : `The subprotocols here are ${[only, ...others].join(', ')}.`,
  );
}

/**
 * Lets in what no browser sent, this gateway's own pages, and the origins of `FAIRLEAD_CORS`: browsers apply no CORS to
 * WebSockets, they only say where the script comes from.
 * @throws HttpProblem 403.
 */
export function checkOrigin(c: RouteContext): void {
  const origin = c.req.header('Origin');
  const { cors } = c.get('config');
  if (origin === undefined || isOwnOrigin(c, origin)) return;
  if (cors.includes('*') || cors.includes(origin)) return;
  throw new HttpProblem('forbidden', 'The origin of this page is not among FAIRLEAD_CORS.');
}

function offeredProtocols(c: RouteContext): string[] {
  const header = c.req.header('Sec-WebSocket-Protocol') ?? '';
  return header
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function decodeToken(text: string): string {
  try {
    if (!BASE64URL.test(text)) throw new Error('not base64url');
    return atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  } catch (cause) {
    throw new HttpProblem('unauthorized', 'The subprotocol fairlead.bearer.<token> is not base64url.', {
      cause,
    });
  }
}

function invalid(detail: string): HttpProblem {
  return new HttpProblem('invalid', detail);
}
