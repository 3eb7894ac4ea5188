// The client's flight of a full handshake of TLS 1.2: its certificate where one is wanted, its half of the key exchange, the proof
// of its key (RFC 5246 sections 7.4.6 to 7.4.8, RFC 8422 section 5.7).
import type { Settings } from '../client/types.ts';
import type { Hash, SignatureScheme } from '../crypto/types.ts';
import { TlsFault } from '../fault.ts';
import { u16, vector } from '../wire/encode.ts';
import { extendedMasterSecret } from './keys/key-schedule.ts';
import type { ServerFlight } from './server-flight.ts';
import type { Messages } from './wire/messages.ts';

/** The flight, not yet sent, and the secret that it agrees on. */
export interface ClientFlight {
  readonly flight: readonly Uint8Array[];
  readonly masterSecret: Uint8Array;
}

/**
 * Makes the flight, Finished excepted.
 * @throws TlsFault `illegal_parameter` for a bad share, `handshake_failure` where the client's key cannot sign as the server wants.
 */
export async function makeClientFlight(
  messages: Messages,
  identity: Settings['identity'],
  hash: Hash,
  { group, serverShare, wantsCertificate }: ServerFlight,
): Promise<ClientFlight> {
  const flight: Uint8Array[] = [];
  const scheme = wantsCertificate && identity && schemeFor(identity.key.schemes, wantsCertificate);
  const ours = await group.generate();
  const sharedSecret = await ours.agree(serverShare);
  if (wantsCertificate) {
    const chain = identity?.chain ?? [];
    const certificates = chain.map((der) => vector(3, der));
    flight.push(messages.make('Certificate', vector(3, ...certificates)));
  }
  flight.push(messages.make('ClientKeyExchange', vector(1, ours.share)));
  const masterSecret = await extendedMasterSecret(hash, sharedSecret, await messages.hash(hash));
  if (scheme && identity) {
    const signature = await identity.key.sign(scheme, messages.transcript());
    flight.push(messages.make('CertificateVerify', u16(scheme.id), vector(2, signature)));
  }
  return { flight, masterSecret };
}

function schemeFor(ours: readonly SignatureScheme[], theirs: readonly number[]): SignatureScheme {
  const scheme = ours.find(({ id }) => theirs.includes(id));
  if (scheme === undefined) {
    throw new TlsFault(
      'handshake_failure',
      'the server takes no signature that the key of tls.key can make. Give the client a certificate with a key of another kind',
    );
  }
  return scheme;
}
