// Kysely's connection: which of several queries of one transaction it cancels.
import { CompiledQuery } from 'kysely';
import { expect, it } from 'vitest';
import { KyselyConnection } from '../src/drivers/kysely/connection.ts';
import type { Closable, KyselyDatabase } from '../src/drivers/kysely/options.ts';

it('cancels the query that was aborted, and no other', async () => {
  const signals: (AbortSignal | undefined)[] = [];
  const query: KyselyDatabase<unknown, Closable>['query'] = (_runner, _query, signal) => {
    signals.push(signal);
    return new Promise(() => undefined);
  };
  const database = { query } as KyselyDatabase<unknown, Closable>;
  const connection = new KyselyConnection<unknown, Closable>(database, { close: async () => undefined });
  const [first, second] = [new AbortController(), new AbortController()];
  void connection.executeQuery(CompiledQuery.raw('select 1'), first);
  void connection.executeQuery(CompiledQuery.raw('select 2'), second);
  first.abort();
  await connection.cancelQuery();
  expect(signals.map((signal) => signal?.aborted)).toEqual([true, false]);
});
