// Ours, over our transport.
import { connect } from '@fairlead/mqtt';
import { rounds } from '../round.ts';
import { type Client, subject } from './scenarios.ts';

async function openFairlead(port: number): Promise<Client> {
  const client = await connect(`mqtt://127.0.0.1:${port}`);
  return {
    publish: (topic, payload, qos) => client.publish(topic, payload, { qos }),
    async subscribe(topic, onMessage) {
      const subscription = await client.subscribe(topic);
      void (async () => {
        for await (const _ of subscription) onMessage();
      })();
    },
    close: () => client.close(),
  };
}

export default rounds({ fairlead: subject(openFairlead) });
