// Runs one program to its end, always with a time limit. It prints nothing itself and interprets no output.
import { spawn } from 'node:child_process';

/** How a program ended. */
export interface CommandResult {
  /** The exit status; -1 when it could not be started, or was killed. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Whether the time limit ended it. */
  readonly timedOut: boolean;
}

/** What is kept of each output stream, in characters: the end, where the error is. */
const MAX_OUTPUT_CHARS = 1_000_000;

/**
 * Runs `command` with `args` and waits for its end. Never rejects: a missing program has status -1.
 * @param timeoutMs Kills the program with SIGKILL when it takes longer.
 * @param env Variables in addition to those of this process.
 */
export function runCommand(
  command: string,
  args: readonly string[],
  timeoutMs: number,
  env: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  return new Promise((resolve) => {
    let stdout = '';
    let stderr = '';
    let timedOut = false;
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill('SIGKILL');
    }, timeoutMs);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout = (stdout + text).slice(-MAX_OUTPUT_CHARS);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-MAX_OUTPUT_CHARS);
    });
    child.on('error', (error) => {
      clearTimeout(timer);
      resolve({ status: -1, stdout, stderr: error.message, timedOut });
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ status: code ?? -1, stdout, stderr, timedOut });
    });
  });
}

/**
 * The same for a program that must succeed.
 * @returns Its standard output.
 * @throws SetupError with the last lines of its output.
 */
export async function mustRun(
  command: string,
  args: readonly string[],
  timeoutMs: number,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const result = await runCommand(command, args, timeoutMs, env);
  if (result.status === 0) return result.stdout;
  const ending = result.timedOut ? `took longer than ${timeoutMs / 1000} s` : `ended with ${result.status}`;
  const tail = `${result.stdout}\n${result.stderr}`.trim().split('\n').slice(-15).join('\n');
  throw new SetupError(`${command} ${args.join(' ')} ${ending}:\n${tail}`);
}

/** Something this machine lacks. The message is for the person at the keyboard; no stack is wanted. */
export class SetupError extends Error {
  override readonly name = 'SetupError';
}

/** One line on how the preparation gets on. */
export function progress(message: string): void {
  console.log(`[integration] ${message}`);
}
