// `overTls`: TLS of one's own as a connector around any connector.
import { usage } from '@fairlead/errors';
import {
  type Address,
  type Attempt,
  bounded,
  type ConnectOptions,
  type Connector,
  checkTlsOptions,
  connect,
  connectAborted,
  connectTimeout,
  connectTimeoutOf,
  createTransport,
  dialFailure,
  mergeTlsOptions,
  normalizeAddress,
  type TlsOptions,
  type Transport,
  withTimeLeft,
} from '@fairlead/transport';
import { TlsChannel, type TlsPlan } from './channel.ts';
import { type OverTlsOptions, splitOptions } from './options.ts';
import { jarOfSession, TicketStore } from './sessions.ts';
import { SettingsCache } from './settings-cache.ts';

/**
 * A connector that speaks TLS itself, over a transport of `connector`, which is dialled plain. Opt-in: it has had no audit.
 *
 * It honours every member of `TlsOptions`; those of a call (`tls` of a client) override those given here. It trusts nobody of
 * itself: `ca`, `roots` or `pinOnly` is needed. With `tls: 'off'` it hands the call through.
 * @param options Wishes for all connections, and what is spoken besides TLS 1.3.
 * @param connector What dials. Default: the platform's.
 * @throws FairleadError `usage` for options that cannot be; for what `ca`, `cert` and `key` hold only when it is called.
 * @example
 * ```ts
 * import { overTls } from '@fairlead/tls';
 * import type { Transport } from '@fairlead/transport';
 *
 * function dial(env: { readonly CA: string }): Promise<Transport> {
 *   return overTls({ ca: env.CA })({ hostname: 'db.internal', port: 5433 }, { tls: 'implicit' });
 * }
 * ```
 */
export function overTls(options: OverTlsOptions = {}, connector: Connector = connect): Connector {
  const { own, tls } = splitOptions(options);
  const tickets = new TicketStore();
  const cache = new SettingsCache(own, (settings) => tickets.forget(settings));

  const planOf = async (address: Address, call: ConnectOptions, wishes: TlsOptions): Promise<TlsPlan> => {
    const kept = call.resume === undefined ? undefined : jarOfSession(call.resume);
    const settings = await cache.settingsOf(wishes, kept?.settings);
    if (kept !== undefined && kept.settings !== settings) {
      throw usage('resume: that session was made with other options');
    }
    const name = settings.servername ?? address.hostname;
    // A session of another name would let that server be this one, and this one's tickets that one.
    const jar = kept?.name === name ? kept : tickets.jarOf(settings, address, name);
    const mode = call.tls === 'starttls' ? 'starttls' : 'implicit';
    return { address, mode, settings, jar, mustResume: call.resume !== undefined, options: call };
  };

  return async (to, call = {}) => {
    const address = normalizeAddress(to);
    const { tlsOptions, resume: _, ...plain } = call;
    const wishes = mergeTlsOptions(tls, tlsOptions);
    checkTlsOptions(wishes);
    if ((call.tls ?? 'off') === 'off') return connector(address, plain);
    const timeoutMs = connectTimeoutOf(call);
    const attempt: Attempt = { address, tls: call.tls ?? 'off', startedAt: Date.now() };
    if (call.signal?.aborted) throw connectAborted(attempt, call.signal);
    const plan = await planOf(address, call, wishes);
    const inner = await dial(connector, attempt, plain);
    const channel = new TlsChannel(inner, plan);
    if (plan.mode === 'implicit') await shakeHands(channel, attempt, timeoutMs, call.signal);
    return createTransport(channel, address, withTimeLeft(call, attempt.startedAt));
  };
}

async function dial(connector: Connector, attempt: Attempt, plain: ConnectOptions): Promise<Transport> {
  try {
    return await connector(attempt.address, { ...plain, tls: 'off' });
  } catch (error) {
    throw dialFailure(error, attempt);
  }
}

async function shakeHands(
  channel: TlsChannel,
  attempt: Attempt,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const leftMs = Math.max(1, timeoutMs - (Date.now() - attempt.startedAt));
  const outcome = await bounded(channel.startTls(), leftMs, signal);
  if (outcome.kind === 'done') return;
  const failure =
    signal?.aborted === true
      ? connectAborted(attempt, signal)
      : outcome.kind === 'failed'
        ? outcome.error
        : connectTimeout(attempt, 'TLS handshake');
  // The channel has left by itself where it was the one to fail.
  if (failure instanceof Error) channel.destroy(failure);
  throw failure;
}
