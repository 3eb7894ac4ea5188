// The other end of a fault proxy's control port, over fetch(): runs inside workerd as well as in Node.
import type { ProxyPlan, ProxyStats } from './plan.ts';

/** Steers a proxy that runs in another process. */
export interface FaultProxyControl {
  stats(): Promise<ProxyStats>;
  clearStats(): Promise<void>;
  /** Faults for the connections that are accepted from now on. */
  setPlan(plan: ProxyPlan): Promise<void>;
  /** RST to both sides of every open connection. */
  resetAll(): Promise<void>;
}

/**
 * @param controlUrl The proxy's `controlUrl`, e.g. through vitest's `provide` and `inject`.
 * @returns Calls that throw an `Error` with the proxy's answer when it refuses.
 */
export function faultProxyControl(controlUrl: string): FaultProxyControl {
  const call = async (method: string, path: string, body?: string): Promise<unknown> => {
    const response = await fetch(`${controlUrl}${path}`, body === undefined ? { method } : { method, body });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`the fault proxy refused ${method} ${path}: ${String(answer)}`);
    return answer;
  };
  return {
    stats: async () => (await call('GET', '/stats')) as ProxyStats,
    clearStats: async () => void (await call('DELETE', '/stats')),
    setPlan: async (plan) => void (await call('PUT', '/plan', JSON.stringify(plan))),
    resetAll: async () => void (await call('POST', '/reset')),
  };
}
