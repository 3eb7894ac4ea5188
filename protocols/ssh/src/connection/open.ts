// Opens a connection: dials, exchanges keys, logs in. Every failure ends the connection.
import { type CallLimit, limitOf, remainingMs } from '@fairlead/client';
import { errorWith, isFairleadError } from '@fairlead/errors';
import { connect as connectTransport, normalizeAddress, type Transport } from '@fairlead/transport';
import { hostKeyPolicy } from '../host-keys/policy.ts';
import type { HostKeyPolicy } from '../host-keys/types.ts';
import { decodeCertificate, isCertificate } from '../keys/certificate.ts';
import { withCertificate } from '../keys/identity.ts';
import { readPrivateKeys } from '../keys/private/read-private-key.ts';
import { fingerprintOf } from '../keys/public-key.ts';
import type { Identity } from '../keys/types.ts';
import type { PrivateKey } from '../options/connect-options.ts';
import type { Settings } from '../options/resolve-options.ts';
import type { ServerInfo } from '../types.ts';
import { SshReader } from '../wire/ssh-reader.ts';
import { offerOf } from './link/offers.ts';
import { logIn } from './log-in.ts';
import { openLink } from './open-link.ts';
import type { PacketLink } from './packet-link.ts';

/** A link whose user has logged in, and its server. */
export interface Opened {
  readonly link: PacketLink;
  readonly server: ServerInfo;
}

/** Default limit of dial, key exchange and login together. */
const CONNECT_TIMEOUT_MS = 20_000;
/** Default limit of the dial within that: a server that is silent at this point is not there. */
const DIAL_TIMEOUT_MS = 10_000;

/**
 * Dials and logs in.
 * @throws FairleadError what the connector throws, and `auth`, `usage`, `protocol`, `server`, `limit`, `connect_timeout`,
 *   `aborted`, `connection_lost`. `safeToRetry` where the server has not judged the login: it has done nothing.
 */
export async function open(settings: Settings): Promise<Opened> {
  const { connector = connectTransport, hostname, port, signal, connectTimeoutMs } = settings;
  const limit = limitOf({ signal, timeoutMs: connectTimeoutMs }, CONNECT_TIMEOUT_MS, 'connectTimeoutMs');
  // Options that cannot work are found before anything is dialled.
  const address = normalizeAddress({ hostname, port });
  const hostKeys = await hostKeyPolicy(settings, address.hostname, port);
  offerOf(hostKeys, settings);
  const identities = await readIdentities(settings);
  const transport = await connector(
    { hostname, port },
    { signal, connectTimeoutMs: Math.min(connectTimeoutMs ?? DIAL_TIMEOUT_MS, remainingMs(limit)) },
  );
  try {
    return await initiate(transport, hostKeys, identities, settings, limit);
  } catch (error) {
    // A refused login says goodbye by itself.
    if (error instanceof Error && !isRefusal(error)) transport.destroy(error);
    throw asConnectError(error, transport, limit);
  }
}

async function initiate(
  transport: Transport,
  hostKeys: HostKeyPolicy,
  identities: readonly Identity[],
  settings: Settings,
  limit: CallLimit,
): Promise<Opened> {
  const link = await openLink(transport, { ...settings, hostKeys, limit });
  const { banner } = await logIn(link, { ...settings, identities, limit });
  const { software, algorithms } = link;
  const hostKey = {
    algorithm: algorithms.hostKey,
    fingerprint: await fingerprintOf(publicKeyOf(link.hostKey)),
  };
  return { link, server: { software, hostKey, banner, algorithms } };
}

/** The key itself where the host has shown a certificate: tools show the fingerprint of that. */
function publicKeyOf(hostKey: Uint8Array): Uint8Array {
  return isCertificate(new SshReader(hostKey).name()) ? decodeCertificate(hostKey).key.blob : hostKey;
}

async function readIdentities({ privateKey, certificate }: Settings): Promise<readonly Identity[]> {
  if (privateKey === undefined) return [];
  const given: readonly PrivateKey[] = isList(privateKey) ? privateKey : [privateKey];
  const read = await Promise.all(given.map(readIdentity));
  const identities = read.flat();
  const [first] = identities;
  return certificate === undefined || first === undefined
    ? identities
    : [withCertificate(first, certificate), ...identities.slice(1)];
}

async function readIdentity(key: PrivateKey): Promise<readonly Identity[]> {
  return typeof key === 'string' || key instanceof Uint8Array ? await readPrivateKeys(key) : [key];
}

function isList(given: PrivateKey | readonly PrivateKey[]): given is readonly PrivateKey[] {
  return Array.isArray(given);
}

function isRefusal(error: Error): boolean {
  return isFairleadError(error) && error.code === 'auth';
}

/** The error with `peer`; a limit that is over is that of connecting. */
function asConnectError(error: unknown, { peer }: Transport, limit: CallLimit): unknown {
  if (!isFairleadError(error)) return error;
  const { code } = error;
  const isTimeUp = code === 'timeout' && Date.now() >= limit.at;
  // Whatever else ends a login may be the server's way to refuse it, and is weighed against the address.
  const safeToRetry = error.safeToRetry || code === 'connection_lost' || code === 'aborted';
  return errorWith(error, { code: isTimeUp ? 'connect_timeout' : code, peer, safeToRetry });
}
