// `postgres`, for its Worker and for Node: one way to open it.
import postgres from 'postgres';
import type { Driver } from '../sql.ts';

/** One connection, as the others have. `fetch_types` is a round trip that only arrays of custom types need. */
export async function openPostgres(port: number): Promise<Driver> {
  const sql = postgres({
    host: '127.0.0.1',
    port,
    user: 'bench',
    database: 'postgres',
    max: 1,
    ssl: false,
    fetch_types: false,
  });
  return {
    query: (text, params) => sql.unsafe(text, params, { prepare: true }),
    stream: (text, params) => sql.unsafe(text, params, { prepare: true }).cursor(500),
    close: () => sql.end(),
  };
}
