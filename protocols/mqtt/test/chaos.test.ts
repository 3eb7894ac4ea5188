// Every fault at every await of the client, against a small honest broker, in both versions of the protocol.
import { type ChaosLimits, type ChaosSubject, chaosSuite, markerOf } from '@fairlead/testkit/chaos';
import { connect } from '../src/index.ts';
import type { Client } from '../src/types/client.ts';
import { serveHonestly } from './honest-broker.ts';

type Calls = ChaosSubject<Client>['calls'];

async function subscribeAndLeave(client: Client, limits: ChaosLimits, filter: string): Promise<void> {
  const subscription = await client.subscribe(filter, limits);
  await subscription[Symbol.asyncDispose]();
}

const CALLS: Calls = {
  'publish with QoS 0': (client, limits, marker) => client.publish('t', marker, { ...limits, qos: 0 }),
  'publish with QoS 1': (client, limits, marker) => client.publish('t', marker, { ...limits, qos: 1 }),
  'publish with QoS 2': (client, limits, marker) => client.publish('t', marker, { ...limits, qos: 2 }),
  'two publishes': (client, limits, marker) => [
    client.publish('t', markerOf(marker, 0), { ...limits, qos: 2 }),
    client.publish('t', markerOf(marker, 1), { ...limits, qos: 1 }),
  ],
  'a subscription and its end': subscribeAndLeave,
  'a publish and a subscription': (client, limits, marker) => [
    client.publish('t', markerOf(marker, 0), { ...limits, qos: 1 }),
    subscribeAndLeave(client, limits, markerOf(marker, 1)),
  ],
};

const REQUEST: Calls = {
  request: (client, limits, marker) => client.request('t', marker, { ...limits, qos: 1 }),
};

function subject(protocolVersion: 4 | 5): ChaosSubject<Client> {
  return {
    name: `MQTT ${protocolVersion === 4 ? '3.1.1' : '5'}`,
    refuses: true,
    serve: (server, world) => serveHonestly(server, world, protocolVersion),
    connect: (connector, { signal, timeoutMs }) =>
      connect({
        hostname: 'broker.test',
        tls: false,
        clientId: 'me',
        protocolVersion,
        connector,
        signal,
        connectTimeoutMs: timeoutMs,
        timeoutMs,
      }),
    calls: protocolVersion === 5 ? { ...CALLS, ...REQUEST } : CALLS,
    unanswered: ['publish with QoS 0'],
    probe: async (client, limits) => {
      await client.publish('probe', '', { ...limits, qos: 1 });
      return true;
    },
    close: (client) => client.close(),
  };
}

chaosSuite(subject(5));
chaosSuite(subject(4));
