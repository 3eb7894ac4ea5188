// `postgres` over its own socket.
import postgres from 'postgres';
import { rounds } from '../round.ts';
import { type Driver, subject } from '../sql.ts';

/** One connection, as the others have. `fetch_types` is a round trip that only arrays of custom types need. */
async function openPostgres(port: number): Promise<Driver> {
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

export default rounds({ postgres: subject(openPostgres, '$1') });
