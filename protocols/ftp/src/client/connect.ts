// Makes a client: connects, turns TLS on and logs in.
import { open } from '../connection/open.ts';
import { type FtpOptions, resolveOptions } from '../options/connect-options.ts';
import { Client } from './client.ts';
import type { FtpClient } from './types.ts';

/**
 * Connects, turns TLS on and logs in.
 * @param target `ftp[s]://user:password@host:port`, or options.
 * @param options Win over the URL.
 * @throws FairleadError `usage`, `connect_failed`, `connect_timeout`, `tls_failed` (also where the server refuses AUTH TLS or
 *   PROT P), `auth`, `server`, `protocol`, `limit`, `timeout`, `aborted`, `connection_lost`.
 * @example
 * ```ts
 * import { connect } from '@fairlead/ftp';
 *
 * await using ftp = await connect('ftp://app@files.example.com', { password: env.FTP_PASSWORD });
 * ftp.server.features.has('MLST');
 * ```
 */
export async function connect(target: string | URL | FtpOptions, options?: FtpOptions): Promise<FtpClient> {
  return new Client(await open(resolveOptions(target, options)));
}
