// From a request to a client: the target, the operator's settings, the client identifier. It opens nothing before it is
// asked to.
import { toHex } from '@fairlead/bytes';
import {
  checkResolved,
  connectionSettings,
  connectorOf,
  type Open,
  type RouteContext,
  resolveTarget,
  type Target,
} from '@fairlead/http';
import type { Client, ConnectOptions } from '../../types/client.ts';
import { type Settings, settingsSchema } from './settings.ts';

/** Opens a client, as this package's own `connect` does. */
export type Connect = (target: string, options: ConnectOptions) => Promise<Client>;

const DEFAULT_PREFIX = 'fairlead';
/** Bytes of the digest that stands for a token's name. */
const OWNER_BYTES = 6;

/** A broker that the caller may use. */
export interface BrokerTarget {
  readonly target: Target;
  readonly settings: Settings;
  /** @param options Of this use; they win over the operator's. */
  open(options?: ConnectOptions): Open<Client>;
}

/**
 * The broker of a request.
 * @throws HttpProblem 403, 404; FairleadError `policy`, `usage` (the operator's settings are none of MQTT).
 */
export function resolveBroker(
  c: RouteContext,
  connect: Connect,
  action: 'read' | 'write',
  connection: string | undefined,
): BrokerTarget {
  const target = resolveTarget(c, { action, connection });
  const settings = connectionSettings(target, settingsSchema, 'MQTT');
  const { topics: _topics, broker: _broker, clientIdPrefix: _prefix, ...own } = settings;
  // A WebSocket is dialled by the client itself: the gateway's connector is one for TCP.
  const carrier = /^wss?:/.test(target.url) ? {} : { connector: connectorOf(c, target) };
  return {
    target,
    settings,
    open: (options) => async (signal) => {
      if (!('connector' in carrier)) await checkResolved(c, target);
      return connect(target.url, {
        ...own,
        ...carrier,
        connectTimeoutMs: c.get('config').limits.timeoutMs,
        timeoutMs: c.get('config').limits.timeoutMs,
        signal,
        ...options,
      });
    },
  };
}

/**
 * The client identifier of a named session. The token's name is part of it, so that a caller cannot take over the
 * session of another token, or of a device that does not use this gateway.
 */
export async function sessionClientId(c: RouteContext, settings: Settings, session: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(c.get('access').name));
  const owner = toHex(new Uint8Array(digest, 0, OWNER_BYTES));
  return `${settings.clientIdPrefix ?? DEFAULT_PREFIX}-${owner}-${session}`;
}
