// What SCRAM remembers of logins: keys instead of thousands of hashes, no more than 64 of them, each for one password.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { scram } from '../src/index.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (message: Uint8Array) => new TextDecoder().decode(message);
const NONCE = 'rOprNGfwEbeRWgbNEkqO';

/** The proof for a challenge, and how often a key was derived for it. */
async function prove(
  password: string,
  salt: string,
  iterations = 4096,
  hash: 'SHA-1' | 'SHA-256' = 'SHA-256',
) {
  const derive = vi.spyOn(crypto.subtle, 'deriveBits');
  const mechanism = scram(hash, { username: 'user', password }, NONCE);
  const answer = await mechanism.respond(bytes(`r=${NONCE}x,s=${btoa(salt)},i=${iterations}`));
  const derived = derive.mock.calls.length;
  derive.mockRestore();
  return { proof: text(answer), derived };
}

afterEach(() => vi.restoreAllMocks());

describe('the keys of a login', () => {
  it('are derived once, and give the same proof again', async () => {
    const first = await prove('pencil', 'salt');
    const second = await prove('pencil', 'salt');
    expect([first.derived, second.derived]).toEqual([1, 0]);
    expect(second.proof).toBe(first.proof);
  });

  it.each([
    ['another password', () => prove('pencils', 'base')],
    ['another salt', () => prove('pencil', 'base2')],
    ['other iterations', () => prove('pencil', 'base', 4097)],
    ['another hash', () => prove('pencil', 'base', 4096, 'SHA-1')],
  ])('are not those of %s', async (_what, other) => {
    const mine = await prove('pencil', 'base');
    const theirs = await other();
    expect(theirs.derived).toBe(1);
    expect(theirs.proof).not.toBe(mine.proof);
  });

  it('are forgotten when 64 others were used since', async () => {
    await prove('first', 'salt', 1);
    await prove('second', 'salt', 1);
    for (let i = 0; i < 63; i++) {
      await prove('filler', `salt ${i}`, 1);
      if (i === 30) expect((await prove('first', 'salt', 1)).derived).toBe(0);
    }
    expect((await prove('first', 'salt', 1)).derived).toBe(0);
    expect((await prove('second', 'salt', 1)).derived).toBe(1);
  });
});
