// The query parameters of a connection string and of a TXT record, by MongoDB's "URI options" specification. A parameter
// that is unknown, malformed, repeated, or promises what a Worker cannot do is refused by its name.
import { FairleadError, usage } from '@fairlead/errors';
import type { TagSet } from '../../types/option-values.ts';

/** What parameters say, by the paths of the options that they stand for. Checked for their kinds, not for their sense. */
export type Parameters = Readonly<Record<string, unknown>>;

const isCount = (text: string): number | undefined => (/^\d{1,15}$/.test(text) ? +text : undefined);

/** In place of the path of a file. */
const PEM_TEXT = 'it must be the PEM text itself, percent-encoded (there are no files), or the option tls';

/** Reads a value of each kind; undefined: the value is not of that kind. */
const READ: Readonly<Record<string, (text: string) => unknown>> = {
  'true or false': (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
  'a whole number': isCount,
  'a whole number, 0 for no limit': (text) => (/^0+$/.test(text) ? Number.POSITIVE_INFINITY : isCount(text)),
  'a whole number above 0': (text) => isCount(text) || undefined,
  'text that is not empty': (text) => text || undefined,
  'at least 90, or -1': (text) => (text === '-1' ? -1 : Number(isCount(text)) >= 90 ? +text : undefined),
  'from -1 to 9': (text) => (/^(-1|\d)$/.test(text) ? +text : undefined),
  'a number of members, or text': (text) => isCount(text) ?? (/^-?\d*$/.test(text) ? undefined : text),
  'key:value pairs': readTags,
  [PEM_TEXT]: (text) => (/^\s*-----BEGIN /.test(text) ? text : undefined),
  'auto, stream or poll': (text) => (/^(auto|stream|poll)$/.test(text) ? text : undefined),
};

/**
 * Every parameter, by what its value is, or by why it is refused. Behind a colon stands the option of `connect`, where it has another
 * name; without an option (a colon alone), the parameter is about pools, monitors and selection among servers, of which this client
 * has none: its value is checked and left alone.
 */
const PARAMETERS: Readonly<Record<string, string>> = {
  'true or false':
    'tls directConnection loadBalanced retryReads retryWrites journal:writeConcern.j serverSelectionTryOnce: enableOverloadRetargeting:',
  'a whole number':
    'wTimeoutMS:writeConcern.wtimeoutMS srvMaxHosts maxPoolSize: minPoolSize: maxIdleTimeMS: waitQueueTimeoutMS: waitQueueMultiple: socketTimeoutMS: serverSelectionTimeoutMS: localThresholdMS: maxAdaptiveRetries:',
  'a whole number, 0 for no limit': 'connectTimeoutMS:connectTimeoutMs timeoutMS:timeoutMs',
  'a whole number above 0': 'heartbeatFrequencyMS: maxConnecting:',
  'text that is not empty':
    'replicaSet appName authSource authMechanism srvServiceName compressors readConcernLevel:readConcern.level readPreference:readPreference.mode',
  'at least 90, or -1': 'maxStalenessSeconds:readPreference.maxStalenessSeconds',
  'a number of members, or text': 'w:writeConcern.w',
  'key:value pairs': 'readPreferenceTags:readPreference.tags',
  'from -1 to 9': 'zlibCompressionLevel:',
  'auto, stream or poll': 'serverMonitoringMode:',
  [PEM_TEXT]: 'tlsCAFile:tlsCA tlsCertificateKeyFile:tlsIdentity',
  'keys have no passphrase here': 'tlsCertificateKeyFilePassword',
  'certificates are always verified; plain text is tls=false, a private authority tls: { ca } with overTls of @fairlead/tls':
    'tlsInsecure tlsAllowInvalidCertificates tlsAllowInvalidHostnames tlsDisableOCSPEndpointCheck tlsDisableCertificateRevocationCheck',
  'give the option connector a connector that uses the proxy':
    'proxyHost proxyPort proxyUsername proxyPassword',
  'SCRAM-SHA-256, SCRAM-SHA-1, PLAIN and MONGODB-X509 take none': 'authMechanismProperties',
};

interface Rule {
  readonly name: string;
  readonly what: string;
  /** `''`: the parameter has no meaning here. */
  readonly option: string;
}

let rules: ReadonlyMap<string, Rule> | undefined;

/** All parameters by their names in lower case: made at the first use. */
function ruleOf(key: string): Rule | undefined {
  rules ??= new Map(
    Object.entries(PARAMETERS).flatMap(([what, names]) =>
      names.split(' ').map((text): [string, Rule] => {
        const [name = '', option = name] = text.split(':');
        return [name.toLowerCase(), { name, what, option }];
      }),
    ),
  );
  return rules.get(key === 'ssl' ? 'tls' : key === 'wtimeout' ? 'wtimeoutms' : key);
}

/**
 * Reads `name=value&name=value`. Names are matched in any case.
 * @throws FairleadError `usage` (unknown, malformed, repeated), `policy` (what a Worker cannot do). No message holds a value.
 */
export function readParameters(query: string): Parameters {
  const found: Record<string, unknown> = {};
  const names = new Set<string>();
  for (const pair of query.split('&')) {
    if (pair === '') continue;
    const [, key, encoded] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
    if (key === undefined || encoded === undefined) throw usage('A parameter is not name=value');
    // Of a secret with an unescaped `&`, the rest would stand here: a name is shown only if it looks like one.
    const rule = ruleOf(key.toLowerCase());
    if (!rule)
      throw usage(/^[a-z]{1,40}$/i.test(key) ? `The parameter ${key} is unknown` : 'A parameter is unknown');
    const { name, what, option } = rule;
    const read = READ[what];
    if (!read) throw impossible(name, what);
    const isTags = read === readTags;
    const value = read(isTags ? encoded : decode(encoded));
    if (value === undefined)
      throw what === PEM_TEXT ? impossible(name, what) : usage(`${name} must be ${what}`);
    if (names.has(name) && !isTags && (name !== 'tls' || found.tls !== value))
      throw usage(`${name} is given twice`);
    names.add(name);
    if (option !== '') put(found, option.split('.'), value, isTags);
  }
  return found;
}

/** Sets an option, or a member of one. */
function put(
  found: Record<string, unknown>,
  [option = '', member]: string[],
  value: unknown,
  isTags: boolean,
): void {
  if (member === undefined) {
    found[option] = value;
    return;
  }
  const group = (found[option] ?? {}) as Record<string, unknown>;
  found[option] = group;
  group[member] = isTags ? [...((group[member] ?? []) as TagSet[]), value] : value;
}

/** The error for what is well-formed, and cannot be had in a Worker. */
export function impossible(name: string, reason: string): FairleadError {
  return new FairleadError('policy', `${name} is refused: ${reason}`, { safeToRetry: true });
}

/** `dc:ny,rack:1`. A value may hold colons, and commas percent-encoded. The empty text is the empty set. */
function readTags(encoded: string): TagSet | undefined {
  const pairs = encoded === '' ? [] : encoded.split(',').map((pair) => /^([^:]+):(.*)$/s.exec(decode(pair)));
  if (pairs.includes(null)) return undefined;
  // A tag may have any name: `fromEntries` defines `__proto__` as it does others.
  return Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? '', pair?.[2] ?? '']));
}

/**
 * Percent-decodes a part of a connection string.
 * @throws FairleadError `usage`.
 */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw usage('A part of the connection string has a broken percent-encoding');
  }
}
