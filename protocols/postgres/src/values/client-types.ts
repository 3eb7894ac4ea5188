// `loadTypes`: an export of its own, so that a Worker that does not call it does not carry its query.
import { usage } from '../errors.ts';
import type { Client } from '../types.ts';
import { lookUpTypes } from './load-types.ts';
import { registryOf } from './registry.ts';

/**
 * Looks up types that the database defines (enums, domains, composites, ranges, extensions' types, and arrays of them), in
 * one query, so that the client decodes their values from now on.
 * @param client Of `connect` or `open`.
 * @param names As SQL has them (`mood`, `shop.price`, `"Mood"`). Default: all that are visible in the search path but
 *   the row types of tables.
 * @throws FairleadError `usage` (another client, names that are no texts), `server` with code 42704 when there is no type of
 *   that name; as `query` does.
 * @example
 * ```ts
 * import { loadTypes } from '@fairlead/postgres';
 *
 * await loadTypes(db, ['mood', 'shop.price']);
 * ```
 */
export async function loadTypes(client: Client, names?: readonly string[]): Promise<void> {
  if (names !== undefined && !(Array.isArray(names) && names.every((name) => typeof name === 'string')))
    throw usage('the names of types are an array of texts');
  const registry = registryOf(client);
  if (registry === undefined) throw usage('loadTypes takes a client of connect() or open()');
  const query = async (text: string, params: readonly (readonly string[])[]): Promise<readonly unknown[][]> =>
    (await client.query(text, params, { rowMode: 'array' })).rows;
  await lookUpTypes(query, registry, names);
}
