// Ours.
import { connect } from '@fairlead/redis';
import { rounds } from '../round.ts';
import { type Client, subject } from './scenarios.ts';

async function openFairlead(port: number): Promise<Client> {
  const client = await connect(`redis://127.0.0.1:${port}`);
  return {
    get: (key) => client.get(key),
    set: (key, value) => client.set(key, value),
    close: () => client.close(),
  };
}

export default rounds({ fairlead: subject(openFairlead) });
