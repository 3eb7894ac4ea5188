// WebSocket answers that carry bytes: a resource is opened before the upgrade, so that failures are ordinary problems, and
// closed when the socket has ended. What the messages mean is the route's to say.
import { usage } from '@fairlead/errors';
import type { RouteContext } from '../../app/contract.ts';
import { toProblem } from '../../problems/problem.ts';
import type { Closable, Open } from '../../request/client.ts';
import { Lifetime } from '../../request/lifetime.ts';
import { limitFrom } from '../../request/request-time.ts';
import { checkOrigin, chosenProtocol } from './handshake.ts';
import type { SocketEnd } from './socket-end.ts';

/** The gateway's side of the socket, as a route uses it. */
export interface ByteSocket {
  /** The subprotocol that was chosen. */
  readonly protocol: string | undefined;
  /**
   * Takes the bytes as they are now, or a text message; nothing tells when they have left. Does nothing once the socket has ended.
   */
  send(data: Uint8Array | string): void;
  /** Sends a Close frame. @param reason At most 123 bytes in UTF-8. */
  close(code: number, reason: string): void;
}

/** What a route does with a socket. */
export interface ByteSocketHandler {
  /** A message came, text or bytes; they are the handler's own. */
  message(data: Uint8Array | string): void;
  /** The caller has closed the socket, or is gone. */
  gone(): void;
  /** Settles when the handler has ended the socket. Never rejects. */
  readonly ended: Promise<SocketEnd>;
  /** What has passed so far, for the gateway's figures. Default: only what `ended` says is counted. */
  carried?(): { readonly bytesIn: number; readonly bytesOut: number };
}

/** What `byteSocketWithClient` needs. */
export interface ByteSocketOptions<C extends Closable> {
  /** The subprotocols that are spoken, the preferred first; `undefined` among the offers is none. */
  readonly protocols: readonly string[];
  /** The life of the socket from the request's arrival on, in milliseconds. */
  readonly timeoutMs: number;
  /** Opens the resource, before the upgrade; `signal` covers its whole life. */
  readonly open: Open<C>;
  /**
   * Begins; messages come from then on.
   * @param signal Fires when the time is up, with the reason.
   */
  readonly begin: (client: C, socket: ByteSocket, signal: AbortSignal) => ByteSocketHandler;
}

/**
 * Answers with a WebSocket that carries bytes.
 * @throws HttpProblem 403 (origin), 400 (subprotocols); FairleadError of `open`.
 */
export async function byteSocketWithClient<C extends Closable>(
  c: RouteContext,
  { protocols, timeoutMs, open, begin }: ByteSocketOptions<C>,
): Promise<Response> {
  checkOrigin(c);
  const protocol = chosenProtocol(c, protocols);
  if (typeof WebSocketPair === 'undefined') throw usage('WebSocket answers need the Workers runtime');
  const life = new Lifetime(c, limitFrom(c, timeoutMs));
  let client: C;
  try {
    client = await c.get('timing').opening(open(life.signal, life.limit));
  } catch (error) {
    life.end();
    throw life.explain(error);
  }
  const { 0: outer, 1: inner } = new WebSocketPair();
  const socket = new ServerByteSocket(inner, protocol);
  const handler = begin(client, socket, life.signal);
  socket.listen(handler);
  const meter = c.get('record').open();
  meter.countedBy(() => handler.carried?.() ?? {});
  void handler.ended.then(async (end) => {
    meter.ended(end);
    await client.close().catch(() => {});
    life.end();
  });
  const headers = new Headers({ 'Fairlead-Request-Id': c.get('requestId') });
  if (protocol !== undefined) headers.set('Sec-WebSocket-Protocol', protocol);
  return new Response(null, { status: 101, webSocket: outer, headers });
}

/** The code and status of a failure behind the upgrade, where no problem document can be sent any more. */
export function problemOf(
  c: RouteContext,
  error: unknown,
): { readonly code: string; readonly status: number } {
  const { code, status } = toProblem(error, c);
  return { code, status };
}

/** What is used of the platform's server side of a WebSocket. */
interface PlatformServerSocket {
  binaryType: string;
  accept(): void;
  send(data: Uint8Array | string): void;
  close(code: number, reason: string): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'close' | 'error', listener: () => void): void;
}

class ServerByteSocket implements ByteSocket {
  readonly protocol: string | undefined;
  #socket: PlatformServerSocket | undefined;

  constructor(socket: PlatformServerSocket, protocol: string | undefined) {
    this.#socket = socket;
    this.protocol = protocol;
  }

  listen(handler: ByteSocketHandler): void {
    const socket = this.#socket;
    if (socket === undefined) return;
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('message', ({ data }) => {
      if (this.#socket === undefined) return;
      handler.message(data instanceof ArrayBuffer ? new Uint8Array(data) : String(data));
    });
    const onGone = (): void => {
      if (this.#socket === undefined) return;
      this.close(NORMAL_CLOSURE, '');
      handler.gone();
    };
    socket.addEventListener('close', onGone);
    socket.addEventListener('error', onGone);
    socket.accept();
  }

  send(data: Uint8Array | string): void {
    try {
      this.#socket?.send(data);
    } catch {
      // The caller has gone; the event that says so is on its way.
    }
  }

  close(code: number, reason: string): void {
    const socket = this.#socket;
    this.#socket = undefined;
    try {
      socket?.close(code, reason);
    } catch {
      // It is closed already.
    }
  }
}

/** RFC 6455 section 7.4.1. */
const NORMAL_CLOSURE = 1000;
