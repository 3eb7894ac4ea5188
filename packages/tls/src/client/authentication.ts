// Who is who (RFC 8446 section 4.4): the server's certificates and its proof, the client's where it is asked for.
import { concat, equalBytes } from '@fairlead/bytes';
import { SCHEMES, verifySignature } from '../crypto/index.ts';
import type { Hash } from '../crypto/types.ts';
import { illegal, TlsFault } from '../fault.ts';
import {
  type CertificateRequest,
  certificate,
  certificateVerify,
  readCertificates,
  readCertificateVerify,
} from '../wire/messages.ts';
import { verifyChain } from '../x509/index.ts';
import type { VerifiedChain } from '../x509/types.ts';
import type { HandshakeRequest, Settings, Transcript } from './types.ts';

const SERVER_CONTEXT = 'TLS 1.3, server CertificateVerify';
const CLIENT_CONTEXT = 'TLS 1.3, client CertificateVerify';

/**
 * Verifies the chain of a server's Certificate against what the caller trusts.
 * @param sent The certificates, DER, the server's own first.
 * @throws TlsFault with the reason and the certificate.
 */
export function verifyServer(
  sent: readonly Uint8Array[],
  { settings, name }: HandshakeRequest,
): Promise<VerifiedChain> {
  const { trust, anchors, pins } = settings;
  return verifyChain(sent, { trust, anchors, pins, name, now: Date.now() });
}

/** Verifies a server's Certificate and its CertificateVerify. Both are added to the transcript. */
export async function authenticateServer(
  certificates: Uint8Array,
  next: () => Promise<Uint8Array>,
  transcript: Transcript,
  hash: Hash,
  request: HandshakeRequest,
): Promise<VerifiedChain> {
  const sent = readCertificates(certificates);
  transcript.add(certificates);
  const proof = await next();
  const { scheme: id, signature } = readCertificateVerify(proof);
  const chain = await verifyServer(sent, request);
  const scheme = SCHEMES.get(id);
  if (!scheme?.tls13Keys.includes(chain.publicKey.kind)) {
    throw illegal(`the server signs by ${scheme?.name ?? `scheme ${id}`}, which does not go with its key`);
  }
  const content = signedContent(SERVER_CONTEXT, await transcript.hash(hash));
  if (!(await verifySignature(chain.publicKey, scheme, content, signature))) {
    throw new TlsFault('decrypt_error', 'the server cannot prove that the certificate is its own');
  }
  transcript.add(proof);
  return chain;
}

/** Compares a Finished with what it has to be. @throws TlsFault `decrypt_error` */
export function checkFinished(verifyData: Uint8Array, expected: Uint8Array): void {
  if (equalBytes(verifyData, expected)) return;
  throw new TlsFault('decrypt_error', 'the handshake was changed on its way');
}

/** A client's Certificate and its CertificateVerify; an empty Certificate alone where it has none. */
export async function authenticateClient(
  { schemes }: CertificateRequest,
  { identity }: Settings,
  transcript: Transcript,
  hash: Hash,
): Promise<Uint8Array[]> {
  const certificates = certificate(identity?.chain ?? []);
  transcript.add(certificates);
  if (identity === undefined) return [certificates];
  const { key } = identity;
  const scheme = key.schemes.find(
    ({ id, tls13Keys }) => schemes.includes(id) && tls13Keys.includes(key.kind),
  );
  if (scheme === undefined) {
    const message = `the server takes no signature that tls.key can make, of the kind ${key.kind}`;
    throw new TlsFault('handshake_failure', message);
  }
  const content = signedContent(CLIENT_CONTEXT, await transcript.hash(hash));
  const proof = certificateVerify(scheme.id, await key.sign(scheme, content));
  transcript.add(proof);
  return [certificates, proof];
}

/** What CertificateVerify signs, section 4.4.3. */
function signedContent(context: string, transcriptHash: Uint8Array): Uint8Array {
  const encoder = new TextEncoder();
  return concat([new Uint8Array(64).fill(0x20), encoder.encode(context), new Uint8Array(1), transcriptHash]);
}
