// What the WebSocket connectors of all runtimes do: the checks, the time limit, the reason of a failure, the transport. The
// handshake is the runtime's own.
import { createTransport } from '../core/core.ts';
import { bounded } from '../deadline.ts';
import type { Connector } from '../types.ts';
import type { WebSocketChannel, WebSocketChannelOptions } from './channel.ts';
import { explainFailure } from './failed-handshake.ts';
import {
  checkWebSocketOptions,
  type WebSocketAttempt,
  type WebSocketOptions,
  type WebSocketSettings,
  webSocketAttempt,
} from './options.ts';

/** A handshake that has begun. */
interface Handshake {
  /** The channel over the open WebSocket. Rejects where the peer does not accept the handshake. */
  readonly opened: Promise<WebSocketChannel>;
  /** Ends the attempt; `opened` may stay unsettled. */
  giveUp(): void;
}

/**
 * Begins a handshake.
 * @throws FairleadError `usage` where the runtime has no WebSocket.
 */
export type BeginHandshake = (
  settings: WebSocketSettings,
  attempt: WebSocketAttempt,
  channelOptions: WebSocketChannelOptions,
) => Handshake;

/**
 * Makes the connector of one runtime.
 * @param probe The runtime's connector without WebSocket, which finds out why a handshake failed.
 * @throws FairleadError `usage` for options that no handshake can carry.
 */
export function connectorOf(options: WebSocketOptions, begin: BeginHandshake, probe: Connector): Connector {
  const settings = checkWebSocketOptions(options);
  return async (to, connectOptions = {}) => {
    const attempt = webSocketAttempt(settings, to, connectOptions);
    const { opened, giveUp } = begin(settings, attempt, {
      peer: { ...attempt.address, tls: attempt.tls === 'implicit' },
      maxBufferedBytes: settings.maxBufferedBytes,
    });
    const outcome = await bounded(opened, attempt.timeoutMs, attempt.signal);
    if (outcome.kind === 'done') return createTransport(outcome.value, attempt.address, connectOptions);
    giveUp();
    throw await explainFailure(attempt, outcome, probe);
  };
}
