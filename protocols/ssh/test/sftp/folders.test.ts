// Lists, walks and removals, and the names that are refused in them.
import { describe, expect, it } from 'vitest';
import { openSftp, type SftpOptions } from '../../src/sftp/index.ts';
import * as FXP from '../../src/sftp/wire/numbers/fxp.ts';
import { nameReply } from './support/answers.ts';
import { message } from './support/messages.ts';
import { type ScriptedServer, type ServerOptions, scripted } from './support/server.ts';

async function start(options: ServerOptions = {}, sftpOptions: SftpOptions = {}) {
  const { server, ssh } = scripted(options);
  server.files.add('/data', '', 'directory');
  return { server, sftp: await openSftp(ssh, sftpOptions) };
}

async function all<T>(entries: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const entry of entries) found.push(entry);
  return found;
}

/** `/data` with two files, a link to `/`, and a folder with a file and an empty folder. */
function tree({ files }: ScriptedServer): void {
  files.add('/data/a', '1');
  files.add('/data/b', '2');
  files.add('/data/root', '/', 'symlink');
  files.add('/data/sub', '', 'directory');
  files.add('/data/sub/c', '3');
  files.add('/data/sub/empty', '', 'directory');
  files.add('/other', 'keep');
}

describe('list', () => {
  it('300 entries in three round trips', async () => {
    const { server, sftp } = await start({ latencyMs: 20 });
    for (let at = 0; at < 300; at++) server.files.add(`/data/${at}`);
    const entries = await all(sftp.list('/data'));
    await sftp.stat('/data');
    expect(entries.map(({ name }) => name)).toEqual(Array.from({ length: 300 }, (_, at) => String(at)));
    expect(entries[0]).toMatchObject({ kind: 'file', size: 0, longName: '-rw-r--r-- 1 app app 0 0' });
    const bursts = (name: string) =>
      server.requests.filter((one) => one.name === name).map(({ burst }) => burst);
    expect([bursts('OPENDIR'), new Set(bursts('READDIR')), bursts('CLOSE')]).toEqual([
      [0],
      new Set([1]),
      [2],
    ]);
    expect(server.openHandles).toBe(0);
  });

  it.each([1, 7, 100, 3_000])(
    'many entries, %i a reply, in any order of the replies',
    async (namesPerReply) => {
      const { server, sftp } = await start({ namesPerReply });
      const count = namesPerReply < 100 ? 500 : 10_000;
      for (let at = 0; at < count; at++) server.files.add(`/data/${at}`);
      expect(await all(sftp.list('/data'))).toHaveLength(count);
      expect(server.mostOutstanding.get('READDIR')).toBeLessThanOrEqual(16);
    },
  );

  it('a reader that stops, one that leaves, a cap', async () => {
    const { server, sftp } = await start();
    for (let at = 0; at < 10_000; at++) server.files.add(`/data/${at}`);
    const entries = sftp.list('/data');
    expect(server.count('OPENDIR')).toBe(0);
    await entries.next();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(server.count('READDIR')).toBe(6);
    await entries.return();
    await expect(all(sftp.list('/data', { maxEntries: 9_999 }))).rejects.toMatchObject({ code: 'limit' });
    await expect(all(sftp.list('/none'))).rejects.toMatchObject({ server: { code: 'NO_SUCH_FILE' } });
    await sftp.stat('/data');
    expect(server.openHandles).toBe(0);
    expect(() => sftp.list('/data', { maxEntries: -1 })).toThrow(/maxEntries/);
  });

  it.each(['../x', '/etc/passwd', 'a\0b', ''])('ends the session for the name %j', async (name) => {
    const { server, sftp } = await start({
      answer: (request) =>
        request.name === 'READDIR' ? nameReply(request.id, [[name, server.files.add('/data/x')]]) : undefined,
    });
    await expect(all(sftp.list('/data'))).rejects.toMatchObject({ code: 'protocol' });
    await expect(sftp.stat('/data')).rejects.toMatchObject({ code: 'connection_lost', safeToRetry: true });
    await sftp.closed;
  });

  it('ends the session for a reply of a million names', async () => {
    const { sftp } = await start({
      answer: ({ name, id }) =>
        name === 'READDIR' ? message(FXP.NAME, id, (writer) => writer.u32(1_000_000)) : undefined,
    });
    await expect(all(sftp.list('/data'))).rejects.toMatchObject({ code: 'protocol' });
    await sftp.closed;
  });

  it('ends where a server lists without an end', async () => {
    const { server, sftp } = await start({
      answer: ({ name, id }): Uint8Array | undefined =>
        name === 'READDIR'
          ? nameReply(
              id,
              Array.from({ length: 2_000 }, (_, at) => [String(at), server.files.add('/data/x')]),
            )
          : undefined,
    });
    await expect(all(sftp.list('/data', { maxEntries: 50_000 }))).rejects.toMatchObject({ code: 'limit' });
    await sftp.stat('/data');
  });
});

describe('a list that never ends', () => {
  it('a reply without a name is the end', async () => {
    const { server, sftp } = await start({
      answer: ({ name, id }) => (name === 'READDIR' ? nameReply(id, []) : undefined),
    });
    expect(await all(sftp.list('/data'))).toEqual([]);
    await sftp.stat('/data');
    expect(server.openHandles).toBe(0);
  });

  it.each(['.', '..'])('ends the session for %j again and again', async (name) => {
    const { server, sftp } = await start({
      answer: (request) =>
        request.name === 'READDIR' ? nameReply(request.id, [[name, server.files.add('/data/x')]]) : undefined,
    });
    await expect(all(sftp.list('/data'))).rejects.toMatchObject({ code: 'protocol' });
    await sftp.closed;
  });
});

describe('walk and removeAll', () => {
  it('walks without following links', async () => {
    const { server, sftp } = await start();
    tree(server);
    const found = await all(sftp.walk('/data'));
    expect(found.map(({ path, depth }) => [path, depth])).toEqual([
      ['/data/a', 0],
      ['/data/b', 0],
      ['/data/root', 0],
      ['/data/sub', 0],
      ['/data/sub/c', 1],
      ['/data/sub/empty', 1],
    ]);
    expect((await all(sftp.walk('/'))).map(({ path }) => path)).toContain('/data/sub/c');
    await expect(all(sftp.walk('/data', { maxDepth: 0 }))).rejects.toMatchObject({ code: 'limit' });
    await expect(all(sftp.walk('/data', { maxEntries: 5 }))).rejects.toMatchObject({ code: 'limit' });
  });

  it('asks for the kind where the server leaves it out', async () => {
    const { server, sftp } = await start({
      answer: ({ name, id, body }) =>
        name === 'READDIR' && !isRepeated(body)
          ? message(FXP.NAME, id, (writer) => {
              writer.u32(2);
              for (const one of ['sub', 'root']) {
                writer.string(one);
                writer.string('');
                writer.u32(0);
              }
            })
          : undefined,
    });
    const seen = new Set<string>();
    const isRepeated = (body: Uint8Array): boolean => {
      const isSeen = seen.size > 0;
      seen.add(body.join());
      return isSeen;
    };
    tree(server);
    const kinds = (await all(sftp.walk('/data'))).map(({ path, kind }) => `${path} ${kind}`);
    expect(kinds.slice(0, 2)).toContain('/data/root symlink');
    expect(server.count('LSTAT')).toBe(2);
  });

  it('removes a tree, and not what its links lead to', async () => {
    const { server, sftp } = await start();
    tree(server);
    for (let at = 0; at < 300; at++) server.files.add(`/data/sub/${at}`);
    await sftp.removeAll('/data');
    expect([...server.files.nodes.keys()]).toEqual(['/', '/other']);
    expect(server.mostOutstanding.get('REMOVE')).toBeLessThanOrEqual(64);
    await sftp.removeAll('/other');
    await expect(sftp.removeAll('/other')).rejects.toMatchObject({ server: { code: 'NO_SUCH_FILE' } });
    expect(server.openHandles).toBe(0);
  });

  it('removes a link that was listed as a folder, and does not look into it', async () => {
    let listed = 0;
    const { server, sftp } = await start({
      answer: ({ name, id }, { files }) =>
        name === 'READDIR'
          ? nameReply(id, ++listed > 1 ? [] : [['root', { ...files.add('/unused'), kind: 'directory' }]])
          : undefined,
    });
    server.files.add('/data/root', '/', 'symlink');
    await sftp.removeAll('/data');
    expect(server.files.get('/data')).toBeUndefined();
    expect(server.count('OPENDIR')).toBe(1);
  });

  it('asks for a link without the slash behind it, which would lead to its folder', async () => {
    const { server, sftp } = await start();
    server.files.add('/data/root', '/', 'symlink');
    await sftp.removeAll('/data/root//');
    expect(server.names()).toEqual(['LSTAT', 'REMOVE']);
    expect(server.files.get('/data/root')).toBeUndefined();
  });

  it('removes nothing behind a name that leads out', async () => {
    const { server, sftp } = await start({
      answer: ({ name, id }) =>
        name === 'READDIR' ? nameReply(id, [['../other', server.files.add('/data/x')]]) : undefined,
    });
    tree(server);
    await expect(sftp.removeAll('/data')).rejects.toMatchObject({ code: 'protocol' });
    expect(server.count('REMOVE')).toBe(0);
  });
});
