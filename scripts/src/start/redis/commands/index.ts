// Every command that only needs a database. Those of a connection are in `session.ts`.
import type { Commands } from '../command.ts';
import { hashes } from './hashes.ts';
import { keys } from './keys.ts';
import { lists } from './lists.ts';
import { sets } from './sets.ts';
import { sortedSets } from './sorted-sets.ts';
import { strings } from './strings.ts';

/** By upper-case name. */
export const commands: Commands = { ...strings, ...keys, ...hashes, ...lists, ...sets, ...sortedSets };
