// How MySQL and MariaDB run what Kysely asks for.
import type { KyselyDatabase } from '@fairlead/sql-client/kysely';
import type { CompiledQuery } from 'kysely';
import type { Client, Queryable } from '../../types/client.ts';
import type { Parameter } from '../../values/value.ts';
import { changedRows } from '../changed-rows.ts';

/** Kysely lets any value through; the client refuses values that it cannot send. */
function parameters({ parameters }: CompiledQuery): readonly Parameter[] {
  return parameters as readonly Parameter[];
}

/** MySQL and MariaDB, by our client. */
export const MYSQL: KyselyDatabase<Queryable, Client> = {
  name: 'MySQL',
  async query<R>(runner: Queryable, query: CompiledQuery, signal: AbortSignal | undefined) {
    const result = await runner.query<R>(query.sql, parameters(query), { signal });
    if (result.columns.length > 0) return { rows: result.rows };
    return {
      rows: [],
      ...(result.lastInsertId === '0' ? {} : { insertId: BigInt(result.lastInsertId) }),
      numAffectedRows: BigInt(result.affectedRows),
      numChangedRows: BigInt(changedRows(result)),
    };
  },
  batches<R>(runner: Queryable, query: CompiledQuery, _size: number, signal: AbortSignal | undefined) {
    return runner.stream<R>(query.sql, parameters(query), { signal }).batches();
  },
  async command(runner, text) {
    await runner.query(text);
  },
  begin: (client, work, settings) => client.begin(work, settings),
  beginning({ isolationLevel, accessMode }) {
    const level = isolationLevel === undefined ? [] : [`isolation level ${isolationLevel}`];
    const parts = accessMode === undefined ? level : [...level, accessMode];
    const characteristics = parts.length === 0 ? undefined : `set transaction ${parts.join(', ')}`;
    return { characteristics, begin: 'begin' };
  },
  releaseSavepoint: 'release savepoint',
  quote: (name) => `\`${name.replaceAll('`', '``')}\``,
};
