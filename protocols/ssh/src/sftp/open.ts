// Opens an SFTP session over an SSH client.
import { abortedBy, deferred, limitOf, remainingMs, whenAborted, withinLimit } from '@fairlead/client';
import { isFairleadError } from '@fairlead/errors';
import { SftpClient } from './client.ts';
import { SftpConnection } from './connection/connection.ts';
import { SftpSession } from './connection/session.ts';
import { checkSftpOptions } from './options.ts';
import type { SftpOptions, SubsystemOpener } from './types/options.ts';
import type { Sftp } from './types/sftp.ts';
import * as FXP from './wire/numbers/fxp.ts';
import { readVersion } from './wire/replies.ts';
import { encodeInit, readWhole } from './wire/requests.ts';

const DEFAULT_CONNECT_TIMEOUT_MS = 10_000;
const DEFAULT_REPLY_TIMEOUT_MS = 60_000;

/**
 * Opens an SFTP session: a channel of its own in an SSH connection.
 * @throws FairleadError `server` (the server has no SFTP), `protocol` (it speaks another version, or prints text), `usage`,
 *   `timeout`, `aborted`, `connection_lost`, `closed`, `limit`.
 * @example
 * ```ts
 * import { connect } from '@fairlead/ssh';
 * import { openSftp } from '@fairlead/ssh/sftp';
 *
 * await using ssh = await connect('ssh://app@files.example.com', { privateKey: env.SSH_KEY, knownHosts: env.KNOWN_HOSTS });
 * await using sftp = await openSftp(ssh);
 * const { size } = await sftp.stat('/data/report.csv');
 * ```
 */
export async function openSftp(ssh: SubsystemOpener, options: SftpOptions = {}): Promise<Sftp> {
  const { signal, connectTimeoutMs, replyTimeoutMs = DEFAULT_REPLY_TIMEOUT_MS } = checkSftpOptions(options);
  const limit = limitOf(
    { signal, timeoutMs: connectTimeoutMs },
    DEFAULT_CONNECT_TIMEOUT_MS,
    'connectTimeoutMs',
  );
  const transport = await ssh.subsystem('sftp', {
    signal,
    timeoutMs: remainingMs(limit),
    input: encodeInit(),
  });
  const connection = new SftpConnection(transport, replyTimeoutMs);
  try {
    const extensions = await withinLimit(transport, 'opening of SFTP', limit, () => greet(connection));
    const session = new SftpSession(connection, extensions, { ...symlinkOrderOf(ssh), ...options });
    session.askForLimits();
    const stopListening = whenAborted(signal, (fired) => {
      connection.destroy(abortedBy('SFTP session', fired));
    });
    void transport.closed.then(stopListening);
    return new SftpClient(session);
  } catch (error) {
    if (isFairleadError(error)) connection.destroy(error);
    throw error;
  }
}

/** AsyncSSH announces OpenSSH's extensions, and takes OpenSSH's order only from clients that name themselves so. */
function symlinkOrderOf({ server }: SubsystemOpener): Pick<SftpOptions, 'symlinkOrder'> {
  return server?.software.startsWith('AsyncSSH') === true ? { symlinkOrder: 'draft' } : {};
}

/** Waits for the answer to INIT. @returns The extensions that VERSION announces. */
function greet(connection: SftpConnection): Promise<ReadonlyMap<string, string>> {
  const answer = deferred<ReadonlyMap<string, string>>();
  connection.begin({
    expects: FXP.VERSION,
    onReply: ({ body }) => answer.resolve(readWhole(body, readVersion)),
    onFailure: answer.reject,
  });
  return answer.promise;
}
