// Vitest's global setup: starts the misbehaving servers and a fault proxy in Node, and tells the tests where they are.
import { type FaultProxy, startFaultProxy } from '@fairlead/testkit/fault-proxy';
import {
  type MisbehavingServers,
  type PuppetPorts,
  startMisbehavingServers,
} from '@fairlead/testkit/servers';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    puppets: { readonly hostname: string; readonly ports: PuppetPorts };
    /** A fault proxy in front of the plain puppet. */
    proxy: { readonly port: number; readonly controlUrl: string };
  }
}

let servers: MisbehavingServers | undefined;
let proxy: FaultProxy | undefined;

export async function setup(project: TestProject): Promise<void> {
  servers = await startMisbehavingServers();
  project.provide('puppets', { hostname: servers.hostname, ports: servers.ports });
  proxy = await startFaultProxy({ upstream: { port: servers.ports.plain } });
  project.provide('proxy', { port: proxy.port, controlUrl: proxy.controlUrl });
}

export async function teardown(): Promise<void> {
  await proxy?.close();
  await servers?.[Symbol.asyncDispose]();
}
