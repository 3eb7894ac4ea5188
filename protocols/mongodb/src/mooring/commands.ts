// What a pool reads of commands that pass through it: their names, their cursors, what they may leave behind. Pure.
import type { Trace } from '@fairlead/mooring';
import { protocolError } from '../errors.ts';
import { checkDocument, valueAt, valueEnd } from '../wire/bson/check.ts';
import { HEADER_BYTES, int32, MORE_TO_COME, OP_MSG } from '../wire/protocol.ts';

/** Where the document of a command begins. */
const BODY_AT = HEADER_BYTES + 5;
const INT64 = 18;
const ARRAY = 4;

/** Commands whose whole effect is in their answer. */
const CLEAN = words(
  'insert update delete findAndModify count distinct ping killCursors endSessions create drop dropDatabase createIndexes dropIndexes ' +
    'collMod renameCollection listDatabases buildInfo dbStats collStats hello isMaster',
);
/** Commands that change who the connection belongs to. */
const LASTING = words('saslStart saslContinue authenticate logout');
/** Fields of a command that is part of a transaction. */
const OF_TRANSACTION = words('startTransaction autocommit');

/** A command, as far as a pool looks at it. */
export interface CommandFacts {
  readonly requestId: number;
  readonly name: string;
  readonly isOfTransaction: boolean;
  /** Cursors that it asks more of, or ends. */
  readonly cursors: readonly bigint[];
  readonly trace: Trace;
}

/**
 * Reads one whole message of a client.
 * @throws FairleadError `protocol` for what is no command, or has no answer.
 */
export function readCommand(bytes: Uint8Array): CommandFacts {
  if (int32(bytes, 12) !== OP_MSG || bytes[BODY_AT - 1] !== 0)
    throw protocolError('no command of a pooled connection');
  if (int32(bytes, HEADER_BYTES) & MORE_TO_COME)
    throw protocolError('a pooled connection has no writes of w: 0');
  const end = checkDocument(bytes, BODY_AT, bytes.length);
  let name = '';
  let isOfTransaction = false;
  let isSingle = false;
  const cursors: bigint[] = [];
  for (let from = BODY_AT + 4; bytes[from] !== 0; ) {
    const kind = bytes[from] as number;
    const at = valueAt(bytes, from, end);
    const field = text(bytes, from + 1, at - 1);
    if (name === '') name = field;
    if (field === 'singleBatch') isSingle = bytes[at] === 1;
    else if (OF_TRANSACTION.has(field)) isOfTransaction = true;
    else if (field === 'getMore' && kind === INT64) cursors.push(int64(bytes, at));
    else if (field === 'cursors' && kind === ARRAY) cursors.push(...int64s(bytes, at));
    from = valueEnd(bytes, kind, at, end);
  }
  return {
    requestId: int32(bytes, 4),
    name,
    isOfTransaction,
    cursors,
    trace: traceOf(name, isOfTransaction, isSingle),
  };
}

/** A cursor stays with its connection, and so does a transaction; what is not known may leave anything behind. */
function traceOf(name: string, isOfTransaction: boolean, isSingle: boolean): Trace {
  if (LASTING.has(name)) return 'lasting';
  if (isOfTransaction) return 'session';
  return CLEAN.has(name) || (name === 'find' && isSingle) ? 'clean' : 'session';
}

function int64(bytes: Uint8Array, at: number): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset).getBigInt64(at, true);
}

function int64s(bytes: Uint8Array, start: number): bigint[] {
  const found: bigint[] = [];
  const end = start + int32(bytes, start);
  for (let from = start + 4; bytes[from] !== 0; ) {
    const kind = bytes[from] as number;
    const at = valueAt(bytes, from, end);
    if (kind === INT64) found.push(int64(bytes, at));
    from = valueEnd(bytes, kind, at, end);
  }
  return found;
}

function text(bytes: Uint8Array, from: number, to: number): string {
  let name = '';
  for (let at = from; at < to; at++) name += String.fromCharCode(bytes[at] as number);
  return name;
}

function words(list: string): ReadonlySet<string> {
  return /* @__PURE__ */ new Set(list.split(' '));
}
