// Runs steps through ssh2 over its own sockets, in the run's own process: what the tests compare our SSH client with.
// It judges nothing.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import ssh2, { type Client, type ClientChannel, type SFTPWrapper } from 'ssh2';
import type { Running } from './container.ts';
import { type JsonServerAddress, startJsonServer } from './json-server.ts';

/** One thing to do. Paths are as SFTP takes them. */
export type SshStep =
  | { readonly do: 'exec'; readonly command: string; readonly stdin?: string }
  | {
      readonly do:
        | 'list'
        | 'stat'
        | 'lstat'
        | 'read'
        | 'mkdir'
        | 'rmdir'
        | 'remove'
        | 'readlink'
        | 'realpath';
      readonly path: string;
    }
  | { readonly do: 'write'; readonly path: string; readonly text: string }
  | { readonly do: 'chmod'; readonly path: string; readonly mode: number }
  | { readonly do: 'truncate'; readonly path: string; readonly size: number }
  | { readonly do: 'rename' | 'symlink'; readonly from: string; readonly to: string };

/** Steps that are done one after another on one connection as the account `app`, by its password. */
export interface SshOracleRequest {
  readonly port: number;
  readonly steps: readonly SshStep[];
}

/** What an entry is, by mode (its type and permissions) and size; 0 for all but files. */
export interface SshOracleEntry {
  readonly name: string;
  readonly mode: number;
  readonly size: number;
}

/** What became of a step: one of these by what was done, or SFTP's status. */
export type SshOracleAnswer =
  | {
      readonly code: number | null;
      readonly signal: string | null;
      readonly stdout: string;
      readonly stderr: string;
    }
  | { readonly entries: readonly SshOracleEntry[] }
  | { readonly entry: SshOracleEntry }
  /** SHA-256 in hexadecimal digits. */
  | { readonly sha256: string }
  | { readonly text: string }
  | { readonly done: true }
  | { readonly status: number };

/** Starts the oracle: `POST` an `SshOracleRequest`, get an `SshOracleAnswer[]`. */
export function startSshOracle(): Promise<Running<JsonServerAddress>> {
  return startJsonServer(answers);
}

async function answers({ port, steps }: SshOracleRequest): Promise<SshOracleAnswer[]> {
  const client = new ssh2.Client();
  client.connect({ host: '127.0.0.1', port, username: 'app', password: 'app-password' });
  await once(client, 'ready');
  try {
    const sftp = await called<SFTPWrapper>((done) => client.sftp(done));
    const all: SshOracleAnswer[] = [];
    for (const step of steps) all.push(await answer(client, sftp, step));
    return all;
  } finally {
    client.end();
  }
}

/** A call with a callback as a promise. */
function called<T>(call: (done: (error: Error | null | undefined, value: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    call((error, value) => (error ? reject(error) : resolve(value)));
  });
}

async function answer(client: Client, sftp: SFTPWrapper, step: SshStep): Promise<SshOracleAnswer> {
  if (step.do === 'exec') return exec(client, step);
  try {
    return await file(sftp, step);
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (typeof code !== 'number') throw error;
    return { status: code };
  }
}

async function exec(client: Client, { command, stdin }: SshStep & { do: 'exec' }): Promise<SshOracleAnswer> {
  const { channel, exited } = await started(client, command);
  channel.end(stdin ?? '');
  const [stdout, stderr, [code, signal]] = await Promise.all([
    buffer(channel),
    buffer(channel.stderr),
    exited,
  ]);
  const outputs = { stdout: stdout.toString(), stderr: stderr.toString() };
  return { code, signal: signal?.replace(/^SIG/, '') ?? null, ...outputs };
}

/** Begins to listen for the end at once: ssh2 may tell it in the same tick in which it tells the beginning. */
function started(
  client: Client,
  command: string,
): Promise<{ channel: ClientChannel; exited: Promise<[number | null, string?]> }> {
  return new Promise((resolve, reject) => {
    client.exec(command, (error, channel) => {
      if (error) reject(error);
      else resolve({ channel, exited: once(channel, 'exit') as Promise<[number | null, string?]> });
    });
  });
}

const TYPE = 0o170000;
const REGULAR = 0o100000;

/** How large a directory or a link is, is the file system's affair. */
function entryOf(name: string, { mode, size }: { mode: number; size: number }): SshOracleEntry {
  return { name, mode, size: (mode & TYPE) === REGULAR ? size : 0 };
}

async function file(sftp: SFTPWrapper, step: Exclude<SshStep, { do: 'exec' }>): Promise<SshOracleAnswer> {
  switch (step.do) {
    case 'list': {
      const list = await called<{ filename: string; attrs: ssh2.Stats }[]>((done) =>
        sftp.readdir(step.path, done),
      );
      const entries = list.map(({ filename, attrs }) => entryOf(filename, attrs));
      return { entries: entries.sort((left, right) => (left.name < right.name ? -1 : 1)) };
    }
    case 'stat':
      return { entry: entryOf('', await called<ssh2.Stats>((done) => sftp.stat(step.path, done))) };
    case 'lstat':
      return { entry: entryOf('', await called<ssh2.Stats>((done) => sftp.lstat(step.path, done))) };
    case 'read': {
      const bytes = await called<Buffer>((done) => sftp.readFile(step.path, done));
      return { sha256: createHash('sha256').update(bytes).digest('hex') };
    }
    case 'readlink':
      return { text: await called<string>((done) => sftp.readlink(step.path, done)) };
    case 'realpath':
      return { text: await called<string>((done) => sftp.realpath(step.path, done)) };
    default:
      await called<unknown>((done) => change(sftp, step, (error) => done(error, undefined)));
      return { done: true };
  }
}

function change(sftp: SFTPWrapper, step: SshStep, done: (error?: Error | null) => void): void {
  switch (step.do) {
    case 'mkdir':
      sftp.mkdir(step.path, done);
      break;
    case 'rmdir':
      sftp.rmdir(step.path, done);
      break;
    case 'remove':
      sftp.unlink(step.path, done);
      break;
    case 'write':
      sftp.writeFile(step.path, step.text, done);
      break;
    case 'chmod':
      sftp.chmod(step.path, step.mode, done);
      break;
    case 'truncate':
      sftp.setstat(step.path, { size: step.size }, done);
      break;
    case 'rename':
      sftp.rename(step.from, step.to, done);
      break;
    case 'symlink':
      sftp.symlink(step.from, step.to, done);
      break;
    default:
      done(new Error(`${step.do} changes nothing`));
  }
}
