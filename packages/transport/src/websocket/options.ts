// What a WebSocket connector is asked for, checked, and the handshake's URL. It dials nothing.
import { FairleadError, usage } from '@fairlead/errors';
import { bracketed, normalizeAddress } from '../address.ts';
import { connectTimeoutOf } from '../core/connect-timeout.ts';
import { type Attempt, connectAborted } from '../core/failures.ts';
import { refuseTlsOptions } from '../tls/options.ts';
import type { Address, ConnectOptions } from '../types.ts';

/** Options of `webSocketConnector`. */
export interface WebSocketOptions {
  /** Path of the handshake's URL, with its query if there is one. Default `/`. */
  readonly path?: string | undefined;
  /**
   * Subprotocols in order of preference (RFC 6455 section 1.9), such as `['mqtt']`. The peer must choose one of them.
   * Default: none, and then the peer must choose none.
   */
  readonly protocols?: readonly string[] | undefined;
  /**
   * Further headers of the handshake, such as `Authorization`. In Node, Deno and Bun they are passed in the form that
   * those runtimes' `WebSocket` takes beyond the standard; a browser's takes none.
   */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Bytes that may wait to be read; more end the connection with `limit`. Default 8,388,608. */
  readonly maxBufferedBytes?: number | undefined;
}

/** The options, checked and complete. */
export type WebSocketSettings = {
  readonly path: string;
  readonly protocols: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly maxBufferedBytes: number;
};

/** One attempt to connect, checked. */
export interface WebSocketAttempt extends Attempt {
  readonly url: URL;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

const DEFAULT_MAX_BUFFERED_BYTES = 8_388_608;
/** RFC 9110 section 5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** RFC 9110 section 5.5: visible characters, spaces and tabs; no CR, LF or NUL. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
/** The handshake's own (RFC 6455 section 4.1). */
const RESERVED = /^(?:host|upgrade|connection|content-length|transfer-encoding|sec-websocket-.*)$/i;
/** RFC 3986 section 3.3, percent-encoded already, with a query and without a fragment. */
const PATH = /^\/(?!\/)[\x21\x24-\x3b\x3d\x3f-\x5a\x5f\x61-\x7a\x7e]*$/;

/** @throws FairleadError `usage` (path, subprotocols, headers, cap). */
export function checkWebSocketOptions(options: WebSocketOptions): WebSocketSettings {
  const { path = '/', protocols = [], headers = {}, maxBufferedBytes = DEFAULT_MAX_BUFFERED_BYTES } = options;
  if (!PATH.test(path)) {
    throw usage('the path of a WebSocket begins with one slash and is percent-encoded, without a fragment');
  }
  if (!protocols.every((name) => TOKEN.test(name)) || new Set(protocols).size < protocols.length) {
    throw usage('subprotocols are tokens, each once (RFC 6455 section 4.1)');
  }
  for (const [name, value] of Object.entries(headers)) {
    if (!TOKEN.test(name) || !HEADER_VALUE.test(value)) {
      throw usage('a header of the handshake has a character that none may have (RFC 9110 section 5.5)');
    }
    if (RESERVED.test(name)) throw usage(`the header ${name} belongs to the handshake itself`);
  }
  if (!Number.isInteger(maxBufferedBytes) || maxBufferedBytes < 1) {
    throw usage('maxBufferedBytes must be a whole number above 0');
  }
  return { path, protocols, headers, maxBufferedBytes };
}

/**
 * What to dial, and for how long.
 * @throws FairleadError `usage` (address, `tls: 'starttls'`, wishes of TLS), `policy` (port 25), `aborted` (the signal has fired).
 */
export function webSocketAttempt(
  settings: WebSocketSettings,
  to: Address,
  options: ConnectOptions,
): WebSocketAttempt {
  const address = normalizeAddress(to);
  refuseTlsOptions(
    options,
    "a WebSocket's TLS is the platform's. TLS inside it: overTls(options, webSocketConnector(...)) of @fairlead/tls",
  );
  const { tls = 'off', signal } = options;
  const timeoutMs = connectTimeoutOf(options);
  if (tls === 'starttls') {
    throw usage(`a WebSocket has TLS from the first byte or never: 'starttls' is refused, use 'implicit'`);
  }
  const scheme = tls === 'implicit' ? 'wss' : 'ws';
  const url = new URL(`${scheme}://${bracketed(address.hostname)}:${address.port}${settings.path}`);
  const attempt = { address, tls, startedAt: Date.now(), url, timeoutMs, signal };
  if (signal?.aborted) throw connectAborted(attempt, signal);
  return attempt;
}

/**
 * Whether the peer has chosen a subprotocol that was offered (RFC 6455 section 4.1).
 * @throws FairleadError `protocol`.
 */
export function checkChosenProtocol(
  settings: WebSocketSettings,
  attempt: Attempt,
  chosen: string | null,
): void {
  const { protocols } = settings;
  const fits = protocols.length === 0 ? !chosen : chosen !== null && protocols.includes(chosen);
  if (fits) return;
  const asked = protocols.length === 0 ? 'none was asked for' : `${protocols.join(', ')} was asked for`;
  throw new FairleadError(
    'protocol',
    `the peer chose ${chosen ? `the subprotocol ${JSON.stringify(chosen.slice(0, 64))}` : 'no subprotocol'}, and ${asked}`,
    { peer: { ...attempt.address, tls: attempt.tls === 'implicit' }, safeToRetry: true },
  );
}
