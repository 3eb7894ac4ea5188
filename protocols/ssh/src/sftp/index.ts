// The export `@fairlead/ssh/sftp`.
export { openSftp } from './open.ts';
export type {
  DirectoryEntry,
  FileAttributes,
  FileKind,
  FileSystemStats,
  NewAttributes,
  WalkEntry,
} from './types/attributes.ts';
export type {
  GetOptions,
  ListOptions,
  MkdirOptions,
  PutOptions,
  PutResult,
  ReadOptions,
  RenameOptions,
  SftpCallOptions,
  SftpOptions,
  SubsystemOpener,
  UploadSource,
  WalkOptions,
  WriteOptions,
} from './types/options.ts';
export type { Sftp } from './types/sftp.ts';
export type { NameEncoding } from './wire/names.ts';
