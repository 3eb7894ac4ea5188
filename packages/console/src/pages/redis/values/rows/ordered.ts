// Lists, sorted sets and streams: parts that have an order, read by ranges.
import { type Argument, idOf, isSame } from '../../wire/argument.ts';
import { argumentIn, argumentsIn, itemsIn, type Reply, textIn } from '../../wire/reply.ts';
import { readScan, scanOf } from './keyed.ts';
import { cell, PORTION, type Portion, type Row, type RowKind } from './kind.ts';

/** Begins the cursors of ZSCAN: those of ZRANGE are plain indexes. */
const SCAN = 'scan:';

/** The end of the portion that begins at an index. */
const lastOf = (cursor: string): string => String(Number(cursor) + PORTION - 1);

/** A list. Removing replaces the element first by a text that no list has, since LREM knows values and no indexes. */
export const LIST: RowKind = {
  columns: ['Index', 'Element'],
  noun: 'element',
  plural: 'elements',
  hasMatch: false,
  size: (key) => ['LLEN', key],
  start: () => '0',
  page: (key, cursor) => ['LRANGE', key, cursor, lastOf(cursor)],
  read: (reply, cursor) => {
    const first = Number(cursor);
    const rows = argumentsIn(reply).map((value, i) => ({
      id: String(first + i),
      cells: [String(first + i), value],
    }));
    return { rows, next: rows.length < PORTION ? undefined : String(first + rows.length) };
  },
  adding: [
    { title: 'Add at the end', inputs: ['Element'], command: (key, [value = '']) => ['RPUSH', key, value] },
    {
      title: 'Add at the beginning',
      inputs: ['Element'],
      command: (key, [value = '']) => ['LPUSH', key, value],
    },
  ],
  change: { cell: 1, commands: (key, row, value) => [['LSET', key, row.id, value]] },
  remove: (key, row) => {
    const mark = `removed-${crypto.randomUUID()}`;
    return [
      ['LSET', key, row.id, mark],
      ['LREM', key, '1', mark],
    ];
  },
  probe: (key, row) => ['LINDEX', key, row.id],
  isStill: (reply, row) => reply.type !== 'nil' && isSame(argumentIn(reply) ?? '', cell(row, 1)),
};

/** Members and their scores in turn. */
function membersOf(strings: readonly Argument[]): Row[] {
  const rows: Row[] = [];
  for (let i = 0; i + 1 < strings.length; i += 2)
    rows.push({ id: idOf(strings[i] ?? ''), cells: strings.slice(i, i + 2) });
  return rows;
}

function readMembers(reply: Reply, cursor: string): Portion {
  if (cursor.startsWith(SCAN)) {
    const { rows, next } = readScan(reply, 2);
    return { rows, next: next === undefined ? undefined : SCAN + next };
  }
  const rows = membersOf(argumentsIn(reply));
  return { rows, next: rows.length < PORTION ? undefined : String(Number(cursor) + rows.length) };
}

/** A sorted set, by score; with a pattern in the server's order. */
export const SORTED_SET: RowKind = {
  columns: ['Member', 'Score'],
  noun: 'member',
  plural: 'members',
  hasMatch: true,
  size: (key) => ['ZCARD', key],
  start: (match) => (match === '' ? '0' : `${SCAN}0`),
  page: (key, cursor, match) =>
    cursor.startsWith(SCAN)
      ? scanOf('ZSCAN', key, cursor.slice(SCAN.length), match)
      : ['ZRANGE', key, cursor, lastOf(cursor), 'WITHSCORES'],
  read: readMembers,
  adding: [
    {
      title: 'Add member',
      inputs: ['Member', 'Score'],
      probe: (key, [member = '']) => ['ZSCORE', key, member],
      command: (key, [member = '', score = '']) => ['ZADD', key, score, member],
    },
  ],
  change: { cell: 1, commands: (key, row, score) => [['ZADD', key, 'XX', score, cell(row, 0)]] },
  remove: (key, row) => [['ZREM', key, cell(row, 0)]],
  probe: (key, row) => ['ZSCORE', key, cell(row, 0)],
  isStill: (reply, row) => Number(textIn(reply)) === Number(cell(row, 1)) && reply.type !== 'nil',
};

function readEntries(reply: Reply): Portion {
  const rows = itemsIn(reply).map((entry) => {
    const [id, fields] = itemsIn(entry);
    return { id: textIn(id), cells: [textIn(id), ...argumentsIn(fields)] };
  });
  return { rows, next: rows.length < PORTION ? undefined : `(${rows.at(-1)?.id}` };
}

/** A stream, the newest entry first. Entries cannot be changed. */
export const STREAM: RowKind = {
  columns: ['Entry', 'Fields'],
  noun: 'entry',
  plural: 'entries',
  hasMatch: false,
  size: (key) => ['XLEN', key],
  start: () => '+',
  page: (key, cursor) => ['XREVRANGE', key, cursor, '-', 'COUNT', String(PORTION)],
  read: readEntries,
  adding: [
    {
      title: 'Add entry',
      inputs: ['Field', 'Value'],
      command: (key, [field = '', value = '']) => ['XADD', key, '*', field, value],
    },
  ],
  remove: (key, row) => [['XDEL', key, row.id]],
  probe: (key, row) => ['XRANGE', key, row.id, row.id],
  isStill: (reply) => itemsIn(reply).length === 1,
};
