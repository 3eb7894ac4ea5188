// The commands of the local FTP server (RFC 959, 2389, 2428, 3659). Binary transfers only, passive only, no TLS.
import type { Stats } from 'node:fs';
import { createReadStream, createWriteStream } from 'node:fs';
import { lstat, mkdir, readdir, rename, rmdir, unlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { absolutePath } from '../scratch/folder.ts';
import { listLine } from '../scratch/list-line.ts';
import type { FtpSession } from './session.ts';

/** Answers a command: a reply without its end of line. */
export type Command = (argument: string, session: FtpSession) => Promise<string> | string;

const FEATURES = [
  'EPSV',
  'MDTM',
  'MFMT',
  'MLST type*;size*;modify*;perm*;',
  'PASV',
  'REST STREAM',
  'SIZE',
  'TVFS',
  'UTF8',
];
const FEATURE_REPLY = ['211-Features:', ...FEATURES.map((line) => ` ${line}`), '211 End'].join('\r\n');

/** Before the login. */
export const OPEN_COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['USER', (name, session) => session.login.user(name)],
  ['PASS', (password, session) => session.login.pass(password)],
  ['FEAT', () => FEATURE_REPLY],
  ['NOOP', () => '200 OK'],
  ['SYST', () => '215 UNIX Type: L8'],
  ['OPTS', (argument) => (/^(?:UTF8 ON|MLST\b)/i.test(argument) ? '200 OK' : '501 Unknown option')],
]);

/** After it. */
export const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['ABOR', () => '226 Nothing is under way'],
  ['ALLO', () => '202 Not needed here'],
  ['APPE', (path, session) => receive(session, path, 'a')],
  ['CDUP', (_, session) => changeDirectory('..', session)],
  ['CWD', changeDirectory],
  ['DELE', (path, session) => act(session, path, unlink)],
  ['EPSV', (argument, session) => passive(argument, session)],
  ['LIST', (argument, session) => list(session, argument.replace(/^-\w+ ?/, ''), listLine)],
  ['MDTM', async (path, session) => `213 ${timeOf(await statsOf(session, path))}`],
  ['MFMT', setTime],
  ['MKD', makeDirectory],
  ['MLSD', (path, session) => list(session, path, (name, stats) => `${factsOf(stats)} ${name}`)],
  ['MLST', describe],
  ['MODE', (mode) => (/^S$/i.test(mode) ? '200 OK' : '504 Stream mode only')],
  ['NLST', (path, session) => list(session, path, (name) => name)],
  ['PASV', (argument, session) => passive(argument, session)],
  ['PWD', (_, session) => `257 "${session.directory.replaceAll('"', '""')}"`],
  ['REST', restart],
  ['RETR', send],
  ['RMD', (path, session) => act(session, path, rmdir)],
  ['RNFR', renameFrom],
  ['RNTO', renameTo],
  ['SIZE', async (path, session) => `213 ${(await fileOf(session, path)).size}`],
  ['STOR', (path, session) => receive(session, path, 'w')],
  ['STRU', (structure) => (/^F$/i.test(structure) ? '200 OK' : '504 Files only')],
  ['TYPE', (type) => (/^(?:I|L 8|A|A N)$/i.test(type) ? '200 Transfers are binary' : '504 Unknown type')],
]);

const isNotFile = Object.assign(new Error('Not a plain file'), { code: 'ENOTFILE' });

async function statsOf(session: FtpSession, path: string): Promise<Stats> {
  return lstat(await session.locate(path));
}

async function fileOf(session: FtpSession, path: string): Promise<Stats> {
  const stats = await statsOf(session, path);
  if (!stats.isFile()) throw isNotFile;
  return stats;
}

async function act(session: FtpSession, path: string, action: (place: string) => Promise<unknown>) {
  await action(await session.locate(path));
  return '250 Done';
}

async function changeDirectory(path: string, session: FtpSession): Promise<string> {
  if (!(await statsOf(session, path)).isDirectory()) return '550 Not a directory';
  session.directory = absolutePath(path, session.directory);
  return '250 Done';
}

async function makeDirectory(path: string, session: FtpSession): Promise<string> {
  await mkdir(await session.locate(path));
  return `257 "${absolutePath(path, session.directory).replaceAll('"', '""')}"`;
}

async function passive(argument: string, session: FtpSession): Promise<string> {
  if (/^ALL$/i.test(argument)) return '200 OK';
  const { port } = await session.openPassivePort();
  if (session.command === 'EPSV') return `229 Entering Extended Passive Mode (|||${port}|)`;
  return `227 Entering Passive Mode (127,0,0,1,${port >> 8},${port & 255})`;
}

function restart(argument: string, session: FtpSession): string {
  if (!/^\d{1,15}$/.test(argument)) return '501 Not a position';
  session.restartAt = Number(argument);
  return `350 The next transfer begins at ${argument}`;
}

async function send(path: string, session: FtpSession): Promise<string> {
  const { size } = await fileOf(session, path);
  const { restartAt } = session;
  if (restartAt > size) return '554 That is behind the end of the file';
  const place = await session.locate(path);
  return session.transfer((socket) => ({ from: createReadStream(place, { start: restartAt }), to: socket }));
}

async function receive(session: FtpSession, path: string, mode: 'a' | 'w'): Promise<string> {
  const place = await session.locate(path);
  const { restartAt: start } = session;
  const isDirectory = await lstat(place).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  if (isDirectory) throw isNotFile;
  // Opened before the data connection is asked for: what fails now is a reply in place of 150.
  const file = createWriteStream(place, start > 0 ? { flags: 'r+', start } : { flags: mode });
  await new Promise<void>((resolve, reject) => file.once('open', () => resolve()).once('error', reject));
  try {
    return await session.transfer((socket) => ({ from: socket, to: file }));
  } finally {
    file.destroy();
  }
}

async function list(
  session: FtpSession,
  path: string,
  line: (name: string, stats: Stats) => string,
): Promise<string> {
  const place = await session.locate(path);
  const isDirectory = (await lstat(place)).isDirectory();
  if (!isDirectory && session.command === 'MLSD') return '501 Not a directory';
  const lines: string[] = [];
  for (const name of isDirectory ? (await readdir(place)).sort() : [path]) {
    lines.push(`${line(name, await lstat(isDirectory ? join(place, name) : place))}\r\n`);
  }
  return session.transfer((socket) => ({ from: Readable.from([Buffer.from(lines.join(''))]), to: socket }));
}

async function describe(path: string, session: FtpSession): Promise<string> {
  const facts = factsOf(await statsOf(session, path));
  return `250-Listing\r\n ${facts} ${absolutePath(path, session.directory)}\r\n250 End`;
}

async function setTime(argument: string, session: FtpSession): Promise<string> {
  const [, stamp = '', path = ''] = /^(\d{14}) (.+)$/.exec(argument) ?? [];
  const [year, rest] = [stamp.slice(0, 4), stamp.slice(4).match(/../g) ?? []];
  const date = new Date(`${year}-${rest[0]}-${rest[1]}T${rest.slice(2).join(':')}Z`);
  if (Number.isNaN(date.getTime())) return '501 Not a time';
  await utimes(await session.locate(path), date, date);
  return `213 Modify=${stamp}; ${path}`;
}

async function renameFrom(path: string, session: FtpSession): Promise<string> {
  await statsOf(session, path);
  session.renameFrom = await session.locate(path);
  return '350 To where?';
}

async function renameTo(path: string, session: FtpSession): Promise<string> {
  if (session.renameFrom === undefined) return '503 RNFR comes first';
  await rename(session.renameFrom, await session.locate(path));
  return '250 Done';
}

/** RFC 3659 section 2.3: UTC, without punctuation. */
function timeOf({ mtime }: Stats): string {
  return mtime.toISOString().slice(0, 19).replaceAll(/\D/g, '');
}

/** RFC 3659 section 7.5. */
function factsOf(stats: Stats): string {
  const isDirectory = stats.isDirectory();
  const own = isDirectory ? 'type=dir;perm=cdeflmp;' : `type=file;size=${stats.size};perm=adfrw;`;
  return `${own}modify=${timeOf(stats)};`;
}
