// Ours, over our transport.
import { connect } from '@fairlead/postgres';
import { rounds } from '../round.ts';
import { type Driver, subject } from '../sql.ts';

async function openFairlead(port: number): Promise<Driver> {
  const client = await connect(`postgres://bench@127.0.0.1:${port}/postgres?sslmode=disable`, {
    limits: { maxBytes: 1 << 28 },
  });
  return {
    query: async (text, params) => (await client.query(text, params)).rows,
    stream: (text, params) => client.stream(text, params).batches(),
    close: () => client.close(),
  };
}

export default rounds({ fairlead: subject(openFairlead, '$1') });
