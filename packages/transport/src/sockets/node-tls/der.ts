// The two facts that Node does not tell and that stand in DER (X.690): which hash signed a certificate, and whether a session of
// TLS 1.2 has an extended master secret. Anything unexpected is "unknown".

interface Value {
  readonly tag: number;
  readonly body: Uint8Array;
}

/** The hash of `tls-server-end-point` (RFC 5929 section 4.1) by signature algorithm; MD5 and SHA-1 count as SHA-256. */
const SIGNATURE_HASHES: Readonly<Record<string, string>> = {
  '2a864886f70d010104': 'sha256', // md5WithRSAEncryption
  '2a864886f70d010105': 'sha256', // sha1WithRSAEncryption
  '2a864886f70d01010b': 'sha256',
  '2a864886f70d01010c': 'sha384',
  '2a864886f70d01010d': 'sha512',
  '2a8648ce3d0401': 'sha256', // ecdsa-with-SHA1
  '2a8648ce3d040302': 'sha256',
  '2a8648ce3d040303': 'sha384',
  '2a8648ce3d040304': 'sha512',
};
/** RFC 4055 section 3.1: RSASSA-PSS, whose hash is a parameter. */
const RSA_PSS = '2a864886f70d01010a';
const HASHES: Readonly<Record<string, string>> = {
  '2b0e03021a': 'sha256', // SHA-1, which is also the default
  '608648016503040201': 'sha256',
  '608648016503040202': 'sha384',
  '608648016503040203': 'sha512',
};

const OID = 0x06;
const SEQUENCE = 0x30;
/** `[0]`, constructed. */
const CONTEXT_0 = 0xa0;
/** `[13]`, constructed: the flags of OpenSSL's SSL_SESSION, of which the lowest is the extended master secret. */
const SESSION_FLAGS = 0xad;
const SESSION_HEADER: Uint8Array = Buffer.from('\0nodejs:tls:session:1\0');

/** The hash of a certificate's signature by its name in Node, for channel binding; `undefined` where it has none (Ed25519). */
export function endPointHash(certificate: Uint8Array): string | undefined {
  const algorithm = members(members(certificate)[0]?.body)[1];
  const [id, parameters] = members(algorithm?.body);
  if (id?.tag !== OID) return undefined;
  const name = hex(id.body);
  if (name !== RSA_PSS) return SIGNATURE_HASHES[name];
  if (parameters?.tag !== SEQUENCE) return undefined;
  const hash = members(parameters.body).find(({ tag }) => tag === CONTEXT_0);
  if (hash === undefined) return 'sha256';
  return HASHES[hex(members(members(hash.body)[0]?.body)[0]?.body)];
}

/** Whether a session of TLS 1.2, as OpenSSL stores it, has an extended master secret (RFC 7627). */
export function hasExtendedMasterSecret(session: Uint8Array | undefined): boolean {
  const flags = members(members(session && withoutName(session))[0]?.body).find(
    ({ tag }) => tag === SESSION_FLAGS,
  );
  const last = members(flags?.body)[0]?.body.at(-1) ?? 0;
  return (last & 1) === 1;
}

/** Newer versions of Node put a header with the server's name, its length in two bytes, in front of OpenSSL's DER. */
function withoutName(session: Uint8Array): Uint8Array {
  if (session[0] === SEQUENCE) return session;
  const header = SESSION_HEADER.length;
  const isKnown = SESSION_HEADER.every((byte, index) => session[index] === byte);
  const length = (session[header] ?? 0) * 256 + (session[header + 1] ?? 0);
  return isKnown ? session.subarray(header + 2 + length) : new Uint8Array(0);
}

/** The values that stand one behind the other; those before the first that is cut or too long. */
function members(bytes: Uint8Array = new Uint8Array(0)): Value[] {
  const values: Value[] = [];
  for (let at = 0; at + 2 <= bytes.length; ) {
    const tag = bytes[at] ?? 0;
    let length = bytes[at + 1] ?? 0;
    let from = at + 2;
    if (length >= 0x80) {
      const digits = bytes.subarray(from, from + (length & 0x7f));
      if (digits.length !== (length & 0x7f) || digits.length === 0 || digits.length > 4) break;
      length = digits.reduce((total, digit) => total * 256 + digit, 0);
      from += digits.length;
    }
    if (from + length > bytes.length) break;
    values.push({ tag, body: bytes.subarray(from, from + length) });
    at = from + length;
  }
  return values;
}

function hex(bytes: Uint8Array = new Uint8Array(0)): string {
  return Buffer.from(bytes).toString('hex');
}
