// Ours, over our transport.
import { connect } from '@fairlead/mysql';
import { rounds } from '../round.ts';
import { type Driver, subject } from '../sql.ts';

async function openFairlead(port: number): Promise<Driver> {
  const client = await connect(`mysql://root@127.0.0.1:${port}/bench?sslmode=disable`, {
    limits: { maxBytes: 1 << 28 },
  });
  return {
    query: async (text, params) => (await client.execute(text, params)).rows,
    stream: (text, params) => client.stream(text, params).batches(),
    close: () => client.close(),
  };
}

export default rounds({ fairlead: subject(openFairlead, '?') });
