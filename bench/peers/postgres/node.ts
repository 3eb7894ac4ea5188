// `postgres` in Node, with the settings that it has in Workers.
import postgres from 'postgres';
import { rounds } from '../../workers/round.ts';
import { type Driver, subject } from '../../workers/sql.ts';
import { serve } from '../serve.ts';

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

serve(rounds({ 'postgres in Node': subject(openPostgres, '$1') }));
