// File attributes (draft-ietf-secsh-filexfer-02 section 5): bytes and values.
import { usage } from '@fairlead/errors';
import type { SshReader } from '../../wire/ssh-reader.ts';
import type { SshWriter } from '../../wire/ssh-writer.ts';
import { protocolError } from '../errors.ts';
import type { FileAttributes, FileKind, NewAttributes } from '../types/attributes.ts';

/** Which fields follow. */
const FLAG = { SIZE: 1, UIDGID: 2, PERMISSIONS: 4, ACMODTIME: 8, EXTENDED: 0x8000_0000 } as const;

/** The bits of a mode that tell the file's kind (POSIX `S_IFMT`). */
const KINDS: ReadonlyMap<number, FileKind> = /* @__PURE__ */ new Map<number, FileKind>([
  [0o01, 'fifo'],
  [0o02, 'character-device'],
  [0o04, 'directory'],
  [0o06, 'block-device'],
  [0o10, 'file'],
  [0o12, 'symlink'],
  [0o14, 'socket'],
]);

/** Reads attributes. Fields that the server left out are `undefined`. */
export function readAttributes(reader: SshReader): FileAttributes {
  const flags = reader.u32();
  const size = flags & FLAG.SIZE ? Number(reader.u64()) : undefined;
  const owner = flags & FLAG.UIDGID ? [reader.u32(), reader.u32()] : [];
  const permissions = flags & FLAG.PERMISSIONS ? reader.u32() : undefined;
  const times = flags & FLAG.ACMODTIME ? [date(reader.u32()), date(reader.u32())] : [];
  if (flags & FLAG.EXTENDED) skipExtended(reader);
  return {
    kind: permissions === undefined ? 'unknown' : (KINDS.get(permissions >>> 12) ?? 'unknown'),
    size: Number.isSafeInteger(size) ? size : undefined,
    mode: permissions === undefined ? undefined : permissions & 0o7777,
    uid: owner[0],
    gid: owner[1],
    accessedAt: times[0],
    modifiedAt: times[1],
  };
}

function skipExtended(reader: SshReader): void {
  const count = reader.u32();
  // Each has two lengths: a count that cannot fit is not counted through.
  if (count * 8 > reader.left) throw protocolError(`attributes say they have ${count} extensions`);
  for (let at = 0; at < count * 2; at++) reader.string();
}

function date(seconds: number): Date {
  return new Date(seconds * 1_000);
}

/** Checks attributes. @throws FairleadError `usage`. @returns A function that writes them. */
export function attributesWriter(attributes: NewAttributes): (writer: SshWriter) => void {
  const { size, mode, uid, gid, accessedAt, modifiedAt } = attributes;
  if ((uid === undefined) !== (gid === undefined)) throw usage('uid and gid are set together');
  if ((accessedAt === undefined) !== (modifiedAt === undefined)) {
    throw usage('accessedAt and modifiedAt are set together');
  }
  if (size !== undefined) checkWhole('size', size, Number.MAX_SAFE_INTEGER);
  if (mode !== undefined) checkWhole('mode', mode, 0o7777);
  const owner = [uid, gid].filter((id) => id !== undefined);
  for (const id of owner) checkWhole('uid or gid', id, 0xffff_ffff);
  const times = [accessedAt, modifiedAt].filter((time) => time !== undefined).map(seconds);
  return (writer) => {
    writer.u32(
      (size === undefined ? 0 : FLAG.SIZE) |
        (owner.length > 0 ? FLAG.UIDGID : 0) |
        (mode === undefined ? 0 : FLAG.PERMISSIONS) |
        (times.length > 0 ? FLAG.ACMODTIME : 0),
    );
    if (size !== undefined) writer.u64(size);
    for (const id of owner) writer.u32(id);
    if (mode !== undefined) writer.u32(mode);
    for (const time of times) writer.u32(time);
  };
}

/** Writes attributes without a field. */
export function noAttributes(writer: SshWriter): void {
  writer.u32(0);
}

function seconds(time: Date): number {
  const value = time instanceof Date ? Math.floor(time.getTime() / 1_000) : Number.NaN;
  return checkWhole('accessedAt or modifiedAt', value, 0xffff_ffff);
}

/** @throws FairleadError `usage` unless `value` is a whole number of 0 to `most`. */
export function checkWhole(name: string, value: unknown, most: number = Number.MAX_SAFE_INTEGER): number {
  if (Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= most) return Number(value);
  throw usage(`${name} is out of range`);
}
