// What is unwise about tokens and their scopes. It shows no token, and no part of a scope, which may have been one.
import { type InspectedToken, type Inspection, namesConnectionsOf } from '@fairlead/http/settings';
import { didYouMean } from '../advice/nearest.ts';
import type { Finding } from '../finding.ts';
import { SCOPE_KINDS } from '../scopes.ts';

/** 128 bits in base64. */
const MIN_TOKEN_LENGTH = 22;
/** A random token of that length has more letters than that, with near certainty. */
const MIN_TOKEN_LETTERS = 8;

const ANY = '*';
/** The third part that stands for addresses of a caller's own. */
const CALLERS_OWN = '@';

/** The findings about tokens. */
export function tokenFindings(inspection: Inspection): Finding[] {
  const { tokens, faults, values } = inspection;
  if (
    values.get('FAIRLEAD_TOKENS') === undefined &&
    !faults.some(({ variable }) => variable === 'FAIRLEAD_TOKENS')
  ) {
    const fix = 'Set FAIRLEAD_TOKENS: [{"name": "me", "token": "...", "scopes": ["pg:read:main"]}].';
    return [
      {
        level: 'warning',
        key: 'FAIRLEAD_TOKENS',
        message: 'no token is configured: every call is answered 401',
        fix,
      },
    ];
  }
  return tokens.flatMap((token) => [
    ...weakness(token),
    ...expiry(token),
    ...token.token.scopes.flatMap((scope, index) =>
      scopeFindings(`${token.path}.scopes[${index}]`, scope, inspection),
    ),
  ]);
}

function weakness({ path, token: { token } }: InspectedToken): Finding[] {
  if (token === undefined) return [];
  if (token.length >= MIN_TOKEN_LENGTH && new Set(token).size >= MIN_TOKEN_LETTERS) return [];
  const message = `can be guessed: it is shorter than ${MIN_TOKEN_LENGTH} characters, or made of few different ones`;
  const fix = 'Make one at random: openssl rand -base64 32.';
  return [{ level: 'warning', key: `${path}.token`, message, fix }];
}

function expiry({ path, token }: InspectedToken): Finding[] {
  if (token.expires === undefined || !(Date.parse(token.expires) <= Date.now())) return [];
  const fix = 'Take the token out, or give it a later time.';
  return [{ level: 'warning', key: `${path}.expires`, message: 'is past: the token is refused', fix }];
}

type Scope = InspectedToken['token']['scopes'][number];

function scopeFindings(
  key: string,
  { protocol, action, connection }: Scope,
  { connections }: Inspection,
): Finding[] {
  if (protocol === ANY) {
    const fix =
      'Name what the token is for, such as "pg:read:main"; keep "*" for a token that only you have.';
    return [{ level: 'warning', key, message: 'allows everything, of every protocol', fix }];
  }
  const kind = SCOPE_KINDS.get(protocol);
  if (kind === undefined) {
    const fix = didYouMean(protocol, [...SCOPE_KINDS.keys()], 'protocols');
    return [{ level: 'error', key, message: 'allows nothing: its protocol is none of the gateway’s', fix }];
  }
  if (action !== ANY && !kind.actions.includes(action)) {
    const fix = didYouMean(action, kind.actions, `actions of ${protocol}`);
    return [{ level: 'error', key, message: `allows nothing: its action is none of ${protocol}’s`, fix }];
  }
  if (connection === ANY || connection === CALLERS_OWN || kind.connectionsOf === undefined) return [];
  const fitting = connections
    .filter(({ connection: own }) => namesConnectionsOf(kind, own.protocol))
    .map(({ connection: own }) => own.name);
  if (fitting.includes(connection)) return [];
  const other = connections.find(({ connection: own }) => own.name === connection);
  const message =
    other === undefined
      ? 'names a connection that does not exist'
      : `names a connection that is none of ${protocol}, but of ${other.connection.protocol}`;
  const fix = didYouMean(connection, fitting, `connections of ${protocol}`);
  return [{ level: 'warning', key, message, fix }];
}
