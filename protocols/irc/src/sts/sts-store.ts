// Applies and keeps the TLS policies of servers (IRCv3 sts) with the caller's store. It dials nothing.
import { normalizeAddress } from '@fairlead/transport';
import type { ResolvedOptions, Settings } from '../options/connect-options.ts';
import type { StsValue } from './sts-policy.ts';

/** Turns a connection in clear into one by TLS, if the store has a policy for its host that has not expired. */
export async function enforceSts(options: ResolvedOptions): Promise<ResolvedOptions> {
  const { stsStore, hostname, tls } = options;
  const policy = await stsStore?.get(normalizeAddress({ hostname, port: 6697 }).hostname);
  if (tls === 'implicit' || policy === undefined || policy.expiresAtMs <= Date.now()) return options;
  return { ...options, tls: 'implicit', port: policy.port };
}

/** Keeps the policy that a server gave over TLS. A duration of 0 deletes an older one. */
export async function keepSts(settings: Settings, sts: StsValue | undefined): Promise<void> {
  const { stsStore, port = 6697, tls } = settings;
  const durationS = sts?.durationS;
  if (stsStore === undefined || durationS === undefined || tls !== 'implicit') return;
  const hostname = normalizeAddress({ hostname: settings.hostname, port }).hostname;
  if (durationS === 0) await stsStore.delete(hostname);
  else await stsStore.set(hostname, { port, durationS, expiresAtMs: Date.now() + durationS * 1000 });
}
