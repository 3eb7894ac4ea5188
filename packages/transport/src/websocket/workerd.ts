// The entry point `@fairlead/transport/websocket` inside workerd: the handshake goes through `fetch`, which can set
// headers and shows the answer's. It follows no redirect.
import type { Connector } from '../types.ts';
import { workerSocket } from '../worker-socket.ts';
import { type PlatformWebSocket, WebSocketChannel } from './channel.ts';
import { type BeginHandshake, connectorOf } from './connector.ts';
import { refusedByStatus } from './failed-handshake.ts';
import {
  checkChosenProtocol,
  type WebSocketAttempt,
  type WebSocketOptions,
  type WebSocketSettings,
} from './options.ts';

export type { WebSocketOptions } from './options.ts';

/** The platform's own addition to the standard. */
interface ServerWebSocket extends PlatformWebSocket {
  accept(): void;
}

/**
 * A connector whose byte stream travels in binary WebSocket messages (RFC 6455). `tls: 'implicit'` is `wss`, `'off'` is
 * `ws`. A WebSocket cannot make its sender wait, and in Workers cannot make this side's writer wait either.
 * @throws FairleadError `usage`: options that no handshake can carry. The connector itself: as every connector, and
 *   `usage` (`tls: 'starttls'`), `auth` (HTTP status 401 or 403), `protocol` (another subprotocol).
 */
export function webSocketConnector(options: WebSocketOptions = {}): Connector {
  return connectorOf(options, begin, workerSocket);
}

const begin: BeginHandshake = (settings, attempt, channelOptions) => {
  const controller = new AbortController();
  // The socket lives as long as the request that opened it: this ends it without waiting for the peer.
  const giveUp = (): void => controller.abort();
  return {
    opened: shakeHands(settings, attempt, controller.signal).then((socket) => {
      const channel = new WebSocketChannel(socket, { ...channelOptions, terminate: giveUp });
      socket.accept();
      return channel;
    }),
    giveUp,
  };
};

async function shakeHands(
  settings: WebSocketSettings,
  attempt: WebSocketAttempt,
  signal: AbortSignal,
): Promise<ServerWebSocket> {
  const url = new URL(attempt.url);
  url.protocol = attempt.tls === 'implicit' ? 'https:' : 'http:';
  const headers = new Headers(settings.headers);
  headers.set('Upgrade', 'websocket');
  if (settings.protocols.length > 0) headers.set('Sec-WebSocket-Protocol', settings.protocols.join(', '));
  const response = await fetch(url, { headers, redirect: 'manual', signal });
  const socket = response.webSocket;
  if (!socket) {
    response.body?.cancel().catch(() => {});
    throw refusedByStatus(attempt, response.status);
  }
  checkChosenProtocol(settings, attempt, response.headers.get('Sec-WebSocket-Protocol'));
  return socket as ServerWebSocket;
}
