// Opens the encrypted link over a connected transport. It dials nothing, and logs nobody in.
import type { CallLimit } from '@fairlead/client';
import { errorWith, isFairleadError } from '@fairlead/errors';
import type { Transport } from '@fairlead/transport';
import type { HostKeyPolicy } from '../host-keys/types.ts';
import { Link } from './link/link.ts';
import { type OfferOptions, offerOf } from './link/offers.ts';
import type { PacketLink } from './packet-link.ts';

/** 1 GiB (RFC 4253 section 9). */
const REKEY_AFTER_BYTES = 2 ** 30;
const REKEY_TIMEOUT_MS = 60_000;

/** Options of `openLink`. */
export interface LinkOptions extends OfferOptions {
  /** What is known of the host's keys. */
  readonly hostKeys: HostKeyPolicy;
  /** The caller's time and signal, for the first key exchange. */
  readonly limit: CallLimit;
  /** Keys are renewed after so many bytes of one direction. Default 1 GiB. */
  readonly rekeyAfterBytes?: number | undefined;
  /** The time of a key exchange after the first reply was verified. Default 60,000. */
  readonly rekeyTimeoutMs?: number | undefined;
}

/**
 * Exchanges keys with a server and verifies its host key. It resolves when our NEWKEYS is queued, so that what is sent next leaves
 * with it. Every failure but `usage` destroys the transport.
 * @throws FairleadError `usage` (`algorithms`), `protocol` (no common algorithm, among others), `connection_lost`, `timeout`, `aborted`, `server`
 *   (DISCONNECT), and what `hostKeys` throws.
 */
export async function openLink(transport: Transport, options: LinkOptions): Promise<PacketLink> {
  const { hostKeys, limit } = options;
  const link = new Link(transport, {
    offer: offerOf(hostKeys, options),
    hostKeys,
    rekeyAfterBytes: options.rekeyAfterBytes ?? REKEY_AFTER_BYTES,
    rekeyTimeoutMs: options.rekeyTimeoutMs ?? REKEY_TIMEOUT_MS,
  });
  try {
    await link.start(limit);
  } catch (error) {
    const failure = withoutEffect(error, transport);
    link.destroy(failure);
    throw failure;
  }
  return link;
}

/** A failure of the first exchange, which only negotiates: the server has done nothing yet. What is no SSH would be none again. */
function withoutEffect(error: unknown, { peer }: Transport): Error {
  if (!isFairleadError(error))
    return error instanceof Error ? error : new Error('the policy threw', { cause: error });
  return errorWith(error, { peer, safeToRetry: error.code !== 'protocol' });
}
