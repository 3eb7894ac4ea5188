// What a mutation is: types only.
import type { Forged } from '../forge/certificate.ts';
import type { Dice } from '../forge/dice.ts';

/** A chain that is being changed. */
export interface Draft {
  /** The server's first; at least one. */
  certificates: Forged[];
  /** The anchor, which is not sent unless a mutation puts it there. */
  readonly anchor: Forged;
  /** Who is asked for. */
  name: string;
  /** Sent behind the certificates, as it is. */
  trailing: Uint8Array[];
}

/** Changes one certificate. @returns What it did; `undefined` where it had nothing to change. */
export type Mutation = (forged: Forged, dice: Dice) => string | undefined;

/** Changes a chain as a whole. */
export type ChainMutation = (draft: Draft, dice: Dice) => string | undefined;
