// The server's flight of a full handshake of TLS 1.2: its certificate, its half of the key exchange, whether it asks for a
// certificate (RFC 5246 sections 7.4.2 to 7.4.5, RFC 8422 sections 5.3 and 5.4).
import { concat } from '@fairlead/bytes';
import { verifyServer } from '../client/authentication.ts';
import type { HandshakeRequest } from '../client/types.ts';
import { SCHEMES, verifySignature } from '../crypto/index.ts';
import type { Group, PublicKey } from '../crypto/types.ts';
import { illegal, TlsFault } from '../fault.ts';
import { u8, u16, vector } from '../wire/encode.ts';
import type { VerifiedChain } from '../x509/types.ts';
import { isOnCurves } from './keys/suites.ts';
import type { Hello } from './wire/hello.ts';
import type { Messages } from './wire/messages.ts';

/** RFC 8422 section 5.4. */
const NAMED_CURVE = 3;
/** Numbers from here on are post-quantum groups, which TLS 1.2 has none of. */
const FIRST_OF_TLS13 = 256;

/** What the flight says, checked: the certificate is trusted, and its key signed the key exchange. */
export interface ServerFlight {
  readonly chain: VerifiedChain;
  readonly group: Group;
  readonly serverShare: Uint8Array;
  /** The signature schemes that the server takes of a client, IANA numbers; `undefined` where it asks for no certificate. */
  readonly wantsCertificate: readonly number[] | undefined;
}

/**
 * Receives everything up to ServerHelloDone, and verifies it.
 * @param randoms The client's, then the server's.
 * @throws TlsFault
 */
export async function receiveServerFlight(
  messages: Messages,
  request: HandshakeRequest,
  hello: Hello,
  randoms: readonly Uint8Array[],
): Promise<ServerFlight> {
  const chain = await receiveChain(messages, request);
  checkKey(chain.publicKey, request, hello);
  const { group, serverShare } = await receiveKeyExchange(messages, request, chain.publicKey, randoms);
  const wantsCertificate = (await messages.nextIs('CertificateRequest'))
    ? await receiveCertificateRequest(messages)
    : undefined;
  (await messages.receive('ServerHelloDone')).end();
  messages.endFlight();
  return { chain, group, serverShare, wantsCertificate };
}

async function receiveChain(messages: Messages, request: HandshakeRequest): Promise<VerifiedChain> {
  const fields = await messages.receive('Certificate');
  const list = fields.inner(3, 1);
  fields.end();
  const chain: Uint8Array[] = [];
  while (list.left > 0) chain.push(list.vector(3, 1));
  return verifyServer(chain, request);
}

function checkKey(key: PublicKey, { settings }: HandshakeRequest, { suite }: Hello): void {
  if (!suite.keys.includes(key.kind)) {
    throw illegal(`the server's key does not go with the cipher suite that it chose, ${suite.name}`);
  }
  const groups = settings.groups.map(({ id }) => id);
  if (!isOnCurves(key, groups)) throw illegal("the server's key is on a curve that was not offered");
}

async function receiveKeyExchange(
  messages: Messages,
  { settings }: HandshakeRequest,
  key: PublicKey,
  randoms: readonly Uint8Array[],
) {
  const fields = await messages.receive('ServerKeyExchange');
  if (fields.u8() !== NAMED_CURVE) throw fields.fault();
  const id = fields.u16();
  const serverShare = fields.vector(1, 1);
  const schemeId = fields.u16();
  const signature = fields.vector(2);
  fields.end();
  const group = settings.groups.find((candidate) => candidate.id === id && id < FIRST_OF_TLS13);
  if (group === undefined) throw illegal('the server chose a group that was not offered');
  const scheme = SCHEMES.get(schemeId);
  if (scheme === undefined || !scheme.keys.includes(key.kind)) {
    throw illegal('the server signed with a scheme that was not offered, or that its key does not go with');
  }
  const data = concat([...randoms, u8(NAMED_CURVE), u16(id), vector(1, serverShare)]);
  if (!(await verifySignature(key, scheme, data, signature))) {
    throw new TlsFault('decrypt_error', "the key exchange is not signed by the server certificate's key");
  }
  return { group, serverShare };
}

/** RFC 5246 section 7.4.4. The names of authorities are not looked at: there is one certificate, or none. */
async function receiveCertificateRequest(messages: Messages): Promise<readonly number[]> {
  const fields = await messages.receive('CertificateRequest');
  fields.vector(1, 1);
  const schemes = fields.numbers();
  const authorities = fields.inner(2);
  fields.end();
  while (authorities.left > 0) authorities.vector(2, 1);
  return schemes;
}
