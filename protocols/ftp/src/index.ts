// The client's exports. Parsers of listings alone are in `@fairlead/ftp/listing`.
export { FairleadError, isFairleadError } from '@fairlead/errors';
export { connect } from './client/connect.ts';
export type { FtpClient, WalkEntry } from './client/types.ts';
export type { EntryType, FtpEntry } from './listing/types.ts';
export type { FtpOptions, TlsMode } from './options/connect-options.ts';
export type {
  Body,
  BytesOptions,
  CallOptions,
  Digest,
  FileVersion,
  GetOptions,
  ListOptions,
  MkdirOptions,
  PutOptions,
  PutResult,
  Reply,
  ServerInfo,
  TransferOptions,
  WalkOptions,
} from './types.ts';
