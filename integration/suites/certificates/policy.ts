// Where ours may accept what native refuses. Each policy is proved anew for each case: without what it is about, native accepts too.
import { type Case, caseOf } from './cases.ts';
import { extensionsOf, type Forged, forgetIdleSpoil, signWith } from './forge/certificate.ts';
import { keyOf } from './forge/keys.ts';
import type { Template } from './forge/templates.ts';
import { type DerNode, encode, parse, places } from './forge/tree.ts';

const BASIC_CONSTRAINTS = '551d13';
const NAME_CONSTRAINTS = '551d1e';
const DIRECTORY_NAME = 0xa4;

/** A policy. */
export interface Policy {
  readonly why: string;
  /** Takes what the policy is about out of the certificates, the server's first. @returns Whether there was any. */
  remove(certificates: readonly Forged[]): boolean;
}

/** All policies. */
export const POLICIES: readonly Policy[] = [
  {
    why:
      'A constraint on directory names: native knows none and refuses every chain that has one; ours compares them as RFC 5280 ' +
      'section 7.1 says, and x509-limbo agrees',
    remove: (certificates) => certificates.map(withoutDirectoryNames).includes(true),
  },
  {
    why:
      'A key of the kind rsa-pss: native offers none of the schemes that a server signs with by it, and knows none of an authority; ' +
      'ours has them by RFC 8446 section 4.2.3 and RFC 4055',
    remove: withoutPssKeys,
  },
  {
    why:
      'A path length above 255: native reads one byte of it; ours, which takes ten certificates at most, reads a number that limits ' +
      'nothing',
    remove: (certificates) => certificates.map(withoutLongPathLength).includes(true),
  },
];

/** @returns The case again, without what these policies are about; `undefined` where there was nothing of it. */
export function caseWithout(
  policies: readonly Policy[],
  { seed, number }: Case,
  all: readonly Template[],
): Case | undefined {
  let has = false;
  const again = caseOf(seed, number, all, (certificates) => {
    // In a smaller certificate it would change another place.
    certificates.forEach(forgetIdleSpoil);
    has = policies.map((policy) => policy.remove(certificates)).includes(true);
  });
  return has ? again : undefined;
}

function withoutPssKeys(certificates: readonly Forged[]): boolean {
  let has = false;
  for (const [number, forged] of certificates.entries()) {
    const { key, tbs } = forged;
    const at = tbs.children?.findIndex((node) => Buffer.compare(encode(node), key.spki) === 0) ?? -1;
    if (key.kind !== 'rsa-pss' || at < 0) continue;
    forged.key = keyOf('rsa-2048', 906 + number);
    tbs.children?.splice(at, 1, parse(forged.key.spki));
    for (const signed of certificates) {
      if (signed.signer === key) signWith(signed, forged.key, { ...signed.signing, pss: true });
    }
    has = true;
  }
  return has;
}

function idOf(extension: DerNode): string {
  return Buffer.from(extension.children?.[0]?.value ?? []).toString('hex');
}

function withoutLongPathLength(forged: Forged): boolean {
  const extensions = extensionsOf(forged)?.children?.filter(
    (extension) => idOf(extension) === BASIC_CONSTRAINTS,
  );
  const numbers = (extensions ?? []).flatMap((extension) =>
    places(extension).filter(({ node }) => node.tag === 0x02 && node.value.length > 1),
  );
  for (const { node } of numbers) node.value = Uint8Array.of(0x7f);
  return numbers.length > 0;
}

function withoutDirectoryNames(forged: Forged): boolean {
  const list = extensionsOf(forged);
  let has = false;
  for (const extension of list?.children ?? []) {
    if (idOf(extension) !== NAME_CONSTRAINTS) continue;
    for (const { node } of places(extension).reverse()) {
      const before = node.children?.length ?? 0;
      node.children = node.children?.filter((child) => !isDirectorySubtree(child));
      if ((node.children?.length ?? 0) < before) has = true;
      // A list of subtrees that is empty now may not be there.
      node.children = node.children?.filter(
        ({ tag, children }) => (tag !== 0xa0 && tag !== 0xa1) || children?.length !== 0,
      );
    }
  }
  if (list?.children !== undefined)
    list.children = list.children.filter((extension) => !(has && isEmptyConstraints(extension)));
  return has;
}

function isDirectorySubtree({ children }: DerNode): boolean {
  return children?.[0]?.tag === DIRECTORY_NAME;
}

function isEmptyConstraints(extension: DerNode): boolean {
  const value = extension.children?.find(({ tag }) => tag === 0x04);
  return idOf(extension) === NAME_CONSTRAINTS && value?.children?.[0]?.children?.length === 0;
}
