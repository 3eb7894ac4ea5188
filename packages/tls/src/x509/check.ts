// Explains a chain to people: what each certificate says, and why the chain does not hold. Whoever makes a connection uses
// `verifyChain`, which throws.
import { type CertificateSummary, FairleadError, type TlsFailure } from '@fairlead/errors';
import type { PeerCertificate } from '@fairlead/transport';
import { TlsFault } from '../fault.ts';
import { readCertificate } from './read/certificate.ts';
import { peerCertificateOf } from './summary.ts';
import type { Verification } from './types.ts';
import { verifyChain } from './verify.ts';

/** One certificate of a chain. */
export interface CheckedCertificate {
  readonly der: Uint8Array;
  /** What it says; `undefined` where it cannot be read. */
  readonly certificate: PeerCertificate | undefined;
  /** Why it cannot be read. */
  readonly problem: string | undefined;
}

/** What was found out about a chain. */
export interface ChainReport {
  /** In the order of sending. */
  readonly certificates: readonly CheckedCertificate[];
  /** Why it does not hold, in words that say what to do; `undefined` where it holds. */
  readonly failure:
    | {
        readonly reason: TlsFailure;
        readonly message: string;
        readonly certificate: CertificateSummary | undefined;
      }
    | undefined;
  /** Where it holds: when the first certificate of the path ends, milliseconds since 1970. */
  readonly validUntil: number | undefined;
}

/**
 * Reads and verifies a chain without throwing for what is wrong with it.
 * @param chain DER, the server's certificate first.
 * @example
 * ```ts
 * import { anchorsOf, checkChain } from '@fairlead/tls/x509';
 *
 * async function explain(chain: Uint8Array[], ca: string): Promise<string> {
 *   const report = await checkChain(chain, {
 *     trust: 'authorities',
 *     anchors: anchorsOf(ca),
 *     name: 'db.example.com',
 *     pins: [],
 *     now: Date.now(),
 *   });
 *   return report.failure?.message ?? 'The chain holds';
 * }
 * ```
 */
export async function checkChain(
  chain: readonly Uint8Array[],
  verification: Verification,
): Promise<ChainReport> {
  const certificates: CheckedCertificate[] = [];
  for (const der of chain) certificates.push(await checked(der));
  try {
    const { validUntil } = await verifyChain(chain, verification);
    return { certificates, failure: undefined, validUntil };
  } catch (error) {
    if (!(error instanceof TlsFault)) throw unexpected(error);
    const { reason, message, certificate } = error;
    return { certificates, failure: { reason, message, certificate }, validUntil: undefined };
  }
}

async function checked(der: Uint8Array): Promise<CheckedCertificate> {
  try {
    return { der, certificate: await peerCertificateOf(readCertificate(der)), problem: undefined };
  } catch (error) {
    if (!(error instanceof TlsFault)) throw unexpected(error);
    return { der, certificate: undefined, problem: error.message };
  }
}

function unexpected(cause: unknown): FairleadError {
  return cause instanceof FairleadError
    ? cause
    : new FairleadError('protocol', 'A chain of certificates could not be read', { cause });
}
