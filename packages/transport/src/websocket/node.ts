// The entry point `@fairlead/transport/websocket` in Node, Deno and Bun: their global `WebSocket`. It brings none of
// its own for runtimes that lack it.
import { FairleadError } from '@fairlead/errors';
import { nodeSocket } from '../sockets/node-socket.ts';
import type { Connector } from '../types.ts';
import { type PlatformWebSocket, WebSocketChannel } from './channel.ts';
import { type BeginHandshake, connectorOf } from './connector.ts';
import {
  checkChosenProtocol,
  type WebSocketAttempt,
  type WebSocketOptions,
  type WebSocketSettings,
} from './options.ts';

export type { WebSocketOptions } from './options.ts';

interface ClientWebSocket extends PlatformWebSocket {
  readonly protocol: string;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(
    type: 'close',
    listener: (event: { readonly code: number; readonly reason: string }) => void,
  ): void;
  addEventListener(type: 'error', listener: (event: { readonly error?: unknown }) => void): void;
  addEventListener(type: 'open', listener: () => void): void;
}

type Constructor = new (
  url: URL,
  options: { protocols: string[]; headers?: Record<string, string> } | string[],
) => ClientWebSocket;

/**
 * A connector whose byte stream travels in binary WebSocket messages (RFC 6455). `tls: 'implicit'` is `wss`, `'off'` is
 * `ws`. A WebSocket cannot make its sender wait; writes wait as far as the runtime tells what it has not sent yet.
 * @throws FairleadError `usage`: options that no handshake can carry. The connector itself: as every connector, and
 *   `usage` (`tls: 'starttls'`; no global `WebSocket`, as in Node 20), `protocol` (another subprotocol).
 */
export function webSocketConnector(options: WebSocketOptions = {}): Connector {
  return connectorOf(options, begin, nodeSocket);
}

const begin: BeginHandshake = (settings, attempt, channelOptions) => {
  const socket = open(settings, attempt);
  // It listens from the start: the peer may send at once.
  const channel = new WebSocketChannel(socket, channelOptions);
  return {
    opened: opened(socket).then(() => {
      checkChosenProtocol(settings, attempt, socket.protocol);
      return channel;
    }),
    giveUp: () => channel.destroy(new Error('The connection attempt was given up.')),
  };
};

function open(settings: WebSocketSettings, attempt: WebSocketAttempt): ClientWebSocket {
  const { WebSocket } = globalThis as unknown as { WebSocket?: Constructor };
  if (WebSocket === undefined) {
    throw new FairleadError(
      'usage',
      'this runtime has no global WebSocket: Node has one from version 22 on, and 20 with --experimental-websocket',
      { safeToRetry: true },
    );
  }
  const protocols = [...settings.protocols];
  const headers = { ...settings.headers };
  return new WebSocket(attempt.url, Object.keys(headers).length === 0 ? protocols : { protocols, headers });
}

function opened(socket: ClientWebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.addEventListener('open', () => resolve());
    socket.addEventListener('error', ({ error }) => reject(error ?? new Error('The handshake failed.')));
    socket.addEventListener('close', () => reject(new Error('The peer closed the connection.')));
  });
}
