// curve25519-sha256 (RFC 8731) and ecdh-sha2-nistp256/384 (RFC 5656 section 4) by WebCrypto.
import { protocolError } from '../errors.ts';
import { SshWriter } from '../wire/ssh-writer.ts';
import type { KeyExchangeAttempt, KeyExchangeMethod } from './types.ts';

/** A curve of WebCrypto. */
interface Curve {
  readonly algorithm: { readonly name: string; readonly namedCurve?: string };
  readonly valueBytes: number;
  readonly secretBits: number;
}

const X25519: Curve = { algorithm: { name: 'X25519' }, valueBytes: 32, secretBits: 256 };
const P256: Curve = {
  algorithm: { name: 'ECDH', namedCurve: 'P-256' },
  valueBytes: 65,
  secretBits: 256,
};
const P384: Curve = {
  algorithm: { name: 'ECDH', namedCurve: 'P-384' },
  valueBytes: 97,
  secretBits: 384,
};

/** Curve25519, under its name of RFC 8731 and that of libssh. */
export const curve25519: KeyExchangeMethod = {
  names: ['curve25519-sha256', 'curve25519-sha256@libssh.org'],
  hash: 'SHA-256',
  begin: () => attempt(X25519),
};

/** NIST P-256. */
export const ecdhP256: KeyExchangeMethod = {
  names: ['ecdh-sha2-nistp256'],
  hash: 'SHA-256',
  begin: () => attempt(P256),
};

/** NIST P-384. */
export const ecdhP384: KeyExchangeMethod = {
  names: ['ecdh-sha2-nistp384'],
  hash: 'SHA-384',
  begin: () => attempt(P384),
};

/** One side of an agreement on a curve. */
export interface CurvePair {
  /** The public value: a point, or Curve25519's 32 bytes. */
  readonly value: Uint8Array;
  /** @throws FairleadError `protocol` for a value that is no point of the curve, or gives no secret. */
  secret(peerValue: Uint8Array): Promise<Uint8Array>;
}

/** A new pair on Curve25519, for hybrids too. */
export function x25519Pair(): Promise<CurvePair> {
  return pairOn(X25519);
}

async function attempt(curve: Curve): Promise<KeyExchangeAttempt> {
  const pair = await pairOn(curve);
  return {
    clientValue: pair.value,
    async finish(serverValue) {
      const writer = new SshWriter(256);
      writer.mpint(await pair.secret(serverValue));
      return writer.take();
    },
  };
}

async function pairOn({ algorithm, valueBytes, secretBits }: Curve): Promise<CurvePair> {
  const { subtle } = crypto;
  const made = await subtle.generateKey(algorithm, false, ['deriveBits']);
  if (!('privateKey' in made)) throw new TypeError('ECDH makes pairs of keys');
  const { privateKey, publicKey } = made;
  return {
    value: new Uint8Array((await subtle.exportKey('raw', publicKey)) as ArrayBuffer),
    async secret(peerValue) {
      if (peerValue.length !== valueBytes) throw badValue();
      try {
        const peer = await subtle.importKey('raw', peerValue, algorithm, false, []);
        // The types of Workers give the peer's key another name than all runtimes do.
        const params = { name: algorithm.name, public: peer } as unknown as SubtleCryptoDeriveKeyAlgorithm;
        const secret = new Uint8Array(await subtle.deriveBits(params, privateKey, secretBits));
        // RFC 8731 section 3: the all-zero value is refused, by WebCrypto too.
        if (secret.some((byte) => byte !== 0)) return secret;
      } catch (cause) {
        throw badValue(cause);
      }
      throw badValue();
    },
  };
}

function badValue(cause?: unknown) {
  return protocolError("The server's value in the key exchange is not valid", { cause });
}
