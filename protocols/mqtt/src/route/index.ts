// MQTT over HTTP: `POST /mqtt/publish` and `GET /mqtt/subscribe`, as they stand in the gateway. What they run is loaded at their first
// request.
import { defineRoutes, type RouteModule } from '@fairlead/http';
import { statusOf } from './reason-statuses.ts';

/** The MQTT routes, for the worker's route table. */
export const mqttRoutes: RouteModule = defineRoutes({
  prefix: '/mqtt',
  protocol: 'mqtt',
  actions: ['read', 'write'],
  schemes: ['mqtt:', 'mqtts:', 'ws:', 'wss:'],
  defaultPort: { 'mqtt:': 1883, 'mqtts:': 8883, 'ws:': 80, 'wss:': 443 },
  description: 'MQTT 3.1.1 and 5.0: publish, and subscribe as Server-Sent Events or over a WebSocket',
  repeatable: ['topic'],
  settings: async () => (await import('./broker/settings.ts')).entrySettings,
  serverStatus: statusOf,
  check: async (own) => (await import('./check.ts')).check(own),
  async register(app) {
    const [{ registerMqtt }, { connect }] = await Promise.all([
      import('./routes.ts'),
      import('../client.ts'),
    ]);
    registerMqtt(app, connect);
  },
});
