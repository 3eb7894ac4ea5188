// The entry point `@fairlead/transport/websocket` inside workerd: the handshake goes through `fetch`, which can set
// headers and shows the answer's. It follows no redirect.

import { createTransport } from '../core/core.ts';
import { bounded } from '../deadline.ts';
import type { Connector } from '../types.ts';
import { workerSocket } from '../worker-socket.ts';
import { type PlatformWebSocket, WebSocketChannel } from './channel.ts';
import { explainFailure, refusedByStatus } from './failed-handshake.ts';
import {
  checkChosenProtocol,
  checkWebSocketOptions,
  type WebSocketAttempt,
  type WebSocketOptions,
  type WebSocketSettings,
  webSocketAttempt,
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
  const settings = checkWebSocketOptions(options);
  return async (to, connectOptions = {}) => {
    const attempt = webSocketAttempt(settings, to, connectOptions);
    const controller = new AbortController();
    const outcome = await bounded(
      shakeHands(settings, attempt, controller.signal),
      attempt.timeoutMs,
      attempt.signal,
    );
    if (outcome.kind !== 'done') {
      controller.abort();
      throw await explainFailure(attempt, outcome, workerSocket);
    }
    const socket = outcome.value;
    const channel = new WebSocketChannel(socket, {
      peer: { ...attempt.address, tls: attempt.tls === 'implicit' },
      maxBufferedBytes: settings.maxBufferedBytes,
      // The socket lives as long as the request that opened it: this ends it without waiting for the peer.
      terminate: () => controller.abort(),
    });
    const transport = createTransport(channel, attempt.address, connectOptions);
    socket.accept();
    return transport;
  };
}

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
