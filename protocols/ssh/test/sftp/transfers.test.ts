// Downloads and uploads: order, gaps, depth, memory, and what is left behind.
import { toHex } from '@fairlead/bytes';
import { describe, expect, it } from 'vitest';
import { openSftp, type SftpOptions } from '../../src/sftp/index.ts';
import * as FXP from '../../src/sftp/wire/numbers/fxp.ts';
import { message, status } from './support/messages.ts';
import { type ServerOptions, scripted } from './support/server.ts';

const MIB = 1_048_576;

function pattern(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => (at * 31 + (at >> 8) * 7 + (at >> 16)) & 255);
}

async function hash(bytes: Uint8Array): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
}

async function start(options: ServerOptions = {}, sftpOptions: SftpOptions = {}) {
  const { server, ssh } = scripted(options);
  server.files.add('/data', '', 'directory');
  return { server, sftp: await openSftp(ssh, sftpOptions) };
}

/** The files in `/data`. */
function names(server: Awaited<ReturnType<typeof start>>['server']): string[] {
  return server.files.children('/data').map(([name]) => name);
}

describe('get', () => {
  const big = pattern(16 * MIB);

  it.each([
    ['at 32 KiB', {}],
    ['at 255 KiB', { limits: 261_120 }],
    ['of short replies', { maxRead: 10_000 }],
    ['of replies out of order', { reverse: true }],
    ['of short replies out of order', { reverse: true, maxRead: 20_001 }],
  ])('16 MiB %s', async (_name, options) => {
    const { server, sftp } = await start(options);
    server.files.add('/data/big', big);
    const got = await sftp.get('/data/big');
    expect(got.length).toBe(big.length);
    expect(await hash(got)).toBe(await hash(big));
    await sftp.stat('/data');
    expect(server.openHandles).toBe(0);
  });

  it('has 64 requests under way, and no more', async () => {
    const { server, sftp } = await start({ latencyMs: 5 });
    server.files.add('/data/big', big.subarray(0, 8 * MIB));
    await sftp.get('/data/big');
    expect(server.mostOutstanding.get('READ')).toBe(64);
    const few = await start({ latencyMs: 1 }, { maxRequests: 3, requestBytes: 512 });
    few.server.files.add('/data/big', big.subarray(0, 10_000));
    await few.sftp.get('/data/big');
    expect(few.server.mostOutstanding.get('READ')).toBe(3);
  });

  it('a small file takes two round trips and one READ more than its pieces', async () => {
    const { server, sftp } = await start({ latencyMs: 10 });
    server.files.add('/data/a', pattern(40_000));
    expect(await sftp.get('/data/a')).toEqual(pattern(40_000));
    expect(server.names()).toEqual(['OPEN', 'STAT', 'READ', 'READ', 'READ', 'CLOSE']);
    expect(server.requests.map(({ burst }) => burst)).toEqual([0, 0, 1, 1, 1, 2]);
  });

  it.each([0, 10, 999_999_999])('reads to the end, whatever size is told: %i', async (toldSize) => {
    const { server, sftp } = await start();
    server.files.add('/data/a', pattern(300_000)).toldSize = toldSize;
    expect(await hash(await sftp.get('/data/a'))).toBe(await hash(pattern(300_000)));
    expect(await sftp.get('/data/a', { end: 100_001 })).toEqual(pattern(300_000).subarray(0, 100_001));
    server.files.add('/data/b', 'x').toldSize = toldSize;
    expect(await sftp.get('/data/b')).toEqual(Uint8Array.of(120));
  });

  it('empty files, ranges, progress, a cap', async () => {
    const { server, sftp } = await start();
    server.files.add('/data/empty', '');
    expect(await sftp.get('/data/empty')).toEqual(new Uint8Array(0));
    const bytes = pattern(100_000);
    server.files.add('/data/a', bytes);
    expect(await sftp.get('/data/a', { start: 99_990 })).toEqual(bytes.subarray(99_990));
    expect(await sftp.get('/data/a', { start: 10, end: 40_000 })).toEqual(bytes.subarray(10, 40_000));
    expect(await sftp.get('/data/a', { start: 200_000 })).toEqual(new Uint8Array(0));
    expect(await sftp.get('/data/a', { start: 5, end: 5 })).toEqual(new Uint8Array(0));
    const steps: number[] = [];
    await sftp.get('/data/a', { onProgress: (count) => steps.push(count) });
    expect(steps).toEqual([32_768, 65_536, 98_304, 100_000]);
    await expect(sftp.get('/data/a', { maxBytes: 99_999 })).rejects.toMatchObject({ code: 'limit' });
    for (const wrong of [{ start: -1 }, { start: 2, end: 1 }, { end: 0.5 }]) {
      await expect(sftp.get('/data/a', wrong)).rejects.toMatchObject({ code: 'usage' });
    }
    expect((await sftp.stat('/data')).kind).toBe('directory');
    expect(server.openHandles).toBe(0);
  });

  it('a server that holds the first piece back and sends the others byte by byte ends the session', async () => {
    const { server, sftp } = await start({
      maxRead: 1,
      answer: ({ name, body }) =>
        name === 'READ' && body.subarray(-12, -4).every((byte) => byte === 0) ? 'silence' : undefined,
    });
    server.files.add('/data/a', new Uint8Array(4 * MIB));
    await expect(new Response(sftp.readable('/data/a')).text()).rejects.toMatchObject({ code: 'protocol' });
    await sftp.closed;
  });

  it('a READ that fails', async () => {
    let reads = 0;
    const { server, sftp } = await start({
      answer: ({ name, id }) => (name === 'READ' && ++reads === 5 ? status(id, 4, 'disk') : undefined),
    });
    server.files.add('/data/a', pattern(500_000));
    await expect(sftp.get('/data/a')).rejects.toMatchObject({ code: 'server', safeToRetry: true });
    await sftp.stat('/data');
    expect(server.openHandles).toBe(0);
  });
});

describe('readable', () => {
  it('a reader that stops stops the requests', async () => {
    const { server, sftp } = await start({ limits: 261_120 });
    server.files.add('/data/big', pattern(16 * MIB));
    const reader = sftp.readable('/data/big').getReader();
    expect(server.count('OPEN')).toBe(0);
    await reader.read();
    await new Promise((resolve) => setTimeout(resolve, 50));
    const asked = server.count('READ') * 261_120;
    expect(asked).toBeLessThanOrEqual(4.5 * MIB);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(server.count('READ') * 261_120).toBe(asked);
    await reader.cancel();
    await sftp.stat('/data');
    expect(server.openHandles).toBe(0);
  });

  it('is whole, and closes the file', async () => {
    const { server, sftp } = await start();
    const bytes = pattern(3 * MIB + 5);
    server.files.add('/data/a', bytes);
    const got = new Uint8Array(await new Response(sftp.readable('/data/a', { start: 1 })).arrayBuffer());
    expect(await hash(got)).toBe(await hash(bytes.subarray(1)));
    await sftp.stat('/data');
    expect(server.openHandles).toBe(0);
    await expect(sftp.readable('/none').getReader().read()).rejects.toMatchObject({ code: 'server' });
  });
});

describe('put', () => {
  const bytes = pattern(16 * MIB);

  it.each([
    ['at 32 KiB', {}],
    ['at 255 KiB', { limits: 261_120 }],
    ['confirmed out of order', { reverse: true }],
  ])('16 MiB %s', async (_name, options) => {
    const { server, sftp } = await start(options);
    const steps: number[] = [];
    const result = await sftp.put('/data/big', bytes, {
      mode: 0o640,
      onProgress: (count) => steps.push(count),
    });
    expect(result).toEqual({ bytes: bytes.length, atomic: true });
    expect(await hash(server.files.get('/data/big')?.data ?? bytes.subarray(1))).toBe(await hash(bytes));
    expect(steps.at(-1)).toBe(bytes.length);
    expect(server.files.get('/data/big')?.mode).toBe(0o640);
    expect(names(server)).toEqual(['big']);
    expect(server.names().slice(-4)).toEqual([
      'FSETSTAT',
      'fsync@openssh.com',
      'CLOSE',
      'posix-rename@openssh.com',
    ]);
    expect(server.openHandles).toBe(0);
  });

  it('has 64 requests under way, and no more', async () => {
    const { server, sftp } = await start({ latencyMs: 5 });
    await sftp.put('/data/big', bytes.subarray(0, 8 * MIB));
    expect(server.mostOutstanding.get('WRITE')).toBe(64);
  });

  it('text, streams, and streams of small pieces, which are gathered', async () => {
    const { server, sftp } = await start({ latencyMs: 2 });
    await sftp.put('/data/text', 'h\u00e9');
    expect(server.files.text('/data/text')).toBe('h\u00e9');
    await sftp.put('/data/empty', '');
    expect(server.files.text('/data/empty')).toBe('');
    let at = 0;
    const source = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (at >= 200_000) controller.close();
        else controller.enqueue(bytes.slice(at, at + 1_000));
        at += 1_000;
      },
    });
    const before = server.count('WRITE');
    expect(await sftp.put('/data/stream', source)).toEqual({ bytes: 200_000, atomic: true });
    expect(server.files.get('/data/stream')?.data).toEqual(bytes.subarray(0, 200_000));
    expect(server.count('WRITE') - before).toBeLessThan(12);
  });

  it.each([
    ['at once', {}, true],
    ['on a server without posix-rename', { extensions: {} }, false],
  ])('takes the place of a file %s', async (_name, options, atomic) => {
    const { server, sftp } = await start(options);
    server.files.add('/data/a', 'old');
    expect(await sftp.put('/data/a', 'new')).toEqual({ bytes: 3, atomic });
    expect(await sftp.put('/data/b', 'new')).toEqual({ bytes: 3, atomic: true });
    expect(server.files.text('/data/a')).toBe('new');
    expect(names(server).sort()).toEqual(['a', 'b']);
  });

  it('without a temporary file, and resumed', async () => {
    const { server, sftp } = await start();
    expect(await sftp.put('/data/a', 'one', { atomic: false })).toEqual({ bytes: 3, atomic: false });
    server.files.add('/data/part', bytes.slice(0, 70_000));
    const steps: number[] = [];
    const options = { resume: true, onProgress: (count: number) => steps.push(count) };
    expect(await sftp.put('/data/part', bytes.slice(0, 100_000), options)).toEqual({
      bytes: 100_000,
      atomic: false,
    });
    expect(server.files.get('/data/part')?.data).toEqual(bytes.subarray(0, 100_000));
    expect(steps).toEqual([100_000]);
    expect(await sftp.put('/data/fresh', 'all', { resume: true })).toEqual({ bytes: 3, atomic: false });
    await expect(sftp.put('/data/part', 'short', { resume: true })).rejects.toMatchObject({ code: 'usage' });
    await expect(sftp.put('/data/a', '', { resume: true, atomic: true })).rejects.toMatchObject({
      code: 'usage',
    });
    await expect(sftp.put('/data/a', 5 as never)).rejects.toMatchObject({ code: 'usage' });
  });

  it.each(['OPEN', 'WRITE', 'FSETSTAT', 'fsync@openssh.com', 'CLOSE', 'posix-rename@openssh.com'])(
    'ends with the error of a %s, and removes the temporary file',
    async (failing) => {
      let seen = 0;
      const { server, sftp } = await start({
        answer: ({ name, id }) => (name === failing && ++seen === 1 ? status(id, 4, 'quota') : undefined),
      });
      server.files.add('/data/a', 'old');
      let cancelled = false;
      const source = new ReadableStream<Uint8Array>({
        pull: (controller) => controller.enqueue(new Uint8Array(100_000)),
        cancel: () => {
          cancelled = true;
        },
      });
      const upload = failing === 'WRITE' ? source : 'new';
      await expect(sftp.put('/data/a', upload, { mode: 0o600 })).rejects.toMatchObject({
        code: 'server',
        message: expect.stringContaining('put "/data/a": quota (FAILURE)'),
        safeToRetry: false,
      });
      await sftp.stat('/data');
      expect(names(server)).toEqual(['a']);
      expect(server.files.text('/data/a')).toBe('old');
      expect(server.openHandles).toBe(failing === 'CLOSE' ? 1 : 0);
      expect(cancelled).toBe(failing === 'WRITE');
    },
  );

  it('a source that fails', async () => {
    const { server, sftp } = await start();
    const source = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new Uint8Array(10)),
      pull: (controller) => controller.error(new Error('source')),
    });
    await expect(sftp.put('/data/a', source)).rejects.toMatchObject({
      code: 'usage',
      cause: { message: 'source' },
    });
    await sftp.stat('/data');
    expect([names(server), server.openHandles]).toEqual([[], 0]);
  });
});

describe('writable', () => {
  it('writes, and confirms at its end', async () => {
    const { server, sftp } = await start();
    const bytes = pattern(2 * MIB + 3);
    await new Response(bytes).body?.pipeTo(sftp.writable('/data/a', { mode: 0o600 }));
    expect(await hash(server.files.get('/data/a')?.data ?? bytes.subarray(1))).toBe(await hash(bytes));
    expect(server.files.get('/data/a')?.mode).toBe(0o600);
    expect(server.openHandles).toBe(0);
  });

  it('appends, overwrites, and creates only', async () => {
    const { server, sftp } = await start();
    server.files.add('/data/a', 'hello');
    const write = async (text: string, options: Parameters<typeof sftp.writable>[1]): Promise<void> => {
      const writer = sftp.writable('/data/a', options).getWriter();
      writer.write(new TextEncoder().encode(text)).catch(() => undefined);
      await writer.close();
    };
    await write(' world', { flags: 'a' });
    expect(server.files.text('/data/a')).toBe('hello world');
    await write('J', { flags: 'r+' });
    await write('W', { flags: 'r+', start: 6 });
    expect(server.files.text('/data/a')).toBe('Jello World');
    await expect(write('x', { flags: 'wx' })).rejects.toMatchObject({ code: 'server' });
    expect(() => sftp.writable('/data/a', { flags: 'a', start: 1 })).toThrow(/start/);
    expect(() => sftp.writable('/data/a', { flags: 'q' as never })).toThrow(/flags/);
    expect(server.openHandles).toBe(0);
  });

  it('a server that does not confirm holds the writer back', async () => {
    const { server, sftp } = await start();
    const writer = sftp.writable('/data/a').getWriter();
    await writer.write(new Uint8Array(40_000));
    server.hold(true);
    let written = 0;
    const writing = (async () => {
      for (let piece = 0; piece < 200; piece++) {
        await writer.write(new Uint8Array(MIB / 16));
        written++;
      }
    })();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(written * (MIB / 16)).toBeLessThanOrEqual(4 * MIB);
    expect(written).toBeGreaterThan(20);
    server.hold(false);
    await writing;
    await writer.close();
    expect(server.files.get('/data/a')?.data.length).toBe(40_000 + 200 * (MIB / 16));
  });
});

describe('a caller whose bytes do not come', () => {
  /** A stream that gives one piece, and nothing more. */
  function stalled() {
    const seen = { cancelled: false };
    const source = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new Uint8Array(10)),
      cancel: () => {
        seen.cancelled = true;
      },
    });
    return { seen, source };
  }

  it.each([{}, { atomic: false }])('an upload ends with the session: %j', async (options) => {
    const { server, sftp } = await start();
    const { seen, source } = stalled();
    const upload = sftp.put('/data/a', source, options);
    upload.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 30));
    server.transport.destroy(new Error('cut'));
    await expect(upload).rejects.toMatchObject({ code: 'connection_lost', safeToRetry: false });
    expect(seen.cancelled).toBe(true);
  });

  it('an upload that is resumed and aborted says so', async () => {
    const { server, sftp } = await start();
    server.files.add('/data/a', new Uint8Array(100));
    const { seen, source } = stalled();
    const upload = sftp.put('/data/a', source, { resume: true, signal: AbortSignal.timeout(30) });
    await expect(upload).rejects.toMatchObject({ code: 'aborted' });
    expect(seen.cancelled).toBe(true);
    expect(server.files.get('/data/a')?.data.length).toBe(100);
  });

  it('a file whose length is not told is not written into', async () => {
    const { server, sftp } = await start({
      answer: ({ name, id }) =>
        name === 'STAT' ? message(FXP.ATTRS, id, (writer) => writer.u32(0)) : undefined,
    });
    server.files.add('/data/a', 'old content');
    await expect(sftp.put('/data/a', 'new', { resume: true })).rejects.toMatchObject({ code: 'usage' });
    expect(server.files.text('/data/a')).toBe('old content');
  });

  it('a file is not emptied by its own copy', async () => {
    const { server, sftp } = await start();
    server.files.add('/data/a', 'old');
    await expect(sftp.copy('/data/a', '/data/a')).rejects.toMatchObject({ code: 'usage' });
    expect(server.files.text('/data/a')).toBe('old');
  });
});

describe('close', () => {
  it.each(['an upload that has failed', 'an upload under way'])(
    'removes what is left of %s',
    async (which) => {
      const { server, sftp } = await start({ latencyMs: 20 });
      const source = new ReadableStream<Uint8Array>({
        start: (controller) => controller.enqueue(new Uint8Array(10)),
      });
      const upload = sftp.put('/data/a', source, { signal: AbortSignal.timeout(60) });
      upload.catch(() => undefined);
      if (which === 'an upload under way') await new Promise((resolve) => setTimeout(resolve, 40));
      else await expect(upload).rejects.toMatchObject({ code: 'aborted' });
      await sftp.close();
      await expect(upload).rejects.toThrow();
      expect([names(server), server.openHandles]).toEqual([[], 0]);
    },
  );

  it('does not wait for a server that is silent', async () => {
    const { sftp } = await start({ answer: ({ name }) => (name === 'REMOVE' ? 'silence' : undefined) });
    const source = new ReadableStream<Uint8Array>();
    await expect(sftp.put('/data/a', source, { timeoutMs: 20 })).rejects.toMatchObject({ code: 'timeout' });
    const begun = Date.now();
    await sftp.close();
    expect(Date.now() - begun).toBeGreaterThan(1_500);
    expect(Date.now() - begun).toBeLessThan(4_000);
  });
});
