// Runs the same steps through our FTP client as the oracle runs through basic-ftp, and gives the answers the same form.
import { connect, type FtpClient, type FtpEntry, type FtpOptions, isFairleadError } from '@fairlead/ftp';
import { inject } from 'vitest';
import type { FtpOracleAnswer, FtpOracleEntry, FtpOracleRequest, FtpStep } from '../../servers/ftp-oracle.ts';
import { sha256 } from './ssh.ts';

export type { FtpOracleAnswer, FtpStep } from '../../servers/ftp-oracle.ts';

/** What basic-ftp answers. */
export async function theirs(request: FtpOracleRequest): Promise<FtpOracleAnswer[]> {
  const { url } = inject('servers').ftpOracle;
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(request) });
  if (!response.ok) throw new Error(`the oracle failed: ${await response.text()}`);
  return response.json();
}

/** What our client answers. */
export async function ours(options: FtpOptions, steps: readonly FtpStep[]): Promise<FtpOracleAnswer[]> {
  await using ftp = await connect(options);
  const answers: FtpOracleAnswer[] = [];
  for (const step of steps) answers.push(await answerOf(ftp, step));
  return answers;
}

async function answerOf(ftp: FtpClient, step: FtpStep): Promise<FtpOracleAnswer> {
  try {
    return await perform(ftp, step);
  } catch (error) {
    if (!isFairleadError(error) || error.server === undefined) throw error;
    return { reply: Number(error.server.code) };
  }
}

function entryOf({ name, type, size, target }: FtpEntry): FtpOracleEntry {
  const kind = type === 'unparsed' ? 'other' : type;
  return { name, type: kind, size: kind === 'file' ? (size ?? -1) : 0, target: target ?? null };
}

async function perform(ftp: FtpClient, step: FtpStep): Promise<FtpOracleAnswer> {
  switch (step.do) {
    case 'list': {
      const entries: FtpOracleEntry[] = [];
      for await (const entry of ftp.list(step.path)) entries.push(entryOf(entry));
      return { entries: entries.sort((left, right) => (left.name < right.name ? -1 : 1)) };
    }
    case 'read':
      return { sha256: await sha256(await ftp.bytes(step.path)) };
    case 'readFrom':
      return { sha256: await sha256(await ftp.bytes(step.path, { start: step.start })) };
    case 'size':
      return { number: await ftp.size(step.path) };
    case 'modifiedAt':
      return { number: (await ftp.modifiedAt(step.path)).getTime() };
    case 'workingDirectory':
      return { text: await ftp.workingDirectory() };
    default:
      await change(ftp, step);
      return { done: true };
  }
}

async function change(ftp: FtpClient, step: FtpStep): Promise<unknown> {
  switch (step.do) {
    case 'write':
      return ftp.put(step.path, step.text);
    case 'append':
      return ftp.append(step.path, step.text);
    case 'mkdir':
      return ftp.mkdir(step.path);
    case 'rmdir':
      return ftp.rmdir(step.path);
    case 'remove':
      return ftp.remove(step.path);
    case 'rename':
      return ftp.rename(step.from, step.to);
    default:
      throw new Error(`${step.do} changes nothing`);
  }
}
