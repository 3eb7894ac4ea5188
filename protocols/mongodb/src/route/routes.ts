// Registers the MongoDB routes: the actions of the Data API, with or without the path that its addresses had, and a command.
import type { RouteApp } from '@fairlead/http';
import { describeActions } from './actions/describe.ts';
import { HANDLERS, type Handler } from './actions/run.ts';

/** What stood between the host and `/action` in the Data API's addresses. It names nothing here. */
const OLD_PREFIX = '/app/:app/endpoint/data/:version{v1|beta}';

/** Registers the routes. */
export function registerMongodb(app: RouteApp): void {
  describeActions(app);
  const { command, ...actions } = HANDLERS;
  for (const [name, handler] of Object.entries<Handler>(actions)) {
    app.post(`/action/${name}`, handler);
    app.post(`${OLD_PREFIX}/action/${name}`, handler);
  }
  app.post('/command', command);
}
