// The setting FAIRLEAD_QUERIES: its schema, and what a schema cannot tell: whether a query's connection, its SQL and its
// parameters fit together. Messages hold no word of the SQL.
import { isFairleadError } from '@fairlead/errors';
import { z } from 'zod';
import type { Connection, RouteModule } from '../app/contract.ts';
import type { CompiledSql, NamedQuery, QueryDialect } from './named-query.ts';
import { type ParameterSetting, parameterSetting, readParameter } from './parameter-settings.ts';

/** Names that can stand in a scope and in a path. */
export const QUERY_NAME: RegExp = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;
/** Names that can stand behind a colon in both databases. */
const PARAMETER_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/;
const MAX_SQL_UNITS = 65_536;
const YEAR_SECONDS = 31_536_000;

const querySetting = z.strictObject({
  connection: z.string().min(1).max(64),
  sql: z.string().min(1).max(MAX_SQL_UNITS),
  params: z.record(z.string().regex(PARAMETER_NAME, 'is not a parameter name'), parameterSetting).default({}),
  readOnly: z.boolean().default(true),
  rowMode: z.enum(['object', 'array']).default('object'),
  maxRows: z.int().min(1).max(10_000_000).optional(),
  timeoutMs: z.int().min(1).max(3_600_000).optional(),
  cacheSeconds: z.int().min(0).max(YEAR_SECONDS).optional(),
  public: z.boolean().default(false),
  listed: z.boolean().default(false),
  description: z.string().max(1000).optional(),
});

type QuerySetting = z.output<typeof querySetting>;

/** Is told what is wrong with a query, and where in it. */
type Refuse = (path: readonly PropertyKey[], message: string) => void;

/** What a query's connection leads to. */
export interface Home {
  readonly module: RouteModule;
  readonly dialect: QueryDialect;
}

/** The modules that have named queries, by protocol. */
export type QueryHomes = ReadonlyMap<string, Home>;

/** Loads what the modules know of their statements. */
export async function queryHomes(modules: readonly RouteModule[]): Promise<QueryHomes> {
  const homes = new Map<string, Home>();
  for (const module of modules) {
    const dialect = await module.namedQueries?.();
    if (dialect !== undefined) homes.set(module.protocol, { module, dialect });
  }
  return homes;
}

/** The schema of `FAIRLEAD_QUERIES`. Its result is by name. */
export function queriesSchema(connections: ReadonlyMap<string, Connection>, homes: QueryHomes) {
  return z
    .record(z.string().regex(QUERY_NAME, 'is not a query name'), querySetting)
    .transform((entries, context): ReadonlyMap<string, NamedQuery> => {
      const queries = new Map<string, NamedQuery>();
      for (const [name, setting] of Object.entries(entries)) {
        const refuse: Refuse = (path, message) =>
          context.addIssue({ code: 'custom', path: [name, ...path], message });
        const home = homeOf(connections.get(setting.connection), homes);
        if (typeof home === 'string') refuse(['connection'], home);
        else queries.set(name, readQuery(name, setting, home, refuse));
      }
      return queries;
    });
}

function homeOf(connection: Connection | undefined, homes: QueryHomes): Home | string {
  if (connection === undefined) return 'is not in FAIRLEAD_CONNECTIONS';
  return homes.get(connection.protocol) ?? 'is not a connection to a SQL database';
}

function readQuery(
  name: string,
  setting: QuerySetting,
  { module, dialect }: Home,
  refuse: Refuse,
): NamedQuery {
  const { sql: text, params: settings, ...rest } = setting;
  const sql = compile(text, dialect, refuse);
  if (sql !== undefined) {
    checkNames(sql, settings, refuse);
    if (setting.readOnly && !reads(sql, dialect))
      refuse(['sql'], 'is not known to only read: a query that may write has "readOnly": false');
  }
  if (setting.cacheSeconds !== undefined && !setting.readOnly)
    refuse(['cacheSeconds'], 'is for queries that only read');
  if (setting.public && setting.cacheSeconds === undefined) refuse(['public'], 'needs "cacheSeconds"');
  const params = Object.entries(settings).map(([parameter, one]) =>
    readParameter(parameter, one, dialect, (path, message) =>
      refuse(['params', parameter, ...path], message),
    ),
  );
  return {
    ...rest,
    name,
    protocol: module.protocol,
    path: `${module.prefix}/q/${name}`,
    sql: sql ?? { text: '', names: [] },
    params: new Map(params.map((parameter) => [parameter.name, parameter])),
  };
}

function compile(text: string, dialect: QueryDialect, refuse: Refuse): CompiledSql | undefined {
  try {
    return dialect.compile(text);
  } catch (error) {
    if (!isFairleadError(error)) throw error;
    refuse(['sql'], `cannot be read: ${error.message}`);
    return undefined;
  }
}

function reads({ text }: CompiledSql, dialect: QueryDialect): boolean {
  try {
    dialect.assertReading(text);
    return true;
  } catch (error) {
    if (!isFairleadError(error)) throw error;
    return false;
  }
}

function checkNames(
  { names }: CompiledSql,
  settings: Readonly<Record<string, ParameterSetting>>,
  refuse: Refuse,
): void {
  const unknown = names.findIndex((name) => !Object.hasOwn(settings, name));
  if (unknown >= 0)
    refuse(['sql'], `has a name behind a colon that "params" does not hold (number ${unknown + 1})`);
  for (const name of Object.keys(settings))
    if (!names.includes(name)) refuse(['params', name], 'does not stand in the SQL');
}
