// Ours, over our transport.
import { type Client, connect } from '@fairlead/postgres';
import { JsonRowWriter } from '@fairlead/postgres/json';
import { rounds } from '../round.ts';
import { type Driver, subject } from '../sql.ts';

async function openFairlead(port: number): Promise<Driver> {
  const client = await connect(`postgres://bench@127.0.0.1:${port}/postgres?sslmode=disable`, {
    limits: { maxBytes: 1 << 28 },
  });
  return {
    query: async (text, params) => (await client.query(text, params)).rows,
    stream: (text, params) => client.stream(text, params).batches(),
    batch: (text, params) => client.batch(params.map((each) => [text, each])),
    toJson: (text, params) => toJson(client, text, params),
    copy: (text) => copy(client, text),
    close: () => client.close(),
  };
}

async function toJson(client: Client, text: string, params: number[]): Promise<number> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of client.streamWith(text, params, new JsonRowWriter()).batches()) {
    chunks.push(chunk);
    bytes += chunk.length;
  }
  return bytes;
}

async function copy(client: Client, text: string): Promise<number> {
  let bytes = 0;
  for await (const chunk of client.copyTo(text)) bytes += chunk.length;
  return bytes;
}

export default rounds({ fairlead: subject(openFairlead, '$1') });
