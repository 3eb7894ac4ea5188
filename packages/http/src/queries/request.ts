// The parameters of a request to a named query: all of the query string, or the member `params` of a JSON body. What is wrong is
// told for all of them at once, without a value.
import { z } from '@hono/zod-openapi';
import type { RouteContext } from '../app/contract.ts';
import { type Fault, HttpProblem } from '../problems/http-problem.ts';
import { formatPath, MAX_FAULTS } from '../problems/schema-fault.ts';
import { readBody, readJson, requireJsonType } from '../request/body.ts';
import { PARAMETERS } from '../sql/parameters.ts';
import type { NamedQuery, ParameterValue, QueryParameter } from './named-query.ts';
import { readValue, type ValueReading } from './values/read-value.ts';

/** Not a record of zod's, which leaves a member out that is called `__proto__`. */
const valuesSchema = z.custom<Readonly<Record<string, unknown>>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'must be an object of parameters by name',
);
const bodySchema = z.strictObject({ [PARAMETERS]: valuesSchema.optional() });

/**
 * The values of a query's placeholders, in their order.
 * @throws HttpProblem 400: unknown, missing or unsuitable parameters, each with its place; otherwise as `readJson`.
 */
export async function readParameters(
  c: RouteContext,
  { params, sql }: NamedQuery,
  utcSuffix: string,
): Promise<ParameterValue[]> {
  const isPost = c.req.method === 'POST';
  const { searchParams } = new URL(c.req.url);
  const given: ReadonlyMap<string, unknown> = isPost ? await bodyOf(c) : new Map(searchParams);
  const root = isPost ? `body.${PARAMETERS}` : 'query';
  const misplaced = (isPost ? [...searchParams.keys()] : []).map((name) => ({
    path: formatPath('query', [name]),
    message: 'stands in the URL: a POST has its parameters in its body',
  }));
  const { maxJsonDepth: maxDepth } = c.get('config').limits;
  const reading: ValueReading = { from: isPost ? 'json' : 'text', utcSuffix, maxDepth };
  const values = readParameterValues(params, given, { ...reading, root, faults: misplaced });
  return sql.names.map((name) => values.get(name) ?? null);
}

/** Where a request's values come from. */
export interface ParameterReading extends ValueReading {
  /** The path of their object in faults: `body.params`. */
  readonly root: string;
  /** What else is wrong with the request. Default: nothing. */
  readonly faults?: readonly Fault[] | undefined;
}

/**
 * The values of parameters, by name; those that have a default need not be given.
 * @param given By name; from a body, what `readJson` gives with `partsIn`.
 * @throws HttpProblem 400: unknown, missing or unsuitable parameters, each with its place, without a value.
 */
export function readParameterValues(
  params: ReadonlyMap<string, QueryParameter>,
  given: ReadonlyMap<string, unknown>,
  { root, faults: others = [], ...reading }: ParameterReading,
): ReadonlyMap<string, ParameterValue> {
  const faults = [...others];
  const fault = (name: string, message: string) => faults.push({ path: formatPath(root, [name]), message });
  const known = [...params.keys()].join(', ') || 'none';
  for (const name of given.keys())
    if (!params.has(name)) fault(name, `is not known here; these are: ${known}`);
  const values = new Map<string, ParameterValue>();
  for (const parameter of params.values()) {
    const read = parameterValue(parameter, given, reading);
    if ('value' in read) values.set(parameter.name, read.value);
    else fault(parameter.name, read.fault);
  }
  if (faults.length > 0) throw refusal(faults);
  return values;
}

async function bodyOf(c: RouteContext): Promise<ReadonlyMap<string, unknown>> {
  if ((await readBody(c)).length === 0) return new Map();
  requireJsonType(c);
  const { params = {} } = await readJson(c, bodySchema, { partsIn: PARAMETERS });
  return new Map(Object.entries(params));
}

function parameterValue(
  parameter: QueryParameter,
  given: ReadonlyMap<string, unknown>,
  reading: ValueReading,
) {
  const { name, default: preset } = parameter;
  if (given.has(name)) return readValue(parameter, given.get(name), reading);
  return preset === undefined ? { fault: 'is missing' } : { value: preset };
}

function refusal(faults: readonly Fault[]): HttpProblem {
  const [first] = faults;
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : '';
  const errors = faults.slice(0, MAX_FAULTS);
  return new HttpProblem('invalid', `${first?.path}: ${first?.message}${more}`, { errors });
}
