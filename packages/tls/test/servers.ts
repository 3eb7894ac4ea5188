// Vitest's global setup: starts the misbehaving servers and the ones of `node:tls` in Node, and tells the tests where they are
// and whom to trust.
import { testAuthority } from '@fairlead/testkit/authority';
import {
  type MisbehavingServers,
  type PuppetPorts,
  startMisbehavingServers,
} from '@fairlead/testkit/servers';
import type { TestProject } from 'vitest/node';
import { startTlsServers, type TlsPorts, type TlsServers } from './tls-servers.ts';

declare module 'vitest' {
  interface ProvidedContext {
    puppets: { readonly hostname: string; readonly ports: PuppetPorts };
    /** The authority of the good certificates, PEM. */
    ca: string;
    tls: TlsPorts;
    /** A client's certificate and its key, PEM. */
    client: { readonly cert: string; readonly key: string };
  }
}

let servers: MisbehavingServers | undefined;
let tls: TlsServers | undefined;

export async function setup(project: TestProject): Promise<void> {
  const { ca } = testAuthority();
  servers = await startMisbehavingServers();
  tls = await startTlsServers();
  project.provide('puppets', { hostname: servers.hostname, ports: servers.ports });
  project.provide('ca', ca);
  project.provide('tls', tls.ports);
  project.provide('client', tls.client);
}

export async function teardown(): Promise<void> {
  tls?.close();
  await servers?.[Symbol.asyncDispose]();
}
