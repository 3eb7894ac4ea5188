// Runs the same steps through our SSH client as the oracle runs through ssh2, and gives the answers the same form.
import { connect, isFairleadError } from '@fairlead/ssh';
import { type FileAttributes, openSftp, type Sftp } from '@fairlead/ssh/sftp';
import { inject } from 'vitest';
import type { SshOracleAnswer, SshOracleEntry, SshOracleRequest, SshStep } from '../../servers/ssh-oracle.ts';
import { login, sha256, textOf } from './ssh.ts';

export type { SshOracleAnswer, SshStep } from '../../servers/ssh-oracle.ts';

/** What ssh2 answers. */
export async function theirs(request: SshOracleRequest): Promise<SshOracleAnswer[]> {
  const response = await fetch(inject('servers').sshOracle.url, {
    method: 'POST',
    body: JSON.stringify(request),
  });
  if (!response.ok) throw new Error(`the oracle failed: ${await response.text()}`);
  return response.json();
}

/** What our client answers. */
export async function ours({ port, steps }: SshOracleRequest): Promise<SshOracleAnswer[]> {
  await using ssh = await connect(login(port));
  await using sftp = await openSftp(ssh);
  const answers: SshOracleAnswer[] = [];
  for (const step of steps) {
    if (step.do === 'exec') {
      const stdin = new TextEncoder().encode(step.stdin ?? '');
      const process = await ssh.exec(step.command, { stdin });
      const { code = null, signal = null, stdout, stderr } = await process.output();
      answers.push({ code, signal, stdout: textOf(stdout), stderr: textOf(stderr) });
    } else {
      answers.push(await answerOf(sftp, step));
    }
  }
  return answers;
}

/** SFTP's status codes by number, as ssh2 gives them. */
const STATUS: Readonly<Record<string, number>> = {
  NO_SUCH_FILE: 2,
  PERMISSION_DENIED: 3,
  FAILURE: 4,
  BAD_MESSAGE: 5,
  OP_UNSUPPORTED: 8,
};

async function answerOf(sftp: Sftp, step: Exclude<SshStep, { do: 'exec' }>): Promise<SshOracleAnswer> {
  try {
    return await fileAnswer(sftp, step);
  } catch (error) {
    if (!isFairleadError(error) || error.code !== 'server') throw error;
    return { status: STATUS[error.server?.code ?? ''] ?? -1 };
  }
}

const KIND_BITS: Readonly<Record<string, number>> = {
  file: 0o100000,
  directory: 0o040000,
  symlink: 0o120000,
};

function entryOf(name: string, { kind, mode, size }: FileAttributes): SshOracleEntry {
  return { name, mode: (KIND_BITS[kind] ?? 0) | (mode ?? 0), size: kind === 'file' ? (size ?? -1) : 0 };
}

async function fileAnswer(sftp: Sftp, step: Exclude<SshStep, { do: 'exec' }>): Promise<SshOracleAnswer> {
  switch (step.do) {
    case 'list': {
      const entries: SshOracleEntry[] = [];
      for await (const entry of sftp.list(step.path)) entries.push(entryOf(entry.name, entry));
      return { entries: entries.sort((left, right) => (left.name < right.name ? -1 : 1)) };
    }
    case 'stat':
      return { entry: entryOf('', await sftp.stat(step.path)) };
    case 'lstat':
      return { entry: entryOf('', await sftp.lstat(step.path)) };
    case 'read':
      return { sha256: await sha256(await sftp.get(step.path)) };
    case 'readlink':
      return { text: await sftp.readLink(step.path) };
    case 'realpath':
      return { text: await sftp.realPath(step.path) };
    default:
      await change(sftp, step);
      return { done: true };
  }
}

async function change(sftp: Sftp, step: SshStep): Promise<void> {
  switch (step.do) {
    case 'mkdir':
      return sftp.mkdir(step.path);
    case 'rmdir':
      return sftp.rmdir(step.path);
    case 'remove':
      return sftp.remove(step.path);
    case 'chmod':
      return sftp.setStat(step.path, { mode: step.mode });
    case 'truncate':
      return sftp.setStat(step.path, { size: step.size });
    case 'rename':
      return sftp.rename(step.from, step.to);
    case 'symlink':
      return sftp.symlink(step.from, step.to);
    case 'write':
      await sftp.put(step.path, step.text, { atomic: false });
      return;
    default:
      throw new Error(`${step.do} changes nothing`);
  }
}
