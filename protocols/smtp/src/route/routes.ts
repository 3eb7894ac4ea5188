// Registers `/smtp/send`, `/smtp/send-raw` and `/smtp/probe`, each of which stands in a file of its own.
import type { RouteApp } from '@fairlead/http';
import { registerProbes } from './probe.ts';
import { postRaw, sendRawRoute } from './raw/send-raw.ts';
import { postMail, sendRoute } from './send.ts';

/** Registers the routes. */
export function registerSmtp(app: RouteApp): void {
  for (const route of [sendRoute, sendRawRoute]) app.openAPIRegistry.registerPath(route);
  app.post(sendRoute.path, postMail);
  app.post(sendRawRoute.path, postRaw);
  registerProbes(app);
}
