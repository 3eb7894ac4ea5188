// Registers the routes below `/tcp`, each of which stands in a folder of its own.
import type { RouteApp } from '@fairlead/http';
import { refuseOwnUrl } from './own-url.ts';
import { registerPing } from './ping/register.ts';
import { registerSend } from './send/register.ts';
import { registerTunnel } from './tunnel/index.ts';

/** Registers ping, send and tunnel. */
export function registerTcp(app: RouteApp): void {
  refuseOwnUrl(app);
  registerPing(app);
  registerSend(app);
  registerTunnel(app);
}
