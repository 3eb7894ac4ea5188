// The package's exports: a transport as a Node stream or socket, so that Node drivers run over it.
export { type NodeSocketOptions, type TransportSocket, toNodeSocket } from './socket.ts';
export { type NodeStreamOptions, type TransportStream, toNodeStream } from './stream.ts';
