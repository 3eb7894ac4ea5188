// Checks a request's commands: the scopes that they need, and the connection's `deny`. It sends nothing.
import { FairleadError } from '@fairlead/errors';
import { HttpProblem, type RouteContext, resolveTarget, type Target } from '@fairlead/http';
import type { CommandClass } from '../../commands/table/entry.ts';
import type { Arg } from '../../wire/messages.ts';
import { type Word, wordOf } from '../../wire/words.ts';
import { classOf, nameOf } from './command-class.ts';

/** The actions of a scope that allow a class, the smallest first. */
const ALLOWED_BY: Readonly<Record<CommandClass, readonly [CommandClass, ...CommandClass[]]>> = {
  read: ['read', 'write', 'admin'],
  write: ['write', 'admin'],
  script: ['script', 'admin'],
  admin: ['admin'],
};

/** The classes of commands that the table knows, and the names of the others. */
export interface Needs {
  readonly classes: readonly CommandClass[];
  readonly unknown: readonly Word[];
}

/** Looks up the classes of commands. */
export function needsOf(commands: readonly (readonly Arg[])[]): Needs {
  const classes = new Set<CommandClass>();
  const unknown = new Set<Word>();
  for (const command of commands) {
    const found = classOf(command);
    if (found === undefined) unknown.add(nameOf(command));
    else classes.add(found);
  }
  return { classes: [...classes], unknown: [...unknown] };
}

/**
 * The target of commands of these classes.
 * @param connection The connection's name as the path gave it.
 * @throws HttpProblem 403 that names the least scope that is missing, and what `resolveTarget` throws.
 */
export function authorize(
  c: RouteContext,
  [first = 'admin', ...more]: readonly CommandClass[],
  connection: string | undefined,
): Target {
  const target = resolveTarget(c, { action: ALLOWED_BY[first], connection });
  for (const needed of more) resolveTarget(c, { action: ALLOWED_BY[needed], connection });
  return target;
}

/** Whether the token has `admin` on the request's target. */
export function isAdmin(c: RouteContext, connection: string | undefined): boolean {
  try {
    resolveTarget(c, { action: ALLOWED_BY.admin, connection });
    return true;
  } catch (error) {
    if (error instanceof HttpProblem && error.code === 'forbidden') return false;
    throw error;
  }
}

/**
 * Refuses commands that the connection's entry denies, for every token.
 * @param denied Names of commands, in capitals: `KEYS`, `XINFO STREAM`, or `XINFO` for all of it.
 * @throws FairleadError `policy`.
 */
export function refuseDenied(commands: readonly (readonly Arg[])[], denied: readonly string[]): void {
  for (const [name, part] of commands) {
    const names = [wordOf(name), `${wordOf(name)} ${wordOf(part)}`];
    const found = denied.find((each) => names.includes(each));
    if (found === undefined) continue;
    throw new FairleadError('policy', `This connection does not take ${found}: its operator denies it`, {
      safeToRetry: true,
    });
  }
}
