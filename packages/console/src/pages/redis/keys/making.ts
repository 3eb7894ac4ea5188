// How a key of each kind is made.

import { HASH, SET } from '../values/rows/keyed.ts';
import type { Adding, RowKind } from '../values/rows/kind.ts';
import { LIST, SORTED_SET, STREAM } from '../values/rows/ordered.ts';
import type { Argument, Command } from '../wire/argument.ts';

const STRING: Adding = {
  title: 'Set',
  inputs: ['Value'],
  command: (key, [value = '']) => ['SET', key, value, 'NX'],
};

const JSON_DOCUMENT: Adding = {
  title: 'Set',
  inputs: ['Value'],
  command: (key, [value = '']) => ['JSON.SET', key, '$', value, 'NX'],
};

const firstOf = ({ adding: [first] }: RowKind): Adding => first ?? STRING;

/** By what TYPE calls the kind: how its first part is added. */
export const ADDING: Readonly<Record<string, Adding>> = {
  string: STRING,
  hash: firstOf(HASH),
  list: firstOf(LIST),
  set: firstOf(SET),
  zset: firstOf(SORTED_SET),
  stream: firstOf(STREAM),
  'ReJSON-RL': JSON_DOCUMENT,
};

/** The commands that make a key. @param lifeMs Undefined for a key that stays. */
export function makingCommands(
  kind: string,
  key: Argument,
  values: readonly Argument[],
  lifeMs: number | undefined,
): readonly Command[] {
  const made = (ADDING[kind] ?? STRING).command(key, values);
  return lifeMs === undefined ? [made] : [made, ['PEXPIRE', key, String(lifeMs)]];
}
