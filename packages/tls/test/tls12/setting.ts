// What the tests of TLS 1.2's handshake begin with: a chain, a request, a ClientHello.
import { concat } from '@fairlead/bytes';
import type { HandshakeRequest, Settings, Ticket } from '../../src/client/types.ts';
import {
  readSigningKey,
  SCHEMES,
  secp256r1,
  secp384r1,
  TLS_AES_128_GCM_SHA256,
  TLS_AES_256_GCM_SHA384,
  x25519,
} from '../../src/crypto/index.ts';
import type { CipherSuite, Group, KeyKind } from '../../src/crypto/types.ts';
import { tls12 } from '../../src/tls12/index.ts';
import { extension, message, u8, u16, vector } from '../../src/wire/encode.ts';
import { anchorsOf } from '../../src/x509/index.ts';
import {
  makeCertificate,
  makeKey,
  privatePem,
  type TestCertificate,
  type TestKeyKind,
} from '../x509/make-certificate.ts';

/** The server's name in all of these tests. */
export const NAME = 'db.example.com';

const authority = await makeCertificate({ subject: 'CN=authority', ca: true });

/** A server's certificate that the request below trusts. */
export async function serverCertificate(kind: TestKeyKind = 'ec-p256'): Promise<TestCertificate> {
  return makeCertificate({
    subject: 'CN=server',
    key: await makeKey(kind),
    signer: authority,
    san: [`DNS:${NAME}`],
  });
}

/** What a test may change of the client. */
export interface ClientWishes {
  readonly alpn?: readonly string[];
  readonly suites?: readonly CipherSuite[];
  readonly groups?: readonly Group[];
  readonly identity?: Settings['identity'];
  readonly ticket?: Ticket;
  /** Whether ClientHello names the server. Default true. */
  readonly sni?: boolean;
}

/** The client's side of a handshake. */
export function requestOf(wishes: ClientWishes = {}): HandshakeRequest {
  const { alpn = [], identity, ticket } = wishes;
  const settings: Settings = {
    trust: 'authorities',
    anchors: anchorsOf(authority.pem),
    pins: [],
    identity,
    servername: undefined,
    alpn,
    minVersion: 'TLSv1.2',
    cipherSuites: wishes.suites ?? [TLS_AES_128_GCM_SHA256, TLS_AES_256_GCM_SHA384],
    groups: wishes.groups ?? [x25519, secp256r1, secp384r1],
    tls12,
  };
  return { settings, name: NAME, ticket };
}

/** A ClientHello with everything that TLS 1.2 looks at. */
export function clientHelloOf(
  request: HandshakeRequest,
  { sni = true, alpn = [] }: ClientWishes = {},
): Uint8Array {
  const { cipherSuites, extensions, sessionId } = tls12.offer(request);
  const names = alpn.map((name) => vector(1, new TextEncoder().encode(name)));
  const blocks = [
    extension(10, vector(2, u16(...request.settings.groups.map(({ id }) => id)))),
    extension(13, vector(2, u16(...SCHEMES.keys()))),
    extensions,
  ];
  if (sni) blocks.push(extension(0, vector(2, u8(0), vector(2, new TextEncoder().encode(NAME)))));
  if (names.length > 0) blocks.push(extension(16, vector(2, ...names)));
  return message(
    1,
    u16(0x0303),
    crypto.getRandomValues(new Uint8Array(32)),
    vector(1, sessionId ?? crypto.getRandomValues(new Uint8Array(32))),
    vector(2, u16(...cipherSuites)),
    concat([u8(1), u8(0)]),
    vector(2, ...blocks),
  );
}

/** A client's certificate and key, and the key as the server sees it. */
export async function clientIdentity(kind: TestKeyKind & KeyKind) {
  const certificate = await makeCertificate({
    subject: 'CN=client',
    key: await makeKey(kind),
    signer: authority,
  });
  const publicKey = { kind, spki: certificate.key.spki, bits: kind === 'rsa' ? 2048 : 256 };
  const key = await readSigningKey(await privatePem(certificate.key), publicKey);
  return { identity: { chain: [certificate.der], key }, publicKey };
}
