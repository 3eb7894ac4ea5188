// The signature algorithms of SSH (RFC 5656, RFC 8332, RFC 8709), by name. SHA-1 has none.

/** One signature algorithm: the keys that it takes, and WebCrypto's parameters for it. */
export interface SignatureMethod {
  /** The type of its public keys. */
  readonly keyType: string;
  readonly importAs: { readonly name: string; readonly hash?: string; readonly namedCurve?: string };
  readonly signAs: { readonly name: string; readonly hash?: string };
  /** With ECDSA: the bytes of one coordinate, and of r and s. */
  readonly fieldBytes?: number;
}

/** What ends the name of an algorithm whose key is a certificate (OpenSSH's PROTOCOL.certkeys). */
export const CERTIFICATE_SUFFIX = '-cert-v01@openssh.com';

/** All of them, the preferred one first. */
export const SIGNATURE_METHODS: ReadonlyMap<string, SignatureMethod> = /* @__PURE__ */ new Map([
  ['ssh-ed25519', { keyType: 'ssh-ed25519', importAs: { name: 'Ed25519' }, signAs: { name: 'Ed25519' } }],
  /* @__PURE__ */ ecdsa('256', 32),
  /* @__PURE__ */ ecdsa('384', 48),
  /* @__PURE__ */ ecdsa('521', 66, '512'),
  /* @__PURE__ */ rsa('512'),
  /* @__PURE__ */ rsa('256'),
]);

/** @param algorithm Of a signature, or of a request with a certificate. */
export function plainAlgorithm(algorithm: string): string {
  return algorithm.endsWith(CERTIFICATE_SUFFIX) ? algorithm.slice(0, -CERTIFICATE_SUFFIX.length) : algorithm;
}

/** The names of the algorithms that keys of this type sign with, the preferred one first. */
export function algorithmsOf(keyType: string): readonly string[] {
  return [...SIGNATURE_METHODS].filter(([, method]) => method.keyType === keyType).map(([name]) => name);
}

/** The type of the keys that an algorithm takes: certificates for those of certificates (RFC 8332 section 3). */
export function keyTypeOf(algorithm: string): string | undefined {
  const plain = plainAlgorithm(algorithm);
  const keyType = SIGNATURE_METHODS.get(plain)?.keyType;
  return keyType && plain !== algorithm ? keyType + CERTIFICATE_SUFFIX : keyType;
}

function ecdsa(curve: string, fieldBytes: number, hash = curve): readonly [string, SignatureMethod] {
  const keyType = `ecdsa-sha2-nistp${curve}`;
  const importAs = { name: 'ECDSA', namedCurve: `P-${curve}` };
  return [keyType, { keyType, importAs, signAs: { name: 'ECDSA', hash: `SHA-${hash}` }, fieldBytes }];
}

function rsa(hash: string): readonly [string, SignatureMethod] {
  const name = 'RSASSA-PKCS1-v1_5';
  const method = { keyType: 'ssh-rsa', importAs: { name, hash: `SHA-${hash}` }, signAs: { name } };
  return [`rsa-sha2-${hash}`, method];
}
