// The cipher suites of TLS 1.2: ECDHE with an AEAD, made of those of TLS 1.3. Nothing with CBC, and no other key exchange.
import type { CipherSuite, KeyKind, PublicKey } from '../../crypto/types.ts';

/** A cipher suite of TLS 1.2: what one of TLS 1.3 protects with, and the keys that may sign its key exchange. */
export interface Suite extends CipherSuite {
  readonly keys: readonly KeyKind[];
}

/** RFC 8422 section 2; Ed25519 goes with the suites of ECDSA there (section 5.10). */
const ECDSA: readonly KeyKind[] = ['ec-p256', 'ec-p384', 'ec-p521', 'ed25519'];
const RSA: readonly KeyKind[] = ['rsa', 'rsa-pss'];

/** By the suite of TLS 1.3 with the same AEAD and hash: ECDHE_ECDSA, ECDHE_RSA. RFC 5289 section 3.2, RFC 7905 section 2. */
const NUMBERS: ReadonlyMap<number, readonly [ecdsa: number, rsa: number]> = new Map([
  [0x1301, [0xc02b, 0xc02f]],
  [0x1302, [0xc02c, 0xc030]],
  [0x1303, [0xcca9, 0xcca8]],
]);

/** The suites of TLS 1.2 for those of TLS 1.3, in their order. One of TLS 1.3 without a counterpart gives none. */
export function suitesOf(suites: readonly CipherSuite[]): Suite[] {
  return suites.flatMap((suite) => {
    const numbers = NUMBERS.get(suite.id);
    if (numbers === undefined) return [];
    const named = (kind: string) => suite.name.replace('TLS_', `TLS_ECDHE_${kind}_WITH_`);
    return [
      { ...suite, id: numbers[0], name: named('ECDSA'), keys: ECDSA },
      { ...suite, id: numbers[1], name: named('RSA'), keys: RSA },
    ];
  });
}

/** RFC 8422 section 5.1.1: the groups that a client offers are also the curves on which it takes certificates. */
const CURVES: Partial<Record<KeyKind, number>> = { 'ec-p256': 23, 'ec-p384': 24, 'ec-p521': 25 };

/** Whether a certificate's curve is among the offered groups, which are IANA numbers. Keys without a curve always are. */
export function isOnCurves({ kind }: PublicKey, groups: readonly number[]): boolean {
  const curve = CURVES[kind];
  return curve === undefined || groups.includes(curve);
}
