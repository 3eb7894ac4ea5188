// Every command that only needs a database. Those of a connection are in `session.ts`.
import type { Commands } from '../command.ts';
import { bits } from './bits.ts';
import { distinct } from './distinct.ts';
import { geo } from './geo.ts';
import { hashFields } from './hash-fields.ts';
import { hashes } from './hashes.ts';
import { keys } from './keys.ts';
import { lists } from './lists.ts';
import { sets } from './sets.ts';
import { sorting } from './sort.ts';
import { sortedSets } from './sorted-sets/index.ts';
import { streams } from './streams/index.ts';
import { strings } from './strings.ts';

/** By upper-case name. */
export const commands: Commands = {
  ...strings,
  ...bits,
  ...distinct,
  ...keys,
  ...hashes,
  ...hashFields,
  ...lists,
  ...sets,
  ...sorting,
  ...sortedSets,
  ...geo,
  ...streams,
};
