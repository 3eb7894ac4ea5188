// What the SFTP routes share: the target and its root, and a session within a request.
import { FairleadError } from '@fairlead/errors';
import {
  type Action,
  type Open,
  type RouteContext,
  resolveTarget,
  whileOpening,
  withClient,
} from '@fairlead/http';
import { openSftp } from '../../sftp/open.ts';
import type { Sftp } from '../../sftp/types/sftp.ts';
import type { SshClient } from '../../types.ts';
import { type Connect, opener, settingsOf } from '../connection.ts';
import { ConfinedPaths } from './paths/confined.ts';

/** Who may read: who may write, too. */
export const READ: Action = ['read', 'write'];

/** An SFTP session with the connection that it has to itself. */
export class FileSession {
  readonly sftp: Sftp;
  readonly paths: ConfinedPaths;
  readonly #ssh: SshClient;
  readonly #isMoored: boolean;

  /** @param isMoored Whether the connection is a pool's, which lends it again when nothing is open on it. */
  constructor(ssh: SshClient, sftp: Sftp, paths: ConfinedPaths, isMoored: boolean) {
    this.#isMoored = isMoored;
    this.#ssh = ssh;
    this.sftp = sftp;
    this.paths = paths;
  }

  /** An error as callers may read it, when the session has tidied up: it is of no use any more. */
  async explain(error: unknown): Promise<unknown> {
    await this.sftp.close();
    return this.paths.explain(error);
  }

  async close(): Promise<void> {
    // Without a pool the connection takes the session with it, and the server need not be waited for.
    if (this.#isMoored) await this.sftp.close();
    await this.#ssh.close();
  }
}

/** What a request names. */
export interface FileTarget {
  readonly action: Action;
  readonly connection?: string | undefined;
}

/**
 * Checks scope, target and root.
 * @returns What opens the session.
 * @throws HttpProblem 400, 403, 404; FairleadError `policy` where the entry has no root, and as `resolveTarget`.
 */
export function sessionOpener(
  c: RouteContext,
  { action, connection }: FileTarget,
  connect: Connect,
): Open<FileSession> {
  const target = resolveTarget(c, { action, connection });
  const settings = settingsOf(c, target);
  // Whoever brings a server of their own brings their own login.
  const root = target.name === undefined ? '/' : settings.root;
  if (root === undefined) throw withoutRoot(target.name);
  let isMoored = false;
  const open = opener(c, target, settings, (url, options) => {
    isMoored = options.isMoored === true;
    return connect(url, options);
  });
  return (signal, limit) =>
    whileOpening(signal, async (opening) => {
      const ssh = await open(opening, { ...limit, signal: opening });
      try {
        const sftp = await openSftp(ssh, { signal: opening, names: settings.names });
        return new FileSession(ssh, sftp, new ConfinedPaths(sftp, root, signal), isMoored);
      } catch (error) {
        await ssh.close();
        throw error;
      }
    });
}

/** Runs `use` with a session of its own. @throws FairleadError Of `use`, with paths as the caller knows them. */
export async function withSession<T>(
  c: RouteContext,
  open: Open<FileSession>,
  use: (session: FileSession, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  return withClient(c, open, async (session, signal) => {
    try {
      return await use(session, signal);
    } catch (error) {
      throw await session.explain(error);
    }
  });
}

function withoutRoot(name: string | undefined): FairleadError {
  const message = `The connection "${name}" has no files here: its entry names no "root".`;
  return new FairleadError('policy', message, { safeToRetry: true });
}
