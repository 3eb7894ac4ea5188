// What an operation costs in work that can be counted, for tests that guard a hot path without a clock. For Node.
export { type CountOptions, countWork, type Work } from './count.ts';
export { type Answer, type CountedPeer, countedPeer } from './peer.ts';
