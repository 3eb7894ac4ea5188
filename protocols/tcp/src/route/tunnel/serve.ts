// One tunnel, from its checks to its WebSocket: whom it may reach, how it dials, and which kind of socket the caller speaks.
import {
  audit,
  byteSocketWithClient,
  HttpProblem,
  operationTimeoutMs,
  type RouteContext,
  WEBSOCKET_PROTOCOL,
} from '@fairlead/http';
import { DEFAULT_CONNECT_TIMEOUT_MS } from '@fairlead/transport';
import { TUNNEL_PROTOCOL } from '../../tunnel/frames.ts';
import { resolveDial } from '../resolve-dial.ts';
import { dialTunnel } from './dial.ts';
import { FramedTunnel } from './framed.ts';
import type { TunnelQuery } from './query.ts';
import { RawTunnel } from './raw.ts';
import { TunnelRun } from './run.ts';

/** What many clients of plain tunnels offer, such as noVNC's. */
const BINARY_PROTOCOL = 'binary';

/**
 * Checks scope and policy, dials, and answers with the WebSocket.
 * @param target `host:port`, the name of a connection, or undefined for what the query and the headers name.
 * @throws HttpProblem 400, 403, 404; FairleadError `usage`, `policy`, `connect_failed`, `connect_timeout`, `tls_failed`.
 */
export async function serveTunnel(
  c: RouteContext,
  target: string | undefined,
  { tls = '0', seconds, idleSeconds }: TunnelQuery,
): Promise<Response> {
  // A port decides: names of connections have no colon.
  const wish = target?.includes(':') ? { address: target } : { connection: target };
  const { dial, connector, tlsOptions } = resolveDial(c, 'tunnel', wish);
  const { maxTunnelMs, maxTunnelIdleMs, maxBodyBytes, maxTunnelAheadBytes } = c.get('config').limits;
  audit(c, { action: 'tunnel' });
  const timeoutMs = within('seconds', seconds, maxTunnelMs);
  const idleMs = within('idleSeconds', idleSeconds, maxTunnelIdleMs);
  return byteSocketWithClient(c, {
    protocols: [TUNNEL_PROTOCOL, WEBSOCKET_PROTOCOL, BINARY_PROTOCOL],
    timeoutMs,
    open: (signal) =>
      dialTunnel(connector, dial, {
        tls,
        tlsOptions,
        signal,
        connectTimeoutMs: Math.min(DEFAULT_CONNECT_TIMEOUT_MS, operationTimeoutMs(c)),
      }),
    begin(transport, socket, signal) {
      const run = new TunnelRun({ c, transport, socket, signal, idleMs });
      if (socket.protocol === TUNNEL_PROTOCOL) return new FramedTunnel(transport, socket, run);
      return new RawTunnel(transport, socket, run, {
        maxWaitingBytes: maxBodyBytes,
        maxAheadBytes: maxTunnelAheadBytes,
      });
    },
  });
}

function within(name: string, seconds: number | undefined, maxMs: number): number {
  if (seconds === undefined) return maxMs;
  const maxSeconds = Math.floor(maxMs / 1000);
  if (seconds <= maxSeconds) return seconds * 1000;
  const message = `must be from 1 to ${maxSeconds}`;
  throw new HttpProblem('invalid', `query.${name}: ${message}`, {
    errors: [{ path: `query.${name}`, message }],
  });
}
