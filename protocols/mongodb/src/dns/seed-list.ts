// The seeds and options behind `mongodb+srv://`: "Initial DNS Seedlist Discovery" of MongoDB's specifications.
import type { CallLimit } from '@fairlead/client';
import { usage } from '@fairlead/errors';
import { type Address, normalizeAddress } from '@fairlead/transport';
import type { Settings, SrvName } from '../options/settings.ts';
import { type Parameters, readParameters } from '../options/url/parameters.ts';
import type { DnsRecord } from './message.ts';
import { dnsFailure, lookUp, type Resolver } from './resolver.ts';

/**
 * Looks up the SRV and TXT records of a name.
 * @returns The settings with seeds in place of the name.
 * @throws FairleadError `connect_failed` (no records, wrong records), `connect_timeout`, `aborted`.
 */
export async function resolveSeeds(srv: SrvName, resolver: Resolver, limit: CallLimit): Promise<Settings> {
  const { hostname, serviceName, maxHosts } = srv;
  // RFC 6335 section 5.1, but for the length, which DNS allows for a label with "_" in front.
  if (!/^(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*$/i.test(serviceName) || serviceName.length > 62) {
    throw usage('srvServiceName is no name of a service');
  }
  const [targets, texts] = await Promise.all([
    lookUp(resolver, `_${serviceName}._tcp.${hostname}`, 'SRV', limit),
    lookUp(resolver, hostname, 'TXT', limit),
  ]);
  if (targets.length === 0) throw dnsFailure(`${hostname} has no SRV records for _${serviceName}._tcp`);
  if (texts.length > 1) throw dnsFailure(`${hostname} has more than one TXT record`);
  const seeds = targets.map((target) => seedOf(target, hostname));
  try {
    return srv.settle(maxHosts > 0 ? someOf(seeds, maxHosts) : seeds, readTxt(texts[0]?.text ?? ''));
  } catch (error) {
    throw dnsFailure(`The records of ${hostname} do not go with its options`, error);
  }
}

/**
 * Reads the text of a TXT record.
 * @throws FairleadError `usage` for any other option than the three that it may have, and for a malformed one.
 */
export function readTxt(txt: string): Parameters {
  if (!/^((authSource|replicaSet|loadBalanced)=[^&]*(&|$))*$/i.test(txt)) {
    throw usage('The TXT record has another option than authSource, replicaSet and loadBalanced');
  }
  return readParameters(txt);
}

/** A target must lie below the name's own domain, or whoever answers for the name could send the password anywhere. */
function seedOf({ text, port }: DnsRecord, hostname: string): Address {
  const labels = hostname.split('.');
  const domain = labels.length < 3 ? hostname : labels.slice(1).join('.');
  if (!text.endsWith(`.${domain}`)) throw dnsFailure(`An SRV record of ${hostname} leads out of ${domain}`);
  try {
    return normalizeAddress({ hostname: text, port });
  } catch (error) {
    throw dnsFailure(`An SRV record of ${hostname} is no address`, error);
  }
}

/** So many of them, drawn at random (Fisher and Yates). */
function someOf(seeds: readonly Address[], count: number): Address[] {
  const drawn = [...seeds];
  for (let i = drawn.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    const [a, b] = [drawn[i], drawn[j]];
    if (a && b) [drawn[i], drawn[j]] = [b, a];
  }
  return drawn.slice(0, count);
}
