// Makes the cases: from a seed and a number, a chain that was changed somewhere, and who is asked for.
import { copyOf, type Forged, signWith } from './forge/certificate.ts';
import { Dice } from './forge/dice.ts';
import type { ForgeKey } from './forge/keys.ts';
import type { Template } from './forge/templates.ts';
import * as chain from './mutate/chain.ts';
import * as meaning from './mutate/meaning.ts';
import type { ChainMutation, Draft, Mutation } from './mutate/mutation.ts';
import * as structure from './mutate/structure.ts';
import * as values from './mutate/values.ts';

/** A chain to be judged. */
export interface Case {
  readonly seed: number;
  readonly number: number;
  /** What was changed. */
  readonly title: string;
  /** DER. */
  readonly chain: readonly Uint8Array[];
  readonly name: string;
  /** Who signs the handshake. */
  readonly key: ForgeKey;
}

const MEANING: readonly Mutation[] = Object.values(meaning);
const VALUES: readonly Mutation[] = Object.values(values);
const STRUCTURE: readonly Mutation[] = [
  structure.anywhere,
  structure.anywhere,
  structure.anywhere,
  structure.anywhere,
  structure.outerAlgorithm,
  structure.behindTheSignature,
  structure.bytesOfTheWhole,
];
const { sent, ...CHAIN_BY_NAME } = chain;
const CHAIN: readonly ChainMutation[] = Object.values(CHAIN_BY_NAME);

/**
 * Case `number` of `seed`. Signatures and keys are new each time; everything else is the same.
 * @param adjust Changes the certificates before they are signed.
 */
export function caseOf(
  seed: number,
  number: number,
  all: readonly Template[],
  adjust?: (certificates: readonly Forged[]) => void,
): Case {
  const dice = new Dice((seed * 1_000_003 + number) % 2 ** 31);
  const template = dice.pick(all);
  const draft: Draft = {
    certificates: template.certificates.map(copyOf),
    anchor: template.anchor,
    name: dice.pick(template.names),
    trailing: [],
  };
  const done: string[] = [];
  // One change alone shows what it does; several show what hides behind another.
  for (let left = dice.pick([0, 1, 1, 1, 1, 2, 2, 3]); left > 0; left--) done.push(mutate(draft, dice));
  adjust?.(draft.certificates);
  const [server] = draft.certificates;
  if (server === undefined) throw new Error('a chain without certificates');
  return {
    seed,
    number,
    title: `${template.title}: ${done.join('; ') || 'nothing changed'}`,
    chain: sent(draft.certificates, draft.trailing),
    name: draft.name,
    key: server.key,
  };
}

function mutate(draft: Draft, dice: Dice): string {
  if (dice.oneIn(5)) return dice.pick(CHAIN)(draft, dice) ?? 'nothing';
  const which = dice.below(draft.certificates.length);
  const forged = draft.certificates[which];
  if (forged === undefined) return 'nothing';
  const mutation = dice.pick(dice.pick([MEANING, VALUES, STRUCTURE]));
  const before = forged.key;
  const done = mutation(forged, dice);
  const below = draft.certificates[which - 1];
  // An authority with another key has mostly signed with it, too.
  if (forged.key !== before && below?.signer === before && !dice.oneIn(6)) {
    signWith(below, forged.key, { hash: 'sha256' });
  }
  return `${which}: ${done ?? 'nothing'}`;
}
