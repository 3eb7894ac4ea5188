// `pg` over its own socket.
import pg from 'pg';
import { rounds } from '../round.ts';
import { type Driver, subject } from '../sql.ts';

async function openPg(port: number): Promise<Driver> {
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'bench', database: 'postgres', ssl: false });
  await client.connect();
  return {
    // A name makes pg prepare the statement once, as the others do by themselves.
    query: async (text, values) => (await client.query({ name: text, text, values })).rows,
    close: () => client.end(),
  };
}

export default rounds({ pg: subject(openPg, '$1') });
