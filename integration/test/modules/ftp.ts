// What the tests of FTP share: the run's servers, the ways to each, and a directory for each test.
import { connect, type FtpClient, type FtpOptions } from '@fairlead/ftp';
import { inject } from 'vitest';
import type { FtpPorts } from '../../servers/ftp.ts';

const { vsftpd, otherFtp } = inject('servers');

/** The servers, by the ports of each. What pyftpdlib calls explicit asks for no reuse. */
export const FTP_SERVERS = {
  'vsftpd 3.0.3': vsftpd['3.0.3'],
  'vsftpd 3.0.5': vsftpd['3.0.5'],
  'ProFTPD 1.3.8': otherFtp.proftpd,
  pyftpdlib: otherFtp.pyftpdlib,
} as const satisfies Readonly<Record<string, Omit<FtpPorts, 'explicitWithReuse'>>>;

/** A server's name. */
export type FtpServerName = keyof typeof FTP_SERVERS;

/** All of them. */
export const FTP_NAMES = Object.keys(FTP_SERVERS) as FtpServerName[];

/** How a connection is protected. */
export const MODES = ['plain', 'explicit', 'implicit'] as const;
/** One of them. */
export type Mode = (typeof MODES)[number];

const TLS = { plain: false, explicit: 'starttls', implicit: true } as const;

/** Each server in each mode. */
export const WAYS = FTP_NAMES.flatMap((name) => MODES.map((mode) => [name, mode] as const));

/** Logs in as `app`. */
export function login(name: FtpServerName, mode: Mode): FtpOptions & { readonly port: number } {
  const port = FTP_SERVERS[name][mode];
  return { hostname: 'localhost', port, tls: TLS[mode], username: 'app', password: 'app-password' };
}

/** A session with a directory of its own, which is removed at the end. */
export interface Place extends AsyncDisposable {
  readonly ftp: FtpClient;
  readonly directory: string;
}

/** Connects and makes the directory. */
export async function place(options: FtpOptions): Promise<Place> {
  const ftp = await connect(options);
  const directory = `test-${crypto.randomUUID()}`;
  await ftp.mkdir(directory);
  return {
    ftp,
    directory,
    async [Symbol.asyncDispose]() {
      await ftp.removeAll(directory);
      await ftp.close();
    },
  };
}

/** All items, in their order. */
export async function gathered<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
