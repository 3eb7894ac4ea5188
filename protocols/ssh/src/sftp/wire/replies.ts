// Reads the bodies of the server's replies. It judges no name.
import { decodeUtf8Lossy } from '@fairlead/bytes';
import { printable } from '../../errors.ts';
import type { SshReader } from '../../wire/ssh-reader.ts';
import { protocolError } from '../errors.ts';
import type { FileAttributes, FileSystemStats } from '../types/attributes.ts';
import { readAttributes } from './attributes.ts';

/** One entry of a NAME reply. */
export interface NamedFile {
  /** A copy: it outlives the message. */
  readonly name: Uint8Array;
  readonly longName: string;
  readonly attributes: FileAttributes;
}

/** What `limits@openssh.com` tells; 0 where there is no limit. */
export interface ServerLimits {
  readonly maxReadBytes: number;
  readonly maxWriteBytes: number;
}

/** Two lengths and the flags of attributes. */
const LEAST_ENTRY_BYTES = 12;
const MAX_EXTENSIONS = 256;

/** STATUS: its code and words. Old servers send no words, and some no language. */
export function readStatus(reader: SshReader): { readonly code: number; readonly words: string } {
  const code = reader.u32();
  return { code, words: reader.left > 0 ? printable(decodeUtf8Lossy(reader.string())) : '' };
}

/** NAME. */
export function readNames(reader: SshReader): NamedFile[] {
  const count = reader.u32();
  // Checked before anything is set aside for it.
  if (count * LEAST_ENTRY_BYTES > reader.left)
    throw protocolError(`a NAME reply says it has ${count} entries`);
  return Array.from({ length: count }, () => ({
    name: reader.string().slice(),
    longName: printable(decodeUtf8Lossy(reader.string())),
    attributes: readAttributes(reader),
  }));
}

/** NAME of one path. @throws FairleadError `protocol` where there is none, or more than one. */
export function readFirstName(reader: SshReader): Uint8Array {
  const [first, ...others] = readNames(reader);
  if (first === undefined || others.length > 0) throw protocolError('a NAME reply has not one path');
  return first.name;
}

/** VERSION: its extensions and their data. @throws FairleadError `protocol` for another version than 3. */
export function readVersion(reader: SshReader): ReadonlyMap<string, string> {
  const version = reader.u32();
  if (version !== 3) throw protocolError(`the server speaks version ${version}, and version 3 is needed`);
  const extensions = new Map<string, string>();
  while (reader.left > 0) {
    if (extensions.size >= MAX_EXTENSIONS) throw protocolError('the server announces too many extensions');
    const name = reader.name();
    extensions.set(name, reader.name());
  }
  return extensions;
}

/** The reply to `limits@openssh.com`. */
export function readLimits(reader: SshReader): ServerLimits {
  reader.u64();
  const maxReadBytes = Number(reader.u64());
  const maxWriteBytes = Number(reader.u64());
  reader.u64();
  return { maxReadBytes, maxWriteBytes };
}

/** The reply to `statvfs@openssh.com`. */
export function readFileSystemStats(reader: SshReader): FileSystemStats {
  const next = (): bigint => reader.u64();
  return {
    blockSize: next(),
    fragmentSize: next(),
    blocks: next(),
    blocksFree: next(),
    blocksAvailable: next(),
    files: next(),
    filesFree: next(),
    filesAvailable: next(),
    id: next(),
    flags: next(),
    maxNameBytes: next(),
  };
}
