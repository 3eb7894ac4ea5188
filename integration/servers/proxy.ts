// The recipe for a fault proxy in front of a server: it runs in the run's own process, not in a container.
import { startFaultProxy } from '@fairlead/testkit/fault-proxy';
import type { Running } from './container.ts';

/** Where a fault proxy listens, and where tests steer it from. */
export interface ProxyAddress {
  readonly port: number;
  /** For `faultProxyControl` of the test kit. */
  readonly controlUrl: string;
}

/** Starts a proxy to `upstreamPort` of localhost, without faults until a test plans some. */
export async function startProxy(upstreamPort: number): Promise<Running<ProxyAddress>> {
  const proxy = await startFaultProxy({ upstream: { port: upstreamPort } });
  return { at: { port: proxy.port, controlUrl: proxy.controlUrl }, stop: () => proxy.close() };
}
