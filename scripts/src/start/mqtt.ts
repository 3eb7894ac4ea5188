// An MQTT 3.1.1 broker (Aedes) behind a TCP port, with a few retained messages. No TLS, no password, nothing kept after it ends.
import { createServer } from 'node:net';
import { Aedes } from 'aedes';
import { listenLocally, type RunningServer } from './local-server.ts';
import { READINGS } from './sample/mqtt.ts';

const MAX_CONNECTIONS = 256;
/** MQTT demands 23; the gateway's sessions have longer ones. */
const MAX_CLIENT_ID_LENGTH = 256;

/**
 * Starts the broker and its port.
 * @param port 0 for any free one.
 */
export async function startMqtt(port = 0): Promise<RunningServer> {
  const broker = await Aedes.createBroker({ maxClientsIdLength: MAX_CLIENT_ID_LENGTH });
  for (const reading of READINGS) await retain(broker, reading.topic, reading.payload);
  const listener = createServer((socket) => {
    socket.setNoDelay(true);
    broker.handle(socket);
  });
  const { port: ownPort, stop } = await listenLocally(listener, port, MAX_CONNECTIONS);
  return {
    port: ownPort,
    async stop() {
      await new Promise<void>((resolve) => broker.close(() => resolve()));
      await stop();
    },
  };
}

/** Publishes a message that those who subscribe later get too. */
function retain(broker: Aedes, topic: string, payload: string): Promise<void> {
  const packet = { cmd: 'publish', qos: 0, dup: false, retain: true, topic, payload } as const;
  return new Promise((resolve, reject) => {
    broker.publish(packet, (error) => (error ? reject(error) : resolve()));
  });
}
