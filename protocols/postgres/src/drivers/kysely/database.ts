// How Postgres runs what Kysely asks for.
import type { KyselyDatabase } from '@fairlead/sql-client/kysely';
import type { CompiledQuery } from 'kysely';
import type { Client, Queryable, StatementOptions } from '../../types.ts';
import type { Parameter } from '../../values/index.ts';

const COUNTED = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE']);

/** Names of savepoints vary: prepared, they would push other statements out of the cache. */
const UNPREPARED: StatementOptions = { prepare: false };

/** Kysely lets any value through; the client refuses values that it cannot send. */
function parameters({ parameters }: CompiledQuery): readonly Parameter[] {
  return parameters as readonly Parameter[];
}

/** Postgres, by our client. */
export const POSTGRES: KyselyDatabase<Queryable, Client> = {
  name: 'Postgres',
  async query<R>(runner: Queryable, query: CompiledQuery, signal: AbortSignal | undefined) {
    const { rows, rowCount, command } = await runner.query<R>(query.sql, parameters(query), { signal });
    return COUNTED.has(command) ? { rows, numAffectedRows: BigInt(rowCount) } : { rows };
  },
  batches<R>(runner: Queryable, query: CompiledQuery, size: number, signal: AbortSignal | undefined) {
    return runner.stream<R>(query.sql, parameters(query), { fetchSize: size, signal }).batches();
  },
  async command(runner, text) {
    await runner.query(text, [], UNPREPARED);
  },
  begin: (client, work, settings) => client.begin(work, settings),
  beginning({ isolationLevel, accessMode }) {
    const level = isolationLevel === undefined ? '' : ` isolation level ${isolationLevel}`;
    const mode = accessMode === undefined ? '' : ` ${accessMode}`;
    return { begin: level + mode === '' ? 'begin' : `start transaction${level}${mode}` };
  },
  releaseSavepoint: 'release',
  quote: (name) => `"${name.replaceAll('"', '""')}"`,
};
