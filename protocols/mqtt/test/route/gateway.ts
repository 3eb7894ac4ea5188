// The gateway's app over a broker of a test: settings, tokens, and calls.
import { createApp } from '@fairlead/http';
import { mqttRoutes } from '../../src/route/index.ts';
import { registerMqtt } from '../../src/route/routes.ts';
import type { FakeBroker } from './fake-client.ts';

export const WRITER = 'writer-token-0123456789';
export const READER = 'reader-token-0123456789';
export const ALL = 'all-token-0123456789';

export const ENV = {
  FAIRLEAD_CONNECTIONS: {
    main: { url: 'mqtts://app:top-secret@broker.internal.example' },
    fenced: { url: 'mqtt://broker.internal.example', topics: ['public/#', 'ships/+/wind'] },
    fencedRabbit: {
      url: 'mqtt://broker.internal.example',
      topics: ['public/#', 'ships/+/wind'],
      broker: 'rabbitmq',
    },
    brokenFence: { url: 'mqtt://broker.internal.example', topics: ['public#'] },
    brokenKind: { url: 'mqtt://broker.internal.example', broker: 'a tin can' },
    old: { url: 'mqtt://old.internal.example', protocolVersion: 4, clientIdPrefix: 'gw' },
    web: { url: 'wss://web.internal.example/mqtt' },
    broken: { url: 'mqtt://broken.internal.example', keepAliveSeconds: 'often' },
  },
  FAIRLEAD_TOKENS: [
    { name: 'writer', token: WRITER, scopes: ['mqtt:write'] },
    { name: 'reader', token: READER, scopes: ['mqtt:read'] },
    { name: 'all', token: ALL, scopes: ['*'] },
  ],
  FAIRLEAD_LIMITS: { maxTimeoutMs: 60_000 },
};

/** Calls the gateway. */
export function request(
  broker: FakeBroker,
  path: string,
  init: RequestInit & { token?: string } = {},
): Promise<Response> {
  const { token = ALL, headers, ...rest } = init;
  const app = createApp({
    routes: [{ ...mqttRoutes, register: (app) => registerMqtt(app, broker.connect) }],
  });
  const authorization = { Authorization: `Bearer ${token}` };
  return Promise.resolve(
    app.request(`/mqtt${path}`, { ...rest, headers: { ...authorization, ...(headers as object) } }, ENV),
  );
}

/** Posts JSON to `/mqtt/publish`. */
export function publish(
  broker: FakeBroker,
  body: unknown,
  init: { token?: string; headers?: Record<string, string> } = {},
): Promise<Response> {
  return request(broker, '/publish', {
    method: 'POST',
    ...init,
    headers: { 'Content-Type': 'application/json', ...init.headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}
