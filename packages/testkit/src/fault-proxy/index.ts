// The fault proxy's Node side. Its control, which needs no Node, is exported from the package's root.
export type { Cut, LinkPlan, ProxyPlan, ProxyStats } from './plan.ts';
export { type FaultProxy, type FaultProxyOptions, startFaultProxy } from './proxy.ts';
