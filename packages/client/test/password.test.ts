// Passwords: texts, functions, and functions that misbehave.
import { expect, it } from 'vitest';
import { limitOf, type Password, passwordOf } from '../src/index.ts';

const never = (): Promise<string> => new Promise(() => undefined);

it('is a text, what a function gives, or none', async () => {
  const limit = limitOf({ timeoutMs: 1_000 });
  expect(await passwordOf('secret', limit)).toBe('secret');
  expect(await passwordOf(() => 'secret', limit)).toBe('secret');
  expect(await passwordOf(async () => 'secret', limit)).toBe('secret');
  expect(await passwordOf(undefined, limit)).toBeUndefined();
});

it('refuses what is no text, whether given or answered', async () => {
  const limit = limitOf({});
  for (const wrong of [5, null, {}, () => 5, async () => undefined] as unknown[]) {
    await expect(passwordOf(wrong as Password, limit)).rejects.toMatchObject({ code: 'usage' });
  }
});

it('says that the function failed, with its error as the cause', async () => {
  const cause = new Error('the vault is sealed');
  const failing = (): string => {
    throw cause;
  };
  const expected = { code: 'auth', blame: 'local', safeToRetry: true, cause };
  await expect(passwordOf(failing, limitOf({}))).rejects.toMatchObject(expected);
});

it('waits no longer than the login may', async () => {
  const late = passwordOf(never, limitOf({ timeoutMs: 5 }));
  await expect(late).rejects.toMatchObject({ code: 'connect_timeout', safeToRetry: true });
  const caller = new AbortController();
  const aborted = passwordOf(never, limitOf({ signal: caller.signal }));
  caller.abort('enough');
  await expect(aborted).rejects.toMatchObject({ code: 'aborted', cause: 'enough', safeToRetry: true });
});
