// Mutations of DER itself: tags, lengths, order, what is there twice or not at all, bytes; in TBSCertificate and signed anew, or in
// the whole certificate behind its signature.
import type { Forged } from '../forge/certificate.ts';
import { Dice } from '../forge/dice.ts';
import { branch, clone, type DerNode, encode, leafNode, type Place, places } from '../forge/tree.ts';
import type { Mutation } from './mutation.ts';

const TAGS = [
  0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0c, 0x13, 0x14, 0x16, 0x17, 0x18, 0x1e, 0x30, 0x31, 0x80, 0x81, 0x82,
  0x86, 0x87, 0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0x1f, 0x24, 0x23,
];

type Change = (place: Place, dice: Dice, all: readonly Place[]) => string | undefined;

const CHANGES: Readonly<Record<string, Change>> = {
  tag: ({ node }, dice) => {
    node.tag = dice.oneIn(3) ? node.tag ^ (1 << dice.below(8)) : dice.pick(TAGS);
    return `tag 0x${node.tag.toString(16)}`;
  },
  length: ({ node }, dice) => {
    node.length = dice.pick(['long', 'indefinite', 1, -1, 2, 5, 127, 65_536] as const);
    return `length ${node.length}`;
  },
  remove: ({ parent, index }) => (parent?.children?.splice(index, 1) === undefined ? undefined : 'removed'),
  double: ({ node, parent, index }) =>
    parent?.children?.splice(index, 0, clone(node)) === undefined ? undefined : 'doubled',
  swap: ({ parent, index }, dice) => {
    const siblings = parent?.children;
    if (siblings === undefined || siblings.length < 2) return undefined;
    const other = dice.below(siblings.length);
    const [a, b] = [siblings[index], siblings[other]];
    if (a === undefined || b === undefined || a === b) return undefined;
    siblings[index] = b;
    siblings[other] = a;
    return 'swapped';
  },
  insert: ({ parent, index }, dice, all) => {
    const other = clone(dice.pick(all).node);
    return parent?.children?.splice(index, 0, other) === undefined
      ? undefined
      : `0x${other.tag.toString(16)} inserted`;
  },
  replace: ({ node }, dice, all) => {
    Object.assign(node, clone(dice.pick(all).node));
    return `became 0x${node.tag.toString(16)}`;
  },
  empty: ({ node }) => {
    node.value = new Uint8Array(0);
    if (node.children !== undefined) node.children = [];
    return 'emptied';
  },
  wrap: ({ node }, dice) => {
    const inner = clone(node);
    Object.assign(node, branch(dice.pick([0x30, 0x31, 0xa0, 0xa3, 0x04]), [inner]));
    return 'wrapped';
  },
  trail: ({ node }, dice) => {
    node.children?.push(leafNode(dice.pick(TAGS), dice.bytes(dice.below(3))));
    if (node.children === undefined)
      node.value = Uint8Array.of(...node.value, ...dice.bytes(1 + dice.below(2)));
    return 'something behind';
  },
  flip: ({ node }, dice) => {
    if (node.value.length === 0) return undefined;
    const at = dice.below(node.value.length);
    node.value[at] = (node.value[at] ?? 0) ^ (1 << dice.below(8));
    return `bit of byte ${at}`;
  },
  byte: ({ node }, dice) => {
    if (node.value.length === 0) return undefined;
    node.value[dice.below(node.value.length)] = dice.pick([0, 1, 0x7f, 0x80, 0xff, 0x2a, 0x2e]);
    return 'a byte';
  },
  cut: ({ node }, dice) => {
    if (node.value.length === 0) return undefined;
    node.value = node.value.subarray(0, dice.below(node.value.length));
    return 'cut';
  },
};

/** Nearer the root is likelier, where verifiers decide. */
function choose(root: DerNode, dice: Dice): [Place, readonly Place[]] {
  const all = places(root);
  return [dice.pick(all), all];
}

function change(root: DerNode, dice: Dice): string | undefined {
  const [place, all] = choose(root, dice);
  const name = dice.pick(Object.keys(CHANGES));
  const tag = place.node.tag.toString(16);
  const done = CHANGES[name]?.(place, dice, all);
  return done === undefined ? undefined : `0x${tag} ${name}: ${done}`;
}

/** Anything in TBSCertificate; what it makes is signed. */
export const anywhere: Mutation = (forged, dice) => change(forged.tbs, dice);

/** The outer algorithm, which the signature does not cover. */
export const outerAlgorithm: Mutation = (forged, dice) => {
  const done = change(forged.algorithm, dice);
  return done && `outer algorithm ${done}`;
};

/** The whole, behind its signature. */
export const behindTheSignature: Mutation = (forged: Forged, dice) => {
  const seed = dice.below(2 ** 30);
  const before = forged.spoil;
  forged.spoil = (whole) => {
    const copy = clone(whole);
    const own = new Dice(seed);
    change(copy, own);
    return before?.(copy) ?? encode(copy);
  };
  return 'something behind the signature';
};

/** One to three bytes of the whole, wherever they are. */
export const bytesOfTheWhole: Mutation = (forged, dice) => {
  const flips = Array.from(
    { length: 1 + dice.below(3) },
    () => [dice.below(2 ** 16), dice.below(8)] as const,
  );
  const before = forged.spoil;
  forged.spoil = (whole) => {
    const der = (before?.(whole) ?? encode(whole)).slice();
    for (const [at, bit] of flips) {
      const place = at % der.length;
      der[place] = (der[place] ?? 0) ^ (1 << bit);
    }
    return der;
  };
  return `${flips.length} bits of the whole`;
};
