// The settings in force, for operators' eyes: no token, no password, no URL, and of the options' text only what their protocol
// says may be shown. It reads settings that have been found sound.
import type { Config, Connection, RouteModule } from '../../app/contract.ts';
import { JsonNumber } from '../../json/number.ts';
import {
  isRecord,
  isReference,
  replaceReferences,
  SECRET_TOKEN_MEMBERS,
} from '../../settings/secrets/references.ts';
import { isStoreSecret } from '../../settings/secrets/secret-texts.ts';
import {
  type Environment,
  holdsConnections,
  parseSetting,
  SETTING_NAMES,
} from '../../settings/setting-values.ts';
import { shownTls } from '../../settings/tls.ts';
import type { SettingsView } from './schema.ts';

const HIDDEN = '***';
/** The variables that stand in the view under names of their own, beside those with connections. */
const SHOWN: readonly string[] = ['FAIRLEAD_TOKENS', 'FAIRLEAD_TARGETS', 'FAIRLEAD_LIMITS', 'FAIRLEAD_CORS'];

/** What the platform's bindings can do, by which their kind is known. The first that fits counts. */
const BINDING_KINDS: readonly (readonly [method: string, kind: string])[] = [
  // First: every name is a method of a service with RPC.
  ['fetch', 'service'],
  ['idFromName', 'durable object'],
  ['writeDataPoint', 'analytics engine'],
  ['limit', 'rate limiter'],
  ['connectionString', 'hyperdrive'],
];

/** The settings of `env`, as `GET /settings` shows them. */
export async function viewSettings(
  env: Environment,
  { connections, limits, cors }: Config,
  modules: readonly RouteModule[],
): Promise<SettingsView> {
  const written = readWritten(env);
  const entries = [...written].filter(([variable]) => holdsConnections(variable));
  const others = [...written].filter(([name]) => !holdsConnections(name) && !SHOWN.includes(name));
  const secrets = secretsOf(written);
  return {
    tokens: listOf(written.get('FAIRLEAD_TOKENS')).map(tokenView),
    connections: await Promise.all(
      entries.flatMap(([variable, value]) =>
        Object.entries(isRecord(value) ? value : {}).flatMap(([name, entry]) => {
          const connection = connections.get(name);
          return connection === undefined ? [] : [connectionView(variable, entry, connection, modules)];
        }),
      ),
    ),
    targets: listOf(written.get('FAIRLEAD_TARGETS')).map(String),
    limits,
    cors: [...cors],
    others: Object.fromEntries(others.map(([name, value]) => [name, otherView(name, value)])),
    secrets,
    bindings: Object.entries(env).flatMap(([name, value]) => bindingView(name, value)),
  };
}

/** The settings as they are written: with the names of secrets, where those stand. A variable that workerd does not find is null. */
function readWritten(env: Environment): Map<string, unknown> {
  const names = Object.keys(env).filter((name) => name.startsWith('FAIRLEAD_') && env[name] !== null);
  return new Map(names.map((name) => [name, parseSetting(name, env[name], () => {})]));
}

/** A variable that is no setting may be a secret of any form: a password can be a number to JSON, or an object. */
function otherView(name: string, value: unknown): unknown {
  const isSetting = SETTING_NAMES.some((own) => own === name);
  return isSetting && value !== undefined ? hide(value, { hasReferences: false, isKnown: true }) : HIDDEN;
}

function secretsOf(written: ReadonlyMap<string, unknown>): string[] {
  const names = new Set<string>();
  for (const [variable, value] of written) replaceReferences(variable, value, (name) => names.add(name));
  return [...names].sort();
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function tokenView(entry: unknown): Record<string, unknown> {
  if (!isRecord(entry)) return {};
  return Object.fromEntries(
    Object.entries(entry).flatMap(([name, value]) => {
      if (!SECRET_TOKEN_MEMBERS.includes(name)) return [[name, value]];
      return isReference(value) ? [[name, value]] : [];
    }),
  );
}

async function connectionView(
  variable: string,
  written: unknown,
  { name, protocol, address, pool }: Connection,
  modules: readonly RouteModule[],
): Promise<SettingsView['connections'][number]> {
  const isBare = !isRecord(written) || isReference(written);
  const { url, pool: _, ...options } = isBare ? { url: written } : written;
  const settings = await modules.find((module) => module.protocol === protocol)?.settings?.();
  const shown = Object.entries(options).map(([member, value]) => {
    if (member === 'tls' && isRecord(value) && !isReference(value)) return [member, shownTls(value)];
    if (settings?.shown.includes(member)) return [member, value];
    const isKnown = settings?.schema.shape[member]?.safeParse(value).success ?? false;
    return [member, hide(value, { hasReferences: true, isKnown })];
  });
  return {
    name,
    variable,
    protocol,
    host: address.hostname,
    port: address.port,
    url: isReference(url) ? url : HIDDEN,
    pool: pool && { ...pool },
    options: Object.fromEntries(shown),
  };
}

/** What is hidden of a value. */
interface Hiding {
  /** Whether it may hold the names of secrets, which stay. */
  readonly hasReferences: boolean;
  /** Whether its schema takes it: then it has numbers only where numbers belong, and those stay. */
  readonly isKnown: boolean;
}

/** Text becomes stars; true and false stay. A password may have been written as a number. */
function hide(value: unknown, hiding: Hiding): unknown {
  if (hiding.hasReferences && isReference(value)) return value;
  if (value instanceof JsonNumber) return hiding.isKnown ? value.text : HIDDEN;
  if (Array.isArray(value)) return value.map((item) => hide(item, hiding));
  if (isRecord(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, hide(member, hiding)]));
  }
  if (typeof value === 'number') return hiding.isKnown ? value : HIDDEN;
  return typeof value === 'string' ? HIDDEN : value;
}

function bindingView(name: string, value: unknown): { name: string; kind: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  const [, kind] = BINDING_KINDS.find(([method]) => method in value) ?? [];
  if (kind !== undefined) return [{ name, kind }];
  return isStoreSecret(value) ? [{ name, kind: 'store' }] : [];
}
