// Opens the WebSocket of a tunnel. What keeps it from opening is told in the words of the gateway or of the system.
import { deferred } from '@fairlead/client';
import { TUNNEL_PROTOCOL } from '@fairlead/worker/tunnel';
import WebSocket from 'ws';
import { failure } from '../errors.ts';
import { refusalBody, refused } from '../gateway/refusal.ts';
import { unreachable } from '../gateway/unreachable.ts';

const HANDSHAKE_TIMEOUT_MS = 30_000;
/** A data frame of the subprotocol is 64 KiB as a rule; the gateway takes up to 1 MiB itself. */
const MAX_MESSAGE_BYTES = 1_048_576 + 1;

/**
 * Opens a WebSocket with the tunnel's subprotocol. Redirects are not followed: they would take the token elsewhere.
 * @param open Called at the moment of opening, before anything that the gateway sends.
 * @returns The WebSocket, to be ended while it opens, and when it has opened.
 */
export function dial(
  url: URL,
  token: string | undefined,
  open: (socket: WebSocket) => void,
): { readonly socket: WebSocket; readonly opened: Promise<void> } {
  const socket = new WebSocket(url, [TUNNEL_PROTOCOL], {
    headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    maxPayload: MAX_MESSAGE_BYTES,
    // The bytes are TLS or a protocol of its own as a rule: deflating them costs memory and time, and gains nothing.
    perMessageDeflate: false,
    followRedirects: false,
  });
  const { promise, resolve, reject } = deferred<void>();
  socket.once('open', () => {
    open(socket);
    resolve();
  });
  socket.once('unexpected-response', (_, response) => {
    const scope = 'tcp:tunnel';
    refusalBody(response)
      .then((body) => reject(refused({ status: response.statusCode ?? 0, body, scope })), reject)
      // What becomes of the WebSocket is no further news.
      .finally(() => socket.terminate());
  });
  socket.on('error', (error) => reject(unreachable(url, error)));
  // Without one of the above: it was ended from this side.
  socket.once('close', () => reject(failure('The WebSocket was closed before it was open.')));
  return { socket, opened: promise };
}
