// What tests import everywhere. Nothing here needs Node: the proxy and the servers have their own exports.

export type { BytesLike } from './bytes.ts';
export { concatBytes, toBytes, toText } from './bytes.ts';
export { diffBytes, hexDump } from './diff.ts';
export { type FaultProxyControl, faultProxyControl } from './fault-proxy/control.ts';
export type { Cut, LinkPlan, ProxyPlan, ProxyStats } from './fault-proxy/plan.ts';
export type {
  MemoryConnectorOptions,
  MemoryHandler,
  MemoryPairOptions,
  MemoryServer,
} from './memory/connector.ts';
export { memoryConnector, memoryPair } from './memory/connector.ts';
export type { MemoryTls } from './memory/end.ts';
export type { ScriptedPeer } from './script/peer.ts';
export { ScriptError, scriptedPeer } from './script/peer.ts';
export type { AllSplitsOptions, Split, SplitMode } from './split.ts';
export { allSplits, feedAllWays, seededRandom, splitBytes } from './split.ts';
