// `@fairlead/mqtt/mooring`: a session that a Durable Object keeps, with readers that come and go.
import { limitOf, passwordOf, stackAtCaller } from '@fairlead/client';
import { usage } from '@fairlead/errors';
import { digest, type MooringNamespace, SessionClient, sessionLimitsOf } from '@fairlead/mooring';
import { resolveOptions } from '../options/options.ts';
import type { ServerInfo } from '../types/client.ts';
import type { ConnectOptions } from '../types/connect-options.ts';
import { SessionMqttClient } from './client.ts';
import type { MooredClient, MooredOptions } from './types.ts';

export { seat } from './seat.ts';
export type * from './types.ts';

/** The object's storage takes 2 MB for one value, in which a text that is not Latin-1 has two bytes a character. */
const MOST_PACKET_BYTES = 983_040;

/** How long the broker keeps the session while the mooring is not connected. MQTT 5 only. */
const EXPIRY_SECONDS = 86_400;

/**
 * A session that the mooring keeps under its name. Connects it if it is not connected; it goes on when this client has gone.
 * @param namespace The binding of the mooring's class.
 * @throws FairleadError What the client's `connect` throws.
 * @example
 * ```ts
 * import type { MooringNamespace } from '@fairlead/mooring';
 * import { connect } from '@fairlead/mqtt/mooring';
 *
 * export async function follow(namespace: MooringNamespace, password: string) {
 *   const url = 'mqtts://app@broker.example.com';
 *   await using client = await connect(namespace, url, { session: 'plant', password });
 *   const readings = await client.subscribe('plant/+/temperature', { qos: 1 });
 *   for await (const message of readings) console.log(message.topic, message.text());
 * }
 * ```
 */
export async function connect(
  namespace: MooringNamespace,
  target: string | URL,
  options: MooredOptions,
): Promise<MooredClient> {
  try {
    const { session, reader = 'default', buffer, locationHint, signal, ...rest } = options;
    if (typeof session !== 'string' || session === '')
      throw usage('session is the name of the session, a text');
    const own = await plainOptions(target, rest, signal);
    const { timeoutMs, connectTimeoutMs } = resolveOptions(target, own);
    const url = String(target);
    // A password that a function gives changes, and the session stays; times are those of one caller.
    const password = typeof rest.password === 'function' ? undefined : own.password;
    const named = { ...own, password, timeoutMs: undefined, connectTimeoutMs: undefined };
    const identity = [url, named, session];
    const limits = sessionLimitsOf(buffer);
    const { clientId = await clientIdOf([identity, limits]) } = own;
    const client = await SessionClient.at(namespace, {
      protocol: 'mqtt',
      settings: { url, options: { ...own, clientId } },
      identity,
      limits,
      timeoutMs,
      locationHint,
    });
    const server = await client.ask({ op: 'open' }, { timeoutMs: connectTimeoutMs, signal });
    return new SessionMqttClient(client, server as ServerInfo, reader, timeoutMs);
  } catch (error) {
    throw stackAtCaller(error);
  }
}

/** The client's options as plain values, which cross RPC. @throws FairleadError `usage`, `auth`. */
async function plainOptions(
  target: string | URL,
  options: ConnectOptions,
  signal: AbortSignal | undefined,
): Promise<ConnectOptions> {
  const { connectTimeoutMs } = resolveOptions(target, options);
  const { protocolVersion = 5, maxPacketBytes = MOST_PACKET_BYTES, password } = options;
  if (maxPacketBytes > MOST_PACKET_BYTES)
    throw usage(`maxPacketBytes is at most ${MOST_PACKET_BYTES} for a session in a mooring`);
  const expiry = protocolVersion === 5 ? EXPIRY_SECONDS : undefined;
  const limit = limitOf({ signal, timeoutMs: connectTimeoutMs });
  return {
    sessionExpirySeconds: expiry,
    ...options,
    maxPacketBytes,
    password: password instanceof Uint8Array ? password : await passwordOf(password, limit),
  };
}

/** The same for each connection of a session, and of no other one: brokers end the older of two connections with it. Letters and digits, 23 at most: MQTT 3.1.1 promises no more (section 3.1.3.1). */
async function clientIdOf(identity: unknown): Promise<string> {
  return (await digest('fairlead', identity)).replace(/[^0-9A-Za-z]/g, '').slice(0, 23);
}
