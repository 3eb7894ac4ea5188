// For tests: a client of the server in memory, with short limits, and what tests ask of promises and loops.
import { expect } from 'vitest';
import { connect, type FairleadError, type FtpClient, type FtpOptions } from '../../src/index.ts';
import type { FtpServer } from './ftp-server.ts';

const QUICK: FtpOptions = { connectTimeoutMs: 2_000, timeoutMs: 3_000, replyTimeoutMs: 1_000 };

/** A client that is logged in; the server's list of commands begins empty. */
export async function clientOf(server: FtpServer, options: FtpOptions = {}): Promise<FtpClient> {
  const ftp = await connect('ftp://app:secret@ftp.test', {
    connector: server.connector,
    ...QUICK,
    ...options,
  });
  server.commands.length = 0;
  return ftp;
}

/** The error that `work` ends with. */
export async function errorOf(work: Promise<unknown>): Promise<FairleadError> {
  return await work.then(
    () => expect.fail('it did not fail'),
    (error: unknown) => error as FairleadError,
  );
}

/** All that a loop gives. */
export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

/** Waits. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
