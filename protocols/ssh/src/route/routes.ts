// Registers the routes below `/ssh`, each of which stands in a folder of its own.
import type { RouteApp } from '@fairlead/http';
import { type Connect, connectSsh } from './connection.ts';
import { registerExec } from './exec/register.ts';
import { registerShell } from './shell/register.ts';

/** @param connect Opens clients; tests bring their own. */
export function registerSsh(app: RouteApp, connect: Connect = connectSsh): void {
  registerExec(app, connect);
  registerShell(app, connect);
}
