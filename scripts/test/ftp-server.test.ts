// The FTP server of `npm start`, line by line: logins, transfers, listings, and nothing outside of its folder.
import { once } from 'node:events';
import { symlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type FtpServer, startFtp } from '../src/start/ftp/server.ts';
import { makeScratchFolder, type ScratchFolder } from '../src/start/scratch/folder.ts';

let folder: ScratchFolder;
let server: FtpServer;
const sockets: Socket[] = [];

beforeAll(async () => {
  folder = await makeScratchFolder();
  server = await startFtp(folder);
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});
afterAll(async () => {
  await server.stop();
  await folder.remove();
});

/** A control connection that says one thing at a time. */
async function open(port = server.port) {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => {});
  let received = '';
  socket.on('data', (chunk) => {
    received += chunk.toString('utf8');
  });
  async function reply(): Promise<string> {
    for (;;) {
      const whole = /^(?:(\d{3})-(?:.*\r\n)*?\1 .*|\d{3} .*)\r\n/.exec(received)?.[0];
      if (whole !== undefined) {
        received = received.slice(whole.length);
        return whole.trimEnd();
      }
      await once(socket, 'data');
    }
  }
  const say = (line: string) => {
    socket.write(`${line}\r\n`);
    return reply();
  };
  expect(await reply()).toMatch(/^220 /);
  return { socket, say, reply };
}

async function login() {
  const session = await open();
  await session.say('USER demo');
  expect(await session.say(`PASS ${server.password}`)).toMatch(/^230 /);
  return session;
}

type Session = Awaited<ReturnType<typeof login>>;

async function dataConnection({ say }: Session, command = 'EPSV'): Promise<Socket> {
  const answer = await say(command);
  const [high = 0, low = 0] = (/(\d+),(\d+)\)$/.exec(answer) ?? []).slice(1).map(Number);
  const port = Number(/\|\|\|(\d+)\|/.exec(answer)?.[1] ?? high * 256 + low);
  const data = connect(port, '127.0.0.1');
  sockets.push(data);
  await once(data, 'connect');
  return data;
}

async function get(session: Session, command: string, passive?: string): Promise<string> {
  const data = await dataConnection(session, passive);
  const chunks: Buffer[] = [];
  data.on('data', (chunk) => chunks.push(chunk));
  const ended = once(data, 'end');
  expect(await session.say(command)).toMatch(/^150 /);
  expect(await session.reply()).toMatch(/^226 /);
  await ended;
  return Buffer.concat(chunks).toString('utf8');
}

async function put(session: Session, command: string, content: string | Buffer): Promise<string> {
  const data = await dataConnection(session);
  const first = await session.say(command);
  if (!first.startsWith('150')) return first;
  data.end(content);
  return session.reply();
}

describe('the login', () => {
  it.each([
    ['demo', () => `${server.password}x`],
    ['root', () => server.password],
    ['demo', () => ''],
    ['anonymous', () => 'a@example.com'],
  ])('refuses %s with a wrong name or password', async (name, password) => {
    const { say } = await open();
    expect(await say(`USER ${name}`)).toMatch(/^331 /);
    expect(await say(`PASS ${password()}`)).toMatch(/^530 /);
    expect(await say('LIST')).toBe('530 Please log in');
  });

  it('comes before everything else', async () => {
    const { say } = await open();
    for (const command of ['PASV', 'RETR README.txt', 'STOR x', 'PWD', 'DELE README.txt', 'MLST']) {
      expect(await say(command), command).toMatch(/^530 /);
    }
    expect(await say('PASS x')).toMatch(/^503 /);
    expect(await say('FEAT')).toContain('\r\n REST STREAM\r\n');
  });

  it('offers no TLS and no active mode', async () => {
    const { say } = await login();
    for (const command of [
      'AUTH TLS',
      'PORT 127,0,0,1,4,1',
      'EPRT |1|127.0.0.1|1025|',
      'SITE CHMOD 777 x',
      '',
    ])
      expect(await say(command), command).toMatch(/^502 /);
  });
});

describe('transfers', () => {
  it('lists as MLSD, LIST and NLST', async () => {
    const session = await login();
    const facts = (await get(session, 'MLSD')).split('\r\n');
    expect(facts[0]).toMatch(/^type=file;size=\d+;perm=adfrw;modify=\d{14}; README.txt$/);
    expect(facts[2]).toMatch(/^type=dir;perm=cdeflmp;modify=\d{14}; logs$/);
    expect(await get(session, 'LIST -a logs', 'PASV')).toMatch(
      /^-rw-r--r-- 1 demo demo +\d+ \w{3} [ \d]\d \d\d:\d\d today.log\r\n$/,
    );
    expect(await get(session, 'NLST')).toBe('README.txt\r\nharbours.csv\r\nlogs\r\nreports\r\n');
    expect(await session.say('MLST logs/today.log')).toMatch(
      /^250-.*\r\n type=file;.* \/logs\/today.log\r\n250 /,
    );
  });

  it('takes a file, gives it back, whole and from a position', async () => {
    const session = await login();
    expect(await session.say('TYPE I')).toMatch(/^200 /);
    const content = 'abc'.repeat(200_000);
    expect(await put(session, 'STOR big', content)).toMatch(/^226 /);
    expect(await session.say('SIZE big')).toBe('213 600000');
    expect(await get(session, 'RETR big')).toBe(content);
    const data = dataConnection(session);
    await data;
    expect(await session.say('REST 599999')).toMatch(/^350 /);
    expect(await session.say('RETR big')).toMatch(/^150 /);
    expect(await session.reply()).toMatch(/^226 /);
    // The position holds once.
    expect(await get(session, 'RETR big')).toHaveLength(600_000);
    expect(await put(session, 'APPE big', 'def')).toMatch(/^226 /);
    expect(await session.say('SIZE big')).toBe('213 600003');
    await session.say('EPSV');
    await session.say('REST 600004');
    expect(await session.say('RETR big')).toMatch(/^554 /);
    expect(await session.say('DELE big')).toMatch(/^250 /);
  });

  it('overwrites from a position', async () => {
    const session = await login();
    await put(session, 'STOR part', 'abcdef');
    const data = await dataConnection(session);
    await session.say('REST 3');
    expect(await session.say('STOR part')).toMatch(/^150 /);
    data.end('XYZ');
    expect(await session.reply()).toMatch(/^226 /);
    expect(await readFile(await folder.locate('part'), 'utf8')).toBe('abcXYZ');
    await session.say('DELE part');
  });

  it('says that a transfer was broken off', async () => {
    const session = await login();
    await put(session, 'STOR large', Buffer.alloc(8 << 20));
    const data = await dataConnection(session);
    data.on('error', () => {});
    expect(await session.say('RETR large')).toMatch(/^150 /);
    data.destroy();
    expect(await session.reply()).toMatch(/^426 /);
    const second = await dataConnection(session);
    second.on('error', () => {}).pause();
    expect(await session.say('RETR large')).toMatch(/^150 /);
    expect(await session.say('ABOR')).toMatch(/^426 /);
    expect(await session.reply()).toMatch(/^226 /);
    expect(await session.say('DELE large')).toMatch(/^250 /);
  });

  it('needs a data connection', async () => {
    const { say } = await login();
    expect(await say('RETR README.txt')).toBe('425 EPSV or PASV comes first');
  });
});

describe('files', () => {
  it('are renamed, made, stamped and deleted', async () => {
    const { say } = await login();
    expect(await say('MKD box')).toBe('257 "/box"');
    expect(await say('MKD box')).toBe('550 It is there already');
    expect(await say('RNTO x')).toMatch(/^503 /);
    expect(await say('RNFR harbours.csv')).toMatch(/^350 /);
    expect(await say('RNTO box/h.csv')).toMatch(/^250 /);
    expect(await say('RMD box')).toBe('550 The directory is not empty');
    expect(await say('MFMT 20200229123456 box/h.csv')).toBe('213 Modify=20200229123456; box/h.csv');
    expect(await say('MDTM box/h.csv')).toBe('213 20200229123456');
    expect(await say('MFMT 20201329123456 box/h.csv')).toMatch(/^501 /);
    expect(await say('CWD box')).toMatch(/^250 /);
    expect(await say('PWD')).toBe('257 "/box"');
    expect(await say('RNFR h.csv')).toMatch(/^350 /);
    expect(await say('RNTO /harbours.csv')).toMatch(/^250 /);
    expect(await say('CDUP')).toMatch(/^250 /);
    expect(await say('RMD box')).toMatch(/^250 /);
    expect(await say('CWD box')).toBe('550 No such file or directory');
  });

  it('are those of the folder alone', async () => {
    const { say } = await login();
    const top = await folder.locate('/');
    symlinkSync('/etc', `${top}/away`);
    for (const path of ['../../etc/passwd', '/etc/passwd']) {
      expect(await say(`SIZE ${path}`), path).toBe('550 No such file or directory');
    }
    for (const command of [
      'SIZE away/passwd',
      'CWD away',
      'DELE away',
      'RNFR away',
      'STOR away/x',
      'MKD away/x',
    ]) {
      expect(await say(command), command).toBe('550 Permission denied');
    }
    expect(await say('CWD ../..')).toMatch(/^250 /);
    expect(await say('PWD')).toBe('257 "/"');
    expect(await say('SIZE a\0b')).toBe('501 NUL is no part of a name');
    expect(await say('SIZE logs')).toBe('550 Not a plain file');
    expect(await say('REST -1')).toMatch(/^501 /);
  });
});

it('ends a connection that sends too much at once', async () => {
  const { socket } = await open();
  socket.write('x'.repeat(5000));
  await once(socket, 'close');
});

it('stops in the middle of a transfer', async () => {
  const other = await startFtp(folder);
  const session = await open(other.port);
  await session.say('USER demo');
  await session.say(`PASS ${other.password}`);
  const data = await dataConnection(session);
  data.on('error', () => {});
  expect(await session.say('STOR half')).toMatch(/^150 /);
  const closed = Promise.all([once(session.socket, 'close'), once(data, 'close')]);
  data.resume();
  await other.stop();
  await closed;
});
