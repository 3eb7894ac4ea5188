// Named queries in the OpenAPI document: one path each, with its own parameters. Their SQL is in none.
import { JsonNumber } from '../json/number.ts';
import { PARAMETERS } from '../sql/parameters.ts';
import type { NamedQuery, ParameterType, QueryParameter } from './named-query.ts';

/** A piece of the document. */
type Json = Readonly<Record<string, unknown>>;

/** The document, as far as it is read. */
export interface PathsDocument {
  readonly paths?: Readonly<Record<string, object | undefined>> | undefined;
}

/** How a type's values look in JSON. */
const SCHEMAS: Readonly<Record<ParameterType, Json>> = {
  text: { type: 'string' },
  // Beyond 2^53 they are sent as text.
  integer: { type: ['integer', 'string'], format: 'int64' },
  number: { type: ['number', 'string'] },
  boolean: { type: 'boolean' },
  date: { type: 'string', format: 'date' },
  datetime: { type: 'string', format: 'date-time' },
  uuid: { type: 'string', format: 'uuid' },
  json: {},
};

/**
 * The document with the queries' paths behind its own. Security, answers and tags are those of `/q/{name}`.
 * @param queries The queries that the caller may know of.
 */
export function withNamedQueries<D extends PathsDocument>(document: D, queries: readonly NamedQuery[]): D {
  const added = queries.flatMap((query): [string, Json][] => {
    const { get, post }: { get?: unknown; post?: unknown } =
      document.paths?.[query.path.replace(/[^/]+$/, '{name}')] ?? {};
    const operations = {
      ...(query.readOnly && isJson(get) ? { get: describeGet(query, get) } : {}),
      ...(isJson(post) ? { post: describePost(query, post) } : {}),
    };
    return [[query.path, operations]];
  });
  return { ...document, paths: { ...document.paths, ...Object.fromEntries(added) } };
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null;
}

function describeGet(query: NamedQuery, general: Json): Json {
  const parameters = [...query.params.values()].map((parameter) => ({
    name: parameter.name,
    in: 'query',
    required: parameter.default === undefined,
    ...(parameter.description === undefined ? {} : { description: parameter.description }),
    ...(parameter.type === 'json'
      ? { content: { 'application/json': { schema: {} } } }
      : { schema: schemaOf(parameter) }),
  }));
  return { ...common(query, general, 'get'), parameters: [...parameters, ...headersOf(general)] };
}

function describePost(query: NamedQuery, general: Json): Json {
  const { requestBody: _, ...rest } = common(query, general, 'post');
  const all = [...query.params.values()];
  const required = all.filter((parameter) => parameter.default === undefined).map(({ name }) => name);
  const params = {
    type: 'object',
    properties: Object.fromEntries(all.map((parameter) => [parameter.name, schemaOf(parameter)])),
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: false,
  };
  const schema = {
    type: 'object',
    properties: { [PARAMETERS]: params },
    ...(required.length > 0 ? { required: [PARAMETERS] } : {}),
    additionalProperties: false,
  };
  // Whole, so that it can be sent as it stands: with the values that the operator chose for callers who say nothing.
  const values = all.flatMap(({ name, default: preset }) =>
    preset === undefined || preset instanceof JsonNumber ? [] : [[name, preset] as const],
  );
  const content = { schema, example: { [PARAMETERS]: Object.fromEntries(values) } };
  const requestBody = { required: required.length > 0, content: { 'application/json': content } };
  return { ...rest, parameters: headersOf(general), requestBody };
}

function common({ name, description }: NamedQuery, general: Json, method: string): Json {
  const { operationId: _, description: _1, ...rest } = general;
  return {
    ...rest,
    operationId: `query_${name.replaceAll(/[^A-Za-z0-9]/g, '_')}_${method}`,
    summary: name,
    ...(description === undefined ? {} : { description }),
  };
}

/** The headers of the general operation, without the ones that choose a server. */
function headersOf({ parameters }: Json): readonly unknown[] {
  const all = Array.isArray(parameters) ? parameters : [];
  return all.filter(
    (parameter: Json) => typeof parameter.$ref === 'string' && !/-(?:Url|Connection)$/.test(parameter.$ref),
  );
}

function schemaOf(parameter: QueryParameter): Json {
  const { type, description, default: preset, enum: values, min, max, maxLength, pattern } = parameter;
  const numbers = type === 'integer' || type === 'number';
  return {
    ...SCHEMAS[type],
    ...(description === undefined ? {} : { description }),
    ...(preset === undefined || typeof preset === 'object' ? {} : { default: preset }),
    ...(values === undefined ? {} : { enum: numbers ? values.map(Number) : values }),
    ...(min === undefined ? {} : { minimum: Number(min) }),
    ...(max === undefined ? {} : { maximum: Number(max) }),
    ...(maxLength === undefined || type !== 'text' ? {} : { maxLength }),
    ...(pattern === undefined ? {} : { pattern: pattern.source }),
  };
}
