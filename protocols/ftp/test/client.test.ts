// The client against an honest server: each call, and what goes over the wire for it.
import { describe, expect, it } from 'vitest';
import { connect, type FtpOptions } from '../src/index.ts';
import { all } from './support/client-of.ts';
import { type FtpServer, ftpServer } from './support/ftp-server.ts';

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

async function textOf(stream: ReadableStream<Uint8Array>): Promise<string> {
  return await new Response(stream).text();
}

/** A logged-in client; what the login has sent is forgotten. */
async function clientOf(server: FtpServer, options: FtpOptions = {}) {
  const ftp = await connect('ftp://app:secret@ftp.test', { connector: server.connector, ...options });
  server.commands.length = 0;
  return ftp;
}

const FILES = {
  '/a.txt': 'hello',
  '/dir/': '',
  '/dir/b.bin': 'x'.repeat(200_000),
  '/dir/sub/': '',
  '/dir/sub/c': '',
};

describe('the login', () => {
  const login = ['USER app', 'PASS secret', 'PBSZ 0', 'PROT P', 'FEAT', 'OPTS UTF8 ON', 'TYPE I'];

  it('turns TLS on by AUTH TLS, before any credential, and asks for features behind it', async () => {
    const server = ftpServer();
    await using ftp = await connect('ftp://app:secret@ftp.test', { connector: server.connector });
    expect(server.commands).toEqual(['AUTH TLS', ...login]);
    expect(ftp.peer).toEqual({ hostname: 'ftp.test', port: 21, tls: true });
    expect(ftp.server.greeting).toBe('ftp.test ready');
    expect(ftp.server.features.get('REST')).toBe('STREAM');
  });

  it('begins with TLS for ftps:, at port 990', async () => {
    const server = ftpServer();
    await using ftp = await connect('ftps://app:secret@ftp.test', { connector: server.connector });
    expect(server.commands).toEqual(login);
    expect(ftp.peer).toEqual({ hostname: 'ftp.test', port: 990, tls: true });
  });

  it('is plain by name, and anonymous where no name is given', async () => {
    const server = ftpServer();
    await using ftp = await connect('ftp://ftp.test', { connector: server.connector, tls: false });
    expect(server.commands).toEqual(['USER anonymous', 'PASS anonymous@', 'FEAT', 'OPTS UTF8 ON', 'TYPE I']);
    expect(ftp.peer.tls).toBe(false);
  });

  it('sends PROT C where clear data is asked for, and dials it in clear', async () => {
    const server = ftpServer(FILES);
    await using ftp = await connect('ftp://app:secret@ftp.test', {
      connector: server.connector,
      dataProtection: 'clear',
    });
    expect(server.commands).toContain('PROT C');
    expect(text(await ftp.bytes('a.txt'))).toBe('hello');
    expect(server.dialled).toEqual([{ hostname: 'ftp.test', port: 50_001, tls: 'off' }]);
  });

  it('refuses a wrong password with auth, and no word of it', async () => {
    const server = ftpServer();
    server.misbehave = (line) => (line.startsWith('PASS') ? `530 ${line.slice(5)} is wrong` : undefined);
    const failure = connect('ftp://app:hunter22@ftp.test', { connector: server.connector });
    await expect(failure).rejects.toMatchObject({
      code: 'auth',
      server: { code: '530', message: '*** is wrong' },
    });
  });

  it('waits behind 120, and sends an account where it is asked for', async () => {
    const server = ftpServer();
    server.greeting = '120 Soon\r\n220-Now\r\n220 or never';
    server.misbehave = (line) =>
      /^PASS/.test(line) ? '332 Account' : /^ACCT/.test(line) ? '230 Fine' : undefined;
    await using ftp = await clientOf(server, { account: 'acct' });
    expect(ftp.server.greeting).toBe('Now\nor never');
  });
});

describe.each([
  ['explicit TLS', {}],
  ['implicit TLS', { tls: true }],
  ['no TLS', { tls: false }],
  ['PASV', { passive: 'pasv' }],
] as const)('by %s', (_name, options) => {
  it('downloads, uploads and appends', async () => {
    const server = ftpServer(FILES);
    await using ftp = await clientOf(server, options);
    expect(await textOf(await ftp.get('a.txt'))).toBe('hello');
    expect((await ftp.bytes('dir/b.bin')).length).toBe(200_000);
    expect(await ftp.put('new.txt', 'one')).toEqual({ bytes: 3, skipped: 0 });
    expect(await ftp.append('new.txt', 'two')).toEqual({ bytes: 3, skipped: 0 });
    expect(server.files.get('/new.txt')).toBe('onetwo');
    expect(new Set(server.dialled.map(({ hostname }) => hostname))).toEqual(new Set(['ftp.test']));
  });

  it('lists by MLSD, and by LIST where the server has nothing else', async () => {
    const server = ftpServer(FILES);
    await using ftp = await clientOf(server, options);
    const entries = await all(ftp.list('dir'));
    expect(entries).toMatchObject([
      { name: 'b.bin', type: 'file', size: 200_000, isTimeApproximate: false },
      { name: 'sub', type: 'directory' },
    ]);
    server.features = [];
    await using old = await clientOf(server, options);
    expect(await all(old.list('dir'))).toMatchObject([
      { name: 'b.bin', type: 'file', size: 200_000, isTimeApproximate: true },
      { name: 'sub', type: 'directory' },
    ]);
    expect(server.commands.at(-1)).toBe('LIST dir');
  });
});

describe('a transfer', () => {
  it('costs a small file EPSV, a dial and RETR, and nothing more', async () => {
    const server = ftpServer(FILES);
    await using ftp = await clientOf(server);
    for (let n = 0; n < 3; n++) await ftp.bytes('a.txt');
    expect(server.commands).toEqual(['EPSV', 'RETR a.txt', 'EPSV', 'RETR a.txt', 'EPSV', 'RETR a.txt']);
  });

  it('takes the end and the reply in either order', async () => {
    const server = ftpServer(FILES);
    await using ftp = await clientOf(server);
    for (const order of ['reply first', 'end first', 'reply first'] as const) {
      server.order = order;
      expect(text(await ftp.bytes('a.txt'))).toBe('hello');
      expect(await all(ftp.list())).toHaveLength(2);
    }
  });

  it('begins where it is told, by REST straight before RETR', async () => {
    const server = ftpServer(FILES);
    await using ftp = await clientOf(server);
    expect(text(await ftp.bytes('a.txt', { start: 2 }))).toBe('llo');
    expect(server.commands).toEqual(['EPSV', 'REST 2', 'RETR a.txt']);
  });

  it('resumes only a file that has not changed', async () => {
    const server = ftpServer(FILES);
    await using ftp = await clientOf(server);
    const modifiedAt = new Date('2026-01-02T03:04:05Z');
    expect(text(await ftp.bytes('a.txt', { start: 2, ifUnchanged: { size: 5, modifiedAt } }))).toBe('llo');
    await expect(ftp.get('a.txt', { start: 2, ifUnchanged: { size: 6 } })).rejects.toMatchObject({
      code: 'server',
    });
    server.times.set('/a.txt', '20270101000000');
    await expect(ftp.get('a.txt', { ifUnchanged: { modifiedAt } })).rejects.toThrow('changed');
    await ftp.noop();
  });

  it('takes PASV where EPSV is refused, and remembers it', async () => {
    const server = ftpServer(FILES);
    server.misbehave = (line) => (line === 'EPSV' ? '500 What?' : undefined);
    await using ftp = await clientOf(server);
    await ftp.bytes('a.txt');
    await ftp.bytes('a.txt');
    expect(server.commands).toEqual(['EPSV', 'PASV', 'RETR a.txt', 'PASV', 'RETR a.txt']);
    expect(server.dialled.every(({ hostname }) => hostname === 'ftp.test')).toBe(true);
    await using strict = await clientOf(server, { passive: 'epsv' });
    await expect(strict.bytes('a.txt')).rejects.toMatchObject({ code: 'server' });
  });

  it('queues calls, and reports progress', async () => {
    const server = ftpServer(FILES);
    await using ftp = await clientOf(server);
    const progress: number[] = [];
    const [size, content, , put] = await Promise.all([
      ftp.size('a.txt'),
      ftp.bytes('dir/b.bin', { onProgress: (bytes) => progress.push(bytes) }),
      ftp.mkdir('new'),
      ftp.put('new/x', new Blob(['y'.repeat(100_000)]).stream(), {
        onProgress: (bytes) => progress.push(bytes),
      }),
    ]);
    expect([size, content.length, put.bytes]).toEqual([5, 200_000, 100_000]);
    expect(progress).toContain(200_000);
    expect(progress.at(-1)).toBe(100_000);
  });

  it('refuses a file that is not there, and goes on', async () => {
    const server = ftpServer(FILES);
    await using ftp = await clientOf(server);
    await expect(ftp.get('nope')).rejects.toMatchObject({
      code: 'server',
      server: { code: '550' },
      safeToRetry: true,
    });
    await expect(ftp.put('no/dir', 'x')).rejects.toMatchObject({ code: 'server', server: { code: '553' } });
    await ftp.noop();
    await expect.poll(() => server.open).toBe(1);
  });

  it('is capped in memory', async () => {
    const server = ftpServer(FILES);
    await using ftp = await clientOf(server);
    await expect(ftp.bytes('dir/b.bin', { maxBytes: 1000 })).rejects.toMatchObject({ code: 'limit' });
    expect(text(await ftp.bytes('a.txt', { maxBytes: 5 }))).toBe('hello');
  });

  it('holds a server back whose bytes nobody reads', async () => {
    const server = ftpServer({ '/big': 'x'.repeat(8 << 20) });
    await using ftp = await clientOf(server, { tls: false });
    const reader = (await ftp.get('big')).getReader();
    await reader.read();
    await reader.cancel();
    await ftp.noop();
    expect(server.commands).toEqual(['EPSV', 'RETR big', 'NOOP']);
  });
});

describe('an upload', () => {
  it('is atomic by a temporary name, a check of the size, and a rename', async () => {
    const server = ftpServer({ ...FILES, '/dir/t': 'old' });
    await using ftp = await clientOf(server);
    await ftp.put('dir/t', 'newer', { atomic: true });
    expect(server.files.get('/dir/t')).toBe('newer');
    const verbs = server.commands.map((line) => line.replace(/\.[0-9a-f]{8}\./, '.N.'));
    expect(verbs).toEqual([
      'EPSV',
      'STOR dir/.t.N.part',
      'SIZE dir/.t.N.part',
      'RNFR dir/.t.N.part',
      'RNTO dir/t',
    ]);
  });

  it('leaves the old file where an atomic one fails', async () => {
    const server = ftpServer({ '/t': 'old' });
    server.misbehave = (line) => (line.startsWith('SIZE') ? '213 3' : undefined);
    await using ftp = await clientOf(server);
    await expect(ftp.put('t', 'newer', { atomic: true })).rejects.toMatchObject({ code: 'connection_lost' });
    expect([...server.files]).toEqual([['/t', 'old']]);
  });

  it('goes on behind what the server has', async () => {
    const server = ftpServer({ '/t': 'hel' });
    await using ftp = await clientOf(server);
    expect(await ftp.put('t', 'hello', { resume: true })).toEqual({ bytes: 2, skipped: 3 });
    expect(server.files.get('/t')).toBe('hello');
    expect(await ftp.put('u', 'hello', { resume: true })).toEqual({ bytes: 5, skipped: 0 });
    await expect(ftp.put('t', 'he', { resume: true })).rejects.toMatchObject({ code: 'usage' });
    await expect(ftp.put('t', 'hello', { resume: { size: 9 } })).rejects.toMatchObject({ code: 'server' });
    await ftp.noop();
  });

  it('stops when the server refuses midway, while it writes', async () => {
    const server = ftpServer(FILES);
    server.onData = async (data, _command, control) => {
      await data.startTls();
      await data.read();
      await control.write(new TextEncoder().encode('552 Quota exceeded\r\n'));
    };
    await using ftp = await clientOf(server);
    let chunks = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        chunks += 1;
        controller.enqueue(new Uint8Array(65_536));
      },
    });
    await expect(ftp.put('t', endless)).rejects.toMatchObject({
      code: 'server',
      server: { code: '552' },
      safeToRetry: false,
    });
    expect(chunks).toBeLessThan(200);
    server.onData = undefined;
    await ftp.noop();
  });

  it('fails with its stream, and the connection goes on', async () => {
    const server = ftpServer(FILES);
    await using ftp = await clientOf(server);
    const broken = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.error(new Error('gone'));
      },
    });
    await expect(ftp.put('t', broken)).rejects.toMatchObject({ code: 'usage', cause: new Error('gone') });
    await expect(ftp.put('t', {} as never)).rejects.toMatchObject({ code: 'usage' });
    await ftp.noop();
  });
});

describe('files and directories', () => {
  it('are described, made, renamed and removed', async () => {
    const server = ftpServer(FILES);
    await using ftp = await clientOf(server);
    expect(await ftp.stat('/dir/b.bin')).toMatchObject({ name: 'b.bin', type: 'file', size: 200_000 });
    expect(await ftp.stat('/')).toMatchObject({ name: '/', type: 'directory' });
    expect(await ftp.modifiedAt('a.txt')).toEqual(new Date('2026-01-02T03:04:05Z'));
    await ftp.setModifiedAt('a.txt', new Date('2027-02-03T04:05:06Z'));
    expect(server.times.get('/a.txt')).toBe('20270203040506');
    expect(await ftp.hash('a.txt')).toEqual({ algorithm: 'SHA-256', value: 'ab'.repeat(32) });
    expect(await ftp.workingDirectory()).toBe('/');
    await ftp.mkdir('x/y/z', { recursive: true });
    await ftp.mkdir('x/y/z', { recursive: true });
    await expect(ftp.mkdir('x')).rejects.toMatchObject({ code: 'server' });
    await ftp.rename('a.txt', 'x/y/z/a');
    expect(server.files.get('/x/y/z/a')).toBe('hello');
    await ftp.remove('x/y/z/a');
    await ftp.rmdir('x/y/z');
    expect((await ftp.command('SITE CHMOD 644 a.txt')).code).toBe(200);
  });

  it('are found without MLST', async () => {
    const server = ftpServer(FILES);
    server.features = ['SIZE', 'MDTM', 'XMD5'];
    await using ftp = await clientOf(server);
    expect(await ftp.stat('a.txt')).toMatchObject({ name: 'a.txt', type: 'file', size: 5 });
    expect(await ftp.stat('dir/sub')).toMatchObject({ name: 'sub', type: 'directory' });
    expect(await ftp.stat('/')).toMatchObject({ type: 'directory' });
    await expect(ftp.stat('nope')).rejects.toMatchObject({ code: 'server', server: { code: '550' } });
    expect(await ftp.hash('a.txt', 'md5')).toEqual({ algorithm: 'MD5', value: 'cd'.repeat(16) });
    await expect(ftp.hash('a.txt', 'SHA-512')).rejects.toMatchObject({ code: 'usage' });
  });

  it('are walked and removed with all that is in them', async () => {
    const server = ftpServer({ ...FILES, '/dir/sub/deep/': '', '/dir/sub/deep/d': 'd' });
    await using ftp = await clientOf(server);
    const paths = (await all(ftp.walk('dir'))).map(({ path, depth }) => `${depth} ${path}`);
    expect(paths).toEqual(['0 dir/b.bin', '0 dir/sub', '1 dir/sub/c', '1 dir/sub/deep', '2 dir/sub/deep/d']);
    await expect(all(ftp.walk('dir', { maxDepth: 1 }))).rejects.toMatchObject({ code: 'limit' });
    await expect(all(ftp.walk('dir', { maxEntries: 3 }))).rejects.toMatchObject({ code: 'limit' });
    for (const path of ['/', '', '..', 'dir/..', 'dir/.']) {
      await expect(ftp.removeAll(path)).rejects.toMatchObject({ code: 'usage' });
    }
    expect(await ftp.removeAll('dir/')).toBe(6);
    expect([...server.files.keys()]).toEqual(['/a.txt']);
  });

  it('have names in latin1 where that is asked for', async () => {
    const server = ftpServer({ '/caf\xe9': 'x' });
    await using utf8 = await clientOf(server);
    const [entry] = await all(utf8.list());
    expect(entry?.name).toBe('caf\ufffd');
    await expect(all(utf8.walk())).rejects.toMatchObject({
      code: 'protocol',
      message: expect.stringContaining('latin1'),
    });
    await using ftp = await clientOf(server, { names: 'latin1' });
    const [found] = await all(ftp.list());
    expect(text(await ftp.bytes(found?.name ?? ''))).toBe('x');
  });
});

describe('closing', () => {
  it('ends a download that nobody reads, and refuses further calls', async () => {
    const server = ftpServer(FILES);
    const ftp = await clientOf(server);
    const stream = await ftp.get('dir/b.bin');
    await ftp.close();
    await expect(textOf(stream)).rejects.toMatchObject({ code: 'closed' });
    await expect(ftp.noop()).rejects.toMatchObject({ code: 'closed' });
    await expect.poll(() => server.open).toBe(0);
  });

  it('waits for an upload', async () => {
    const server = ftpServer(FILES);
    const ftp = await clientOf(server);
    const upload = ftp.put('t', 'x'.repeat(100_000), { atomic: true });
    await ftp.close();
    expect((await upload).bytes).toBe(100_000);
    expect(server.files.get('/t')).toHaveLength(100_000);
  });
});
