// How a command fails: what it says, what to do about it, and the program's exit code.
import { isFairleadError } from '@fairlead/errors';

/** The exit codes of every command. */
export const EXIT = {
  /** Done; nothing to complain of. */
  ok: 0,
  /** It ran, and what it was asked for failed or was found wrong. */
  failed: 1,
  /** It did not run: its arguments, its environment or a file that they name is wrong. */
  usage: 2,
} as const;

/** One of `EXIT`. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends a command with words for its user. No message holds a token or a password. */
export class CommandError extends Error {
  readonly exitCode: ExitCode;
  /** What to do about it: a sentence of its own. */
  readonly advice: string | undefined;

  constructor(exitCode: ExitCode, message: string, advice?: string) {
    super(message);
    this.name = 'CommandError';
    this.exitCode = exitCode;
    this.advice = advice;
  }
}

/** The command was called wrongly: exit code 2. */
export function usageError(message: string, advice?: string): CommandError {
  return new CommandError(EXIT.usage, message, advice);
}

/** The command ran and failed: exit code 1. */
export function failure(message: string, advice?: string): CommandError {
  return new CommandError(EXIT.failed, message, advice);
}

/** Whatever was thrown, as words for the user. */
export function asCommandError(error: unknown): CommandError {
  if (error instanceof CommandError) return error;
  if (isFairleadError(error)) {
    return error.code === 'usage' ? usageError(error.message) : failure(error.message);
  }
  return failure(error instanceof Error ? error.message : String(error));
}
