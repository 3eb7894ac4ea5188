// lookup() against scripted servers: what is sent, what becomes of the answer, and how it ends.
import { scriptedPeer } from '@fairlead/testkit';
import { describe, expect, it } from 'vitest';
import { lookup } from '../src/index.ts';

const HOST = { hostname: 'whois.test' };

describe('lookup', () => {
  it.each([1, 3, 1_000])('asks one line and reads to the end, in pieces of %i bytes', async (chunkBytes) => {
    const peer = scriptedPeer()
      .expect('exämple.test\r\n')
      .send('domain: exämple\r\nstatus: ok\r\n', chunkBytes)
      .close();
    const text = await lookup('exämple.test', { ...HOST, connector: peer.connector });
    expect(text).toBe('domain: exämple\nstatus: ok\n');
    await peer.done();
  });

  it('shows bytes that are not UTF-8 as such', async () => {
    const peer = scriptedPeer().expect('x\r\n').send(Uint8Array.of(0x61, 0xff)).close();
    expect(await lookup('x', { ...HOST, connector: peer.connector })).toBe('a\ufffd');
  });

  it('refuses an answer that is too long', async () => {
    const peer = scriptedPeer().expect('x\r\n').send('0123456789').close();
    const call = lookup('x', { ...HOST, connector: peer.connector, maxBytes: 9 });
    await expect(call).rejects.toMatchObject({ code: 'limit', blame: 'peer' });
  });

  it('ends when its time is up, and with its signal', async () => {
    const silent = () => scriptedPeer().expect('x\r\n').stall().connector;
    await expect(lookup('x', { ...HOST, connector: silent(), timeoutMs: 20 })).rejects.toMatchObject({
      code: 'timeout',
    });
    const signal = AbortSignal.timeout(20);
    await expect(lookup('x', { ...HOST, connector: silent(), signal })).rejects.toMatchObject({
      code: 'aborted',
    });
  });

  it.each([{ timeoutMs: 0 }, { maxBytes: 0 }, { maxBytes: 1.5 }, { port: 70_000 }, { hostname: 'a b' }])(
    'refuses %j before it dials',
    async (wrong) => {
      const connector = () => Promise.reject(new Error('dialled'));
      await expect(lookup('x', { ...HOST, connector, ...wrong })).rejects.toMatchObject({ code: 'usage' });
    },
  );

  it.each(['', ' ', 'a\r\nb', 'a\nb', 'a\0', 'x'.repeat(513)])(
    'refuses %j before it dials',
    async (query) => {
      const call = lookup(query, { ...HOST, connector: () => Promise.reject(new Error('dialled')) });
      await expect(call).rejects.toMatchObject({ code: 'usage' });
    },
  );
});
