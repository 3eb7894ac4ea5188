// Calls of one or a few requests, against an honest server.
import { afterEach, describe, expect, it } from 'vitest';
import { openSftp } from '../../src/sftp/index.ts';
import * as FXP from '../../src/sftp/wire/numbers/fxp.ts';
import { fullMode } from './support/file-system.ts';
import { message, status } from './support/messages.ts';
import { type ServerOptions, scripted } from './support/server.ts';

async function start(options: ServerOptions = {}, sftpOptions: Parameters<typeof openSftp>[1] = {}) {
  const { server, ssh } = scripted(options);
  server.files.add('/data', '', 'directory');
  server.files.add('/data/a.txt', 'hello');
  return { server, sftp: await openSftp(ssh, sftpOptions) };
}

let ending: (() => void)[] = [];
afterEach(() => {
  for (const end of ending) end();
  ending = [];
});

describe('calls', () => {
  it('stat, lstat, exists', async () => {
    const { server, sftp } = await start();
    expect(await sftp.stat('/data/a.txt')).toEqual({
      kind: 'file',
      size: 5,
      mode: 0o644,
      uid: 1_000,
      gid: 1_001,
      accessedAt: new Date(1_700_000_000_000),
      modifiedAt: new Date(1_700_000_001_000),
    });
    expect((await sftp.lstat('/data')).kind).toBe('directory');
    expect(await sftp.exists('/data/a.txt')).toBe(true);
    expect(await sftp.exists('/data/b.txt')).toBe(false);
    expect(server.names()).toEqual(['STAT', 'LSTAT', 'STAT', 'STAT']);
    await sftp.close();
    await expect(sftp.stat('/data')).rejects.toMatchObject({ code: 'closed', safeToRetry: true });
  });

  it('the server refuses: its code, its words and the path', async () => {
    const { sftp } = await start();
    await expect(sftp.stat('/nothing\n')).rejects.toMatchObject({
      code: 'server',
      message: 'SFTP stat "/nothing\\n": status 2 (NO_SUCH_FILE)',
      server: { code: 'NO_SUCH_FILE', message: 'status 2' },
      safeToRetry: true,
    });
    await expect(sftp.mkdir('/data')).rejects.toMatchObject({
      server: { code: 'FAILURE' },
      safeToRetry: false,
    });
    await expect(sftp.remove('/x')).rejects.toMatchObject({
      server: { code: 'NO_SUCH_FILE' },
      safeToRetry: true,
    });
  });

  it.each([
    [19, 'NOT_A_DIRECTORY'],
    [1, 'EOF'],
    [77, 'STATUS_77'],
  ])('names status %i %s', async (code, name) => {
    const { sftp } = await start({ answer: ({ id }) => status(id, code, '') });
    await expect(sftp.stat('/data')).rejects.toMatchObject({ code: 'server', server: { code: name } });
  });

  it('setStat, setLinkStat', async () => {
    const { server, sftp } = await start();
    await sftp.setStat('/data/a.txt', { mode: 0o600, size: 2 });
    expect(server.files.text('/data/a.txt')).toBe('he');
    expect(server.files.get('/data/a.txt')?.mode).toBe(0o600);
    await sftp.setStat('/data/a.txt', {
      uid: 1,
      gid: 2,
      accessedAt: new Date(0),
      modifiedAt: new Date(1_000),
    });
    await sftp.setLinkStat('/data/a.txt', { mode: 0o640 });
    expect(fullMode(server.files.get('/data/a.txt') ?? server.files.add('/'))).toBe(0o100640);
    for (const wrong of [
      { uid: 1 },
      { modifiedAt: new Date() },
      { mode: 0o10000 },
      { size: -1 },
      { size: 1.5 },
    ]) {
      await expect(sftp.setStat('/data', wrong)).rejects.toMatchObject({ code: 'usage' });
    }
    const old = await start({ extensions: {} });
    await expect(old.sftp.setLinkStat('/data', {})).rejects.toMatchObject({ code: 'usage' });
  });

  it('links, in the order of the server', async () => {
    const { server, sftp } = await start();
    await sftp.symlink('a.txt', '/data/link');
    expect(server.files.text('/data/link')).toBe('a.txt');
    expect(await sftp.readLink('/data/link')).toBe('a.txt');
    await sftp.hardLink('/data/a.txt', '/data/same');
    expect(server.files.get('/data/same')).toBe(server.files.get('/data/a.txt'));
    // The scripted server has OpenSSH's order: the other one makes the link the other way round.
    const draft = await start({ extensions: {} });
    await draft.sftp.symlink('/target', '/data/link');
    expect(draft.server.files.text('/target')).toBe('/data/link');
    const told = await start({ extensions: {} }, { symlinkOrder: 'openssh' });
    await told.sftp.symlink('/target', '/data/link');
    expect(told.server.files.text('/data/link')).toBe('/target');
    const { server: other, ssh } = scripted();
    await using asyncSsh = await openSftp({ ...ssh, server: { software: 'AsyncSSH_2.10.1' } });
    await asyncSsh.symlink('/target', '/data/link');
    expect(other.files.text('/target')).toBe('/data/link');
  });

  it('paths', async () => {
    const { sftp } = await start();
    expect(await sftp.realPath()).toBe('/home');
    expect(await sftp.expandPath('~/x')).toBe('/home/app/x');
    expect((await sftp.statvfs('/data')).maxNameBytes).toBe(11n);
    for (const path of ['', 'a\0b', '\ud800'])
      await expect(sftp.stat(path)).rejects.toMatchObject({ code: 'usage' });
  });

  it('rename, with and without overwriting', async () => {
    for (const extensions of [undefined, {}]) {
      const { server, sftp } = await start(extensions && { extensions });
      server.files.add('/data/b.txt', 'other');
      await expect(sftp.rename('/data/a.txt', '/data/b.txt')).rejects.toMatchObject({ code: 'server' });
      await sftp.rename('/data/a.txt', '/data/b.txt', { overwrite: true });
      expect(server.files.text('/data/b.txt')).toBe('hello');
      expect(server.files.get('/data/a.txt')).toBeUndefined();
    }
  });

  it('copy and fsync close what they open', async () => {
    const { server, sftp } = await start();
    await sftp.copy('/data/a.txt', '/data/copy');
    expect(server.files.text('/data/copy')).toBe('hello');
    await sftp.fsync('/data/copy');
    await expect(sftp.copy('/data/a.txt', '/no/copy')).rejects.toMatchObject({ code: 'server' });
    await sftp.stat('/data');
    expect(server.openHandles).toBe(0);
  });

  it('mkdir, recursive too', async () => {
    const { server, sftp } = await start();
    await sftp.mkdir('/data/one', { mode: 0o700 });
    await sftp.mkdir('/data/x/y/z/', { recursive: true });
    await sftp.mkdir('/data/x/y/z', { recursive: true });
    expect(server.files.get('/data/x/y/z')?.kind).toBe('directory');
    await expect(sftp.mkdir('/data/a.txt', { recursive: true })).rejects.toMatchObject({ code: 'server' });
    await expect(sftp.mkdir('relative/x', { recursive: true })).rejects.toMatchObject({ code: 'server' });
    await sftp.rmdir('/data/one');
    expect(server.files.get('/data/one')).toBeUndefined();
  });

  it('names that are not UTF-8 need an option, and lose no byte with it', async () => {
    const bytes = Uint8Array.of(0x61, 0xe9, 0x80);
    const answer: ServerOptions['answer'] = ({ id, name }) =>
      name === 'READLINK'
        ? message(FXP.NAME, id, (writer) => {
            writer.u32(1);
            writer.string(bytes);
            writer.string('');
            writer.u32(0);
          })
        : undefined;
    const { sftp } = await start({ answer });
    await expect(sftp.readLink('/x')).rejects.toMatchObject({ code: 'usage', message: /names: 'latin1'/ });
    expect((await sftp.stat('/data')).kind).toBe('directory');
    const latin = await start({ answer }, { names: 'latin1' });
    const name = await latin.sftp.readLink('/x');
    expect(name).toBe('a\u00e9\u0080');
    await expect(latin.sftp.stat(name)).rejects.toMatchObject({ server: { code: 'NO_SUCH_FILE' } });
    expect(latin.server.requests.at(-1)?.body.subarray(4)).toEqual(bytes);
    await expect(latin.sftp.stat('\u20ac')).rejects.toMatchObject({ code: 'usage' });
  });

  it('asks for the limits without waiting', async () => {
    const { server, sftp } = await start({ limits: 261_120 });
    expect(sftp.extensions.get('limits@openssh.com')).toBe('1');
    await sftp.stat('/data');
    expect(server.names()).toEqual(['limits@openssh.com', 'STAT']);
    expect(sftp.peer.hostname).toBe('memory.test');
  });

  it.each([
    { names: 'utf16' },
    { symlinkOrder: 'none' },
    { maxRequests: 0 },
    { maxRequests: 2_000 },
    { requestBytes: 100 },
    { requestBytes: 300_000 },
    { timeoutMs: 0 },
    { replyTimeoutMs: -1 },
    { signal: 'no' },
  ])('refuses the options %j', async (options) => {
    const { ssh } = scripted();
    await expect(openSftp(ssh, options as object)).rejects.toMatchObject({ code: 'usage' });
  });
});
