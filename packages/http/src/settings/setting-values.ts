// From the environment to the settings' JSON values: parsed, with the texts of secrets in the place of their references. It
// knows no schema, and what it refuses it tells by variable and place, never by content.
import type { GatewayEnv } from '../app/contract.ts';
import { JsonFault, parseJson } from '../json/parser.ts';
import { formatPath } from '../problems/schema-fault.ts';
import { replaceReferences, SECRET_NAME } from './secrets/references.ts';
import { isStoreSecret, readSecret, type SecretText } from './secrets/secret-texts.ts';

/** The settings, by the names of their variables; `FAIRLEAD_CONNECTIONS_*` come on top. */
export const SETTING_NAMES = [
  'FAIRLEAD_CONNECTIONS',
  'FAIRLEAD_TOKENS',
  'FAIRLEAD_QUERIES',
  'FAIRLEAD_TARGETS',
  'FAIRLEAD_LIMITS',
  'FAIRLEAD_CORS',
  'FAIRLEAD_JWT',
  'FAIRLEAD_RESOLVER',
  'FAIRLEAD_LOG',
] as const satisfies readonly (keyof GatewayEnv)[];

/** The name of a setting's variable. */
export type SettingName = (typeof SETTING_NAMES)[number];

/** Further variables with connections, which are joined with those of `FAIRLEAD_CONNECTIONS`. */
const MORE_CONNECTIONS = /^FAIRLEAD_CONNECTIONS_\w+$/;

/** Deeper than any setting is. */
const MAX_DEPTH = 100;

/** What is wrong with a setting. */
export interface SettingFault {
  /** The variable and the place in it: `FAIRLEAD_CONNECTIONS.main.url`. */
  readonly path: string;
  readonly message: string;
  /** `json`: the text is no JSON, or is nested too deep. `secret`: a secret cannot be had. */
  readonly kind: 'json' | 'duplicate' | 'surrogate' | 'secret' | 'schema';
  /** The name of the secret that cannot be had, where it is a name. */
  readonly secret?: string | undefined;
}

/** Is told what is wrong; it may throw. */
export type Refuse = (fault: SettingFault) => void;

/** The environment, by the names of variables and bindings. */
export type Environment = Readonly<Record<string, unknown>>;

/** The settings' values, and what they were read from. */
export interface SettingValues {
  /** By variable; undefined for what is not set. */
  readonly values: ReadonlyMap<string, unknown>;
  /** The names of all secrets that are referred to. */
  readonly secrets: readonly string[];
  /** The texts of these, where they could be had. */
  readonly secretTexts: readonly string[];
  /** All texts that were read, secrets too: the same text means the same settings. */
  readonly key: string;
}

/** Whether a variable holds connections. */
export function holdsConnections(name: string): boolean {
  return name === 'FAIRLEAD_CONNECTIONS' || MORE_CONNECTIONS.test(name);
}

/** The variables that hold further connections, sorted. */
export function moreConnections(env: Environment): string[] {
  return Object.keys(env)
    .filter((name) => MORE_CONNECTIONS.test(name) && env[name] !== undefined)
    .sort();
}

/** Reads all settings. */
export async function readSettings(env: Environment, refuse: Refuse): Promise<SettingValues> {
  const names = [...SETTING_NAMES, ...moreConnections(env)];
  const parsed = names.map((name) => [name, parseSetting(name, env[name], refuse)] as const);
  const secrets = secretNames(parsed);
  const texts = new Map(
    await Promise.all(secrets.map(async (name) => [name, await readSecret(env[name])] as const)),
  );
  return {
    values: new Map(parsed.map(([name, value]) => [name, withSecrets(name, value, texts, refuse)])),
    secrets,
    secretTexts: [...texts.values()].flatMap((found) => ('text' in found ? [found.text] : [])),
    key: JSON.stringify([names.map((name) => [name, settingText(env[name])]), [...texts]]),
  };
}

/** Whether a secret of these settings can change while the environment stays as it is. */
export function hasStoreSecrets(env: Environment, { secrets }: SettingValues): boolean {
  return secrets.some((name) => isStoreSecret(env[name]));
}

/** A setting as JSON, its references as they stand there; undefined where it is not set, or where it is refused. */
export function parseSetting(name: string, value: unknown, refuse: Refuse): unknown {
  const text = settingText(value);
  if (text === '') return undefined;
  try {
    return parseJson(text, { maxDepth: MAX_DEPTH });
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    // Neither cause nor text: the setting is a secret.
    refuse(explain(name, error));
    // What else is wrong is told as well where the rest can be read.
    return error.kind === 'duplicate' ? JSON.parse(text) : undefined;
  }
}

/** A name that can be a connection's, a query's or a member's. */
const SHOWN_NAME = /^[\w.-]{1,64}$/;

/**
 * A place in a setting, for callers without a token: what can be no name, such as a URL or SQL that stands where its name should,
 * becomes `?`.
 */
export function shownPlace(path: readonly PropertyKey[]): PropertyKey[] {
  return path.map((part) => (typeof part === 'string' && !SHOWN_NAME.test(part) ? '?' : part));
}

function explain(name: string, { kind, position, path }: JsonFault): SettingFault {
  const place = formatPath(name, shownPlace(path));
  if (kind === 'duplicate') return { path: place, message: 'it stands more than once', kind: 'duplicate' };
  if (kind === 'surrogate')
    return { path: place, message: 'it holds half of a surrogate pair', kind: 'surrogate' };
  const message =
    kind === 'depth' ? `nested deeper than ${MAX_DEPTH}` : `not valid JSON (at position ${position})`;
  return { path: name, message, kind: 'json' };
}

function secretNames(parsed: readonly (readonly [name: string, value: unknown])[]): string[] {
  const names = new Set<string>();
  const note = (name: string): undefined => {
    if (SECRET_NAME.test(name)) names.add(name);
  };
  for (const [variable, value] of parsed) replaceReferences(variable, value, note);
  return [...names].sort();
}

function withSecrets(
  variable: string,
  value: unknown,
  texts: ReadonlyMap<string, SecretText>,
  refuse: Refuse,
): unknown {
  return replaceReferences(variable, value, (name, path) => {
    const found = texts.get(name);
    if (found !== undefined && 'text' in found) return found.text;
    const message =
      found === undefined
        ? 'names a secret by what is no name: upper case letters, digits and "_" are'
        : `the secret ${name} ${found.fault}`;
    const secret = found === undefined ? undefined : name;
    refuse({ path: formatPath(variable, shownPlace(path)), message, kind: 'secret', secret });
    return undefined;
  });
}

/** The setting as JSON text; empty when unset. `wrangler.toml` hands over parsed values, secrets are text. */
function settingText(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value.trim() : JSON.stringify(value);
}
