// Where to connect and as whom: URLs and options, merged and checked. It dials nothing, and shows no URL in an error.
import { type Address, type Connector, normalizeAddress } from '@fairlead/transport';
import { webSocketConnector } from '@fairlead/transport/websocket';
import type { ConnectOptions, ReconnectOptions } from './connect-options.ts';
import { wholeNumber } from './encode/properties.ts';
import { usage } from './errors.ts';
import type { ConnectRequest } from './packets.ts';
import { assertText, assertTopic } from './topic.ts';

/** `ConnectOptions` with their defaults. */
export interface Settings extends ConnectOptions, ConnectRequest {
  readonly protocolVersion: 4 | 5;
  readonly clientId: string;
  readonly keepAliveSeconds: number;
  readonly sessionExpirySeconds: number;
  readonly receiveMaximum: number;
  readonly maxPacketBytes: number;
  readonly topicAliasMaximum: number;
  readonly address: Address;
  readonly tls: boolean;
  readonly clean: boolean;
  readonly timeoutMs: number;
  readonly reconnection: Reconnection | undefined;
}

/** `ReconnectOptions` with their defaults. */
interface Reconnection {
  readonly initialDelayMs: number;
  readonly maxDelayMs: number;
  readonly maxAttempts: number;
}

/** How long a session waits for a reconnecting client that says nothing else. */
const RECONNECT_EXPIRY_SECONDS = 300;
const MAX_U32 = 0xffff_ffff;
/** By scheme: the port, and whether there is TLS. */
const SCHEMES: Readonly<Record<string, readonly [port: number, tls: boolean]>> = {
  'mqtt:': [1883, false],
  'mqtts:': [8883, true],
  'ws:': [80, false],
  'wss:': [443, true],
};

/**
 * Reads a URL (`mqtt[s]://user:password@host:port`, `ws[s]://user:password@host:port/path`), options, or both; the options
 * win.
 * @throws FairleadError `usage`.
 */
export function resolveOptions(
  target: string | URL | ConnectOptions,
  options: ConnectOptions | undefined,
): Settings {
  const isUrl = typeof target === 'string' || target instanceof URL;
  const merged: ConnectOptions = { ...(isUrl ? fromUrl(target) : target), ...defined(options ?? {}) };
  const { tls = true, protocolVersion = 5, hostname, reconnect, clientId } = merged;
  if (hostname === undefined || hostname === '') throw usage('No host was given');
  if (protocolVersion !== 4 && protocolVersion !== 5) throw usage('protocolVersion is 4 (MQTT 3.1.1) or 5');
  const whole = (name: keyof ConnectOptions, otherwise: number, max: number, min = 0): number =>
    wholeNumber(merged[name] ?? otherwise, max, name, min);
  const settings: Settings = {
    ...merged,
    address: normalizeAddress({ hostname, port: merged.port ?? (tls ? 8883 : 1883) }),
    tls,
    protocolVersion,
    clientId: clientId ?? `fairlead-${crypto.randomUUID().slice(0, 13)}`,
    clean: merged.clean ?? true,
    sessionExpirySeconds: whole(
      'sessionExpirySeconds',
      reconnect && protocolVersion === 5 ? RECONNECT_EXPIRY_SECONDS : 0,
      MAX_U32,
    ),
    keepAliveSeconds: whole('keepAliveSeconds', 60, 0xffff),
    receiveMaximum: whole('receiveMaximum', 0xffff, 0xffff, 1),
    maxPacketBytes: whole('maxPacketBytes', 1_048_576, MAX_U32, 16),
    topicAliasMaximum: whole('topicAliasMaximum', 16, 0xffff),
    timeoutMs: merged.timeoutMs ?? 10_000,
    reconnection: reconnect ? reconnectionOf(reconnect === true ? {} : reconnect) : undefined,
  };
  check(settings, clientId !== undefined);
  return settings;
}

function check(settings: Settings, hasClientId: boolean): void {
  const { clientId, clean, protocolVersion, username, password, will, authentication } = settings;
  for (const text of [clientId, username, typeof password === 'string' ? password : '']) {
    assertText(text ?? '', 'clientId, username and password');
  }
  if (!clean && !hasClientId) throw usage('clean: false needs a clientId, which says whose session goes on');
  if (protocolVersion === 4) {
    if (password !== undefined && username === undefined) throw usage('MQTT 3.1.1 takes no password alone');
    const { sessionExpirySeconds, userProperties } = settings;
    if (authentication || userProperties || will?.delaySeconds || will?.properties || sessionExpirySeconds) {
      throw usage('MQTT 3.1.1 has no properties, session expiry, will delay or enhanced authentication');
    }
  }
  if (will !== undefined) assertTopic(will.topic);
}

function reconnectionOf({
  initialDelayMs = 500,
  maxDelayMs = 30_000,
  maxAttempts = 10,
}: ReconnectOptions): Reconnection {
  return { initialDelayMs, maxDelayMs, maxAttempts };
}

/** An option that is `undefined` says nothing. */
function defined<T extends object>(options: T): Partial<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/** MQTT over WebSocket (section 6): the subprotocol is `mqtt`, the path by custom `/mqtt`. */
function overWebSocket(pathname: string, search: string): Connector {
  const path = pathname === '/' ? '/mqtt' : pathname;
  return webSocketConnector({ path: path + search, protocols: ['mqtt'] });
}

function fromUrl(target: string | URL): ConnectOptions {
  try {
    const { protocol, hostname, port, username, password, pathname, search, hash } = new URL(target);
    const scheme = SCHEMES[protocol];
    const hasPath = protocol.startsWith('ws') || (/^\/?$/.test(pathname) && !search);
    if (scheme !== undefined && hostname && hasPath && !hash) {
      return defined({
        // For schemes that it does not know, WHATWG's URL keeps names beyond ASCII percent-encoded.
        hostname: decodeURIComponent(hostname),
        tls: scheme[1],
        port: port ? Number(port) : scheme[0],
        username: username ? decodeURIComponent(username) : undefined,
        password: password ? decodeURIComponent(password) : undefined,
        connector: protocol.startsWith('ws') ? overWebSocket(pathname, search) : undefined,
      });
    }
  } catch {
    // The runtime's own error would show the URL, and with it the password: it is not kept as the cause.
  }
  throw usage(
    'The address is not a URL like mqtt[s]://user:password@host:port, percent-encoded, without a path',
  );
}
