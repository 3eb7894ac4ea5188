// MQTT.js in Node, behind the same HTTP face as the Workers: it has no TCP in Workers.
import { createServer } from 'node:http';
import { connectAsync } from 'mqtt';
import { type Client, subject } from '../workers/mqtt/scenarios.ts';
import { rounds } from '../workers/round.ts';

async function openMqttJs(port: number): Promise<Client> {
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, { protocolVersion: 5, reconnectPeriod: 0 });
  return {
    publish: (topic, payload, qos) => client.publishAsync(topic, payload as Buffer, { qos }),
    async subscribe(topic, onMessage) {
      client.on('message', onMessage);
      await client.subscribeAsync(topic);
    },
    close: () => client.endAsync(),
  };
}

const worker = rounds({ 'MQTT.js in Node': subject(openMqttJs) });

createServer(async (request, response) => {
  const answer = await worker.fetch(new Request(`http://127.0.0.1${request.url}`));
  response.writeHead(answer.status).end(await answer.text());
}).listen(Number(process.env.PORT), '127.0.0.1');
