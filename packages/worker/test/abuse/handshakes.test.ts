// Abuse by handshakes of WebSockets: tokens in the wrong places, subprotocols that are none, pages that may not, methods that do not fit.
import { type Attempt, as, ENV, refuses } from './gateway.ts';

const path = '/mqtt/subscribe?topic=public/a';
const base64url = (text: string): string =>
  btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
const bearer = `fairlead.bearer.${base64url('all-token')}`;

const shake = (
  what: string,
  headers: Record<string, string>,
  [status, code]: readonly [number, string],
  detail: RegExp,
): Attempt => ({
  what,
  path,
  init: { headers: { Upgrade: 'websocket', Connection: 'Upgrade', ...headers } },
  status,
  code,
  detail,
});

const offered = (
  what: string,
  protocols: string,
  answer: readonly [number, string],
  detail: RegExp,
): Attempt => shake(what, { 'Sec-WebSocket-Protocol': protocols }, answer, detail);

const UNAUTHORIZED = [401, 'unauthorized'] as const;
const INVALID = [400, 'invalid'] as const;
const FORBIDDEN = [403, 'forbidden'] as const;
const header = { Authorization: 'Bearer all-token' };

refuses('handshakes', [
  shake('no token', {}, UNAUTHORIZED, /Authorization is missing/),
  offered('the protocol alone', 'fairlead', UNAUTHORIZED, /Authorization is missing/),
  offered('the token alone', bearer, INVALID, /Offer the subprotocol "fairlead" beside the token/),
  offered(
    'the token beside another protocol',
    `mqtt, ${bearer}`,
    INVALID,
    /The only subprotocol here is "fairlead"/,
  ),
  offered('two tokens', `fairlead, ${bearer}, ${bearer}`, INVALID, /carries two tokens/),
  shake(
    'a token here and there',
    { ...header, 'Sec-WebSocket-Protocol': `fairlead, ${bearer}` },
    INVALID,
    /carries two tokens/,
  ),
  offered('an empty token', 'fairlead, fairlead.bearer.', UNAUTHORIZED, /not base64url/),
  offered(
    'a token in base64',
    `fairlead, fairlead.bearer.${btoa('all-token?>>')}`,
    UNAUTHORIZED,
    /not base64url/,
  ),
  offered('a token as it is', 'fairlead, fairlead.bearer.all token', UNAUTHORIZED, /not base64url/),
  offered(
    'a token of one character',
    'fairlead, fairlead.bearer.a',
    UNAUTHORIZED,
    /not base64url|not of the form/,
  ),
  offered(
    'a token with a line break',
    `fairlead, fairlead.bearer.${base64url('all-token\r\nX: y')}`,
    UNAUTHORIZED,
    /not of the form/,
  ),
  offered(
    'a token with a NUL',
    `fairlead, fairlead.bearer.${base64url('all-token\0')}`,
    UNAUTHORIZED,
    /not of the form/,
  ),
  offered(
    'two tokens in one',
    `fairlead, fairlead.bearer.${base64url('all-token all-token')}`,
    UNAUTHORIZED,
    /not of the form/,
  ),
  offered(
    'a token with its scheme',
    `fairlead, fairlead.bearer.${base64url('Bearer all-token')}`,
    UNAUTHORIZED,
    /not of the form/,
  ),
  offered(
    'a token that is not known',
    `fairlead, fairlead.bearer.${base64url('nope')}`,
    UNAUTHORIZED,
    /not known/,
  ),
  offered(
    'an expired token',
    `fairlead, fairlead.bearer.${base64url('late-token')}`,
    UNAUTHORIZED,
    /"late" has expired/,
  ),
  offered(
    'a very long token',
    `fairlead, fairlead.bearer.${base64url('x'.repeat(5000))}`,
    UNAUTHORIZED,
    /not of the form/,
  ),
  offered(
    'a prefix in large letters',
    `fairlead, Fairlead.Bearer.${base64url('all-token')}`,
    UNAUTHORIZED,
    /Authorization is missing/,
  ),
  offered(
    'a token without the right',
    `fairlead, fairlead.bearer.${base64url('nobody-token')}`,
    FORBIDDEN,
    /mqtt:read:bus/,
  ),
  shake('a token in the query', {}, UNAUTHORIZED, /Authorization is missing/),
  shake('another page', { ...header, Origin: 'https://evil.example' }, FORBIDDEN, /not among FAIRLEAD_CORS/),
  shake('a page without an origin', { ...header, Origin: 'null' }, FORBIDDEN, /not among FAIRLEAD_CORS/),
  {
    ...shake(
      'a page that begins so',
      { ...header, Origin: 'https://app.example.evil.example' },
      FORBIDDEN,
      /not among FAIRLEAD_CORS/,
    ),
    env: { ...ENV, FAIRLEAD_CORS: ['https://app.example'] },
  },
  {
    ...shake(
      'another page with the token of one',
      {
        Origin: 'https://other.example',
        'Sec-WebSocket-Protocol': `fairlead, fairlead.bearer.${base64url('page-token')}`,
      },
      FORBIDDEN,
      /"page" may not be used by pages of this origin/,
    ),
    env: { ...ENV, FAIRLEAD_CORS: ['*'] },
  },
  shake(
    'another protocol',
    { ...header, 'Sec-WebSocket-Protocol': 'mqtt' },
    INVALID,
    /only subprotocol here is "fairlead"/,
  ),
  shake(
    'a protocol in large letters',
    { ...header, 'Sec-WebSocket-Protocol': 'FAIRLEAD' },
    INVALID,
    /only subprotocol here/,
  ),
  shake('a time of nothing', { ...header, 'Fairlead-Timeout-Ms': '0' }, INVALID, /whole number/),
  {
    ...shake('a POST', header, [405, 'method_not_allowed'], /POST is not allowed here/),
    init: { method: 'POST', headers: { Upgrade: 'websocket', ...header } },
  },
  {
    ...shake('a path without one', header, [405, 'method_not_allowed'], /GET is not allowed here/),
    path: '/pg/query',
  },
  {
    ...shake('a token of the protocol on a plain request', {}, UNAUTHORIZED, /Authorization is missing/),
    init: { headers: { 'Sec-WebSocket-Protocol': `fairlead, ${bearer}` } },
  },
  {
    ...shake('an upgrade to HTTP/2', {}, UNAUTHORIZED, /Authorization is missing/),
    init: { headers: { Upgrade: 'h2c', 'Sec-WebSocket-Protocol': `fairlead, ${bearer}` } },
  },
  {
    ...shake(
      'a socket in clear elsewhere',
      { ...header, 'Fairlead-Url': 'ws://127.0.0.1/mqtt' },
      [403, 'policy'],
      /loopback/,
    ),
  },
  {
    ...shake('a filter that is none', header, [400, 'usage'], /topic/),
    path: '/mqtt/subscribe?topic=a/%23/b',
  },
  {
    ...shake('a topic that the operator keeps', header, [403, 'policy'], /private/),
    path: '/mqtt/subscribe?topic=private/a',
  },
  {
    ...shake('a session’s name that is none', header, [400, 'invalid'], /session/),
    path: `${path}&session=${'x'.repeat(500)}`,
  },
  {
    ...shake(
      'no IRC session',
      as('nobody-token').headers as Record<string, string>,
      FORBIDDEN,
      /irc:session:chat/,
    ),
    path: '/irc/session',
  },
]);
