// What may happen behind a client's back: aborts, ends and refusals at moments when its next step is decided already. Nothing may
// wait without an end, keep the turn, send a further command, or promise more than is known.
import { describe, expect, it } from 'vitest';
import { all, clientOf, errorOf, pause } from './support/client-of.ts';
import { type FtpServer, ftpServer, latin1 } from './support/ftp-server.ts';

const FILES = { '/a.txt': 'hello', '/dir/': '', '/dir/b': 'x'.repeat(100_000) };
const say = (control: FtpServer['controls'][0] | undefined, text: string) =>
  control?.write(latin1(`${text}\r\n`));
const endless = () =>
  new ReadableStream<Uint8Array>({ pull: (controller) => controller.enqueue(new Uint8Array(1000)) });
const silent = () => new ReadableStream<Uint8Array>({});

describe('a control connection that ends in mid-transfer', () => {
  it.each(['close', 'reset'] as const)('%s, while the data connection is silent', async (how) => {
    const server = ftpServer(FILES);
    server.onData = async (data, _command, control) => {
      await data.startTls();
      await data.write(latin1('he'));
      await (how === 'close' ? control.close() : control.reset());
      await data.closed;
    };
    const ftp = await clientOf(server);
    const [first, second] = await Promise.all([errorOf(ftp.bytes('a.txt')), errorOf(ftp.noop())]);
    expect(first.code).toMatch(/connection_lost|timeout/);
    expect(second.code).toMatch(/connection_lost|timeout/);
    await expect.poll(() => server.open, { timeout: 3000 }).toBe(0);
  });
});

describe('an abort', () => {
  it('while SIZE is asked behind a download: the next call finds the connection in order, or ended', async () => {
    const server = ftpServer(FILES);
    server.announces = false;
    server.onData = async (data, _command, control) => {
      await data.startTls();
      await data.write(latin1('hello'));
      await pause(20);
      data.reset();
      await say(control, '226 Done');
    };
    server.misbehave = (line) => (line.startsWith('SIZE') ? 'STALL' : undefined);
    const ftp = await clientOf(server);
    const reader = (await ftp.get('a.txt')).getReader();
    await reader.read();
    const rest = reader.read().catch(() => undefined);
    await expect.poll(() => server.commands.at(-1)).toBe('SIZE a.txt');
    await reader.cancel();
    await rest;
    const error = await errorOf(ftp.noop());
    expect(error).toMatchObject({ code: 'connection_lost', safeToRetry: true });
    await expect.poll(() => server.open, { timeout: 3000 }).toBe(0);
  });

  it('behind an atomic upload: nothing is renamed any more', async () => {
    for (const step of ['SIZE', 'RNFR']) {
      const server = ftpServer(FILES);
      const aborting = new AbortController();
      const ftp = await clientOf(server);
      server.misbehave = (line) => {
        if (line.startsWith(step)) aborting.abort();
        return undefined;
      };
      const work = ftp.put('n', 'new', { atomic: true, signal: aborting.signal });
      expect(await errorOf(work)).toMatchObject({ code: 'aborted', safeToRetry: false });
      await pause(50);
      expect(server.commands.filter((line) => line.startsWith('RNTO'))).toEqual([]);
      await expect.poll(() => server.open, { timeout: 3000 }).toBe(0);
    }
  });

  it('while a data port is asked for: nothing is dialled, and the connection goes on', async () => {
    const server = ftpServer(FILES);
    const ftp = await clientOf(server);
    for (const verb of ['EPSV', 'REST', 'RETR']) {
      const aborting = new AbortController();
      server.misbehave = (line) => {
        if (line.startsWith(verb)) aborting.abort();
        return undefined;
      };
      const work = ftp.get('a.txt', { start: 1, signal: aborting.signal });
      expect(await errorOf(work)).toMatchObject({ code: 'aborted', safeToRetry: true });
      await ftp.noop();
      expect(server.dialled.length).toBe(verb === 'EPSV' ? 0 : verb === 'REST' ? 1 : 2);
    }
    await ftp.close();
    await expect.poll(() => server.open, { timeout: 3000 }).toBe(0);
  });

  it('while a data connection is refused for its session: no second attempt', async () => {
    const server = ftpServer(FILES);
    const aborting = new AbortController();
    server.onData = async (data, _command, control) => {
      data.reset();
      await pause(20);
      aborting.abort();
      await pause(20);
      await say(control, '522 SSL connection failed; session reuse required');
    };
    const ftp = await clientOf(server, { timeoutMs: 5000 });
    expect(await errorOf(ftp.get('a.txt', { signal: aborting.signal }))).toMatchObject({ code: 'aborted' });
    server.onData = undefined;
    await ftp.noop();
    expect(server.commands).toEqual(['EPSV', 'RETR a.txt', 'NOOP']);
    await ftp.close();
  });

  it('of thousands that wait for their turn', async () => {
    const server = ftpServer(FILES);
    const ftp = await clientOf(server, { timeoutMs: 20_000 });
    const stream = await ftp.get('a.txt');
    const aborting = new AbortController();
    const calls = Array.from({ length: 10_000 }, () =>
      errorOf(ftp.size('a.txt', { signal: aborting.signal })),
    );
    const start = Date.now();
    aborting.abort();
    const errors = await Promise.all(calls);
    expect(Date.now() - start).toBeLessThan(5000);
    expect(errors.every(({ code, safeToRetry }) => code === 'aborted' && safeToRetry)).toBe(true);
    await stream.cancel();
    expect(await ftp.size('a.txt')).toBe(5);
    await ftp.close();
  });
});

describe('the body of an upload', () => {
  it('that gives nothing is given up, resumed or not; the connection goes on', async () => {
    for (const resume of [true, false]) {
      const server = ftpServer(FILES);
      const ftp = await clientOf(server, { timeoutMs: 5000 });
      expect(await errorOf(ftp.put('a.txt', silent(), { resume }))).toMatchObject({ code: 'timeout' });
      const aborting = new AbortController();
      const work = ftp.put('a.txt', silent(), { resume, signal: aborting.signal });
      setTimeout(() => aborting.abort(), 30);
      expect(await errorOf(work)).toMatchObject({ code: 'aborted' });
      await ftp.noop();
      await ftp.close();
    }
  });

  it('that never ends, ends with the call', async () => {
    const server = ftpServer(FILES);
    const ftp = await clientOf(server, { replyTimeoutMs: 5000 });
    expect(await errorOf(ftp.put('n', endless()))).toMatchObject({ code: 'timeout', safeToRetry: false });
    await ftp.noop();
    await ftp.close();
  });

  it('in one large piece, which a slow server takes bit by bit, is not taken for a standstill', async () => {
    const server = ftpServer(FILES);
    let count = 0;
    server.onData = async (data, _command, control) => {
      await data.startTls();
      for (let chunk = await data.read(); chunk !== undefined; chunk = await data.read()) {
        count += chunk.length;
        await pause(20);
      }
      await data.close();
      await say(control, '226 Done');
    };
    const ftp = await clientOf(server, { timeoutMs: 20_000 });
    const seen: number[] = [];
    const begun = Date.now();
    const { bytes } = await ftp.put('n', new Uint8Array(8 << 20), { onProgress: (sent) => seen.push(sent) });
    expect([bytes, count, seen.at(-1)]).toEqual([8 << 20, 8 << 20, 8 << 20]);
    expect(seen.length).toBeGreaterThan(8);
    // Longer than a server may be silent.
    expect(Date.now() - begun).toBeGreaterThan(1_500);
    await ftp.close();
  });
});

describe('close', () => {
  it('while a download is being opened', async () => {
    const server = ftpServer(FILES);
    const ftp = await clientOf(server, { timeoutMs: 60_000 });
    const opening = errorOf(ftp.get('dir/b').then((stream) => stream.getReader().read()));
    const list = errorOf(all(ftp.list()));
    await ftp.close();
    expect(await opening).toMatchObject({ code: 'closed' });
    expect(await list).toMatchObject({ code: 'closed', safeToRetry: true });
    await expect.poll(() => server.open, { timeout: 3000 }).toBe(0);
  });

  it('twice at once: both wait for the end', async () => {
    const server = ftpServer(FILES);
    const ftp = await clientOf(server);
    const put = ftp.put('n', 'bytes');
    let hasUploaded = false;
    void put.then(() => {
      hasUploaded = true;
    });
    void ftp.close();
    await ftp.close();
    expect(hasUploaded).toBe(true);
  });
});

describe('a refusal', () => {
  it('425 or 452 to STOR: the server may have emptied the file already', async () => {
    for (const [reply, safeToRetry] of [
      ['425 Failed to establish connection', false],
      ['452 No space', false],
      ['553 Could not create file', true],
    ] as const) {
      const server = ftpServer(FILES);
      server.misbehave = (line) => (line.startsWith('STOR') ? reply : undefined);
      const ftp = await clientOf(server);
      expect(await errorOf(ftp.put('a.txt', 'x'))).toMatchObject({ code: 'server', safeToRetry });
      await ftp.close();
    }
  });

  it('that repeats the password shows it in no error', async () => {
    for (const verb of ['PASS', 'PROT', 'FEAT', 'TYPE']) {
      for (const code of [421, 530]) {
        const server = ftpServer(FILES);
        server.misbehave = (line) => (line.startsWith(verb) ? `${code} not with secret, app` : undefined);
        if (verb === 'FEAT' && code === 530) continue;
        const error = await errorOf(clientOf(server));
        expect(JSON.stringify([error.message, error.server, String(error.cause), error.stack])).not.toMatch(
          /secret/,
        );
      }
    }
  });

  it('501 to MLSD is about the path: the server still has MLSD', async () => {
    const server = ftpServer(FILES);
    server.misbehave = (line) => (line === 'MLSD a.txt' ? '501 Not a directory' : undefined);
    const ftp = await clientOf(server);
    expect(await errorOf(all(ftp.list('a.txt')))).toMatchObject({ code: 'server' });
    expect((await all(ftp.list())).length).toBe(2);
    expect(server.commands).not.toContain('LIST');
    await ftp.close();
  });
});

describe('what proves a whole file', () => {
  it('is no size in its name', async () => {
    const server = ftpServer({ '/x (999 bytes)': 'hello' });
    for (const announces of [true, false]) {
      server.announces = announces;
      const ftp = await clientOf(server);
      expect((await ftp.bytes('x (999 bytes)')).length).toBe(5);
      await ftp.close();
    }
  });

  it('is no 226 behind a reset, without TLS either', async () => {
    for (const [sent, isWhole] of [
      ['hello', true],
      ['he', false],
    ] as const) {
      const server = ftpServer(FILES);
      server.announces = false;
      server.onData = async (data, _command, control) => {
        await data.write(latin1(sent));
        await pause(20);
        data.reset();
        await say(control, '226 Done');
      };
      const ftp = await clientOf(server, { tls: false });
      if (isWhole) expect((await ftp.bytes('a.txt')).length).toBe(5);
      else expect(await errorOf(ftp.bytes('a.txt'))).toMatchObject({ code: 'connection_lost' });
      await ftp.close();
    }
  });

  it('is no 226 behind the reset of an upload', async () => {
    for (const [stored, isWhole] of [
      ['hello', true],
      ['he', false],
    ] as const) {
      const server = ftpServer(FILES);
      server.onData = async (data, _command, control) => {
        while ((await data.read()) !== undefined);
        server.files.set('/new.txt', stored);
        data.reset();
        await say(control, '226 Done');
      };
      const ftp = await clientOf(server, { tls: false });
      const work = ftp.put('new.txt', latin1('hello'));
      if (isWhole) expect(await work).toEqual({ bytes: 5, skipped: 0 });
      else expect(await errorOf(work)).toMatchObject({ code: 'connection_lost' });
      expect(server.commands.at(-1)).toBe('SIZE new.txt');
      await ftp.close();
    }
  });

  it('is no 226 behind the reset of a listing', async () => {
    const server = ftpServer(FILES);
    server.onData = async (data, _command, control) => {
      await data.write(latin1('type=file; a\r\n'));
      await pause(20);
      data.reset();
      await say(control, '226 Done');
    };
    const ftp = await clientOf(server, { tls: false });
    expect(await errorOf(all(ftp.list()))).toMatchObject({ code: 'connection_lost' });
    await ftp.noop();
    await ftp.close();
  });
});

describe('removeAll', () => {
  it('removes links that are listed as directories, and nothing that they lead to', async () => {
    for (const path of ['d', 'd/link']) {
      const server = ftpServer({
        '/d/': '',
        '/d/a': '',
        '/d/link/': '',
        '/d/link/sub/': '',
        '/d/link/sub/b': 'precious',
      });
      server.misbehave = (line) => {
        // What the link leads to is no part of the directory.
        if (line === 'RMD d') return '250 Removed';
        if (line !== 'DELE d/link') return undefined;
        server.files.delete('/d/link/');
        return '250 Removed';
      };
      const ftp = await clientOf(server, { timeoutMs: 5000 });
      expect(await ftp.removeAll(path)).toBe(path === 'd' ? 3 : 1);
      expect(server.files.get('/d/link/sub/b')).toBe('precious');
      await ftp.close();
    }
  });
});

describe('a server that answers twice', () => {
  it('is found out before the next command, or while nothing is asked', async () => {
    for (const waitMs of [0, 300]) {
      const server = ftpServer(FILES);
      const ftp = await clientOf(server);
      server.misbehave = (line) => (line === 'NOOP' ? '200 One\r\n200 Two' : undefined);
      await ftp.noop();
      await pause(waitMs);
      expect((await errorOf(ftp.remove('a.txt'))).code).toMatch(/protocol|connection_lost/);
      expect(server.commands).not.toContain('DELE a.txt');
    }
  });
});
