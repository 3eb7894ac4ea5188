// The requests of SFTP 3 and of OpenSSH's extensions: what is sent, and how the reply is read. It sends nothing.
import { SshReader } from '../../wire/ssh-reader.ts';
import type { SshWriter } from '../../wire/ssh-writer.ts';
import { protocolError } from '../errors.ts';
import type { FileAttributes } from '../types/attributes.ts';
import { noAttributes, readAttributes } from './attributes.ts';
import * as FXP from './numbers/fxp.ts';
import * as OPEN_FLAG from './numbers/open-flag.ts';
import { type NamedFile, readFirstName, readNames } from './replies.ts';

type Fields = (writer: SshWriter) => void;

/** One request, and what its reply means. */
export interface SftpRequest<T> {
  readonly type: number;
  readonly fields: Fields;
  /** The type of a reply that is no refusal. */
  readonly expects: number;
  /** Whether it changes something at the server. */
  readonly changes: boolean;
  /** Reads the reply's body, which is a view. */
  readonly read: (reader: SshReader) => T;
  /** Whether the status EOF is an answer: `undefined`. */
  readonly endsWithEof?: boolean;
  /** Whether the reply is a handle, which has to be closed even when the call was given up. */
  readonly opens?: boolean;
}

/** A draft's handle has at most 256 bytes (section 3). */
const MAX_HANDLE_BYTES = 256;

const nothing = (): undefined => undefined;

function ask<T>(
  type: number,
  expects: number,
  fields: Fields,
  read: (reader: SshReader) => T,
): SftpRequest<T> {
  return { type, fields, expects, changes: false, read };
}

/** A request that is answered by a status alone. */
function command(type: number, fields: Fields): SftpRequest<void> {
  return { type, fields, expects: FXP.STATUS, changes: true, read: nothing };
}

function extended(name: string, fields: Fields): SftpRequest<void> {
  return command(FXP.EXTENDED, (writer) => {
    writer.string(name);
    fields(writer);
  });
}

function ofPath(path: Uint8Array): Fields {
  return (writer) => writer.string(path);
}

function ofPaths(one: Uint8Array, other: Uint8Array): Fields {
  return (writer) => {
    writer.string(one);
    writer.string(other);
  };
}

function withFields(path: Uint8Array, fields: Fields): Fields {
  return (writer) => {
    writer.string(path);
    fields(writer);
  };
}

/** A copy: it outlives the message. */
function readHandle(reader: SshReader): Uint8Array {
  const handle = reader.string();
  if (handle.length > MAX_HANDLE_BYTES) throw protocolError(`a handle has ${handle.length} bytes`);
  return handle.slice();
}

/** OPEN. @param flags Of `OPEN_FLAG`, joined. */
export function openFile(
  path: Uint8Array,
  flags: number,
  attributes: Fields = noAttributes,
): SftpRequest<Uint8Array> {
  const fields = (writer: SshWriter): void => {
    writer.string(path);
    writer.u32(flags);
    attributes(writer);
  };
  const changes = (flags & (OPEN_FLAG.CREAT | OPEN_FLAG.TRUNC)) !== 0;
  return { ...ask(FXP.OPEN, FXP.HANDLE, fields, readHandle), changes, opens: true };
}

/** OPENDIR. */
export function openFolder(path: Uint8Array): SftpRequest<Uint8Array> {
  return { ...ask(FXP.OPENDIR, FXP.HANDLE, ofPath(path), readHandle), opens: true };
}

/** READDIR; `undefined` at the end. */
export function readFolder(handle: Uint8Array): SftpRequest<readonly NamedFile[] | undefined> {
  return { ...ask(FXP.READDIR, FXP.NAME, ofPath(handle), readNames), endsWithEof: true };
}

/** CLOSE. */
export function closeHandle(handle: Uint8Array): SftpRequest<void> {
  return { ...command(FXP.CLOSE, ofPath(handle)), changes: false };
}

/** STAT; LSTAT, which does not follow a symlink; or FSTAT of a handle. */
export function stat(
  path: Uint8Array,
  type: typeof FXP.STAT | typeof FXP.LSTAT | typeof FXP.FSTAT,
): SftpRequest<FileAttributes> {
  return ask(type, FXP.ATTRS, ofPath(path), readAttributes);
}

/** SETSTAT of a path, FSETSTAT of a handle. */
export function setStat(
  target: Uint8Array,
  attributes: Fields,
  type: typeof FXP.SETSTAT | typeof FXP.FSETSTAT = FXP.SETSTAT,
): SftpRequest<void> {
  return command(type, withFields(target, attributes));
}

/** `lsetstat@openssh.com`: SETSTAT that does not follow a symlink. */
export function setLinkStat(path: Uint8Array, attributes: Fields): SftpRequest<void> {
  return extended('lsetstat@openssh.com', withFields(path, attributes));
}

/** MKDIR. */
export function makeFolder(path: Uint8Array, attributes: Fields = noAttributes): SftpRequest<void> {
  return command(FXP.MKDIR, withFields(path, attributes));
}

/** REMOVE of a file or link, RMDIR of an empty folder. */
export function remove(path: Uint8Array, type: typeof FXP.REMOVE | typeof FXP.RMDIR): SftpRequest<void> {
  return command(type, ofPath(path));
}

/** RENAME. */
export function rename(from: Uint8Array, to: Uint8Array): SftpRequest<void> {
  return command(FXP.RENAME, ofPaths(from, to));
}

/** `posix-rename@openssh.com`: replaces the target. */
export function posixRename(from: Uint8Array, to: Uint8Array): SftpRequest<void> {
  return extended('posix-rename@openssh.com', ofPaths(from, to));
}

/** SYMLINK, with its paths in the order that the server takes. */
export function symlink(first: Uint8Array, second: Uint8Array): SftpRequest<void> {
  return command(FXP.SYMLINK, ofPaths(first, second));
}

/** `hardlink@openssh.com`. */
export function hardLink(existing: Uint8Array, link: Uint8Array): SftpRequest<void> {
  return extended('hardlink@openssh.com', ofPaths(existing, link));
}

/** `fsync@openssh.com`. */
export function fsync(handle: Uint8Array): SftpRequest<void> {
  return extended('fsync@openssh.com', ofPath(handle));
}

/** REALPATH or READLINK: one path. */
export function resolvePath(
  path: Uint8Array,
  type: typeof FXP.REALPATH | typeof FXP.READLINK,
): SftpRequest<Uint8Array> {
  return ask(type, FXP.NAME, ofPath(path), readFirstName);
}

/** `expand-path@openssh.com`: REALPATH that knows `~`. */
export function expandPath(path: Uint8Array): SftpRequest<Uint8Array> {
  return question('expand-path@openssh.com', FXP.NAME, ofPath(path), readFirstName);
}

/** An extension that changes nothing, and how its reply is read. */
export function question<T>(
  name: string,
  expects: number,
  fields: Fields,
  read: (reader: SshReader) => T,
): SftpRequest<T> {
  return { ...extended(name, fields), changes: false, expects, read };
}

/** `copy-data`: from the beginning to the end of one file into another. */
export function copyData(from: Uint8Array, to: Uint8Array): SftpRequest<void> {
  return extended('copy-data', (writer) => {
    writer.string(from);
    writer.u64(0);
    // 0: up to the end of the file.
    writer.u64(0);
    writer.string(to);
    writer.u64(0);
  });
}

/** The fields of READ. */
export function readFields(handle: Uint8Array, offset: number, count: number): Fields {
  return (writer) => {
    writer.string(handle);
    writer.u64(offset);
    writer.u32(count);
  };
}

/** The fields of WRITE, up to the data, which follow. */
export function writeFields(handle: Uint8Array, offset: number, count: number): Fields {
  return readFields(handle, offset, count);
}

/** Encodes a request. @param dataBytes How many bytes of data follow it. */
export function encodeRequest(
  writer: SshWriter,
  type: number,
  id: number,
  fields: Fields,
  dataBytes = 0,
): Uint8Array {
  const length = writer.reserve(4);
  writer.u8(type);
  writer.u32(id);
  fields(writer);
  writer.setU32(length, writer.length - length - 4 + dataBytes);
  return writer.take();
}

/** INIT with our version (section 4), which is 3. */
export function encodeInit(): Uint8Array {
  return Uint8Array.of(0, 0, 0, 5, FXP.INIT, 0, 0, 0, 3);
}

/** Reads a whole body: bytes that are left are a breach. */
export function readWhole<T>(body: Uint8Array, read: (reader: SshReader) => T): T {
  const reader = new SshReader(body);
  const value = read(reader);
  reader.end();
  return value;
}
