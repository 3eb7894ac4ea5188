// The JSON Schema of all settings, from the schemas that the gateway itself reads them by. Draft 7, which editors know best.
import type { RouteModule } from '@fairlead/http';
import {
  poolSchema,
  SECRET_NAME,
  settingSchemas,
  tlsModeSchema,
  tlsWishesSchema,
} from '@fairlead/http/settings';
import { z } from '@hono/zod-openapi';
import { ROUTES } from '../../routes.ts';

/** A JSON Schema, or a part of one. */
export type JsonSchema = Readonly<Record<string, unknown>>;

const SECRET: JsonSchema = { $ref: '#/definitions/secret' };

const SECRET_DEFINITION: JsonSchema = {
  description: 'The name of a secret or variable of the Worker, whose text is taken',
  type: 'object',
  properties: { secret: { type: 'string', pattern: SECRET_NAME.source } },
  required: ['secret'],
  additionalProperties: false,
};

const VIA: JsonSchema = { type: 'string', description: 'The binding through which it is dialled' };

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  FAIRLEAD_TOKENS:
    'Bearer tokens, and what each may do. A secret. Default: none, and every call is answered 401',
  FAIRLEAD_QUERIES: 'Named queries: SQL with typed parameters, by name. Default: none',
  FAIRLEAD_JWT: 'An issuer whose JWTs are bearer tokens. Default: none',
  FAIRLEAD_RESOLVER: 'Resolves the names that callers choose before they are dialled. Default: nothing does',
  FAIRLEAD_TARGETS: 'Addresses that callers may choose, such as "db.example.com:5432". Default: none',
  FAIRLEAD_LIMITS: 'Limits of requests and results, where they differ from the defaults',
  FAIRLEAD_LOG:
    'What is logged beside failures: a line a request, a line for what may write. Default: neither',
  FAIRLEAD_CORS: 'Origins of web pages that may call the gateway. Default: none',
};

/** Settings of which text may be given as the name of a secret. */
const WITH_SECRETS: readonly string[] = ['FAIRLEAD_TOKENS'];

/**
 * The schema of a document that holds all settings by the names of their variables.
 * @param modules Those of the protocols. Default: all of the gateway's.
 */
export async function settingsJsonSchema(modules: readonly RouteModule[] = ROUTES): Promise<JsonSchema> {
  const entries = await Promise.all(modules.filter(hasConnections).map(entryDefinition));
  const connections = { $ref: '#/definitions/connections' };
  const { FAIRLEAD_CONNECTIONS: _, ...others } = settingSchemas(modules);
  const properties = Object.entries(others).map(([name, schema]) => {
    const json = settingSchema(name, schema);
    return [name, name in DESCRIPTIONS ? { description: DESCRIPTIONS[name], ...json } : json];
  });
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Settings of the Fairlead gateway',
    type: 'object',
    properties: {
      $schema: { type: 'string' },
      FAIRLEAD_CONNECTIONS: connections,
      ...Object.fromEntries(properties),
    },
    patternProperties: { '^FAIRLEAD_CONNECTIONS_\\w+$': connections },
    definitions: {
      secret: SECRET_DEFINITION,
      connections: {
        description: 'Named connections. A secret. Default: none',
        type: 'object',
        propertyNames: { pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$' },
        additionalProperties: {
          anyOf: [urlSchema(modules.filter(hasConnections)), SECRET, { $ref: '#/definitions/connection' }],
        },
      },
      ...Object.fromEntries(SHARED.map(({ name, schema }) => [name, withSecrets(schema)])),
      connection: connectionDefinition(modules.filter(hasConnections)),
      ...Object.fromEntries(entries),
    },
  };
}

function hasConnections({ schemes, connectionsOf }: RouteModule): boolean {
  return schemes.length > 0 && connectionsOf === undefined;
}

/** An entry is that of the protocol whose scheme its URL has; where the URL is a secret, of any. */
function connectionDefinition(modules: readonly RouteModule[]): JsonSchema {
  const named = (url: JsonSchema) => ({ properties: { url }, required: ['url'] });
  return {
    type: 'object',
    properties: { url: { anyOf: [urlSchema(modules), SECRET] }, via: VIA },
    // A binding of Hyperdrive brings its URL.
    anyOf: [{ required: ['url'] }, { required: ['via'] }],
    allOf: [
      ...modules.map((module) => ({
        if: named(urlSchema([module])),
        // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
        then: { $ref: `#/definitions/${module.protocol}` },
      })),
      {
        if: named({ type: 'object' }),
        // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
        then: { anyOf: modules.map(({ protocol }) => ({ $ref: `#/definitions/${protocol}` })) },
      },
    ],
  };
}

function urlSchema(modules: readonly RouteModule[]): JsonSchema {
  const schemes = modules.flatMap((module) => module.schemes).map((scheme) => scheme.replace(/:$/, ''));
  return { type: 'string', pattern: `^(?:${schemes.join('|')}):` };
}

async function entryDefinition(
  module: RouteModule,
): Promise<readonly [protocol: string, schema: JsonSchema]> {
  const schema = (await module.settings?.())?.schema ?? z.object({});
  const { properties, ...entry } = jsonSchema(schema.strict());
  const members = withSecrets(shared(properties ?? {}));
  const pool =
    module.pool === undefined ? { const: false } : { anyOf: [{ type: 'boolean' }, jsonSchema(poolSchema)] };
  return [
    module.protocol,
    {
      description: module.description,
      ...entry,
      properties: {
        url: { anyOf: [urlSchema([module]), SECRET] },
        pool,
        via: VIA,
        ...(isSchema(members) ? members : {}),
      },
      required: ['url'],
    },
  ];
}

function settingSchema(name: string, schema: z.ZodType): JsonSchema {
  const json = jsonSchema(schema);
  if (!WITH_SECRETS.includes(name) || !isSchema(json.items) || !isSchema(json.items.properties)) return json;
  const { token, sha256, ...members } = json.items.properties;
  const properties = { ...members, token: withSecrets(token), sha256: withSecrets(sha256) };
  const oneOf = [{ required: ['token'] }, { required: ['sha256'] }];
  return { ...json, items: { ...json.items, properties, oneOf } };
}

/** What is written, not what it is read as. */
function jsonSchema(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    io: 'input',
    target: 'draft-7',
    unrepresentable: 'any',
  });
  return json;
}

/** What several protocols' entries hold, each written once. */
const SHARED = /* @__PURE__ */ [
  ['tls', 'What is wished of TLS: it is the gateway’s own then', tlsWishesSchema],
  ['tlsWithMode', 'What is wished of TLS, and how it begins: it is the gateway’s own then', tlsModeSchema],
].map(([name, description, schema]) => {
  const json = jsonSchema(schema as z.ZodType);
  return { name: String(name), text: JSON.stringify(json), schema: { description, ...json } };
});

/** The schema with references in place of what is written once. */
function shared(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(shared);
  if (!isSchema(schema)) return schema;
  const found = SHARED.find(({ text }) => text === JSON.stringify(schema));
  if (found !== undefined) return { $ref: `#/definitions/${found.name}` };
  return Object.fromEntries(Object.entries(schema).map(([keyword, part]) => [keyword, shared(part)]));
}

/** Each text may be the name of a secret instead. */
function withSecrets(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withSecrets);
  if (!isSchema(schema)) return schema;
  if (schema.type === 'string') return { anyOf: [schema, SECRET] };
  return Object.fromEntries(
    Object.entries(schema).map(([keyword, part]) => [
      keyword,
      keyword === 'propertyNames' ? part : withSecrets(part),
    ]),
  );
}

/** Whether a value is an object: a schema, or a set of named ones. */
export function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
