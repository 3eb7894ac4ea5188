// Hostile servers, silence, cuts and aborts: each call ends with its error, and nothing stays open.
import { describe, expect, it } from 'vitest';
import { openSftp, type Sftp, type SftpOptions } from '../../src/sftp/index.ts';
import * as FXP from '../../src/sftp/wire/numbers/fxp.ts';
import { message, type Request, status } from './support/messages.ts';
import { type ServerOptions, scripted } from './support/server.ts';

async function start(options: ServerOptions = {}, sftpOptions: SftpOptions = {}) {
  const { server, ssh, client } = scripted(options);
  server.files.add('/data', '', 'directory');
  server.files.add('/data/a', new Uint8Array(200_000));
  return { server, client, sftp: await openSftp(ssh, sftpOptions) };
}

/** Every kind of work, by the requests that it sends. */
const WORK: readonly [
  name: string,
  work: (sftp: Sftp, signal?: AbortSignal) => Promise<unknown>,
  steps: string[],
][] = [
  ['stat', (sftp, signal) => sftp.stat('/data', { signal }), ['STAT']],
  ['get', (sftp, signal) => sftp.get('/data/a', { signal }), ['OPEN', 'STAT', 'READ']],
  [
    'readable',
    (sftp, signal) => new Response(sftp.readable('/data/a', { signal })).text(),
    ['OPEN', 'STAT', 'READ'],
  ],
  [
    'put',
    (sftp, signal) => sftp.put('/data/b', new Uint8Array(200_000), { signal, mode: 0o600 }),
    ['OPEN', 'WRITE', 'FSETSTAT', 'fsync@openssh.com', 'CLOSE', 'posix-rename@openssh.com'],
  ],
  [
    'writable',
    async (sftp, signal) =>
      new Response(new Uint8Array(200_000)).body?.pipeTo(sftp.writable('/data/b', { signal, flags: 'a' })),
    ['OPEN', 'FSTAT', 'WRITE', 'CLOSE'],
  ],
  [
    'list',
    async (sftp, signal) => {
      for await (const entry of sftp.list('/data', { signal })) expect(entry.name).toBe('a');
    },
    ['OPENDIR', 'READDIR'],
  ],
  ['copy', (sftp, signal) => sftp.copy('/data/a', '/data/b', { signal }), ['OPEN', 'copy-data']],
];
const STEPS = WORK.flatMap(([name, work, steps]) => steps.map((step) => [name, step, work] as const));

describe('a server that breaks the protocol', () => {
  const breaches: readonly [string, (request: Request) => Uint8Array, string, number?][] = [
    ['an unknown id', ({ id }) => status(id + 1_000, 0), 'protocol'],
    [
      'another type',
      ({ id }) => message(FXP.HANDLE, id, (writer) => writer.string('h')),
      'protocol',
      FXP.READ,
    ],
    ['OK in place of data', ({ id }) => status(id, 0), 'protocol', FXP.READ],
    [
      'more data than asked',
      ({ id }) => message(FXP.DATA, id, (w) => w.string(new Uint8Array(40_000))),
      'protocol',
      FXP.READ,
    ],
    ['no data', ({ id }) => message(FXP.DATA, id, (w) => w.string('')), 'protocol', FXP.READ],
    [
      'data for an unknown id',
      ({ id }) => message(FXP.DATA, id + 99, (w) => w.string('x')),
      'protocol',
      FXP.READ,
    ],
    ['data for an OPEN', ({ id }) => message(FXP.DATA, id, (w) => w.string('x')), 'protocol'],
    ['a long handle', ({ id }) => message(FXP.HANDLE, id, (w) => w.string(new Uint8Array(300))), 'protocol'],
    ['a short handle', ({ id }) => message(FXP.HANDLE, id, (w) => w.u32(50)), 'protocol'],
    [
      'trailing bytes',
      ({ id }) => message(FXP.HANDLE, id, (w) => w.raw(Uint8Array.of(0, 0, 0, 1, 104, 1))),
      'protocol',
    ],
    ['a second VERSION', () => message(FXP.VERSION, 3), 'protocol'],
    ['a request', ({ id }) => message(FXP.OPEN, id), 'protocol'],
    ['an oversized message', () => Uint8Array.of(0, 100, 0, 0, 101, 0, 0, 0, 1), 'limit'],
    ['the same reply twice', ({ id }) => new Uint8Array([...status(id, 2), ...status(id, 2)]), 'server'],
  ];

  it.each(breaches)('%s', async (_name, breach, code, type = FXP.OPEN) => {
    const { sftp } = await start({
      answer: (request) => (request.type === type ? breach(request) : undefined),
    });
    await expect(sftp.get('/data/a')).rejects.toMatchObject({ code });
    await sftp.closed;
    await expect(sftp.stat('/data')).rejects.toMatchObject({ code: 'connection_lost', safeToRetry: true });
  });

  it.each([
    ['text', new TextEncoder().encode('Last login: today\r\n'), 'protocol', /login script/],
    ['version 2', message(FXP.VERSION, 2), 'protocol', /version 2/],
    ['version 6', message(FXP.VERSION, 6), 'protocol', /version 6/],
    ['a status', status(1, 4), 'protocol', /not open/],
    [
      'too many extensions',
      message(FXP.VERSION, 3, (writer) => {
        for (let at = 0; at < 300; at++) {
          writer.string(`e${at}`);
          writer.string('');
        }
      }),
      'protocol',
      /too many/,
    ],
  ])('greets with %s', async (_name, greeting, code, words) => {
    const { ssh, client } = scripted({ greeting });
    await expect(openSftp(ssh)).rejects.toMatchObject({ code, message: expect.stringMatching(words) });
    await client.closed;
  });
});

describe('silence', () => {
  it.each(STEPS)('%s: the server says nothing to a %s', async (_name, step, work) => {
    const { sftp } = await start(
      { answer: ({ name }) => (name === step ? 'silence' : undefined) },
      { replyTimeoutMs: 60 },
    );
    await expect(work(sftp)).rejects.toMatchObject({ code: 'timeout' });
    await sftp.closed;
  });

  it('no VERSION', async () => {
    const { ssh, client } = scripted({ greeting: new Uint8Array(0) });
    await expect(openSftp(ssh, { connectTimeoutMs: 50 })).rejects.toMatchObject({ code: 'timeout' });
    await client.closed;
  });

  it('begins with the request, not with the last reply', async () => {
    const { server, sftp } = await start({}, { replyTimeoutMs: 500 });
    await sftp.stat('/data');
    await new Promise((resolve) => setTimeout(resolve, 400));
    server.hold(true);
    setTimeout(() => server.hold(false), 200);
    await sftp.stat('/data');
  });

  it('an idle session is not ended by it', async () => {
    const { sftp } = await start({}, { replyTimeoutMs: 200 });
    await sftp.stat('/data');
    await new Promise((resolve) => setTimeout(resolve, 300));
    await sftp.stat('/data');
  });
});

describe('cuts', () => {
  it.each(STEPS)('%s: the connection ends at a %s', async (_name, step, work) => {
    for (const end of ['end', 'reset'] as const) {
      const { sftp } = await start({
        answer: ({ name }, server) => {
          if (name !== step) return undefined;
          server.transport[end]();
          return 'silence';
        },
      });
      await expect(work(sftp)).rejects.toMatchObject({ code: 'connection_lost' });
      await sftp.closed;
    }
  });
});

describe('aborts', () => {
  it.each(STEPS)('%s: aborted at a %s, the session goes on', async (name, step, work) => {
    const abort = new AbortController();
    let isFirst = true;
    const { server, sftp } = await start({
      latencyMs: 5,
      answer: (request) => {
        if (isFirst && request.name === step) {
          isFirst = false;
          // When the request has come, and its reply has not.
          abort.abort(new Error('enough'));
        }
        return undefined;
      },
    });
    const isReading = ['stat', 'get', 'readable', 'list'].includes(name);
    const promise = isReading ? { safeToRetry: true } : {};
    await expect(work(sftp, abort.signal)).rejects.toMatchObject({ code: 'aborted', ...promise });
    expect(await sftp.get('/data/a')).toHaveLength(200_000);
    await expect.poll(() => server.openHandles).toBe(0);
    // Where the rename was under way, it may have been done.
    const left = server.files.children('/data').map(([one]) => one);
    if (name === 'put') expect(left.filter((one) => one.startsWith('.fairlead'))).toEqual([]);
  });

  it.each(STEPS)('%s: its time is up at a %s, the session goes on', async (_name, step, work) => {
    const { server, sftp } = await start({
      answer: (request) => {
        if (request.name === step && server.count(step) === 1) server.hold(true);
        return undefined;
      },
    });
    const signal = AbortSignal.timeout(30);
    await expect(work(sftp, signal)).rejects.toMatchObject({ code: 'aborted' });
    server.hold(false);
    await sftp.stat('/data');
    await expect.poll(() => server.openHandles).toBe(0);
  });

  it('timeoutMs of a call', async () => {
    const { server, sftp } = await start();
    server.hold(true);
    await expect(sftp.stat('/data', { timeoutMs: 20 })).rejects.toMatchObject({
      code: 'timeout',
      safeToRetry: true,
    });
    await expect(sftp.mkdir('/data/x', { timeoutMs: 20 })).rejects.toMatchObject({
      code: 'timeout',
      safeToRetry: false,
    });
    server.hold(false);
    expect((await sftp.stat('/data')).kind).toBe('directory');
  });

  it('a signal that has fired sends nothing', async () => {
    const { server, sftp } = await start();
    const signal = AbortSignal.abort();
    for (const [, work] of WORK) await expect(work(sftp, signal)).rejects.toMatchObject({ code: 'aborted' });
    expect(server.requests).toEqual([]);
  });

  it('a stream that waits for its reader is ended by its signal', async () => {
    const abort = new AbortController();
    const { server, sftp } = await start();
    server.files.add('/data/big', new Uint8Array(8_000_000));
    const reader = sftp.readable('/data/big', { signal: abort.signal }).getReader();
    await reader.read();
    abort.abort();
    await expect(reader.read()).rejects.toMatchObject({ code: 'aborted' });
    const writer = sftp.writable('/data/c', { signal: AbortSignal.timeout(20) }).getWriter();
    await writer.write(new Uint8Array(10));
    await expect.poll(() => server.openHandles).toBe(0);
    const closed = expect(writer.closed).rejects.toMatchObject({ code: 'aborted' });
    await expect(writer.write(new Uint8Array(1))).rejects.toMatchObject({ code: 'aborted' });
    await closed;
    await sftp.stat('/data');
    expect(server.openHandles).toBe(0);
  });

  it('streams that are given up while they open', async () => {
    const { server, sftp } = await start({ latencyMs: 10 });
    const reader = sftp.readable('/data/a').getReader();
    reader.read().catch(() => undefined);
    await reader.cancel();
    const writer = sftp.writable('/data/c').getWriter();
    writer.abort().catch(() => undefined);
    writer.closed.catch(() => undefined);
    await sftp.stat('/data');
    await sftp.stat('/data');
    expect(server.openHandles).toBe(0);
  });

  it('the signal of the session', async () => {
    const abort = new AbortController();
    const { server, sftp } = await start({}, { signal: abort.signal });
    server.hold(true);
    const pending = sftp.stat('/data');
    abort.abort();
    await expect(pending).rejects.toMatchObject({ code: 'aborted' });
    await sftp.closed;
    const { ssh } = scripted();
    await expect(openSftp(ssh, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'aborted' });
  });

  it('close ends calls under way', async () => {
    const { server, sftp } = await start();
    server.hold(true);
    const pending = expect(sftp.stat('/data')).rejects.toMatchObject({ code: 'closed' });
    await sftp.close();
    await pending;
    await sftp.closed;
    await sftp.close();
  });
});
