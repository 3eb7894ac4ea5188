// Silence in every state ends by a limit; an abort, a destroyed link and a cut ends every call.
import { limitOf } from '@fairlead/client';
import { FairleadError } from '@fairlead/errors';
import { memoryPair } from '@fairlead/testkit';
import { expectNoUnhandledRejection } from '@fairlead/testkit/unhandled';
import { describe, expect, it } from 'vitest';
import { openLink } from '../src/connection/open-link.ts';
import { anyHostKey } from './support/host-key.ts';
import { endOf, losing, serverWith } from './support/hostile-server.ts';
import { message } from './support/raw-session.ts';
import { linkPair, ServerLink } from './support/server-link.ts';

expectNoUnhandledRejection();

const SHORT = limitOf({ timeoutMs: 60 });
const short = () => ({ ...SHORT, at: Date.now() + 60 });

describe('silence', () => {
  it.each(['identification', 'kexinit', 'reply'] as const)(
    'from %s on ends by the limit',
    async (silentAt) => {
      expect(await endOf(serverWith({ silentAt }), { limit: short() })).toMatchObject({ code: 'timeout' });
    },
  );

  it('of NEWKEYS ends by the limit of a key exchange', async () => {
    const ended = endOf(serverWith({ silentAt: 'newkeys' }), { rekeyTimeoutMs: 60 });
    expect(await ended).toMatchObject({ code: 'timeout' });
  });

  it('in our own rekey ends by the same limit, with what was held', async () => {
    const [near, far] = memoryPair({ tls: 'off' });
    let silent = false;
    const opened = openLink(near, {
      hostKeys: anyHostKey(),
      limit: limitOf({ timeoutMs: 5_000 }),
      rekeyAfterBytes: 1_000,
      rekeyTimeoutMs: 60,
    });
    const server = await ServerLink.open(losing(far, () => silent));
    const link = await opened;
    await server.send(message(94));
    await link.receive();
    const received = link.receive();
    silent = true;
    const sent = Array.from({ length: 9 }, () => link.send(message(94, 0, new Uint8Array(500))));
    void server.receive();
    await expect(received).rejects.toMatchObject({ code: 'timeout' });
    await expect(sent.at(-1)).rejects.toMatchObject({ code: 'timeout' });
    await link.closed;
  });

  it('of a policy ends by the limit', async () => {
    const hostKeys = { algorithms: ['ssh-ed25519'], verify: () => new Promise<void>(() => undefined) };
    expect(await endOf(serverWith({}), { limit: short(), hostKeys })).toMatchObject({ code: 'timeout' });
  });
});

describe('the end of a link', () => {
  it('by its signal, before and in the key exchange', async () => {
    const reason = new Error('enough');
    expect(
      await endOf(serverWith({}), { limit: limitOf({ signal: AbortSignal.abort(reason) }) }),
    ).toMatchObject({
      code: 'aborted',
      cause: reason,
    });
    const controller = new AbortController();
    setTimeout(() => controller.abort(reason), 20);
    const limit = limitOf({ signal: controller.signal });
    expect(await endOf(serverWith({ silentAt: 'reply' }), { limit })).toMatchObject({ code: 'aborted' });
  });

  it('by destroy rejects what waits', async () => {
    const [link] = await linkPair();
    const reason = new FairleadError('aborted', 'enough');
    const received = link.receive();
    link.destroy(reason);
    await expect(received).rejects.toBe(reason);
    await expect(link.send(message(94))).rejects.toBe(reason);
    await expect(link.receive()).rejects.toBe(reason);
    await link.closed;
  });

  it('by close in good order, twice', async () => {
    const [link, server] = await linkPair();
    const closed = Promise.all([link.close(), link.close()]);
    expect((await server.receive())?.[0]).toBe(1);
    await server.transport.close();
    await closed;
    await expect(link.send(message(94))).rejects.toMatchObject({ code: 'closed' });
  });

  it('by the server in good order', async () => {
    const [link, server] = await linkPair();
    await server.send(message(1, 11, 'bye', ''));
    expect(await link.receive()).toBeUndefined();
  });
});

describe('a cut', () => {
  /** What a server sends up to EXT_INFO, cut after so many bytes. */
  async function cutAfter(bytes: number): Promise<unknown> {
    return endOf(async (server) => {
      let left = bytes;
      const cutting = new Proxy(server, {
        get(target, name) {
          const member: unknown = Reflect.get(target, name, target);
          if (name !== 'write') return typeof member === 'function' ? member.bind(target) : member;
          return async (content: Uint8Array) => {
            const part = content.subarray(0, left);
            left -= part.length;
            if (part.length > 0) await target.write(part);
            if (left === 0) target.end();
          };
        },
      });
      await ServerLink.open(cutting);
      server.end();
    });
  }

  it('at any byte of the first flights is a lost connection', async () => {
    // Each byte of the identification and of the packets' beginnings, then each third.
    let at = 1;
    for (let error = await cutAfter(at); error !== undefined; error = await cutAfter(at)) {
      expect(error, `cut at ${at}`).toMatchObject({
        code: 'connection_lost',
        peer: { hostname: 'memory.test' },
      });
      at += at < 60 ? 1 : 3;
    }
    expect(at).toBeGreaterThan(700);
  });
});
