// A connection that is logged in: turns, limits, ends, replies that are no answers, compression.

import { scriptedPeer } from '@fairlead/testkit';
import { expectNoUnhandledRejection } from '@fairlead/testkit/unhandled';
import type { Document } from 'bson';
import { serialize } from 'bson';
import { describe, expect, it } from 'vitest';
import type { CommandLink } from '../src/connection/types.ts';
import { hasErrorLabel, isOk, kindOf, serverCodeOf, serverError } from '../src/errors.ts';
import { zlib } from '../src/zlib/index.ts';
import { int32s, message, opMsg, opReply, type Received, readMessage } from './support/messages.ts';
import { HELLO, open, run, type ServerEnd, serveAll, serverOf } from './support/server.ts';

expectNoUnhandledRejection();

async function failure(attempt: Promise<unknown>): Promise<unknown> {
  try {
    return ['no error', await attempt];
  } catch (error) {
    return error;
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const echo = (server: ServerEnd) => serveAll(server, ({ command }) => ({ ok: 1, command }));
/** A server that reads one command, and does with it what the test says. */
const once = (work: (server: ServerEnd, received: Received) => Promise<void>) =>
  serverOf(async (server) => {
    await work(server, await server.expect());
    await server.read();
  });

describe('a command', () => {
  it('has its database last, and no member that is undefined', async () => {
    const link = await open(serverOf(echo));
    const reply = await run(link, { find: 'x', limit: undefined, filter: { a: undefined } });
    expect(Object.entries(reply.command)).toEqual([
      ['find', 'x'],
      ['filter', { a: null }],
      ['$db', 'test'],
    ]);
    await link.close();
  });

  it('cannot bring another database or prototype along', async () => {
    const link = await open(serverOf(echo));
    const reply = await run(link, JSON.parse('{"ping": 1, "$db": "admin", "__proto__": {"drop": 1}}'));
    expect(reply.command.$db).toBe('test');
    expect(Object.keys(reply.command)).toEqual(['ping', '$db', '__proto__']);
    await link.close();
  });

  it('gets its reply whatever its ok says', async () => {
    const link = await open(
      serverOf((server) => serveAll(server, () => ({ ok: 0, code: 11000, errmsg: 'E11000' }))),
    );
    expect(await run(link, { insert: 'x' })).toMatchObject({ ok: 0, code: 11000 });
    expect(link.isUsable).toBe(true);
    await link.close();
  });

  it('waits for its turn, and a thousand do', async () => {
    const numbers: number[] = [];
    const link = await open(
      serverOf((server) =>
        serveAll(server, ({ command, requestId }) => {
          numbers.push(requestId);
          return { ok: 1, n: command.n };
        }),
      ),
    );
    const replies = await Promise.all(Array.from({ length: 1000 }, (_none, n) => run(link, { ping: 1, n })));
    expect(replies.map(({ n }) => n)).toEqual(replies.map((_reply, n) => n));
    expect(new Set(numbers).size).toBe(1000);
    await link.close();
  });

  it('may have a reply of 20 MB', async () => {
    const list = Array.from({ length: 20 }, () => 'x'.repeat(800_000));
    const link = await open(serverOf((server) => serveAll(server, () => ({ ok: 1, list }))));
    expect((await run(link, { find: 1 })).list).toEqual(list);
    await link.close();
  });

  it('that is too large is not sent, and the next one is', async () => {
    const link = await open(
      serverOf(echo, { ...HELLO, maxBsonObjectSize: 1000, maxMessageSizeBytes: 20_000 }),
    );
    const large = failure(run(link, { insert: 'x'.repeat(18_000) }));
    const documents = [serialize({ text: 'x'.repeat(30_000) })];
    const sequence = failure(run(link, { insert: 'x' }, { sequence: { name: 'documents', documents } }));
    const wrong = failure(run(link, { insert: 2n ** 64n }));
    expect(await large).toMatchObject({ code: 'limit', safeToRetry: true });
    expect(await sequence).toMatchObject({ code: 'limit', safeToRetry: true });
    expect(await wrong).toMatchObject({ code: 'usage', safeToRetry: true });
    expect(await run(link, { ping: 1 })).toMatchObject({ ok: 1 });
    await link.close();
  });

  it('with documents beside it reaches the server whole', async () => {
    let seen: Received | undefined;
    const link = await open(
      serverOf((server) =>
        serveAll(server, (received) => {
          seen = received;
          return { ok: 1 };
        }),
      ),
    );
    const documents = Array.from({ length: 1000 }, (_none, n) => serialize({ n, text: 'x'.repeat(200) }));
    await run(link, { insert: 'x' }, { sequence: { name: 'documents', documents } });
    expect(seen?.sequences.documents).toHaveLength(1000);
    await link.close();
  });

  it('without an acknowledgement waits for no reply', async () => {
    const seen: Received[] = [];
    const link = await open(
      serverOf((server) =>
        serveAll(server, (received) => {
          seen.push(received);
          return received.command.ping ? { ok: 1 } : undefined;
        }),
      ),
    );
    expect(await run(link, { insert: 'x', writeConcern: { w: 0 } }, { isUnacknowledged: true })).toEqual({
      ok: 1,
    });
    expect(await run(link, { ping: 1 })).toEqual({ ok: 1 });
    expect(seen.map(({ flags }) => flags)).toEqual([2, 0]);
    await link.close();
  });

  it('may leave a batch raw', async () => {
    const cursor = { id: 5n, firstBatch: [{ a: 1 }], ns: 'a.b' };
    const link = await open(serverOf((server) => serveAll(server, () => ({ cursor, ok: 1 }))));
    const reply = await run(link, { find: 'x' }, { rawFields: { cursor: { firstBatch: true } } });
    expect(reply).toEqual({
      ok: 1,
      cursor: { ...cursor, firstBatch: [new Uint8Array(serialize({ a: 1 }))] },
    });
    await link.close();
  });
});

describe('a limit', () => {
  it('that is over while the reply is due ends the connection', async () => {
    const link = await open(once(async () => undefined));
    expect(await failure(run(link, { find: 'x' }, { timeoutMs: 20 }))).toMatchObject({
      code: 'timeout',
      safeToRetry: false,
    });
    expect(link.isUsable).toBe(false);
    await link.closed;
    expect(await failure(run(link, { ping: 1 }))).toMatchObject({
      code: 'connection_lost',
      safeToRetry: true,
    });
  });

  it('and a signal in the middle of a reply too', async () => {
    const abort = new AbortController();
    const link = await open(
      once(async (server, { requestId }) => {
        await server.line.write(opMsg(requestId, { ok: 1, text: 'x'.repeat(100) }).slice(0, 50));
        abort.abort(new Error('enough'));
      }),
    );
    const error = await failure(run(link, { find: 'x' }, { signal: abort.signal }));
    expect(error).toMatchObject({ code: 'aborted', safeToRetry: false, cause: abort.signal.reason });
    await link.closed;
  });

  it('of a command that waits for its turn takes nothing from the one before it', async () => {
    const seen: string[] = [];
    const link = await open(
      serverOf((server) =>
        serveAll(server, async ({ command }) => {
          seen.push(Object.keys(command)[0] ?? '');
          await pause(40);
          return { ok: 1 };
        }),
      ),
    );
    const abort = new AbortController();
    const first = run(link, { first: 1 });
    const second = failure(run(link, { second: 1 }, { timeoutMs: 10 }));
    const third = failure(run(link, { third: 1 }, { signal: abort.signal }));
    const fourth = run(link, { fourth: 1 });
    abort.abort();
    expect(await third).toMatchObject({ code: 'aborted', safeToRetry: true });
    expect(await second).toMatchObject({
      code: 'timeout',
      safeToRetry: true,
      message: expect.stringContaining('not sent'),
    });
    expect([await first, await fourth]).toEqual([{ ok: 1 }, { ok: 1 }]);
    expect(seen).toEqual(['first', 'fourth']);
    await link.close();
  });

  it('that is over before the call sends nothing', async () => {
    const link = await open(serverOf(echo));
    const limit = { signal: undefined, timeoutMs: 5, at: Date.now() - 1 };
    expect(await failure(link.command({ database: 'a', command: {}, limit }))).toMatchObject({
      code: 'timeout',
      safeToRetry: true,
    });
    const signal = AbortSignal.abort();
    expect(await failure(run(link, { ping: 1 }, { signal }))).toMatchObject({
      code: 'aborted',
      safeToRetry: true,
    });
    expect(await run(link, { ping: 1 })).toMatchObject({ ok: 1 });
    await link.close();
  });
});

describe('closing', () => {
  it('waits for the reply that is due, and refuses what waits', async () => {
    const link = await open(
      serverOf((server) =>
        serveAll(server, async () => {
          await pause(20);
          return { ok: 1 };
        }),
      ),
    );
    const first = run(link, { ping: 1 });
    const others = Array.from({ length: 20_000 }, () => failure(run(link, { ping: 2 })));
    await link.close();
    expect(await first).toEqual({ ok: 1 });
    for (const error of await Promise.all(others))
      expect(error).toMatchObject({ code: 'closed', safeToRetry: true });
    expect(await failure(run(link, { ping: 3 }))).toMatchObject({ code: 'closed', safeToRetry: true });
    await link.closed;
    await link.close();
  }, 20_000);

  it('does not wait for what may take forever', async () => {
    const link = await open(once(async () => undefined));
    const endless = failure(run(link, { ping: 1 }, { timeoutMs: Number.POSITIVE_INFINITY }));
    await link.close();
    expect(await endless).toMatchObject({ code: 'closed', safeToRetry: false });
  });

  it('at once fails the command under way, and those that wait', async () => {
    const link = await open(once(async () => undefined));
    const errors = [failure(run(link, { a: 1 })), failure(run(link, { b: 1 }))];
    link.destroy(new Error('enough'));
    expect(await errors[0]).toMatchObject({ code: 'connection_lost', safeToRetry: false });
    expect(await errors[1]).toMatchObject({ code: 'connection_lost', safeToRetry: true });
    await link.closed;
  });

  it('by the signal of its life', async () => {
    const life = new AbortController();
    const link = await open(
      once(async () => undefined),
      { signal: life.signal },
    );
    const pending = failure(run(link, { ping: 1 }));
    life.abort();
    expect(await pending).toMatchObject({ code: 'aborted', safeToRetry: false });
    await link.closed;
    expect(await failure(run(link, { ping: 1 }))).toMatchObject({ safeToRetry: true });
  });
});

describe('a server', () => {
  it('that ends an idle connection is heard', async () => {
    const link = await open(serverOf(async (server) => server.line.end()));
    await link.closed;
    expect(link.isUsable).toBe(false);
    expect(await failure(run(link, { ping: 1 }))).toMatchObject({
      code: 'connection_lost',
      safeToRetry: true,
    });
  });

  it('that ends in the middle of a reply, at any byte, loses the command', async () => {
    const reply = opMsg(2, { ok: 1 });
    for (let length = 0; length < reply.length; length += 5) {
      const link = await open(
        once(async (server) => {
          await server.line.write(reply.slice(0, length));
          server.line.end();
        }),
      );
      expect(await failure(run(link, { ping: 1 }))).toMatchObject({
        code: 'connection_lost',
        safeToRetry: false,
      });
      expect(await failure(run(link, { ping: 1 }))).toMatchObject({
        code: 'connection_lost',
        safeToRetry: true,
      });
    }
  });

  it('that resets the connection too', async () => {
    const link = await open(once(async (server) => server.line.reset()));
    expect(await failure(run(link, { ping: 1 }))).toMatchObject({
      code: 'connection_lost',
      safeToRetry: false,
    });
  });

  it.each<[string, Uint8Array]>([
    ['a wrong responseTo', opMsg(99, { ok: 1 })],
    ['a length of 15', int32s(15, 1, 2, 2013)],
    ['a length of 2^31-1', int32s(0x7fff_ffff, 1, 2, 2013)],
    ['more replies', opMsg(2, { ok: 1 }, 2)],
    ['a document without a terminator', opMsg(2, new Uint8Array([...int32s(8), 8, 97, 0, 1]))],
    ['two replies at once', new Uint8Array([...opMsg(2, { ok: 1 }), ...opMsg(2, { ok: 1 })])],
    ['a request', message(2, 2004, int32s(0), serialize({}))],
    ['a compressed reply, unasked', message(2, 2012, int32s(2013, 20), Uint8Array.of(2, 0))],
  ])('that answers with %s is left', async (_what, bytes) => {
    const link = await open(once((server) => server.line.write(bytes)));
    const error = await failure(run(link, { ping: 1 }));
    expect(error).toMatchObject({ code: 'protocol', safeToRetry: false, peer: { hostname: 'db.test' } });
    expect(link.isUsable).toBe(false);
    await link.closed;
  });

  it('that answers twice, the second time unasked, is left', async () => {
    const link = await open(
      once(async (server, { requestId }) => {
        await server.line.write(opMsg(requestId, { ok: 1 }));
        await pause(5);
        await server.line.write(opMsg(requestId, { ok: 1, late: true }));
      }),
    );
    expect(await run(link, { ping: 1 })).toEqual({ ok: 1 });
    await link.closed;
    expect(await failure(run(link, { ping: 1 }))).toMatchObject({
      code: 'connection_lost',
      safeToRetry: true,
    });
  });

  it('whose late second answer meets the next command is left, and the command does not get it', async () => {
    const link = await open(
      serverOf(async (server) => {
        const first = await server.expect();
        await server.line.write(opMsg(first.requestId, { ok: 1 }));
        await server.expect();
        await server.line.write(opMsg(first.requestId, { ok: 1, late: true }));
        await server.read();
      }),
    );
    await run(link, { ping: 1 });
    expect(await failure(run(link, { ping: 1 }))).toMatchObject({ code: 'protocol' });
  });
});

/** OP_COMPRESSED around a message with this body. */
async function compress(body: Uint8Array): Promise<Uint8Array> {
  return (await zlib().deflate(message(1, 2013, body), 'reply')) ?? body;
}

describe('compression', () => {
  /** Reads compressed commands, and answers compressed. */
  const compressing = (answer: (command: Document) => Document, size = 0, id = 2) =>
    serverOf(
      async (server) => {
        for (let received = await server.read(); received !== undefined; received = await server.read()) {
          const wasCompressed = received.opCode === 2012;
          const { command } = wasCompressed
            ? readMessage(await zlib().inflate(received.bytes, 48_000_000))
            : received;
          const plain = opMsg(received.requestId, answer({ ...command, wasCompressed }));
          const bytes = (await zlib().deflate(plain, 'reply')) ?? plain;
          bytes.set(int32s(plain.length - 16 + size), 20);
          bytes[24] = id;
          await server.line.write(bytes);
        }
      },
      { ...HELLO, compression: ['zlib'] },
    );

  it('is used for commands and replies, but for secrets', async () => {
    const link = await open(
      compressing((command) => ({ ok: 1, command })),
      { compression: zlib() },
    );
    const text = 'x'.repeat(50_000);
    expect((await run(link, { insert: 'x', text })).command).toMatchObject({ text, wasCompressed: true });
    for (const name of ['createUser', 'updateUser', 'hello', 'saslStart', 'isMaster']) {
      expect((await run(link, { [name]: 'x' })).command).toMatchObject({ wasCompressed: false });
    }
    const documents = [serialize({ a: 1 })];
    const reply = await run(link, { insert: 'x' }, { sequence: { name: 'documents', documents } });
    expect(reply.command.wasCompressed).toBe(true);
    await link.close();
  });

  it('is not used where the server does not agree', async () => {
    const link = await open(
      serverOf((server) => serveAll(server, ({ opCode }) => ({ ok: 1, opCode }))),
      { compression: zlib() },
    );
    expect(await run(link, { ping: 1 })).toEqual({ ok: 1, opCode: 2013 });
    await link.close();
  });

  it.each<[string, number, number]>([
    ['larger than it says', -5, 2],
    ['another size', 5, 2],
    ['over the limit', 48_000_000, 2],
    ['not agreed on', 0, 3],
    ['not agreed on', 0, 0],
  ])('ends with a reply that is %s', async (what, size, id) => {
    const link = await open(
      compressing(() => ({ ok: 1, text: 'x'.repeat(1000) }), size, id),
      { compression: zlib() },
    );
    expect(await failure(run(link, { ping: 1 }))).toMatchObject({
      code: 'protocol',
      message: expect.stringContaining(what),
    });
    await link.closed;
  });

  it('ends with a bomb before it has grown', async () => {
    const bomb = await compress(new Uint8Array(40_000_000));
    bomb.set(int32s(1000), 20);
    await expect(zlib().inflate(bomb, 48_000_000)).rejects.toMatchObject({ code: 'protocol' });
  });

  it('ends with damaged bytes', async () => {
    const bytes = await compress(new TextEncoder().encode('some text that is some text'));
    const flipped = bytes.slice();
    flipped[30] = (flipped[30] ?? 0) ^ 255;
    for (const damaged of [bytes.slice(0, -3), flipped, bytes.slice(0, 25)]) {
      await expect(zlib().inflate(damaged, 1000)).rejects.toMatchObject({ code: 'protocol' });
    }
  });

  it('may be given up while it works', async () => {
    const link = await open(
      compressing(() => ({ ok: 1 })),
      { compression: { ...zlib(), deflate: () => new Promise(() => undefined) } },
    );
    expect(await failure(run(link, { ping: 1 }, { timeoutMs: 20 }))).toMatchObject({
      code: 'timeout',
      safeToRetry: true,
    });
    const slow = await open(
      compressing(() => ({ ok: 1 })),
      { compression: { ...zlib(), inflate: () => new Promise(() => undefined) } },
    );
    expect(await failure(run(slow, { ping: 1 }, { timeoutMs: 50 }))).toMatchObject({
      code: 'timeout',
      safeToRetry: false,
    });
  });
});

describe("the server's errors", () => {
  it('have their number, name and labels', () => {
    const reply = { ok: 0, code: 11000, codeName: 'DuplicateKey', errmsg: 'E11000', errorLabels: ['A', 'B'] };
    const error = serverError(reply, undefined);
    expect(error).toMatchObject({
      code: 'server',
      blame: 'peer',
      safeToRetry: false,
      message: 'MongoDB answered: E11000',
      server: { code: '11000', message: 'E11000', fields: { codeName: 'DuplicateKey', errorLabels: 'A,B' } },
    });
    expect([serverCodeOf(error), hasErrorLabel(error, 'B'), hasErrorLabel(error, 'C')]).toEqual([
      11000,
      true,
      false,
    ]);
    expect([serverCodeOf(new Error('x')), hasErrorLabel(5, 'B')]).toEqual([undefined, false]);
  });

  it.each([
    [18, 'auth', true],
    [13, 'auth', true],
    [50, 'timeout', false],
    [10107, 'server', true],
    [13435, 'server', true],
    [11600, 'server', false],
    [91, 'server', false],
    [10334, 'limit', false],
    [26, 'server', false],
  ])('%i is %s', (code, kind, safeToRetry) => {
    expect(kindOf(code)).toBe(kind);
    expect(serverError({ code, errmsg: 'x' }, undefined)).toMatchObject({ code: kind, safeToRetry });
  });

  it('may be malformed', () => {
    expect(serverError({ code: {}, errmsg: 5, errorLabels: 'x', codeName: 1 }, undefined)).toMatchObject({
      server: { code: '0', message: 'an error without a text', fields: {} },
    });
    expect(serverError({ code: 7n, errmsg: 'x'.repeat(9000) }, undefined).message.length).toBeLessThan(2100);
  });

  it('are told by ok, of any kind', () => {
    expect([1, 1n, true, 1.0].map((ok) => isOk({ ok }))).toEqual([true, true, true, true]);
    expect([0, 0n, false, undefined, null, {}, 'x', 2].map((ok) => isOk({ ok }))).toEqual(
      Array(8).fill(false),
    );
  });
});

it('hello may be followed by nothing at all', async () => {
  const peer = scriptedPeer();
  peer.expectLength(16);
  peer.send(opReply(1, HELLO));
  const link: CommandLink = await open(peer.connector);
  await link.close();
});
