// The entry point in Node, Deno and Bun: `connect` dials through `node:net` and `node:tls`.
export * from './common.ts';
export { type NodeTlsRules, overNodeTls } from './sockets/node-over/over-node-tls.ts';
export { nodeSocket, nodeSocket as connect } from './sockets/node-socket.ts';
