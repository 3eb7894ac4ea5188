// The subpath export `@fairlead/tcp/tunnel`: the subprotocol `fairlead.tunnel.v1`, without any I/O.
export { formatCloseReason, parseCloseReason, TUNNEL_CLOSE_CODES, type TunnelEnd } from './closing.ts';
export {
  dataCost,
  decodeFrame,
  encodeCredit,
  encodeData,
  encodeEnd,
  encodePing,
  type Frame,
  MAX_DATA_BYTES,
  MIN_DATA_COST,
  PING_BYTES,
  TUNNEL_PROTOCOL,
} from './frames.ts';
export {
  INITIAL_CREDIT,
  MAX_CREDIT,
  type TunnelEvent,
  type TunnelProblem,
  TunnelSession,
  type TunnelSessionOptions,
} from './session.ts';
