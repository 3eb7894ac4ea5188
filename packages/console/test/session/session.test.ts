// Who is signed in, while answers of the gateway come late.
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { refreshAccess, session, signIn, signOut } from '../../src/session/session.ts';

/** Answers that are given by hand, in the order of the requests. */
const answers: ((access: object) => void)[] = [];

beforeAll(() => {
  vi.stubGlobal('location', new URL('https://gateway.test/console/'));
  vi.stubGlobal('fetch', () => {
    const { promise, resolve } = Promise.withResolvers<Response>();
    answers.push((access) => resolve(Response.json(access)));
    return promise;
  });
});
afterAll(() => {
  vi.unstubAllGlobals();
});

/** Waits for the next request, and answers it. */
async function answer(access: object): Promise<void> {
  await vi.waitFor(() => expect(answers).not.toEqual([]));
  answers.shift()?.(access);
}

it('drops what comes for a token that was left', async () => {
  const first = signIn('one', false);
  await answer({ name: 'one' });
  await first;
  const refreshed = refreshAccess();
  await vi.waitFor(() => expect(answers).not.toEqual([]));
  signOut();
  await answer({ name: 'one, anew' });
  await refreshed;
  expect([session.state.value, session.access.value]).toEqual(['out', undefined]);
});
