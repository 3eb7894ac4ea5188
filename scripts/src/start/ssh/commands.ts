// The commands of the local SSH server. They are functions of this file: no process is started, and only the scratch folder is read.
import { createReadStream } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ScratchFolder } from '../scratch/folder.ts';
import { listLine } from '../scratch/list-line.ts';
import { words } from './words.ts';

/** What a command works on. */
export interface CommandContext {
  readonly folder: ScratchFolder;
  /** Undefined where there is none to read. */
  readonly stdin: Readable | undefined;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Of the terminal, if there is one. */
  readonly size: { readonly rows: number; readonly columns: number } | undefined;
}

type Command = (args: readonly string[], context: CommandContext) => Promise<number> | number;

const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['cat', cat],
  ['echo', (args, { stdout }) => print(stdout, args.join(' '))],
  ['help', (_, { stdout }) => print(stdout, `Commands: ${[...COMMANDS.keys()].join(', ')}`)],
  ['ls', ls],
  ['pwd', (_, { stdout }) => print(stdout, '/')],
  ['stty', stty],
  ['uptime', (_, { stdout }) => print(stdout, uptime())],
]);

/** Runs a command line. @returns The exit status: 127 for an unknown command, 2 for a line that cannot be read. */
export async function runCommand(line: string, context: CommandContext): Promise<number> {
  const { stderr } = context;
  let name = '';
  try {
    const [first = '', ...args] = words(line);
    name = first;
    const command = COMMANDS.get(name);
    if (!command) return print(stderr, `${name}: command not found; try help`, 127);
    return await command(args, context);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return print(stderr, `${name || 'sh'}: ${REASONS[code ?? ''] ?? message}`, name ? 1 : 2);
  }
}

/** In place of the system's own messages, which name places on the disk. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'No such file or directory',
  ENOTDIR: 'Not a directory',
  EISDIR: 'Is a directory',
  EACCES: 'Permission denied',
};

function print(to: Writable, text: string, status = 0): number {
  to.write(`${text}\n`);
  return status;
}

async function cat(names: readonly string[], { folder, stdin, stdout }: CommandContext): Promise<number> {
  if (names.length === 0 && stdin) await pipeline(stdin, stdout, { end: false });
  for (const name of names) {
    await pipeline(createReadStream(await folder.locate(name)), stdout, { end: false });
  }
  return 0;
}

async function ls(args: readonly string[], { folder, stdout }: CommandContext): Promise<number> {
  const isLong = args.includes('-l');
  const [path = '/'] = args.filter((arg) => arg !== '-l');
  const place = await folder.locate(path);
  const isDirectory = (await lstat(place)).isDirectory();
  for (const name of isDirectory ? (await readdir(place)).sort() : [path]) {
    const stats = await lstat(isDirectory ? join(place, name) : place);
    print(stdout, isLong ? listLine(name, stats) : name);
  }
  return 0;
}

function stty(args: readonly string[], { size, stdout, stderr }: CommandContext): number {
  if (args.join(' ') !== 'size') return print(stderr, 'stty: only "stty size" is known', 1);
  if (!size) return print(stderr, 'stty: there is no terminal', 1);
  return print(stdout, `${size.rows} ${size.columns}`);
}

function uptime(): string {
  const minutes = Math.floor(process.uptime() / 60);
  const load = loadavg().map((value) => value.toFixed(2));
  const hours = `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
  return `${new Date().toISOString().slice(11, 19)} up ${hours}, load average: ${load.join(', ')}`;
}
