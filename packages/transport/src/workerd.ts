// The entry point inside workerd: `connect` dials through `cloudflare:sockets`.
export * from './common.ts';
export { workerSocket, workerSocket as connect } from './worker-socket.ts';
