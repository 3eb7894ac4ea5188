// Runs steps through basic-ftp over its own sockets, in the run's own process: what the tests compare our FTP client with.
// It judges nothing.
import { createHash } from 'node:crypto';
import { Readable, Writable } from 'node:stream';
import { Client, type FileInfo, FTPError } from 'basic-ftp';
import type { Running } from './container.ts';
import { type JsonServerAddress, startJsonServer } from './json-server.ts';

/** One thing to do. */
export type FtpStep =
  | {
      readonly do: 'list' | 'read' | 'size' | 'modifiedAt' | 'mkdir' | 'rmdir' | 'remove';
      readonly path: string;
    }
  | { readonly do: 'write' | 'append'; readonly path: string; readonly text: string }
  | { readonly do: 'readFrom'; readonly path: string; readonly start: number }
  | { readonly do: 'rename'; readonly from: string; readonly to: string }
  | { readonly do: 'workingDirectory' };

/** Steps that are done one after another on one connection without TLS, as the account `app`. */
export interface FtpOracleRequest {
  readonly port: number;
  readonly steps: readonly FtpStep[];
}

/** An entry of a listing, as basic-ftp reads it. */
export interface FtpOracleEntry {
  readonly name: string;
  readonly type: 'file' | 'directory' | 'link' | 'other';
  /** 0 for all but files. */
  readonly size: number;
  readonly target: string | null;
}

/** What became of a step: one of these by what was done, or the code of the reply that refused it. */
export type FtpOracleAnswer =
  | { readonly entries: readonly FtpOracleEntry[] }
  /** SHA-256 in hexadecimal digits. */
  | { readonly sha256: string }
  | { readonly text: string }
  | { readonly number: number }
  | { readonly done: true }
  | { readonly reply: number };

/** Starts the oracle: `POST` an `FtpOracleRequest`, get an `FtpOracleAnswer[]`. */
export function startFtpOracle(): Promise<Running<JsonServerAddress>> {
  return startJsonServer(answers);
}

async function answers({ port, steps }: FtpOracleRequest): Promise<FtpOracleAnswer[]> {
  const client = new Client(10_000);
  try {
    const login = { host: 'localhost', port, user: 'app', password: 'app-password' };
    await client.access(login);
    const all: FtpOracleAnswer[] = [];
    for (const step of steps) all.push(await answer(client, step));
    return all;
  } finally {
    client.close();
  }
}

async function answer(client: Client, step: FtpStep): Promise<FtpOracleAnswer> {
  try {
    return await perform(client, step);
  } catch (error) {
    if (!(error instanceof FTPError)) throw error;
    return { reply: error.code };
  }
}

async function perform(client: Client, step: FtpStep): Promise<FtpOracleAnswer> {
  switch (step.do) {
    case 'list': {
      const entries = (await client.list(step.path)).map(entryOf);
      return { entries: entries.sort((left, right) => (left.name < right.name ? -1 : 1)) };
    }
    case 'read':
      return { sha256: await download(client, step.path, 0) };
    case 'readFrom':
      return { sha256: await download(client, step.path, step.start) };
    case 'size':
      return { number: await client.size(step.path) };
    case 'modifiedAt':
      return { number: (await client.lastMod(step.path)).getTime() };
    case 'workingDirectory':
      return { text: await client.pwd() };
    default:
      await change(client, step);
      return { done: true };
  }
}

/** In the order of basic-ftp's `FileType`: unknown, file, directory, symbolic link. */
const TYPES = ['other', 'file', 'directory', 'link'] as const;

function entryOf({ name, type, size, link }: FileInfo): FtpOracleEntry {
  const kind = TYPES[type] ?? 'other';
  return { name, type: kind, size: kind === 'file' ? size : 0, target: link ?? null };
}

async function download(client: Client, path: string, start: number): Promise<string> {
  const hash = createHash('sha256');
  const sink = new Writable({
    write(chunk, _encoding, done) {
      hash.update(chunk);
      done();
    },
  });
  await client.downloadTo(sink, path, start);
  return hash.digest('hex');
}

async function change(client: Client, step: FtpStep): Promise<void> {
  switch (step.do) {
    case 'write':
      await client.uploadFrom(Readable.from([step.text]), step.path);
      break;
    case 'append':
      await client.appendFrom(Readable.from([step.text]), step.path);
      break;
    case 'mkdir':
      await client.send(`MKD ${step.path}`);
      break;
    case 'rmdir':
      await client.send(`RMD ${step.path}`);
      break;
    case 'remove':
      await client.remove(step.path);
      break;
    case 'rename':
      await client.rename(step.from, step.to);
      break;
    default:
      throw new Error(`${step.do} changes nothing`);
  }
}
