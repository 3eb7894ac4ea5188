// `@fairlead/smtp/mooring`: the same client on connections that a Durable Object keeps logged in.
import { limitOf, type Password, passwordOf } from '@fairlead/client';
import { type MooringNamespace, type PoolChoice, pooledConnector, poolTarget } from '@fairlead/mooring';
import { isExternal } from '@fairlead/sasl';
import { type Connector, joinTls, type Transport } from '@fairlead/transport';
import { connect as connectTo, type SmtpClient } from '../client.ts';
import { resolveOptions, type Settings, type SmtpOptions } from '../options/connect-options.ts';
import { QUIT, SmtpFront } from './front.ts';
import { POOL_DEFAULTS } from './pool-defaults.ts';

export { seat } from './seat.ts';

/** Options of a client on a mooring, whose connector is the mooring's own; `pool.max` is 5 and `pool.idleSeconds` 50 by default. */
export interface MooredOptions extends Omit<SmtpOptions, 'connector'>, PoolChoice {}

/**
 * A client whose mails go over connections that the mooring holds. It borrows one for each mail.
 * @param namespace The binding of the mooring's class.
 * @throws FairleadError What `connect` throws; calls reject with `overloaded` where no connection was free in time.
 * @example
 * ```ts
 * import { connect } from '@fairlead/smtp/mooring';
 * import { sendMail } from '@fairlead/smtp/mime';
 *
 * await using smtp = await connect(env.MOORING, 'smtps://app@mail.example.com', { password: env.SMTP_PASSWORD });
 * await sendMail(smtp, { from: 'shop@example.com', to: 'a@example.net', subject: 'Your order', text: 'Thank you.' });
 * ```
 */
export async function connect(
  namespace: MooringNamespace,
  target: string | URL,
  options: MooredOptions = {},
): Promise<SmtpClient> {
  const settings = resolveOptions(target, options);
  const secrets = await secretsOf(settings);
  const known = { ...options, ...secrets, timeoutMs: undefined };
  const moored = await mooredOptions(namespace, String(target), known, hasFunction(settings));
  return connectTo(target, { ...options, ...secrets, ...moored });
}

/**
 * What a client's options become on a pool: a connector to it, and a login that the front plays.
 * @param secretChanges Whether the login's secret is a function's, and so not the pool's for good.
 * @internal
 */
export async function mooredOptions(
  namespace: MooringNamespace,
  url: string,
  options: MooredOptions,
  secretChanges = false,
): Promise<SmtpOptions & { readonly connector: Connector }> {
  const settings = resolveOptions(url, options);
  const login = { url, options: { ...plainOptions(settings), ...(await secretsOf(settings)) } };
  const target = poolTarget('smtp', login, options, { defaults: POOL_DEFAULTS, secretChanges });
  const front = () => new SmtpFront(settings.tls === 'starttls');
  const connector = pooledConnector(namespace, target, front, withoutQuit);
  // A certificate logs in without a secret, so that the client has to choose it by name.
  const mechanisms = isExternal(settings) ? settings.mechanisms : undefined;
  return { connector, mechanisms, authWithoutTls: 'cleartext' };
}

/** Whether the login's secret is a function's. */
function hasFunction({ password, accessToken }: Settings): boolean {
  return typeof password === 'function' || typeof accessToken === 'function';
}

/** What the pool's login needs, as plain values. The name for EHLO is among them. */
function plainOptions(settings: Settings): Readonly<Record<string, unknown>> {
  const { hostname, port, username, authorizationIdentity } = settings;
  const { mechanisms, authWithoutTls, name, connectTimeoutMs } = settings;
  const login = { username, authorizationIdentity, mechanisms, authWithoutTls };
  return { hostname, port, tls: joinTls(settings), ...login, name, connectTimeoutMs };
}

/** The login's secret, asked for once. */
async function secretsOf({
  password,
  accessToken,
  signal,
  connectTimeoutMs,
}: Settings): Promise<SmtpOptions> {
  const limit = limitOf({ signal, timeoutMs: connectTimeoutMs });
  const ask = async (secret: Password | undefined) =>
    secret === undefined ? undefined : passwordOf(secret, limit);
  return { password: await ask(password), accessToken: await ask(accessToken) };
}

/** Keeps the client's QUIT from the pool's connection. Only here it is one write, which no part of a message can be. */
function withoutQuit(transport: Transport): Transport {
  return {
    get peer() {
      return transport.peer;
    },
    closed: transport.closed,
    read: (atLeast) => transport.read(atLeast),
    write: (bytes) => (isQuit(bytes) ? Promise.resolve() : transport.write(bytes)),
    closeWrite: () => transport.closeWrite(),
    startTls: () => transport.startTls(),
    close: () => transport.close(),
    destroy: (reason) => transport.destroy(reason),
    [Symbol.asyncDispose]: () => transport.close(),
  };
}

function isQuit(bytes: Uint8Array): boolean {
  return bytes.length === QUIT.length && bytes.every((byte, i) => byte === QUIT[i]);
}
