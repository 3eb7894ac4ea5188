// The words for a tunnelled connection that ended before both directions had come to their ends.
import { parseCloseReason, TUNNEL_CLOSE_CODES } from '@fairlead/worker/tunnel';
import { printable } from '../gateway/refusal.ts';
import type { Ending } from './bridge.ts';

const WORDS: ReadonlyMap<number, string> = new Map([
  [
    TUNNEL_CLOSE_CODES.connection_lost,
    'the server reset the connection, or the network behind the gateway lost it',
  ],
  [TUNNEL_CLOSE_CODES.timeout, 'nothing came for too long, or the time limit of tunnels has passed'],
  [TUNNEL_CLOSE_CODES.protocol_error, 'a broken frame: the versions of gateway and command do not fit'],
  [TUNNEL_CLOSE_CODES.internal, 'the gateway had a fault'],
  // RFC 6455 section 7.4.1: never on the wire.
  [1006, 'the connection to the gateway was lost'],
]);

/** Why it ended, in one clause. */
export function explainEnding({ closeCode, closeReason, isLocal }: Ending): string {
  if (isLocal) return 'the local client broke off';
  const known = WORDS.get(closeCode);
  const why = parseCloseReason(closeReason)?.why ?? closeReason;
  const said = why === '' ? '' : `: ${printable(why)}`;
  return known ?? `the gateway closed the WebSocket with ${closeCode}${said}`;
}
