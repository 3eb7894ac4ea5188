// From the faults that the settings' reader finds to findings: what to do about each. It shows no value.
import type { RouteModule } from '@fairlead/http';
import { holdsConnections, type InspectedFault } from '@fairlead/http/settings';
import type { Finding } from '../finding.ts';
import type { JsonSchema } from '../schema/json-schema.ts';
import { knownMembers } from '../schema/known-members.ts';
import { didYouMean, nearest } from './nearest.ts';

/** What findings about a place need to know. */
export interface Knowledge {
  readonly schema: JsonSchema;
  readonly modules: readonly RouteModule[];
  /** The settings' values, by variable. */
  readonly values: ReadonlyMap<string, unknown>;
}

/** What to do by the place of a fault. The first that fits counts. */
const BY_PLACE: readonly (readonly [place: RegExp, fix: string])[] = [
  [/^FAIRLEAD_RESOLVER(\.url)?$/, 'Write {"url": "https://cloudflare-dns.com/dns-query"}.'],
  [/^FAIRLEAD_CONNECTIONS\w*$/, 'Write an object of named connections: {"main": {"url": "postgres://..."}}.'],
  [
    /^FAIRLEAD_CONNECTIONS\w*\.[^.]+$/,
    'Write {"url": "postgres://..."} or the URL alone, under a name of letters, digits, "_", "." and "-", 64 at most.',
  ],
  [
    /\.(url|readUrl)$/,
    'Write protocol://user:password@host:port/..., with special characters of user and password percent-encoded ("@" as %40).',
  ],
  [
    /\.fingerprint$/,
    'Write "SHA256:..." as ssh-keygen -l shows it: ssh-keyscan -t ed25519 HOST | ssh-keygen -lf -; compare it at the server itself.',
  ],
  [
    /\.tls$/,
    'Write true, false, or an object such as {"ca": {"secret": "DB_CA"}, "cert": {"secret": "DB_CERT"}, "key": {"secret": "DB_KEY"}}.',
  ],
  [/\.pool$/, 'Write true, false, or an object such as {"max": 10}.'],
  [
    /^FAIRLEAD_TOKENS$/,
    'Write a list: [{"name": "ci", "token": "...", "scopes": ["pg:read:main"]}], each name once.',
  ],
  [/^FAIRLEAD_TOKENS\[\d+\]$/, 'Give exactly one of "token" and "sha256", with "name" and "scopes".'],
  [
    /\.scopes\[\d+\]$/,
    'Write protocol:action:connection, such as "pg:read:main"; "*" stands for a whole part.',
  ],
  [/\.scopes$/, 'Write a list of scopes, such as ["pg:read:main"].'],
  [/\.token$/, 'Make a token of visible ASCII characters: openssl rand -base64 32.'],
  [/\.sha256$/, 'Write the digest as 64 hexadecimal digits: printf %s "$TOKEN" | sha256sum.'],
  [/^FAIRLEAD_TARGETS$/, 'Write a list of targets: ["db.example.com:5432"].'],
  [/^FAIRLEAD_TARGETS\[/, 'Write host:port, *.domain:first-last, 192.0.2.0/24:* or [2001:db8::]/32:port.'],
  [
    /^FAIRLEAD_QUERIES$/,
    'Write an object of queries by name: {"ships-of": {"connection": "main", "sql": "select ..."}}.',
  ],
  [
    /^FAIRLEAD_QUERIES\.[^.]+\.connection$/,
    'Name a connection of FAIRLEAD_CONNECTIONS that is PostgreSQL or MySQL.',
  ],
  [
    /^FAIRLEAD_QUERIES\.[^.]+\.sql$/,
    'Write one statement that only reads, with a parameter as :name that "params" holds; one that writes has "readOnly": false.',
  ],
  [
    /^FAIRLEAD_QUERIES\.[^.]+\.params\.[^.]+$/,
    'Write a type such as "text" or {"type": "integer", "min": 1}, under a name that stands in the SQL as :name.',
  ],
  [/^FAIRLEAD_JWT$/, 'Write an object: {"issuer": "...", "jwksUrl": "https://...", "audience": "..."}.'],
  [/^FAIRLEAD_JWT\.jwksUrl$/, 'Write the https URL of the issuer’s public keys.'],
  [/\.expires$/, 'Write a date and time with its offset, such as 2027-01-31T00:00:00Z.'],
  [/\.origins\[\d+\]$/, 'Write an origin such as https://app.example.com, without a path or a slash.'],
  [/^FAIRLEAD_LIMITS$/, 'Write an object of limits: {"timeoutMs": 10000}.'],
  [/^FAIRLEAD_CORS$/, 'Write a list of origins: ["https://app.example.com"].'],
  [
    /^FAIRLEAD_CORS\[/,
    'Write scheme, host and port alone, without a path or a slash: https://app.example.com.',
  ],
];

/** The finding of a fault. */
export function findingOf(fault: InspectedFault, knowledge: Knowledge): Finding {
  const { path, message } = fault;
  return { level: 'error', key: path, message, fix: fixOf(fault, knowledge) };
}

function fixOf(fault: InspectedFault, knowledge: Knowledge): string {
  switch (fault.kind) {
    case 'json':
      return 'Write JSON: names and texts in double quotes, no comma behind the last member, no comments. In .dev.vars a setting stands on one line.';
    case 'duplicate':
      return 'Keep one of the two, or give one of them another name.';
    case 'surrogate':
      return 'Write the whole character, or both halves of its escape.';
    case 'secret':
      return fault.secret === undefined
        ? 'Write {"secret": "DB_PASSWORD"} with the name of the secret, not its text.'
        : `Set it: npx wrangler secret put ${fault.secret} (for wrangler dev a line ${fault.secret}=... in .dev.vars).`;
    case 'schema':
      return schemaFix(fault, knowledge);
  }
}

function schemaFix(fault: InspectedFault, knowledge: Knowledge): string {
  const { path, place, issue } = fault;
  if (issue?.code === 'unrecognized_keys') {
    const name = String(place.at(-1));
    return didYouMean(name, membersAt(fault, place.slice(0, -1), knowledge), 'members');
  }
  if (issue?.code === 'invalid_value') return `Write one of: ${issue.values.map(String).join(', ')}.`;
  const scheme = /\.(url|readUrl)$/.test(path) ? schemeFix(fault, knowledge) : undefined;
  const byPlace = BY_PLACE.find(([pattern]) => pattern.test(path))?.[1];
  return renameFix(fault, knowledge) ?? scheme ?? byPlace ?? rangeFix(issue) ?? typeFix(issue);
}

/** A URL that is one, but of no protocol that the gateway has. */
function schemeFix({ variable, place }: InspectedFault, { values, modules }: Knowledge): string | undefined {
  const text = valueAt(values.get(variable), place) ?? valueAt(values.get(variable), place.slice(0, -1));
  if (typeof text !== 'string' || !URL.canParse(text)) return undefined;
  const schemes = [...new Set(modules.flatMap((module) => module.schemes))];
  const { protocol } = new URL(text);
  if (schemes.includes(protocol)) return undefined;
  return didYouMean(protocol, schemes, 'schemes');
}

/** A member that is missing, and stands there under another name: `uri` for `url`. */
function renameFix({ variable, place }: InspectedFault, { values }: Knowledge): string | undefined {
  const parent = valueAt(values.get(variable), place.slice(0, -1));
  const name = String(place.at(-1));
  if (typeof parent !== 'object' || parent === null || name in parent) return undefined;
  const near = nearest(name, Object.keys(parent));
  return near === undefined ? undefined : `Call the member "${near}" by its name, "${name}".`;
}

function rangeFix(issue: InspectedFault['issue']): string | undefined {
  if (issue?.code === 'too_small') return `Write a number (or a length) of at least ${issue.minimum}.`;
  if (issue?.code === 'too_big') return `Write a number (or a length) of at most ${issue.maximum}.`;
  return undefined;
}

function typeFix(issue: InspectedFault['issue']): string {
  if (issue?.code === 'invalid_type') return `Write a value of type ${issue.expected}.`;
  return 'See "Settings" in the README of @fairlead/worker.';
}

/** The members that are known where a fault is; for a connection, those of its protocol. */
function membersAt(
  { variable }: InspectedFault,
  place: readonly PropertyKey[],
  { schema, values, modules }: Knowledge,
): string[] {
  if (!holdsConnections(variable)) return knownMembers(schema, variable, place);
  const [name, ...rest] = place;
  const url = valueAt(values.get(variable), [name ?? '', 'url']);
  const scheme = typeof url === 'string' && URL.canParse(url) ? new URL(url).protocol : '';
  const owner = modules.find(({ schemes }) => schemes.includes(scheme));
  return owner === undefined ? [] : knownMembers(schema, owner.protocol, rest);
}

/** The value in a place of the settings. */
function valueAt(value: unknown, place: readonly PropertyKey[]): unknown {
  return place.reduce<unknown>(
    (at, part) => (typeof at === 'object' && at !== null ? Reflect.get(at, part) : undefined),
    value,
  );
}
