// Paths of callers at the server, confined to a root: symlinks are resolved by the server, and what leads out is refused. A user of
// the server who changes a link between this check and the call that follows can lead it elsewhere: SFTP 3 has nothing against that.
import { errorWith, FairleadError, isFairleadError } from '@fairlead/errors';
import { HttpProblem } from '@fairlead/http';
import { isMissing } from '../../../sftp/errors.ts';
import type { Sftp } from '../../../sftp/types/sftp.ts';
import { isWithin, joinPath, type Names } from './path.ts';

/** The paths of one request. */
export class ConfinedPaths {
  readonly #sftp: Sftp;
  readonly #root: string;
  readonly #signal: AbortSignal;
  #realRoot: Promise<string> | undefined;

  /** @param root As the entry has it. */
  constructor(sftp: Sftp, root: string, signal: AbortSignal) {
    this.#sftp = sftp;
    this.#root = root;
    this.#signal = signal;
  }

  /**
   * Where a path leads, symlinks followed.
   * @throws FairleadError `policy` where that is outside of the root; `server` where the server does not know.
   */
  async target(names: Names): Promise<string> {
    const [root, real] = await Promise.all([this.#rootPath(), this.#realPath(joinPath(this.#root, names))]);
    if (isWithin(real, root)) return real;
    throw outside();
  }

  /**
   * The path of an entry itself: of a symlink, not of what it leads to. It need not exist, its folder must.
   * @throws HttpProblem 400 for the root; FairleadError as `target`, of the folder.
   */
  async entry(names: Names): Promise<string> {
    const name = names.at(-1);
    if (name === undefined) throw new HttpProblem('invalid', 'The path is the root itself.');
    return joinPath(await this.target(names.slice(0, -1)), [name]);
  }

  /** As `entry`, where folders above it may be missing too. */
  async newEntry(names: Names): Promise<string> {
    for (let known = names.length - 1; ; known -= 1) {
      try {
        const folder = await this.target(names.slice(0, Math.max(known, 0)));
        if (names.length === 0) throw new HttpProblem('invalid', 'The path is the root itself.');
        return joinPath(folder, names.slice(known));
      } catch (error) {
        if (known <= 0 || !isMissing(error)) throw error;
      }
    }
  }

  /** An error as callers may read it: with paths from the root on. */
  async explain(error: unknown): Promise<unknown> {
    if (!isFairleadError(error) || error.code !== 'server') return error;
    const roots = [this.#root, await this.#realRoot?.catch(() => this.#root)];
    const message = roots.reduce<string>((text, root) => withoutRoot(text, root), error.message);
    return errorWith(error, { message, cause: error });
  }

  #rootPath(): Promise<string> {
    this.#realRoot ??= this.#realPath(this.#root);
    return this.#realRoot;
  }

  #realPath(path: string): Promise<string> {
    return this.#sftp.realPath(path, { signal: this.#signal });
  }
}

function withoutRoot(text: string, root: string | undefined): string {
  if (root === undefined || root === '/' || root === '.') return text;
  return text.replaceAll(`"${root}/`, '"/').replaceAll(`"${root}"`, '"/"');
}

function outside(): FairleadError {
  const message = 'The path leads out of the root of the connection, by a symlink.';
  return new FairleadError('policy', message, { safeToRetry: true });
}
