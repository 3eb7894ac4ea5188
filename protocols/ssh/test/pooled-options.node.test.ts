// What a client's options become on a pool, and which cannot be sent to one.
import { describe, expect, it } from 'vitest';
import { connect, type MooredOptions } from '../src/mooring/index.ts';

const KNOWN = { fingerprint: `SHA256:${'A'.repeat(43)}`, password: 'pa55word' };

/** The name of the pool's object, as the mooring's binding is asked for it; the call itself fails. */
async function poolOf(options: MooredOptions): Promise<string | undefined> {
  const names: string[] = [];
  const namespace = {
    idFromName: (name: string) => names.push(name),
    get: () => {
      throw new Error('no object here');
    },
  };
  const connecting = connect(namespace as never, 'ssh://app@ssh.test', { ...KNOWN, ...options });
  await expect(connecting).rejects.toBeInstanceOf(Error);
  return names[0];
}

describe('the pool of a client', () => {
  it('is one for one login, whatever the calls’ times are', async () => {
    const name = await poolOf({});
    expect(name).toBeDefined();
    expect(await poolOf({ timeoutMs: 5, keepAliveMs: 100 })).toBe(name);
  });

  it('is another where other algorithms are allowed', async () => {
    expect(await poolOf({ algorithms: ['aes256-gcm@openssh.com'] })).not.toBe(await poolOf({}));
  });

  it.each([
    ['verifyHostKey', { verifyHostKey: () => true }],
    ['keyboardInteractive', { keyboardInteractive: () => [] }],
    ['keyExchanges', { keyExchanges: [] }],
    ['ciphers', { ciphers: [] }],
  ] as const)('takes no %s', async (name, options) => {
    const connecting = connect({} as never, 'ssh://app@ssh.test', { ...KNOWN, ...options } as MooredOptions);
    await expect(connecting).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining(name),
    });
  });
});
