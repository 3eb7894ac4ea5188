// MQTT over HTTP: `POST /mqtt/publish` and `GET /mqtt/subscribe`. It refuses topics outside of the operator's
// `"topics"`, and tokens in URLs.
import type { RouteModule } from '@fairlead/http';
import { connect } from '../client.ts';
import { createMqttRoutes } from './routes.ts';

/** The MQTT routes, for the worker's route table. */
export const mqttRoutes: RouteModule = createMqttRoutes(connect);
