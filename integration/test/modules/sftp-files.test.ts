// SFTP: files and folders at OpenSSH (inside sshd and by itself), Dropbear, AsyncSSH and ProFTPD.
import { connect, type SshClient } from '@fairlead/ssh';
import { openSftp, type Sftp } from '@fairlead/ssh/sftp';
import { describe, expect, inject, it } from 'vitest';
import { login, namesOf, SFTP_SERVERS, sha256, someBytes } from './ssh.ts';
import { failure, sameBytes } from './support.ts';

const { otherSsh } = inject('servers');
const MEGABYTE = 1_048_576;

/** A session with a folder of its own, which is removed at the end. */
interface Place extends AsyncDisposable {
  readonly ssh: SshClient;
  readonly sftp: Sftp;
  readonly folder: string;
}

async function place(port: number): Promise<Place> {
  const ssh = await connect(login(port));
  const sftp = await openSftp(ssh);
  const folder = `test-${crypto.randomUUID()}`;
  await sftp.mkdir(folder);
  return {
    ssh,
    sftp,
    folder,
    async [Symbol.asyncDispose]() {
      await sftp.removeAll(folder);
      await ssh.close();
    },
  };
}

async function gathered<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

function streamOf(bytes: Uint8Array, pieceBytes: number): ReadableStream<Uint8Array> {
  let start = 0;
  return new ReadableStream({
    pull(controller) {
      if (start >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(start, start + pieceBytes));
      start += pieceBytes;
    },
  });
}

describe.each(namesOf(SFTP_SERVERS))('%s', (name) => {
  const port = SFTP_SERVERS[name];

  it('puts and gets 1 MiB, byte for byte', async () => {
    await using at = await place(port);
    const path = `${at.folder}/large.bin`;
    const bytes = someBytes(MEGABYTE);
    expect(await at.sftp.put(path, bytes)).toMatchObject({ bytes: bytes.length });
    expect((await at.sftp.stat(path)).size).toBe(bytes.length);
    expect(sameBytes(await at.sftp.get(path), bytes)).toBe(true);
    // Nothing of the temporary file is left.
    expect((await gathered(at.sftp.list(at.folder))).map((entry) => entry.name)).toEqual(['large.bin']);
  });

  it('streams in pieces of any size, and parts of a file', async () => {
    await using at = await place(port);
    const path = `${at.folder}/streamed.bin`;
    const bytes = someBytes(700_001);
    await at.sftp.put(path, streamOf(bytes, 50_021));
    const whole = new Uint8Array(await new Response(at.sftp.readable(path)).arrayBuffer());
    expect(sameBytes(whole, bytes)).toBe(true);
    const part = await at.sftp.get(path, { start: 123_457, end: 123_457 + 99_999 });
    expect(sameBytes(part, bytes.slice(123_457, 123_457 + 99_999))).toBe(true);
  });

  it('goes on with an upload', async () => {
    await using at = await place(port);
    const path = `${at.folder}/resumed.bin`;
    const bytes = someBytes(500_000);
    await at.sftp.put(path, bytes.slice(0, 200_123), { atomic: false });
    await at.sftp.put(path, bytes, { resume: true });
    expect(await sha256(await at.sftp.get(path))).toBe(await sha256(bytes));
  });

  it('lists 300 entries, with sizes', async () => {
    await using ssh = await connect(login(port));
    await using sftp = await openSftp(ssh);
    const entries = await gathered(sftp.list('many'));
    expect(entries).toHaveLength(300);
    const sizes = new Set(entries.map(({ size, kind }) => `${kind} ${size}`));
    expect([...sizes]).toEqual(['file 10']);
  });

  it('makes, renames, replaces and removes', async () => {
    await using at = await place(port);
    const { sftp, folder } = at;
    await sftp.mkdir(`${folder}/one/two/three`, { recursive: true });
    await sftp.put(`${folder}/one/a.txt`, 'a');
    await sftp.put(`${folder}/one/b.txt`, 'bb');
    await sftp.rename(`${folder}/one/a.txt`, `${folder}/one/two/a b.txt`);
    expect(await sftp.exists(`${folder}/one/a.txt`)).toBe(false);
    await sftp.rename(`${folder}/one/b.txt`, `${folder}/one/two/a b.txt`, { overwrite: true });
    expect((await sftp.stat(`${folder}/one/two/a b.txt`)).size).toBe(2);
    expect((await failure(sftp.rmdir(`${folder}/one`))).code).toBe('server');
    const found = await gathered(sftp.walk(folder));
    expect(found.map(({ path }) => path.slice(folder.length)).sort()).toEqual([
      '/one',
      '/one/two',
      '/one/two/a b.txt',
      '/one/two/three',
    ]);
    await sftp.remove(`${folder}/one/two/a b.txt`);
    await sftp.removeAll(`${folder}/one`);
    expect(await gathered(sftp.list(folder))).toEqual([]);
  });

  it('links, modes and times', async () => {
    await using at = await place(port);
    const { sftp, folder } = at;
    await sftp.put(`${folder}/target.txt`, 'harbour');
    await sftp.symlink('target.txt', `${folder}/link`);
    // ProFTPD shows the whole path below the home folder, where it keeps its users.
    expect(await sftp.readLink(`${folder}/link`)).toMatch(/^(\/test-[^/]+\/)?target\.txt$/);
    // ProFTPD follows a link here too.
    const kind = name === "ProFTPD's mod_sftp" ? 'file' : 'symlink';
    expect((await sftp.lstat(`${folder}/link`)).kind).toBe(kind);
    expect((await sftp.stat(`${folder}/link`)).kind).toBe('file');
    const time = new Date('2001-02-03T04:05:06Z');
    await sftp.setStat(`${folder}/target.txt`, { mode: 0o640, accessedAt: time, modifiedAt: time });
    expect(await sftp.stat(`${folder}/target.txt`)).toMatchObject({ mode: 0o640, modifiedAt: time, size: 7 });
  });

  it('what is not there is NO_SUCH_FILE, and the session goes on', async () => {
    await using at = await place(port);
    const error = await failure(at.sftp.get(`${at.folder}/nothing`));
    expect(error).toMatchObject({ code: 'server', server: { code: 'NO_SUCH_FILE' } });
    expect(await at.sftp.exists(`${at.folder}/nothing`)).toBe(false);
    expect((await failure(gathered(at.sftp.list(`${at.folder}/nothing`)))).code).toBe('server');
  });

  it('many calls side by side', async () => {
    await using at = await place(port);
    const numbers = Array.from({ length: 12 }, (_, index) => index);
    await Promise.all(numbers.map((number) => at.sftp.put(`${at.folder}/${number}`, `number ${number}`)));
    const texts = await Promise.all(numbers.map((number) => at.sftp.get(`${at.folder}/${number}`)));
    expect(texts.map((bytes) => new TextDecoder().decode(bytes))).toEqual(numbers.map((n) => `number ${n}`));
  });
});

const OPENSSH = namesOf(SFTP_SERVERS).filter((name) => name.startsWith('OpenSSH'));

describe.each(OPENSSH)("OpenSSH's extensions at %s", (name) => {
  it('statvfs, hard links, fsync, copies, home folders', async () => {
    await using at = await place(SFTP_SERVERS[name]);
    const { sftp, folder } = at;
    await sftp.put(`${folder}/one`, 'harbour');
    await sftp.hardLink(`${folder}/one`, `${folder}/two`);
    await sftp.fsync(`${folder}/two`);
    expect((await sftp.statvfs(folder)).blocks).toBeGreaterThan(0n);
    expect(await sftp.expandPath('~')).toBe('/home/app');
    expect(await sftp.realPath(`${folder}/..`)).toBe('/home/app');
    if (sftp.extensions.has('copy-data')) {
      await sftp.copy(`${folder}/one`, `${folder}/three`);
      expect((await sftp.stat(`${folder}/three`)).size).toBe(7);
    }
  });

  it('a pseudo file is read although its size is 0', async () => {
    await using ssh = await connect(login(SFTP_SERVERS[name]));
    await using sftp = await openSftp(ssh);
    expect((await sftp.stat('/proc/version')).size).toBe(0);
    expect(new TextDecoder().decode(await sftp.get('/proc/version'))).toMatch(/^Linux version /);
  });
});

describe('an odd server, which is within its rights', () => {
  it('short reads and sizes of 0 change nothing', async () => {
    await using at = await place(otherSsh.asyncsshOdd);
    const bytes = someBytes(300_000);
    await at.sftp.put(`${at.folder}/odd.bin`, bytes);
    expect((await at.sftp.stat(`${at.folder}/odd.bin`)).size).toBe(0);
    expect(sameBytes(await at.sftp.get(`${at.folder}/odd.bin`), bytes)).toBe(true);
  });
});
