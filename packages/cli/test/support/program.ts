// Runs `main` as the program would, with streams that keep what was printed; and the built program as a process.
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { main } from '../../src/main.ts';

/** What a run of the program printed, and how it ended. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Standard output's lines, each parsed. */
  readonly events: readonly Record<string, unknown>[];
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  readonly isTTY?: boolean;
  readonly signal?: AbortSignal;
  /** Called with all of standard output, whenever something is added. */
  readonly onStdout?: (text: string) => void;
  readonly onStderr?: (text: string) => void;
}

export async function run(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const { env = {}, cwd = process.cwd(), isTTY, signal = new AbortController().signal } = options;
  let stdout = '';
  let stderr = '';
  const code = await main(args, {
    env,
    cwd,
    signal,
    stdout: {
      isTTY,
      write(text) {
        stdout += text;
        options.onStdout?.(stdout);
      },
    },
    stderr: {
      isTTY,
      write(text) {
        stderr += text;
        options.onStderr?.(stderr);
      },
    },
  });
  return { code, stdout, stderr, events: parseLines(stdout) };
}

/** A program that runs until it is told to end. */
export interface Running extends AsyncDisposable {
  /** Waits for an event of this name on standard output (`--json`). */
  event(name: string, count?: number): Promise<Record<string, unknown>>;
  /** Waits for words on standard error. */
  words(pattern: RegExp): Promise<string>;
  /** Ctrl-C. */
  stop(): Promise<Ran>;
}

/** Starts a command that does not end by itself. */
export function start(args: readonly string[], options: RunOptions = {}): Running {
  const interruption = new AbortController();
  const looks = new Set<() => void>();
  let stdout = '';
  let stderr = '';
  const look = () => {
    for (const each of looks) each();
  };
  const ran = run(args, {
    ...options,
    signal: interruption.signal,
    onStdout(text) {
      stdout = text;
      options.onStdout?.(text);
      look();
    },
    onStderr(text) {
      stderr = text;
      options.onStderr?.(text);
      look();
    },
  });
  const wait = <T>(find: () => T | undefined): Promise<T> =>
    new Promise((resolve, reject) => {
      const check = () => {
        const found = find();
        if (found === undefined) return;
        looks.delete(check);
        resolve(found);
      };
      looks.add(check);
      check();
      void ran.then(({ code }) => reject(new Error(`ended with ${code}: ${stdout}${stderr}`)), reject);
    });
  const stop = () => {
    interruption.abort();
    return ran;
  };
  return {
    event: (name, count = 1) =>
      wait(() => parseLines(stdout).filter(({ event }) => event === name)[count - 1]),
    words: (pattern) => wait(() => pattern.exec(stderr)?.[0]),
    stop,
    [Symbol.asyncDispose]: async () => void (await stop()),
  };
}

function parseLines(text: string): Record<string, unknown>[] {
  const lines = text.split('\n').filter((line) => line.startsWith('{') && line.endsWith('}'));
  return lines.map((line) => JSON.parse(line));
}

/** The built program. */
export const BIN = join(import.meta.dirname, '..', '..', 'dist', 'bin.js');

/** The built program, as a process. */
export function spawnProgram(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): ChildProcess {
  return spawn(process.execPath, [BIN, ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}
