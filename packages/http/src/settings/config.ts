// The Worker's settings, parsed once per isolate. A fault is told by variable and place, never by content.
import { z } from 'zod';
import { jwtSchema } from '../access/jwt/settings.ts';
import { digestTokens, tokensSchema } from '../access/tokens.ts';
import type { Config, Connection, GatewayEnv, RouteModule } from '../app/contract.ts';
import { logSchema } from '../observability/settings.ts';
import { HttpProblem } from '../problems/http-problem.ts';
import { formatPath } from '../problems/schema-fault.ts';
import { resolverSchema } from '../targets/resolver/settings.ts';
import { targetsSchema } from '../targets/target-policy.ts';
import { connectionsSchema } from './connections.ts';
import { limitsSchema } from './limits.ts';
import {
  type Environment,
  hasStoreSecrets,
  holdsConnections,
  moreConnections,
  readSettings,
  SETTING_NAMES,
  type SettingFault,
  type SettingValues,
  shownPlace,
} from './setting-values.ts';

/** The schema of `FAIRLEAD_CORS`. */
export const corsSchema = z.array(
  z.string().refine((text) => text === '*' || (URL.canParse(text) && new URL(text).origin === text), {
    message: 'is not an origin such as https://app.example.com',
  }),
);

/** How long the secrets of a store are taken for unchanged. */
const STORE_FRESH_MS = 60_000;

/** The settings as they were last read. */
interface Reading {
  /** Names of further variables with connections. */
  readonly more: readonly string[];
  /** The names of all that the settings and their secrets were read from, and what stood there in the environment. */
  readonly watched: readonly string[];
  readonly values: readonly unknown[];
  readonly key: string;
  readonly config: Config;
  /** When secrets of a store are asked for again, as `Date.now()` counts; undefined where there are none. */
  readonly staleAt: number | undefined;
}

/** Reads the settings and keeps the result until they change. */
export class ConfigSource {
  readonly #modules: readonly RouteModule[];
  /** The environment in which no further variables have to be looked for: an isolate's requests bring the same. */
  #env: object | undefined;
  #last: Reading | undefined;

  constructor(modules: readonly RouteModule[]) {
    this.#modules = modules;
  }

  /** The settings, where they are known to be those of `env`. */
  known(env: GatewayEnv): Config | undefined {
    const last = this.#last;
    if (last === undefined || last.staleAt !== undefined) return undefined;
    return this.#isUnchanged(last, env as Environment) ? last.config : undefined;
  }

  /**
   * The settings of `env`. A change of a variable or a secret is noticed at once, one in a Secrets Store within a minute; while
   * a store does not answer, the settings stay as they are.
   * @throws HttpProblem 500 `config` that names the variable and the place in it.
   */
  async read(env: GatewayEnv): Promise<Config> {
    const last = this.#last;
    const environment = env as Environment;
    if (last === undefined || !this.#isUnchanged(last, environment)) {
      return this.#keep(environment, last, await readSettings(environment, refuse));
    }
    if (last.staleAt === undefined || Date.now() < last.staleAt) return last.config;
    // The requests that come meanwhile go on with what is known.
    this.#last = { ...last, staleAt: Date.now() + STORE_FRESH_MS };
    const read = await readSettings(environment, refuse).catch(() => undefined);
    return read === undefined ? last.config : this.#keep(environment, last, read);
  }

  /** Values are compared as they are, which for the same ones costs nothing; their texts only where that fails. */
  #isUnchanged(last: Reading, env: Environment): boolean {
    if (env !== this.#env) {
      const more = moreConnections(env);
      if (more.length !== last.more.length || more.some((name, i) => name !== last.more[i])) return false;
      this.#env = env;
    }
    // Each request comes by here: a callback allocates less than a loop over pairs.
    return last.watched.every((name, i) => env[name] === last.values[i]);
  }

  async #keep(env: Environment, last: Reading | undefined, read: SettingValues): Promise<Config> {
    this.#last = undefined;
    // The result is kept, not the promise: workerd ties a promise to the request that made it.
    const config = last?.key === read.key ? last.config : await parse(read.values, env, this.#modules);
    const more = moreConnections(env);
    const names = [...SETTING_NAMES, ...more, ...read.secrets];
    this.#env = env;
    this.#last = {
      more,
      watched: names,
      values: names.map((name) => env[name]),
      key: read.key,
      config,
      staleAt: hasStoreSecrets(env, read) ? Date.now() + STORE_FRESH_MS : undefined,
    };
    return config;
  }
}

type Values = ReadonlyMap<string, unknown>;

async function parse(values: Values, env: Environment, modules: readonly RouteModule[]): Promise<Config> {
  const connections = connectionsOf(values, env, modules);
  return {
    tokens: await digestTokens(variable(values, 'FAIRLEAD_TOKENS', tokensSchema, [])),
    connections,
    queries: await readQueries(values, connections, modules),
    targets: variable(values, 'FAIRLEAD_TARGETS', targetsSchema, []),
    limits: variable(values, 'FAIRLEAD_LIMITS', limitsSchema, {}),
    cors: variable(values, 'FAIRLEAD_CORS', corsSchema, []),
    jwt: variable(values, 'FAIRLEAD_JWT', jwtSchema.optional(), undefined),
    resolver: variable(values, 'FAIRLEAD_RESOLVER', resolverSchema.optional(), undefined),
    log: variable(values, 'FAIRLEAD_LOG', logSchema, {}),
  };
}

/** Most gateways have no named queries, and do not load what reads them. */
async function readQueries(
  values: Values,
  connections: Config['connections'],
  modules: readonly RouteModule[],
): Promise<Config['queries']> {
  if (values.get('FAIRLEAD_QUERIES') === undefined) return new Map();
  const { queriesSchema, queryHomes } = await import('../queries/settings.ts');
  const schema = queriesSchema(connections, await queryHomes(modules));
  return variable(values, 'FAIRLEAD_QUERIES', schema, {});
}

/** The connections of all variables that hold some. */
function connectionsOf(
  values: Values,
  env: Environment,
  modules: readonly RouteModule[],
): ReadonlyMap<string, Connection> {
  const schema = connectionsSchema(modules, env);
  const joined = new Map<string, Connection>();
  const owners = new Map<string, string>();
  for (const name of [...values.keys()].filter(holdsConnections)) {
    for (const [connection, value] of variable(values, name, schema, {})) {
      const owner = owners.get(connection);
      if (owner !== undefined) refuse(secondEntry(name, owner, connection));
      owners.set(connection, name);
      joined.set(connection, value);
    }
  }
  return joined;
}

/** The fault of two connections of one name in different variables. */
export function secondEntry(variable: string, owner: string, connection: string): SettingFault {
  const path = formatPath(variable, [connection]);
  return { path, message: `a connection of this name stands in ${owner} too`, kind: 'duplicate' };
}

function variable<S extends z.ZodType>(values: Values, name: string, schema: S, unset: unknown): z.output<S> {
  const value = values.get(name);
  const parsed = schema.safeParse(value === undefined ? unset : value);
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  throw problem(issues.map((issue) => schemaIssue(name, shownPlace(issue.path), wordsOf(issue))));
}

/** A member's name has letters; a token or a password that stands in its place has mostly more. */
const MEMBER_NAME = /^[A-Za-z]{1,32}$/;

/** Faults are told to callers without a token: an unknown member is named only where it looks like one that is misspelt. */
function wordsOf(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'unrecognized_keys' || issue.keys.every((key) => MEMBER_NAME.test(key)))
    return issue.message;
  return 'it holds a member that is not known here';
}

/** What a setting's schema has found. */
export function schemaIssue(variable: string, path: readonly PropertyKey[], message: string): SettingFault {
  return { path: formatPath(variable, path), message, kind: 'schema' };
}

function refuse(fault: SettingFault): never {
  throw problem([fault]);
}

function problem(faults: readonly SettingFault[]): HttpProblem {
  const [first] = faults;
  const what = first?.kind === 'json' ? first.message : `wrong: ${first?.message ?? 'unknown'}`;
  const errors = faults.map(({ path, message }) => ({ path, message }));
  return new HttpProblem('config', `The setting ${first?.path} is ${what}`, { errors });
}
