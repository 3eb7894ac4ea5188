// Whether the gateway's own TLS would take a server's chain: the check mostly runs in Node, whose TLS takes more.
import { isFairleadError } from '@fairlead/errors';
import { type Address, normalizeAddress, type TlsOptions, type TlsSession } from '@fairlead/transport';
import type { Finding } from '../finding.ts';
import { adviceFor } from './failures.ts';

/** A TLS connection as it was dialled. */
export interface Dialled {
  readonly address: Address;
  /** What its entry wishes of TLS. */
  readonly wishes: TlsOptions | undefined;
}

/**
 * Holds the chain that a server sent against the entry's authorities, with the gateway's own code.
 * @param key The setting: `FAIRLEAD_CONNECTIONS.main.url`.
 * @returns Nothing where the entry names no authorities: then it is not that code that decides, or the public list.
 */
export async function refusedInWorkers(
  key: string,
  { peerCertificates }: TlsSession,
  { address, wishes = {} }: Dialled,
): Promise<Finding[]> {
  const { ca, pinOnly, anyName, servername: hostname = address.hostname } = wishes;
  if (ca === undefined || pinOnly === true) return [];
  const anchors = await anchorsIn(ca);
  if (anchors === undefined) return [];
  const { checkChain } = await import('@fairlead/tls/x509');
  const chain = peerCertificates.map(({ der }) => der);
  const { failure } = await checkChain(chain, {
    trust: anyName === true ? 'any-name' : 'authorities',
    anchors,
    name: normalizeAddress({ ...address, hostname }).hostname,
    pins: [],
    now: Date.now(),
  });
  if (failure === undefined) return [];
  const message = `is accepted by this machine's TLS, and refused by that of Workers: ${failure.message}`;
  return [{ level: 'error', key, message, fix: adviceFor('tls_failed', failure.reason) }];
}

/** Nothing where they cannot be read, which `certificateFindings` tells. */
async function anchorsIn(ca: string | readonly string[]) {
  const { anchorsOf } = await import('@fairlead/tls/x509');
  try {
    return anchorsOf(ca);
  } catch (error) {
    if (isFairleadError(error)) return undefined;
    throw error;
  }
}
