// A transport dressed as a Node stream or socket, so that Node drivers run over it. It knows no protocol.
export { type NodeSocketOptions, type TransportSocket, toNodeSocket } from './socket.ts';
export { type NodeStreamOptions, type TransportStream, toNodeStream } from './stream.ts';
