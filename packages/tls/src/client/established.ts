// What an established connection of TLS 1.3 offers: exporters, channel bindings (RFC 8446 section 7.5, RFC 9266, RFC 5929), and
// the tickets that resume its session.
import { usage } from '@fairlead/errors';
import type { ChannelBindingType } from '@fairlead/transport';
import type { CipherSuite } from '../crypto/types.ts';
import { readNewSessionTicket } from '../wire/messages.ts';
import type { VerifiedChain } from '../x509/types.ts';
import { deriveSecret, emptyHash, expandLabel } from './key-schedule.ts';
import type { Established, Ticket } from './types.ts';

const NOTHING = new Uint8Array(0);
/** RFC 8446 section 4.6.1: seven days. */
const MAX_LIFETIME_SECONDS = 604_800;
/** HKDF's limit with SHA-256, for every suite alike. */
const MAX_EXPORT_BYTES = 8_160;
/** A label of HKDF is one of at most 255 bytes, `tls13 ` in front. */
const MAX_LABEL_BYTES = 249;

/** What a handshake of TLS 1.3 has come to. */
export interface Session13 {
  readonly suite: CipherSuite;
  readonly alpn: string | undefined;
  readonly resumed: boolean;
  readonly chain: VerifiedChain;
  readonly exporterSecret: () => Promise<Uint8Array>;
}

/** The connection as its user sees it. */
export function establish({ suite, alpn, resumed, chain, exporterSecret }: Session13): Established {
  const exportKeyingMaterial: Established['exportKeyingMaterial'] = async (label, context, length) => {
    checkExport(label, length);
    const { hash } = suite;
    const secret = await deriveSecret(hash, await exporterSecret(), label, await emptyHash(hash));
    const contextHash = context?.length ? await hash.digest(context) : await emptyHash(hash);
    return expandLabel(hash, secret, 'exporter', contextHash, length);
  };
  return {
    version: 'TLSv1.3',
    cipher: suite.name,
    alpn,
    resumed,
    certificates: chain.certificates,
    exportKeyingMaterial,
    channelBinding: (type) =>
      type === 'tls-exporter'
        ? exportKeyingMaterial('EXPORTER-Channel-Binding', NOTHING, 32)
        : serverEndPoint(chain, type),
  };
}

/**
 * `tls-server-end-point`, RFC 5929 section 4.1: the hash of the server's certificate.
 * @throws FairleadError `usage` for a certificate whose signature has no hash, and for another type.
 */
export async function serverEndPoint(
  { certificates, endPointHash }: VerifiedChain,
  type: ChannelBindingType,
): Promise<Uint8Array> {
  const [leaf] = certificates;
  if (type !== 'tls-server-end-point' || endPointHash === undefined || leaf === undefined) {
    throw usage(`${type} is not defined: is the certificate signed without a hash (Ed25519)?`);
  }
  return new Uint8Array(await crypto.subtle.digest(endPointHash, leaf.der));
}

/** Checks the arguments of an exporter. @throws FairleadError `usage` */
export function checkExport(label: string, length: number): void {
  if (!Number.isInteger(length) || length < 1 || length > MAX_EXPORT_BYTES) {
    throw usage(`exportKeyingMaterial: the length is 1 to ${MAX_EXPORT_BYTES} bytes`);
  }
  const { length: bytes } = new TextEncoder().encode(label);
  if (bytes > MAX_LABEL_BYTES) {
    throw usage(`exportKeyingMaterial: the label has at most ${MAX_LABEL_BYTES} bytes`);
  }
}

/**
 * Makes a ticket of a NewSessionTicket.
 * @param resumptionSecret `resumption_master_secret`
 * @returns `undefined` for one that has no life. The server's lifetime is cut to seven days and to that of its certificates.
 */
export async function ticketOf(
  message: Uint8Array,
  { suite, alpn, chain }: Session13,
  resumptionSecret: Promise<Uint8Array>,
): Promise<Ticket | undefined> {
  const { lifetimeSeconds, ageAdd, nonce, ticket } = readNewSessionTicket(message);
  if (lifetimeSeconds === 0) return undefined;
  const { hash } = suite;
  const receivedAt = Date.now();
  const lifetimeMs = Math.min(lifetimeSeconds, MAX_LIFETIME_SECONDS) * 1_000;
  return {
    version: 'TLSv1.3',
    identity: ticket.slice(),
    secret: await expandLabel(hash, await resumptionSecret, 'resumption', nonce, hash.bytes),
    cipherSuite: suite.id,
    ageAdd,
    receivedAt,
    expiresAt: Math.min(receivedAt + lifetimeMs, chain.validUntil),
    chain,
    alpn,
    extendedMasterSecret: true,
  };
}
