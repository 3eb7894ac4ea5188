// Hashes and sets: parts that are known by their names, read by HSCAN and SSCAN.
import { type Argument, type Command, idOf, isSame } from '../../wire/argument.ts';
import { argumentIn, argumentsIn, itemsIn, numberIn, type Reply, textIn } from '../../wire/reply.ts';
import { cell, PORTION, type Portion, type Row, type RowKind } from './kind.ts';

/** Parts of the reply of a SCAN of a value. @param width Strings that make one part. */
export function readScan(reply: Reply, width: 1 | 2): Portion {
  const [cursor, items] = itemsIn(reply);
  const strings = argumentsIn(items);
  const rows: Row[] = [];
  for (let i = 0; i + width <= strings.length; i += width) {
    const cells = strings.slice(i, i + width);
    rows.push({ id: idOf(cells[0] ?? ''), cells });
  }
  const next = textIn(cursor);
  return { rows, next: next === '0' ? undefined : next };
}

/** HSCAN, SSCAN or ZSCAN from a cursor. */
export function scanOf(name: string, key: Argument, cursor: string, match: string): Command {
  const matching = match === '' ? [] : ['MATCH', match];
  return [name, key, cursor, ...matching, 'COUNT', String(PORTION)];
}

/** A hash. */
export const HASH: RowKind = {
  columns: ['Field', 'Value'],
  noun: 'field',
  plural: 'fields',
  hasMatch: true,
  size: (key) => ['HLEN', key],
  start: () => '0',
  page: (key, cursor, match) => scanOf('HSCAN', key, cursor, match),
  read: (reply) => readScan(reply, 2),
  adding: [
    {
      title: 'Add field',
      inputs: ['Field', 'Value'],
      probe: (key, [field = '']) => ['HEXISTS', key, field],
      command: (key, [field = '', value = '']) => ['HSET', key, field, value],
    },
  ],
  change: { cell: 1, commands: (key, row, value) => [['HSET', key, cell(row, 0), value]] },
  remove: (key, row) => [['HDEL', key, cell(row, 0)]],
  probe: (key, row) => ['HGET', key, cell(row, 0)],
  isStill: (reply, row) => isSame(argumentIn(reply) ?? '', cell(row, 1)) && reply.type !== 'nil',
};

/** A set. */
export const SET: RowKind = {
  columns: ['Member'],
  noun: 'member',
  plural: 'members',
  hasMatch: true,
  size: (key) => ['SCARD', key],
  start: () => '0',
  page: (key, cursor, match) => scanOf('SSCAN', key, cursor, match),
  read: (reply) => readScan(reply, 1),
  adding: [
    { title: 'Add member', inputs: ['Member'], command: (key, [member = '']) => ['SADD', key, member] },
  ],
  change: {
    cell: 0,
    commands: (key, row, value) => [
      ['SREM', key, cell(row, 0)],
      ['SADD', key, value],
    ],
  },
  remove: (key, row) => [['SREM', key, cell(row, 0)]],
  probe: (key, row) => ['SISMEMBER', key, cell(row, 0)],
  isStill: (reply) => numberIn(reply) === 1,
};
