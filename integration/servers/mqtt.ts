// The recipes for Mosquitto 2.0 and RabbitMQ 4: one broker with one certificate. Their users are in images/.

import type { KeyAndCertificate } from '@fairlead/testkit/authority';
import { Wait } from 'testcontainers';
import { type Running, running, serverContainer, startContainer } from './container.ts';

const PLAIN_PORT = 1883;
const WEBSOCKET_PORT = 8080;
const SECURE_WEBSOCKET_PORT = 8081;
const TLS_PORT = 8883;

/** Answers with a certificate, whatever that is worth. */
const TLS_PROBE = `openssl s_client -connect 127.0.0.1:${TLS_PORT} </dev/null`;

/** Where an MQTT broker listens. */
export interface MqttAddress {
  readonly plainPort: number;
  readonly tlsPort: number;
}

/** Mosquitto's listeners. */
export interface MosquittoAddress extends MqttAddress {
  readonly webSocketPort: number;
  readonly secureWebSocketPort: number;
}

/**
 * Starts a Mosquitto and waits until it takes a message, and TLS.
 * @param settings Lines that go before its configuration, such as `['allow_anonymous true']`.
 */
export async function startMosquitto(
  certificate: KeyAndCertificate,
  settings: readonly string[] = [],
): Promise<Running<MosquittoAddress>> {
  const probe = `mosquitto_pub -u app -P app-password -q 1 -t probe -n && ${TLS_PROBE}`;
  const container = (await serverContainer('mosquitto', certificate))
    .withCommand(['sh', '/opt/fairlead/start.sh', ...settings])
    .withExposedPorts(PLAIN_PORT, WEBSOCKET_PORT, SECURE_WEBSOCKET_PORT, TLS_PORT)
    .withWaitStrategy(Wait.forSuccessfulCommand(probe));
  const started = await startContainer(container);
  return running(started, {
    plainPort: started.getMappedPort(PLAIN_PORT),
    tlsPort: started.getMappedPort(TLS_PORT),
    webSocketPort: started.getMappedPort(WEBSOCKET_PORT),
    secureWebSocketPort: started.getMappedPort(SECURE_WEBSOCKET_PORT),
  });
}

/** Starts a RabbitMQ and waits until its MQTT plugin takes TLS, which it does last. */
export async function startRabbitmq(certificate: KeyAndCertificate): Promise<Running<MqttAddress>> {
  const container = (await serverContainer('rabbitmq', certificate))
    .withExposedPorts(PLAIN_PORT, TLS_PORT)
    .withWaitStrategy(Wait.forSuccessfulCommand(TLS_PROBE));
  const started = await startContainer(container);
  return running(started, {
    plainPort: started.getMappedPort(PLAIN_PORT),
    tlsPort: started.getMappedPort(TLS_PORT),
  });
}
