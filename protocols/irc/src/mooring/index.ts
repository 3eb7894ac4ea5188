// `@fairlead/irc/mooring`: a session that a Durable Object keeps, with readers that come and go.
import { defined, limitOf, passwordOf, stackAtCaller } from '@fairlead/client';
import { usage } from '@fairlead/errors';
import { type MooringNamespace, SessionClient, sessionLimitsOf } from '@fairlead/mooring';
import { resolveOptions } from '../options/resolve-options.ts';
import { SessionIrcClient } from './client.ts';
import type { IrcGreeting, MooredClient, MooredOptions, PlainOptions } from './types.ts';

export { seat } from './seat.ts';
export type * from './types.ts';

const CONNECT_MS = 30_000;
const DEFAULT_TIMEOUT_MS = 10_000;

/**
 * A session that the mooring keeps under its name. Connects it if it is not connected; it goes on when this client has gone.
 * @param namespace The binding of the mooring's class.
 * @throws FairleadError What the client's `connect` throws.
 * @example
 * ```ts
 * import { connect } from '@fairlead/irc/mooring';
 *
 * await using irc = await connect(env.MOORING, 'ircs://bot@irc.example.net/#deploys', {
 *   session: 'bot',
 *   password: env.IRC_PASSWORD,
 *   buffer: { keepSeconds: 86_400 },
 * });
 * await irc.say('#deploys', 'Version 12 is live');
 * for await (const event of irc) if (event.type === 'message') console.log(event.from.nick, event.text);
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
    const { connectTimeoutMs = CONNECT_MS, timeoutMs = DEFAULT_TIMEOUT_MS } = rest;
    const { rejoin: _, ...checkable } = rest;
    const { channels } = resolveOptions(target, checkable);
    const limit = limitOf({ signal, timeoutMs: connectTimeoutMs });
    const password = await passwordOf(rest.password, limit);
    const serverPassword = await passwordOf(rest.serverPassword, limit);
    const own: PlainOptions = defined({ ...rest, channels, password, serverPassword });
    const url = String(target);
    // A password that a function gives changes, and the session stays; times are those of one caller.
    const passwords = { password: textOf(rest.password), serverPassword: textOf(rest.serverPassword) };
    const named = { ...own, ...passwords, timeoutMs: undefined, connectTimeoutMs: undefined };
    const client = await SessionClient.at(namespace, {
      protocol: 'irc',
      settings: { url, options: { ...own } },
      identity: [url, named, session],
      limits: sessionLimitsOf(buffer),
      timeoutMs,
      locationHint,
    });
    const open = { op: 'open', reader: { key: reader } } as const;
    const greeting = await client.ask(open, { timeoutMs: connectTimeoutMs, signal });
    return new SessionIrcClient(client, greeting as IrcGreeting, reader, timeoutMs);
  } catch (error) {
    throw stackAtCaller(error);
  }
}

function textOf(password: unknown): unknown {
  return typeof password === 'function' ? undefined : password;
}
