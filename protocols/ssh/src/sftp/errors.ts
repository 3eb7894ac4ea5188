// SFTP's errors as FairleadErrors. It throws none itself.
import { FairleadError } from '@fairlead/errors';
import { STATUS_NAMES } from './wire/numbers/status.ts';

/** A breach of SFTP by the server: the session has ended. */
export function protocolError(message: string): FairleadError {
  return new FairleadError('protocol', `SFTP: ${message}`);
}

/** Status codes that say that the request did nothing. FAILURE says less: a write may have been done in part. */
const REFUSALS: readonly string[] = [
  'NO_SUCH_FILE',
  'PERMISSION_DENIED',
  'OP_UNSUPPORTED',
  'NO_SUCH_PATH',
  'FILE_ALREADY_EXISTS',
  'WRITE_PROTECT',
  'DIR_NOT_EMPTY',
  'NOT_A_DIRECTORY',
  'INVALID_FILENAME',
];

/** The error of a request that the server refused. @param call What was asked: `stat "/etc/motd"`. */
export function statusError(call: string, status: number, words: string): FairleadError {
  const code = STATUS_NAMES[status] ?? `STATUS_${status}`;
  const said = words === '' ? code : `${words} (${code})`;
  return new FairleadError('server', `SFTP ${call}: ${said}`, { server: { code, message: words } });
}

/** Whether the server said that the request did nothing. */
export function isRefusal({ server }: FairleadError): boolean {
  return server !== undefined && REFUSALS.includes(server.code);
}

/** Whether the server said that there is no such file. */
export function isMissing(error: unknown): boolean {
  return isStatus(error, 'NO_SUCH_FILE') || isStatus(error, 'NO_SUCH_PATH');
}

/** Whether the server answered with this status. */
export function isStatus(error: unknown, code: string): boolean {
  return error instanceof FairleadError && error.code === 'server' && error.server?.code === code;
}

/** A path in a message: quoted, without control characters, and not endless. */
export function quoted(path: string): string {
  return JSON.stringify(path.length > 200 ? `${path.slice(0, 200)}...` : path);
}
