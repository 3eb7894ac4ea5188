// What servers demand by `sts`, kept between connections. It dials nothing.
import { normalizeAddress } from '@fairlead/transport';
import type { Connection } from '../connection/connection.ts';
import type { Target } from '../options/connect-options.ts';

/** A policy that is kept turns a connection in clear into one by TLS. */
export async function enforceSts(settings: Target): Promise<Target> {
  const { stsStore, hostname, tls } = settings;
  const policy = await stsStore?.get(normalizeAddress({ hostname, port: 6697 }).hostname);
  if (tls === 'implicit' || policy === undefined || policy.expiresAtMs <= Date.now()) return settings;
  return { ...settings, tls: 'implicit', port: policy.port };
}

/** Keeps what a server demands within TLS; a duration of 0 takes an older demand back. */
export async function keepSts({ settings, sts }: Connection): Promise<void> {
  const { stsStore, port = 6697, tls } = settings;
  const durationS = sts?.durationS;
  if (stsStore === undefined || durationS === undefined || tls !== 'implicit') return;
  const hostname = normalizeAddress({ hostname: settings.hostname, port }).hostname;
  if (durationS === 0) await stsStore.delete(hostname);
  else await stsStore.set(hostname, { port, durationS, expiresAtMs: Date.now() + durationS * 1000 });
}
