// Merges and checks the URL and the options of `connect`. It dials nothing, and no error shows the URL.
import { defined } from '@fairlead/client';
import { usage } from '@fairlead/errors';
import {
  type Address,
  type Connector,
  checkTimeMs,
  normalizeAddress,
  readTls,
  type TlsOptions,
} from '@fairlead/transport';
import { webSocketConnector } from '@fairlead/transport/websocket';
import type { ReconnectSettings } from '../connection/reconnect-attempts.ts';
import type { ConnectOptions, ReconnectOptions } from '../types/connect-options.ts';
import { encodeConnect } from '../wire/encode/control.ts';
import { scratch, wholeNumber } from '../wire/encode/properties.ts';
import type { ConnectRequest } from '../wire/packets.ts';
import { checkLimits, checkObject, checkTexts, checkTypes, checkWill } from './arguments.ts';

/** `ConnectOptions` with their defaults. */
export interface Settings extends ConnectOptions, Omit<ConnectRequest, 'password' | 'initialData'> {
  readonly protocolVersion: 4 | 5;
  readonly clientId: string;
  readonly keepAliveSeconds: number;
  readonly sessionExpirySeconds: number;
  readonly receiveMaximum: number;
  readonly maxPacketBytes: number;
  readonly topicAliasMaximum: number;
  readonly address: Address;
  readonly tls: boolean;
  readonly tlsOptions: TlsOptions | undefined;
  readonly clean: boolean;
  readonly connectTimeoutMs: number;
  readonly timeoutMs: number;
  readonly reconnection: ReconnectSettings | undefined;
}

/** The session expiry of a client that reconnects, unless an option sets another one. */
const RECONNECT_EXPIRY_SECONDS = 300;
const DEFAULT_TIMEOUT_MS = 10_000;
const MAX_U32 = 0xffff_ffff;
const TYPES = {
  hostname: 'string',
  tls: 'boolean or object',
  clean: 'boolean',
  authentication: 'object',
  store: 'object',
  onGivenUp: 'function',
  requestResponseInformation: 'boolean',
  userProperties: 'pairs',
  connector: 'function',
} as const;
/** By scheme: the default port, and whether TLS is on. */
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
  if (!isUrl) checkObject(target, 'The argument of connect(), unless it is a URL,');
  if (options !== undefined) checkObject(options, 'The second argument of connect()');
  const merged: ConnectOptions = { ...(isUrl ? fromUrl(target) : target), ...defined(options ?? {}) };
  checkTypes(merged, TYPES);
  checkLimits(merged);
  if (merged.connectTimeoutMs !== undefined) checkTimeMs('connectTimeoutMs', merged.connectTimeoutMs);
  const { protocolVersion = 5, hostname, reconnect, clientId } = merged;
  const { mode: tls = true, tlsOptions } = readTls(merged.tls);
  if (tls === 'starttls') throw usage('MQTT has TLS from the first byte, and no STARTTLS');
  if (hostname === undefined || hostname === '') throw usage('hostname is missing: give it, or a URL');
  if (protocolVersion !== 4 && protocolVersion !== 5)
    throw usage('protocolVersion must be 4 (MQTT 3.1.1) or 5');
  const whole = (name: keyof ConnectOptions, otherwise: number, max: number, min = 0): number =>
    wholeNumber(merged[name] === undefined ? otherwise : merged[name], max, name, min);
  const settings: Settings = {
    ...merged,
    address: normalizeAddress({ hostname, port: whole('port', tls ? 8883 : 1883, 0xffff, 1) }),
    tls,
    tlsOptions,
    protocolVersion,
    clientId: clientId === undefined ? newClientId() : clientId,
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
    connectTimeoutMs: merged.connectTimeoutMs ?? DEFAULT_TIMEOUT_MS,
    timeoutMs: merged.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    reconnection: reconnectionOf(reconnect),
  };
  check(settings, clientId !== undefined);
  return settings;
}

function newClientId(): string {
  return `fairlead-${crypto.randomUUID().slice(0, 13)}`;
}

function check(settings: Settings, hasClientId: boolean): void {
  const { clientId, clean, protocolVersion, username, password, will, authentication, store } = settings;
  checkTexts({ clientId, username });
  checkWill(will);
  if (authentication !== undefined) checkAuthentication(authentication);
  if (store !== undefined && (typeof store.load !== 'function' || typeof store.save !== 'function')) {
    throw usage('store must have the functions load and save');
  }
  if (!clean && !hasClientId) throw usage('clean: false needs a clientId: the session belongs to it');
  if (protocolVersion === 4) {
    if (!clean && clientId === '') {
      throw usage('MQTT 3.1.1 has no session for an empty clientId: name one, or connect with clean');
    }
    if (password !== undefined && username === undefined)
      throw usage('In MQTT 3.1.1 a password needs a username');
    const { sessionExpirySeconds, userProperties } = settings;
    if (authentication || userProperties || will?.delaySeconds || will?.properties || sessionExpirySeconds) {
      throw usage('MQTT 3.1.1 has no properties, session expiry, will delay or enhanced authentication');
    }
  }
  const isKnown = typeof password === 'string' || password instanceof Uint8Array || password === undefined;
  if (!isKnown && typeof password !== 'function') {
    throw usage('password must be text, a Uint8Array or a function that returns text');
  }
  // Options that MQTT cannot encode are refused before anything is dialled.
  encodeConnect(scratch(), { ...settings, password: isKnown ? password : '' }, clean);
}

function checkAuthentication({
  method,
  initialData,
  respond,
}: NonNullable<Settings['authentication']>): void {
  checkTexts({ method });
  const isData = initialData === undefined || initialData instanceof Uint8Array;
  if (
    method === undefined ||
    typeof respond !== 'function' ||
    !(isData || typeof initialData === 'function')
  ) {
    throw usage(
      'authentication must have method (text) and respond (a function), and may have initialData (a Uint8Array)',
    );
  }
}

function reconnectionOf(reconnect: ReconnectOptions | boolean | undefined): ReconnectSettings | undefined {
  if (reconnect === undefined || reconnect === false) return undefined;
  const options = reconnect === true ? {} : reconnect;
  checkObject(options, 'reconnect');
  const { initialDelayMs = 500, maxDelayMs = 30_000, maxAttempts = 10 } = options as ReconnectOptions;
  checkTimeMs('initialDelayMs', initialDelayMs);
  checkTimeMs('maxDelayMs', maxDelayMs);
  if (maxAttempts !== Number.POSITIVE_INFINITY) {
    wholeNumber(maxAttempts, Number.MAX_SAFE_INTEGER, 'maxAttempts', 1);
  }
  return { initialDelayMs, maxDelayMs, maxAttempts };
}

/** MQTT over WebSocket (section 6): the subprotocol is `mqtt`, the path is `/mqtt` by default. */
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
