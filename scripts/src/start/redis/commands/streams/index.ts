// Streams: the table of their commands.
import type { Commands } from '../../command.ts';
import { acknowledge, claim, claimIdle, listPending, manageGroup } from './groups.ts';
import { info } from './info.ts';
import { range, read, readGroup } from './read.ts';
import { add, remove, trimTo } from './write.ts';

/** XADD, XREAD, XGROUP and their family. */
export const streams: Commands = {
  XADD: { arity: -5, run: add },
  XTRIM: { arity: -4, run: trimTo },
  XDEL: { arity: -3, run: remove },
  XLEN: { arity: 2, run: (db, [key = '']) => db.get(key, 'stream')?.entries.length ?? 0 },
  XRANGE: { arity: -4, run: (db, args) => range(db, args, false) },
  XREVRANGE: { arity: -4, run: (db, args) => range(db, args, true) },
  XREAD: { arity: -4, run: read },
  XREADGROUP: { arity: -7, run: readGroup },
  XGROUP: { arity: -4, run: manageGroup },
  XACK: { arity: -4, run: acknowledge },
  XPENDING: { arity: -3, run: listPending },
  XCLAIM: { arity: -6, run: claim },
  XAUTOCLAIM: { arity: -6, run: claimIdle },
  XINFO: { arity: -3, run: info },
};
