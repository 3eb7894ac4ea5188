// A certificate to be: its tree, whose key it has, who signs it and how. What is changed in the tree is signed when it is written.
import {
  context,
  integer,
  namedBits,
  sequence,
  time,
} from '../../../../packages/tls/test/x509/der-writer.ts';
import { extension, generalName, nameOf } from '../../../../packages/tls/test/x509/make-certificate.ts';
import { algorithmIdentifier, type ForgeKey, type SignAlgorithm, signatureOf } from './keys.ts';
import { branch, clone, type DerNode, encode, leafNode, parse } from './tree.ts';

/** A certificate that is being forged. */
export interface Forged {
  tbs: DerNode;
  /** The outer AlgorithmIdentifier. */
  algorithm: DerNode;
  key: ForgeKey;
  signer: ForgeKey;
  signing: SignAlgorithm;
  /** Changes the whole certificate behind its signature. */
  spoil: ((whole: DerNode) => Uint8Array) | undefined;
  /** What was signed last and how, shared by all copies: most of a chain is as it was, and RSA signs slowly. */
  readonly last: {
    tbs: Uint8Array;
    signer: ForgeKey | undefined;
    signing: SignAlgorithm;
    signature: Uint8Array;
  };
}

/** What a certificate says before it is changed. */
export interface Contents {
  /** `CN=a,O=b`. */
  readonly subject: string;
  readonly issuer: string;
  readonly key: ForgeKey;
  readonly signer: ForgeKey;
  readonly signing?: SignAlgorithm;
  /** Extensions, DER. */
  readonly extensions: readonly Uint8Array[];
}

const HOUR_MS = 3_600_000;

/** The fields of TBSCertificate by their place in the tree. */
export const FIELD = {
  version: 0,
  serial: 1,
  algorithm: 2,
  issuer: 3,
  validity: 4,
  subject: 5,
  key: 6,
  extensions: 7,
} as const;

/** A certificate of version 3, valid since an hour and for a day. */
export function forge({
  subject,
  issuer,
  key,
  signer,
  signing = { hash: 'sha256' },
  extensions,
}: Contents): Forged {
  const algorithm = algorithmIdentifier(signer, signing);
  const tbs = sequence(
    context(0, integer(2)),
    integer(Uint8Array.of(1, ...crypto.getRandomValues(new Uint8Array(8)))),
    algorithm,
    nameOf(issuer),
    sequence(time(new Date(Date.now() - HOUR_MS)), time(new Date(Date.now() + 48 * HOUR_MS))),
    nameOf(subject),
    key.spki,
    context(3, sequence(...extensions)),
  );
  const last = { tbs, signer: undefined, signing, signature: new Uint8Array(0) };
  return { tbs: parse(tbs), algorithm: parse(algorithm), key, signer, signing, spoil: undefined, last };
}

/** A copy that may be changed. */
export function copyOf(forged: Forged): Forged {
  return { ...forged, tbs: clone(forged.tbs), algorithm: clone(forged.algorithm) };
}

/** Signs and writes it. */
export function derOf(forged: Forged): Uint8Array {
  const whole = wholeOf(forged);
  return forged.spoil === undefined ? encode(whole) : forged.spoil(whole);
}

function wholeOf(forged: Forged): DerNode {
  const signature = leafNode(0x03, Uint8Array.of(0, ...signed(forged)));
  return branch(0x30, [forged.tbs, forged.algorithm, signature]);
}

/** Forgets a change behind the signature that changes nothing, as a swap of two elements alike does. */
export function forgetIdleSpoil(forged: Forged): void {
  if (forged.spoil === undefined) return;
  const whole = wholeOf(forged);
  if (Buffer.compare(forged.spoil(whole), encode(whole)) === 0) forged.spoil = undefined;
}

function signed({ tbs, signer, signing, last }: Forged): Uint8Array {
  const bytes = encode(tbs);
  const isKnown = last.signer === signer && last.signing === signing && Buffer.compare(last.tbs, bytes) === 0;
  if (isKnown) return last.signature;
  const signature = signatureOf(signer, signing, bytes);
  // The first one is of the certificate as it was made: its copies differ, and it comes again and again.
  if (last.signer === undefined) Object.assign(last, { tbs: bytes, signer, signing, signature });
  return signature;
}

/** Signs with another key or algorithm, and says so. */
export function signWith(forged: Forged, signer: ForgeKey, signing: SignAlgorithm): void {
  const algorithm = parse(algorithmIdentifier(signer, signing));
  const at = forged.tbs.children;
  if (at?.[FIELD.algorithm] !== undefined) at[FIELD.algorithm] = clone(algorithm);
  Object.assign(forged, { algorithm, signer, signing });
}

/** The SEQUENCE of extensions; `undefined` where a change took it away. */
export function extensionsOf({ tbs }: Forged): DerNode | undefined {
  return tbs.children?.find(({ tag }) => tag === 0xa3)?.children?.[0];
}

/** Extensions of an authority. @param pathLength `undefined`: unlimited. */
export function authority(pathLength?: number): Uint8Array[] {
  const limit = pathLength === undefined ? [] : [integer(pathLength)];
  return [
    extension('2.5.29.19', sequence(Uint8Array.of(1, 1, 0xff), ...limit), true),
    extension('2.5.29.15', namedBits(5, 6), true),
  ];
}

/** Extensions of a server. @param names `DNS:a`, `IP:10.0.0.1`. */
export function server(names: readonly string[]): Uint8Array[] {
  return [
    extension('2.5.29.19', sequence(), true),
    extension('2.5.29.15', namedBits(0), true),
    extension('2.5.29.37', sequence(SERVER_AUTH)),
    extension('2.5.29.17', sequence(...names.map(generalName))),
  ];
}

const SERVER_AUTH = Uint8Array.of(6, 8, 0x2b, 6, 1, 5, 5, 7, 3, 1);
