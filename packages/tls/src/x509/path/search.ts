// Looks for a path from the server's certificate to an authority that is trusted (RFC 4158, RFC 5280 section 6.1): depth first,
// among everything that the server sent, in any order, within a fixed number of attempts.
import { equalBytes } from '@fairlead/bytes';
import { verifySignature } from '../../crypto/index.ts';
import type { KeyKind, PublicKey } from '../../crypto/types.ts';
import { certificateScheme } from '../read/signature-algorithm.ts';
import type { ReadCertificate, TrustAnchor } from '../types.ts';
import { ConstraintChecker } from './constraints.ts';
import { type Refusal, whose } from './refusal.ts';
import { checkAuthority, isSelfIssued, unknownIssuer, wrongSignature } from './rules.ts';

/**
 * What a search may cost: 32 issuers that were sent, each of which is a signature to be verified, or trusted ones that signed. How many
 * trusted ones have the same name is the caller's choice.
 */
const MAX_COST = 64;
const COST = 2;
/** P-521 takes twenty times as long as P-256. */
const COST_P521 = 4;
const KEY_KINDS: readonly KeyKind[] = ['ec-p256', 'rsa', 'ed25519'];

/** A path that holds. */
export interface VerifiedPath {
  /** The server's certificate first. */
  readonly certificates: readonly ReadCertificate[];
  readonly anchor: TrustAnchor;
}

/** What is searched. */
export interface PathRequest {
  readonly leaf: ReadCertificate;
  /** What else the server sent. */
  readonly others: readonly ReadCertificate[];
  readonly anchors: readonly TrustAnchor[];
  /** Milliseconds since 1970. */
  readonly now: number;
  /** What else a path must have: it is refused where this says so, and the search goes on. */
  readonly accept: (path: VerifiedPath) => Promise<Refusal | undefined>;
}

/** One search. */
export class PathSearch {
  readonly #request: PathRequest;
  readonly #constraints = new ConstraintChecker();
  readonly #signatures = new Map<ReadCertificate, Map<PublicKey, boolean>>();
  #left = MAX_COST;
  #refusal: Refusal | undefined;
  /** How long the path was that nobody continued. */
  #unknownAt = 0;

  constructor(request: PathRequest) {
    this.#request = request;
  }

  /** @returns The first path that holds, or else the most telling reason why none does. */
  async run(): Promise<VerifiedPath | Refusal> {
    const path = await this.#extend([this.#request.leaf]);
    return path ?? this.#refusal ?? unknownIssuer(this.#request.leaf);
  }

  async #extend(path: readonly ReadCertificate[]): Promise<VerifiedPath | undefined> {
    const head = path.at(-1) ?? this.#request.leaf;
    const anchors = this.#request.anchors.filter(({ subject }) => equalBytes(subject, head.issuer));
    for (const anchor of byKeyId(anchors, head, ({ certificate }) => certificate)) {
      const found = await this.#end(path, head, anchor);
      if (found !== undefined) return found;
    }
    const issuers = this.#request.others.filter(
      (other) =>
        equalBytes(other.subject, head.issuer) && !path.some((member) => isSameAuthority(member, other)),
    );
    for (const issuer of byKeyId(issuers, head, (certificate) => certificate)) {
      if (!this.#pay(issuer.publicKey)) return undefined;
      if (!(await this.#mayFollow(path, head, issuer))) continue;
      const found = await this.#extend([...path, issuer]);
      if (found !== undefined) return found;
    }
    // What is wrong at the far end of the longest path says most.
    const isEnd = anchors.length + issuers.length === 0 && path.length > this.#unknownAt;
    if (isEnd && (this.#refusal?.reason ?? 'unknown_issuer') === 'unknown_issuer') {
      this.#unknownAt = path.length;
      this.#refusal = unknownIssuer(head);
    }
    return undefined;
  }

  /** Whether a certificate that was sent can be the issuer of the path's last one. */
  async #mayFollow(
    path: readonly ReadCertificate[],
    head: ReadCertificate,
    issuer: ReadCertificate,
  ): Promise<boolean> {
    const wrong =
      issuer.weakness === undefined && !(await this.#isSignedBy(head, issuer.publicKey))
        ? wrongSignature(head, isAccepted(head))
        : checkAuthority(issuer, authoritiesIn(path), false, this.#request.now);
    return this.#note(wrong);
  }

  /** The path with this anchor at its end, if all of it holds. */
  async #end(
    path: readonly ReadCertificate[],
    head: ReadCertificate,
    anchor: TrustAnchor,
  ): Promise<VerifiedPath | undefined> {
    const { now, accept } = this.#request;
    const { certificate, publicKey } = anchor;
    if (certificate?.weakness === undefined && !(await this.#isSignedBy(head, publicKey))) {
      this.#note(wrongSignature(head, isAccepted(head)));
      return undefined;
    }
    if (!this.#pay(publicKey)) return undefined;
    // A server's certificate that is trusted as it is: no authority's, and signed by itself.
    const isItself = path.length === 1 && certificate !== undefined && equalBytes(certificate.der, head.der);
    const wrong =
      certificate && !isItself ? checkAuthority(certificate, authoritiesIn(path), true, now) : undefined;
    const found = { certificates: path, anchor };
    const isGood = this.#note(wrong ?? this.#violation(found)) && this.#note(await accept(found));
    return isGood ? found : undefined;
  }

  /** Takes one attempt with this key from what is left. @returns Whether it was. */
  #pay({ kind }: PublicKey): boolean {
    this.#left -= kind === 'ec-p521' ? COST_P521 : COST;
    return this.#left >= 0;
  }

  #violation({ certificates, anchor }: VerifiedPath): Refusal | undefined {
    const authorities = [...certificates.slice(1), anchor.certificate];
    for (const [at, authority] of authorities.entries()) {
      const constraints = authority?.extensions.nameConstraints;
      if (constraints === undefined) continue;
      for (const [below, certificate] of certificates.slice(0, at + 1).entries()) {
        // RFC 5280 section 6.1.3: not to authorities that signed for themselves.
        if (below > 0 && isSelfIssued(certificate)) continue;
        const what = this.#constraints.violation(constraints, certificate);
        if (what === undefined) continue;
        return {
          reason: 'constraint',
          certificate,
          message: `${whose(certificate)} ${what}`,
        };
      }
    }
    return undefined;
  }

  async #isSignedBy(certificate: ReadCertificate, key: PublicKey): Promise<boolean> {
    const known = this.#signatures.get(certificate) ?? new Map<PublicKey, boolean>();
    this.#signatures.set(certificate, known);
    const verdict = known.get(key) ?? (await isSigned(certificate, key));
    known.set(key, verdict);
    return verdict;
  }

  /** Keeps the most telling refusal. @returns Whether there is none. */
  #note(refusal: Refusal | undefined): boolean {
    if (refusal === undefined) return true;
    const isVague = (this.#refusal?.reason ?? 'unknown_issuer') === 'unknown_issuer';
    if (this.#refusal === undefined || (isVague && refusal.reason !== 'unknown_issuer'))
      this.#refusal = refusal;
    return false;
  }
}

/** Whether there is a kind of key for which the algorithm of its signature is accepted. */
function isAccepted({ signatureAlgorithm }: ReadCertificate): boolean {
  return KEY_KINDS.some((kind) => certificateScheme(signatureAlgorithm, kind) !== undefined);
}

async function isSigned(
  { signatureAlgorithm, tbs, signature }: ReadCertificate,
  key: PublicKey,
): Promise<boolean> {
  const scheme = certificateScheme(signatureAlgorithm, key.kind);
  return scheme !== undefined && verifySignature(key, scheme, tbs, signature);
}

/** How many authorities a path has that count for a path length. */
function authoritiesIn(path: readonly ReadCertificate[]): number {
  return path.slice(1).filter((certificate) => !isSelfIssued(certificate)).length;
}

function isSameAuthority(one: ReadCertificate, other: ReadCertificate): boolean {
  return equalBytes(one.subject, other.subject) && equalBytes(one.publicKey.spki, other.publicKey.spki);
}

/** Those first whose key is the one that the certificate names. */
function byKeyId<T>(
  issuers: readonly T[],
  { extensions: { authorityKeyId } }: ReadCertificate,
  certificateOf: (issuer: T) => ReadCertificate | undefined,
): readonly T[] {
  if (authorityKeyId === undefined || issuers.length < 2) return issuers;
  const isNamed = (issuer: T): boolean => {
    const id = certificateOf(issuer)?.extensions.subjectKeyId;
    return id !== undefined && equalBytes(id, authorityKeyId);
  };
  return [...issuers.filter(isNamed), ...issuers.filter((issuer) => !isNamed(issuer))];
}
