// Bun's own client of SQL databases, with one connection as the others have.
import type { Driver } from '../workers/sql.ts';

/** Connects with the first query. */
export async function openBunSql(url: string): Promise<Driver> {
  const sql = new Bun.SQL(url, { max: 1 });
  return {
    query: (text, params) => sql.unsafe(text, params),
    close: () => sql.close(),
  };
}
