// Verifies made chains for tests: what a test does not name is in order.
import type { TlsFault } from '../../src/fault.ts';
import { anchorsOf, type Verification, verifyChain } from '../../src/x509/index.ts';
import { type CertificateOptions, makeCertificate, type TestCertificate } from './make-certificate.ts';

/** The name that the servers of tests have. */
export const NAME = 'db.example.com';

/** What a test says of a verification. */
export interface VerifyOptions extends Partial<Omit<Verification, 'anchors'>> {
  readonly anchors: readonly TestCertificate[];
}

/** Verifies a chain, the server's certificate first. */
export async function verify(
  chain: readonly TestCertificate[],
  options: VerifyOptions,
): ReturnType<typeof verifyChain> {
  const anchors = options.anchors.length === 0 ? [] : anchorsOf(options.anchors.map(({ pem }) => pem));
  return verifyChain(
    chain.map(({ der }) => der),
    { trust: 'authorities', name: NAME, pins: [], now: Date.now(), ...options, anchors },
  );
}

/** The fault of a chain that must not hold. */
export async function faultOf(chain: readonly TestCertificate[], options: VerifyOptions): Promise<TlsFault> {
  return verify(chain, options).then(
    () => {
      throw new Error('The chain was accepted');
    },
    (error: TlsFault) => error,
  );
}

/** An authority and what it says differently. */
export function authority(options: CertificateOptions = {}): Promise<TestCertificate> {
  return makeCertificate({ subject: 'CN=Root,O=House', ca: true, ...options });
}

/** A server's certificate and what it says differently. */
export function server(signer: TestCertificate, options: CertificateOptions = {}): Promise<TestCertificate> {
  return makeCertificate({
    subject: 'CN=server',
    signer,
    san: [`DNS:${NAME}`],
    extKeyUsage: ['1.3.6.1.5.5.7.3.1'],
    ...options,
  });
}
