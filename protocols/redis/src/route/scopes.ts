// Which scopes a request's commands need, and what the connection's operator denies. It sends nothing.
import { FairleadError } from '@fairlead/errors';
import { HttpProblem, type RouteContext, resolveTarget, type Target } from '@fairlead/http';
import type { CommandClass } from '../commands/table/entry.ts';
import type { Arg } from '../wire/messages.ts';
import { type Word, wordOf } from '../wire/words.ts';
import { classOf, nameOf } from './command-class.ts';

/** The actions that allow a class, from the least. */
const ALLOWED_BY: Readonly<Record<CommandClass, readonly CommandClass[]>> = {
  read: ['read', 'write', 'admin'],
  write: ['write', 'admin'],
  script: ['script', 'admin'],
  admin: ['admin'],
};

/** What commands need: the classes that the table knows, and the names that it does not know. */
export interface Needs {
  readonly classes: readonly CommandClass[];
  readonly unknown: readonly Word[];
}

/** What commands need. */
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
 * @throws HttpProblem 403 that names the least scope that is missing, and what `resolveTarget` throws.
 */
export function authorize(c: RouteContext, [first = 'admin', ...more]: readonly CommandClass[]): Target {
  const target = allowed(c, ALLOWED_BY[first]);
  for (const needed of more) allowed(c, ALLOWED_BY[needed]);
  return target;
}

/** Whether the token may do everything, on the target that was asked for. */
export function isAdmin(c: RouteContext): boolean {
  try {
    allowed(c, ALLOWED_BY.admin);
    return true;
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
}

/** The target, by the first of these actions that the token has. */
function allowed(c: RouteContext, actions: readonly CommandClass[]): Target {
  let refusal: unknown;
  for (const action of actions) {
    try {
      return resolveTarget(c, { action });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      refusal ??= error;
    }
  }
  throw refusal;
}

function isRefusal(error: unknown): boolean {
  return error instanceof HttpProblem && error.code === 'forbidden';
}

/**
 * Refuses what the connection's entry denies, whatever the token may do.
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
