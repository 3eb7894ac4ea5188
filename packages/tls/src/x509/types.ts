// Certificates, as they are read, and what is asked of a chain: types only.
import type { PeerCertificate } from '@fairlead/transport';
import type { PublicKey } from '../crypto/types.ts';
import type { GeneralName } from './read/general-name.ts';

/** RFC 5280 section 4.2.1.9. */
export interface BasicConstraints {
  readonly ca: boolean;
  /** How many authorities may stand between this one and a server. */
  readonly pathLength: number | undefined;
}

/** RFC 5280 section 4.2.1.10. */
export interface NameConstraints {
  readonly permitted: readonly GeneralName[];
  readonly excluded: readonly GeneralName[];
}

/** The extensions that a verdict depends on (RFC 5280 section 4.2.1); `undefined` where a certificate has them not. */
export interface Extensions {
  readonly basicConstraints: BasicConstraints | undefined;
  /** Bit 0 is digitalSignature, bit 5 keyCertSign. */
  readonly keyUsage: number | undefined;
  /** Dotted object identifiers. */
  readonly extKeyUsage: readonly string[] | undefined;
  readonly subjectAltName: { readonly names: readonly GeneralName[]; readonly critical: boolean } | undefined;
  readonly nameConstraints: NameConstraints | undefined;
  readonly subjectKeyId: Uint8Array | undefined;
  readonly authorityKeyId: Uint8Array | undefined;
  /** The first extension that is critical and not understood, dotted. */
  readonly notUnderstood: string | undefined;
  /** Whether keyUsage has bytes of zeros behind its last bit, which is no DER: only authorities that are trusted may. */
  readonly isPadded: boolean;
}

/** A certificate, read whole (RFC 5280 section 4.1). Reading says nothing about trust. */
export interface ReadCertificate {
  readonly der: Uint8Array;
  /** 1, 2 or 3; no chain may have another than 3. */
  readonly version: number;
  /** Two's complement. */
  readonly serial: Uint8Array;
  /** TBSCertificate, DER: what is signed. */
  readonly tbs: Uint8Array;
  /** The subject's Name, DER: what is compared with the issuer of the next. */
  readonly subject: Uint8Array;
  readonly issuer: Uint8Array;
  readonly publicKey: PublicKey;
  /** Why the key must not be used, such as its size; `undefined` where nothing is wrong with it. */
  readonly weakness: string | undefined;
  /** What was signed with, by object identifier and parameters. */
  readonly signatureAlgorithm: Uint8Array;
  readonly signature: Uint8Array;
  /** Milliseconds since 1970. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly extensions: Extensions;
}

/** An authority that is trusted: RFC 5280 section 6.1.1 (d). */
export interface TrustAnchor {
  /** The Name, DER. */
  readonly subject: Uint8Array;
  readonly publicKey: PublicKey;
  /** Its certificate where there is one; its name constraints, path length and validity hold too. */
  readonly certificate: ReadCertificate | undefined;
}

/** What a server's chain is held against. */
export interface Verification {
  /**
   * `authorities`: a path to an anchor, everything checked. `any-name`: the same but the name. `pins-only`: the leaf's key is
   * pinned, nothing else counts.
   */
  readonly trust: 'authorities' | 'any-name' | 'pins-only';
  /** Public authorities where the caller gave none are a list too (`@fairlead/tls/roots`). */
  readonly anchors: readonly TrustAnchor[];
  /** DNS name as ASCII lower case, or an IP address as text. */
  readonly name: string;
  /** SHA-256 of SubjectPublicKeyInfos, 32 bytes each; one must stand in the verified path (or be the leaf's). */
  readonly pins: readonly Uint8Array[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** A server's chain, verified. */
export interface VerifiedChain {
  /** The key that signs the handshake. */
  readonly publicKey: PublicKey;
  /** As the server sent them, its own first. */
  readonly certificates: readonly PeerCertificate[];
  /** For `tls-server-end-point` (RFC 5929 section 4.1): the hash of the leaf; `undefined` for a signature without one. */
  readonly endPointHash: 'SHA-256' | 'SHA-384' | 'SHA-512' | undefined;
  /** When the first certificate of the path ends, milliseconds since 1970; no session is resumed behind it. */
  readonly validUntil: number;
}
