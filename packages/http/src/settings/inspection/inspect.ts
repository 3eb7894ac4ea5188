// Everything that is wrong with the settings, not the first fault alone, and what is sound in them. It dials nothing and gives
// no advice.
import { z } from 'zod';
import { tokensSchema } from '../../access/tokens.ts';
import type { Connection, RouteModule } from '../../app/contract.ts';
import { formatPath } from '../../problems/schema-fault.ts';
import { queryHomes } from '../../queries/settings.ts';
import { schemaIssue, secondEntry } from '../config.ts';
import { connectionsSchema } from '../connections.ts';
import { isRecord } from '../secrets/references.ts';
import {
  type Environment,
  holdsConnections,
  readSettings,
  type SettingFault,
  type SettingName,
} from '../setting-values.ts';
import { settingSchemas } from './schemas.ts';

/** Members of an entry that the gateway itself reads. */
const OF_ALL_PROTOCOLS: readonly string[] = ['url', 'readUrl', 'pool', 'via'];

/** A fault, and what the schema said, where it was the schema. */
export interface InspectedFault extends SettingFault {
  /** The setting's variable. */
  readonly variable: string;
  /** Names and indices below the variable; only of what a schema found. */
  readonly place: readonly PropertyKey[];
  readonly issue?: z.core.$ZodIssue;
}

/** A connection whose entry is sound, as far as the gateway's own part of it goes. */
export interface InspectedConnection {
  /** Where it stands: `FAIRLEAD_CONNECTIONS.main`. */
  readonly path: string;
  readonly connection: Connection;
  /** Its entry, with the texts of secrets. */
  readonly entry: Readonly<Record<string, unknown>>;
}

/** A token whose entry is sound. */
export interface InspectedToken {
  /** Where it stands: `FAIRLEAD_TOKENS[0]`. */
  readonly path: string;
  readonly token: z.output<typeof tokensSchema>[number];
}

/** What was found in the settings. */
export interface Inspection {
  readonly faults: readonly InspectedFault[];
  readonly connections: readonly InspectedConnection[];
  readonly tokens: readonly InspectedToken[];
  /** By variable, with the texts of secrets. */
  readonly values: ReadonlyMap<string, unknown>;
  /** The texts of the secrets that are referred to. */
  readonly secretTexts: readonly string[];
}

/** Reads all settings, to their end. */
export async function inspectSettings(
  env: Environment,
  modules: readonly RouteModule[],
): Promise<Inspection> {
  const faults = new FaultList();
  const { values, secretTexts } = await readSettings(env, (fault) => faults.add(fault));
  const set = [...values].filter(([, value]) => value !== undefined);
  const connections: InspectedConnection[] = [];
  for (const [variable, value] of set.filter(([name]) => holdsConnections(name))) {
    for (const entry of await connectionsOf(variable, value, modules, faults)) {
      const first = connections.find(({ connection }) => connection.name === entry.connection.name);
      if (first === undefined) connections.push(entry);
      else faults.add(secondEntry(variable, first.path.split('.', 1)[0] ?? '', entry.connection.name));
    }
  }
  // Queries name connections, which are read first.
  const named = new Map(connections.map(({ connection }) => [connection.name, connection]));
  const schemas = settingSchemas(modules, named, await queryHomes(modules));
  for (const [variable, value] of set.filter(([name]) => !holdsConnections(name))) {
    faults.addIssues(variable, [], schemas[variable as SettingName].safeParse(value).error);
  }
  const tokens = tokensOf(values.get('FAIRLEAD_TOKENS'));
  return { faults: faults.all, connections, tokens, values, secretTexts };
}

async function connectionsOf(
  variable: string,
  value: unknown,
  modules: readonly RouteModule[],
  faults: FaultList,
): Promise<readonly InspectedConnection[]> {
  const schema = connectionsSchema(modules);
  if (!isRecord(value)) {
    faults.addIssues(variable, [], schema.safeParse(value).error);
    return [];
  }
  const found: InspectedConnection[] = [];
  for (const [name, text] of Object.entries(value)) {
    const entry = typeof text === 'string' ? { url: text } : text;
    // Its binding brings the URL, and only the Worker has the binding.
    if (isRecord(entry) && typeof entry.via === 'string' && entry.url === undefined) continue;
    // One by one: what is wrong with one entry hides nothing of another.
    const parsed = schema.safeParse({ [name]: entry });
    faults.addIssues(variable, [], parsed.error);
    if (!isRecord(entry)) continue;
    const connection = parsed.data?.get(name);
    const owner = connection === undefined ? ownerOf(entry.url, modules) : moduleOf(connection, modules);
    if (owner !== undefined) faults.addIssues(variable, [name], await optionFaults(entry, owner));
    if (connection !== undefined) found.push({ path: formatPath(variable, [name]), connection, entry });
  }
  return found;
}

function ownerOf(url: unknown, modules: readonly RouteModule[]): RouteModule | undefined {
  if (typeof url !== 'string' || !URL.canParse(url)) return undefined;
  return modules.find(
    ({ schemes, connectionsOf }) => connectionsOf === undefined && schemes.includes(new URL(url).protocol),
  );
}

function moduleOf(connection: Connection, modules: readonly RouteModule[]): RouteModule | undefined {
  return modules.find(({ protocol }) => protocol === connection.protocol);
}

async function optionFaults(
  entry: Readonly<Record<string, unknown>>,
  owner: RouteModule,
): Promise<z.core.$ZodError | undefined> {
  const options = Object.fromEntries(
    Object.entries(entry).filter(([name]) => !OF_ALL_PROTOCOLS.includes(name)),
  );
  const schema = (await owner.settings?.())?.schema ?? z.object({});
  return schema.strict().safeParse(options).error;
}

function tokensOf(value: unknown): InspectedToken[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry: unknown, index) => {
    const token = tokensSchema.safeParse([entry]).data?.[0];
    return token === undefined ? [] : [{ path: formatPath('FAIRLEAD_TOKENS', [index]), token }];
  });
}

/** The faults, each once. */
class FaultList {
  readonly #faults: InspectedFault[] = [];

  get all(): readonly InspectedFault[] {
    return this.#faults;
  }

  add(fault: SettingFault, place: readonly PropertyKey[] = [], issue?: z.core.$ZodIssue): void {
    const { path, message } = fault;
    // A secret that is missing is no text either, which need not be told.
    const isTold = this.#faults.some(
      (other) => other.path === path && (other.message === message || other.kind === 'secret'),
    );
    const variable = /^\w+/.exec(path)?.[0] ?? path;
    if (!isTold) this.#faults.push({ ...fault, variable, place, ...(issue && { issue }) });
  }

  addIssues(variable: string, place: readonly PropertyKey[], error: z.core.$ZodError | undefined): void {
    for (const issue of error?.issues ?? []) {
      const path = [...place, ...issue.path];
      const places = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...path, key]) : [path];
      const message = issue.code === 'unrecognized_keys' ? 'is no member that is known' : issue.message;
      for (const each of places) this.add(schemaIssue(variable, each, message), each, issue);
    }
  }
}
