// Connects to a request's target with the settings of its connection. A server's demand for TLS (sts) moves no request
// past the target policy.
import {
  connectionSettings,
  connectorOf,
  type EntrySettings,
  operationTimeoutMs,
  type RouteContext,
  resolveAddress,
  resolveTarget,
  type Target,
  tlsOrStartTlsSchema,
} from '@fairlead/http';
import type { Connector } from '@fairlead/transport';
import { z } from '@hono/zod-openapi';
import type { IrcClient } from '../client.ts';
import { connect } from '../connection/connect.ts';
import { rejoinAfterKick } from '../rejoin/rejoin-after-kick.ts';

/** The first part of the scopes. */
export const PROTOCOL = 'irc';

/** The settings of an entry of `FAIRLEAD_CONNECTIONS`, beside its URL. Unknown ones are refused. */
const settingsSchema = z.strictObject({
  nick: z.string().optional(),
  altNicks: z.array(z.string()).optional(),
  ident: z.string().optional(),
  realname: z.string().optional(),
  tls: tlsOrStartTlsSchema.optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  saslMechanism: z.enum(['SCRAM-SHA-256', 'PLAIN', 'EXTERNAL']).optional(),
  serverPassword: z.string().optional(),
  saslRequired: z.boolean().optional(),
  allowCleartext: z.boolean().optional(),
  capabilities: z.array(z.string()).optional(),
  rejoin: z
    .union([
      z.boolean(),
      z.strictObject({
        delayMs: z.number().optional(),
        maxDelayMs: z.number().optional(),
        maxAttempts: z.number().optional(),
      }),
    ])
    .optional(),
  flood: z.strictObject({ burst: z.number().optional(), intervalMs: z.number().optional() }).optional(),
});

/** The same, for operators. */
export const entrySettings: EntrySettings = {
  schema: settingsSchema,
  shown: ['nick', 'altNicks', 'ident', 'realname', 'tls', 'saslMechanism', 'capabilities'],
};

/** The connection that a request needs. */
interface ConnectionRequest {
  readonly action: 'send' | 'session';
  readonly connection?: string | undefined;
  /** Channels to join before the client is handed out. */
  readonly channels?: readonly string[];
}

/**
 * A function that connects to the request's target.
 * @throws HttpProblem 403, 404; FairleadError `usage`, `policy`.
 */
export function opener(
  c: RouteContext,
  { action, connection, channels = [] }: ConnectionRequest,
): (signal: AbortSignal | undefined) => Promise<IrcClient> {
  const target = resolveTarget(c, { action, connection });
  const { rejoin = false, ...options } = connectionSettings(target, settingsSchema, 'IRC');
  return (signal) => {
    // The rest of the request's time. Each call of a session has as much.
    const timeoutMs = operationTimeoutMs(c);
    return connect(target.url, {
      ...options,
      ...(rejoin === false ? {} : { rejoin: rejoinAfterKick(rejoin === true ? {} : rejoin) }),
      channels,
      connector: guarded(c, action, target),
      connectTimeoutMs: timeoutMs,
      timeoutMs,
      signal,
    });
  };
}

/** A server may send its clients to another port (sts). If the caller chose the server, the policy must allow that port. */
function guarded(c: RouteContext, action: string, target: Target): Connector {
  return async (address, options) => {
    const isOther = address.port !== target.address.port;
    const allowed =
      target.name === undefined && isOther ? resolveAddress(c, PROTOCOL, action, address) : address;
    return connectorOf(c, target)(allowed, options);
  };
}
