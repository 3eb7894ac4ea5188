// What the tests of /mqtt share: connections of every kind, tokens for each scope, and ways to ask.
import { expect, inject } from 'vitest';
import { type EventReader, readEvents } from './events.ts';
import { DEAD_PORT, type Gateway, type Json, startGateway } from './support.ts';

const { mosquitto, mosquittoSmall, rabbitmq, mysql, proxies } = inject('servers');
const app = 'app:app-password@localhost';
const plain = `mqtt://${app}:${mosquitto.good.plainPort}`;

const connections = {
  mosquitto: { url: `mqtts://${app}:${mosquitto.good.tlsPort}` },
  mosquittoPlain: { url: plain },
  mosquitto311: { url: plain, protocolVersion: 4 },
  mosquittoReader: { url: `mqtt://reader:reader-password@localhost:${mosquitto.good.plainPort}` },
  mosquittoTopics: { url: plain, topics: ['open/#'] },
  mosquittoSmall: { url: `mqtt://${app}:${mosquittoSmall.plainPort}` },
  mosquittoCut: { url: `mqtt://${app}:${proxies.gatewayMosquitto.port}` },
  mosquittoSocketCut: { url: `mqtt://${app}:${proxies.gatewayMosquittoSocket.port}` },
  mosquittoWrong: { url: `mqtts://app:wrong-password@localhost:${mosquitto.good.tlsPort}` },
  mosquittoOtherName: { url: `mqtts://${app}:${mosquitto.otherName.tlsPort}` },
  mosquittoExpired: { url: `mqtts://${app}:${mosquitto.expired.tlsPort}` },
  mosquittoUntrusted: { url: `mqtts://${app}:${mosquitto.untrusted.tlsPort}` },
  mosquittoDead: { url: `mqtt://${app}:${DEAD_PORT}` },
  rabbitmq: { url: `mqtts://${app}:${rabbitmq.tlsPort}` },
  rabbitmqPlain: { url: `mqtt://${app}:${rabbitmq.plainPort}` },
  rabbitmqFenced: {
    url: `mqtt://${app}:${rabbitmq.plainPort}`,
    topics: ['gateway/+', 'gateway/open/#'],
    broker: 'rabbitmq',
  },
  rabbitmqFencedUnsaid: {
    url: `mqtt://${app}:${rabbitmq.plainPort}`,
    topics: ['gateway/+', 'gateway/open/#'],
  },
  rabbitmqReader: { url: `mqtt://reader:reader-password@localhost:${rabbitmq.plainPort}` },
  mqttNoBroker: { url: `mqtt://${app}:${mysql.port}` },
};
export type ConnectionName = keyof typeof connections;

/** Tokens that may only receive, and only publish. */
export const RECEIVER = 'token-mqtt-receiver';
export const SENDER = 'token-mqtt-sender';
const tokens = [
  { name: 'receiver', token: RECEIVER, scopes: ['mqtt:read:mosquitto'] },
  { name: 'sender', token: SENDER, scopes: ['mqtt:write:mosquitto'] },
];
const SECRETS = /(app|reader|wrong)-password|token-/;

/** A topic that no other test, and no earlier run, knows. */
export const newTopic = (): string => `gateway/${crypto.randomUUID()}`;

/** A gateway with these connections, and what tests ask of it. */
export interface MqttGateway {
  readonly gateway: Gateway;
  /** Status and answer, in which there must be no secret. */
  publish(connection: string, json: Json, token?: string): Promise<{ status: number; body: Json }>;
  /** Publishes texts with QoS 1, one after another as they stand; all must succeed. */
  send(connection: string, topic: string, texts: readonly string[]): Promise<void>;
  /** The answer to a subscription. */
  ask(connection: string, query: Json, more?: SubscribeMore): Promise<Response>;
  /** Its events, the first of which says what was granted. */
  subscribe(connection: string, query: Json, more?: SubscribeMore): Promise<EventReader>;
  /** The address of a subscription. */
  url(connection: string, query: Json): URL;
}

/** What goes with a request to subscribe. */
interface SubscribeMore {
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** Starts it. */
export async function startMqttGateway(): Promise<MqttGateway> {
  const gateway = await startGateway({ connections, tokens });
  const url: MqttGateway['url'] = (connection, query) => {
    const target = new URL('/mqtt/subscribe', gateway.url);
    target.searchParams.set('connection', connection);
    for (const [name, value] of Object.entries(query)) {
      for (const each of [value].flat()) target.searchParams.append(name, String(each));
    }
    return target;
  };
  const publish: MqttGateway['publish'] = async (connection, json, token = 'token-all') => {
    const response = await gateway.fetch('/mqtt/publish', { json: { connection, ...json }, token });
    const text = await response.text();
    expect(text).not.toMatch(SECRETS);
    return { status: response.status, body: JSON.parse(text) as Json };
  };
  const ask: MqttGateway['ask'] = (connection, query, more = {}) => {
    const { pathname, search } = url(connection, query);
    return gateway.fetch(pathname + search, more);
  };
  const subscribe: MqttGateway['subscribe'] = async (connection, query, more) => {
    const response = await ask(connection, query, more);
    expect(response.headers.get('Content-Type')).toBe('text/event-stream');
    return readEvents(response);
  };
  const send: MqttGateway['send'] = async (connection, topic, texts) => {
    const messages = texts.map((payload) => ({ topic, payload }));
    expect(await publish(connection, { messages })).toMatchObject({ status: 200, body: { failed: 0 } });
  };
  return { gateway, publish, send, ask, subscribe, url };
}

/** The texts of `message` events. */
export const texts = (events: readonly { readonly data: Json }[]): unknown[] =>
  events.map(({ data }) => data.payload);

/** Texts of numbers, the last one not included. */
export const numbered = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => `${from + index}`);
