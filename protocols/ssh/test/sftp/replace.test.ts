// A file takes the place of another: whatever fails, and whenever the caller leaves, one of the two is there under a name.
import { describe, expect, it } from 'vitest';
import { openSftp } from '../../src/sftp/index.ts';
import { status } from './support/messages.ts';
import { type ServerOptions, scripted } from './support/server.ts';

async function start(options: ServerOptions) {
  const { server, ssh } = scripted(options);
  server.files.add('/data', '', 'directory');
  server.files.add('/data/a', 'old');
  const texts = () => server.files.children('/data').map(([name]) => server.files.text(`/data/${name}`));
  return { server, texts, sftp: await openSftp(ssh) };
}

const NONE = { extensions: {} };

describe('a server without posix-rename', () => {
  it('replaces a file, and leaves nothing beside it', async () => {
    const { server, texts, sftp } = await start(NONE);
    expect(await sftp.put('/data/a', 'new')).toEqual({ bytes: 3, atomic: false });
    await sftp.stat('/data');
    expect([server.files.text('/data/a'), texts()]).toEqual(['new', ['new']]);
  });

  it('a refusal of the second RENAME or of the third leaves the old file in its place', async () => {
    for (const refused of [2, 3]) {
      let renames = 0;
      const { server, texts, sftp } = await start({
        ...NONE,
        answer: ({ name, id }) => (name === 'RENAME' && ++renames === refused ? status(id, 3) : undefined),
      });
      const failure = { code: 'server', message: expect.not.stringContaining('may now be') };
      await expect(sftp.put('/data/a', 'new')).rejects.toMatchObject({ ...failure, safeToRetry: false });
      await sftp.stat('/data');
      expect([server.files.text('/data/a'), texts()]).toEqual(['old', ['old']]);
    }
  });

  it('says where the old file is when it cannot be put back', async () => {
    let renames = 0;
    const { texts, sftp } = await start({
      ...NONE,
      answer: ({ name, id }) => (name === 'RENAME' && ++renames >= 3 ? status(id, 3) : undefined),
    });
    await expect(sftp.put('/data/a', 'new')).rejects.toMatchObject({
      code: 'server',
      message: expect.stringMatching(/may now be "\/data\/\.fairlead-[0-9a-f]{16}\.old"/),
    });
    await sftp.stat('/data');
    expect(texts()).toEqual(['old']);
  });

  it.each([1, 2, 3])('an abort during RENAME %i loses neither, done or not', async (at) => {
    for (const isDone of [true, false]) {
      let renames = 0;
      const leaving = new AbortController();
      const { server, texts, sftp } = await start({
        ...NONE,
        answer: (request, { answers }) => {
          if (request.name !== 'RENAME' || ++renames !== at) return undefined;
          setTimeout(() => leaving.abort(), 5);
          if (isDone) answers.to(request);
          return 'silence';
        },
      });
      const { signal } = leaving;
      await expect(sftp.put('/data/a', 'new', { signal })).rejects.toMatchObject({ code: 'aborted' });
      await sftp.stat('/data');
      expect(['old', 'new']).toContain(server.files.text('/data/a'));
      expect(texts()).toContain('old');
    }
  });

  it('a file that takes its own place is kept', async () => {
    const { server, texts, sftp } = await start(NONE);
    await expect(sftp.rename('/data/a', '/data/a', { overwrite: true })).rejects.toMatchObject({
      server: { code: 'NO_SUCH_FILE' },
    });
    expect([server.files.text('/data/a'), texts()]).toEqual(['old', ['old']]);
  });

  it('a folder is not replaced', async () => {
    const { server, texts, sftp } = await start(NONE);
    server.files.add('/data/sub', '', 'directory');
    await expect(sftp.rename('/data/a', '/data/sub', { overwrite: true })).rejects.toMatchObject({
      server: { code: 'FAILURE' },
    });
    expect(server.count('RENAME')).toBe(1);
    expect(texts()).toEqual(['old', '']);
  });
});
