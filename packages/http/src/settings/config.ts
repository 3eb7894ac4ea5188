// The Worker's settings, parsed once per isolate. A fault is told by variable and place, never by content.
import { z } from '@hono/zod-openapi';
import { digestTokens, tokensSchema } from '../access/tokens.ts';
import type { Config, GatewayEnv, RouteModule } from '../app/contract.ts';
import { JsonFault, parseJson } from '../json/parser.ts';
import { HttpProblem } from '../problems/http-problem.ts';
import { formatPath } from '../problems/schema-fault.ts';
import { targetsSchema } from '../targets/target-policy.ts';
import { connectionsSchema } from './connections.ts';
import { limitsSchema } from './limits.ts';

const corsSchema = z.array(
  z.string().refine((text) => text === '*' || (URL.canParse(text) && new URL(text).origin === text), {
    message: 'is not an origin such as https://app.example.com',
  }),
);

const NAMES = [
  'FAIRLEAD_CONNECTIONS',
  'FAIRLEAD_TOKENS',
  'FAIRLEAD_TARGETS',
  'FAIRLEAD_LIMITS',
  'FAIRLEAD_CORS',
] as const satisfies readonly (keyof GatewayEnv)[];

type Name = (typeof NAMES)[number];

/** Deeper than any setting is. */
const MAX_DEPTH = 100;

/** Reads the settings and keeps the result until they change. */
export class ConfigSource {
  readonly #modules: readonly RouteModule[];
  /** What the settings were read from, as they stood in the environment. */
  #values: readonly unknown[] = [];
  #key: string | undefined;
  #config: Config | undefined;

  constructor(modules: readonly RouteModule[]) {
    this.#modules = modules;
  }

  /**
   * The settings of `env`.
   * @throws HttpProblem 500 `config` that names the variable and the place in it.
   */
  async read(env: GatewayEnv): Promise<Config> {
    const values = NAMES.map((name) => env[name]);
    // An isolate's requests bring the same values, which need not even be compared by their texts.
    if (this.#config !== undefined && values.every((value, i) => value === this.#values[i]))
      return this.#config;
    const key = values.map(asText).join('\u0000');
    // The result is kept, not the promise: workerd ties a promise to the request that made it.
    if (this.#config === undefined || this.#key !== key) this.#config = await parse(env, this.#modules);
    this.#key = key;
    this.#values = values;
    return this.#config;
  }
}

async function parse(env: GatewayEnv, modules: readonly RouteModule[]): Promise<Config> {
  return {
    tokens: await digestTokens(variable(env, 'FAIRLEAD_TOKENS', tokensSchema, [])),
    connections: variable(env, 'FAIRLEAD_CONNECTIONS', connectionsSchema(modules), {}),
    targets: variable(env, 'FAIRLEAD_TARGETS', targetsSchema, []),
    limits: variable(env, 'FAIRLEAD_LIMITS', limitsSchema, {}),
    cors: variable(env, 'FAIRLEAD_CORS', corsSchema, []),
  };
}

function variable<S extends z.ZodType>(env: GatewayEnv, name: Name, schema: S, unset: unknown): z.output<S> {
  const text = asText(env[name]);
  const parsed = schema.safeParse(text === '' ? unset : readSetting(name, text));
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map((issue) => ({
    path: formatPath(name, issue.path),
    message: issue.message,
  }));
  const first = errors[0];
  throw new HttpProblem(
    'config',
    `The setting ${first?.path ?? name} is wrong: ${first?.message ?? 'unknown'}`,
    {
      errors,
    },
  );
}

/** What JSON.parse would take in silence, such as two connections of one name, is refused as in a request. */
function readSetting(name: Name, text: string): unknown {
  try {
    return parseJson(text, { maxDepth: MAX_DEPTH });
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    // Neither cause nor text: the setting is a secret.
    throw new HttpProblem('config', `The setting ${explain(name, error)}.`);
  }
}

function explain(name: Name, { kind, position, path }: JsonFault): string {
  if (kind === 'duplicate') return `${formatPath(name, path)} is wrong: it stands more than once`;
  if (kind === 'depth') return `${name} is nested deeper than ${MAX_DEPTH}`;
  if (kind === 'surrogate') return `${formatPath(name, path)} is wrong: it holds half of a surrogate pair`;
  return `${name} is not valid JSON (at position ${position})`;
}

/** The setting as JSON text; empty when unset. `wrangler.toml` hands over parsed values, secrets are text. */
function asText(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value.trim() : JSON.stringify(value);
}
