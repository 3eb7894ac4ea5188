// Abuse by number: more requests than a token has, whatever they ask for and however they end.
import { describe, expect, it } from 'vitest';
import { as, ENV, expectRefusal, post, send } from './gateway.ts';

let number = 0;
/** Tokens of their own for each test, since their windows go on from one to the next. */
function limited(rate: object, more: object = {}): object {
  number += 1;
  const tokens = [
    { name: `few${number}`, token: 'few-token', scopes: ['redis:read', 'pg:read'], rate },
    { name: `other${number}`, token: 'other-token', scopes: [], rate },
    { name: 'free', token: 'free-token', scopes: [] },
  ];
  return { ...ENV, FAIRLEAD_TOKENS: tokens, ...more };
}

/** Uses up a window of 2 by requests that are answered `status`. */
async function useUp(env: object, status: number, path: string, init: RequestInit): Promise<void> {
  for (let i = 0; i < 2; i++) {
    const response = await send(path, init, env);
    await response.body?.cancel();
    expect(response.status).toBe(status);
    expect(response.headers.get('ratelimit')).toMatch(new RegExp(`^"isolate";r=${1 - i};t=\\d+$`));
  }
}

const refused = {
  path: '/redis/set/k/v',
  init: as('few-token'),
  status: 429,
  code: 'rate_limited',
  detail: /^The token "few\d+" may send 2 requests in 10 seconds\.$/,
  headers: {
    'Retry-After': /^([1-9]|10)$/,
    RateLimit: /^"isolate";r=0;t=\d+$/,
    'RateLimit-Policy': /^"isolate";q=2;w=10$/,
  },
};
const rate = { limit: 2, periodSeconds: 10 };

describe('a token that has used up its rate', () => {
  it.each<[string, number, string, RequestInit]>([
    ['by what it may not', 403, '/redis/set/k/v', as('few-token')],
    ['at paths that are not there', 404, '/redis/get/k?connection=none', as('few-token')],
    ['by wrong methods', 405, '/pg/query', as('few-token')],
    ['by wrong times', 400, '/redis/get/k', as('few-token', { 'Fairlead-Timeout-Ms': '0' })],
    ['by wrong bodies', 415, '/pg/query', { method: 'POST', body: 'x', ...as('few-token') }],
    ['by handshakes', 400, '/mqtt/subscribe', as('few-token', { Upgrade: 'websocket' })],
    ['with HEAD', 403, '/redis/set/k/v', { method: 'HEAD', ...as('few-token') }],
  ])('%s is refused', async (what, status, path, init) => {
    const env = limited(rate);
    if (status !== 405) await useUp(env, status, path, init);
    else await useUp(env, 403, '/redis/set/k/v', as('few-token'));
    for (const again of [refused.init, { ...post('[]'), ...as('few-token') }]) {
      await expectRefusal({ what, ...refused, env, init: again });
    }
  });

  it('gets no other one by another spelling of itself', async () => {
    const env = limited(rate);
    await useUp(env, 403, '/redis/set/k/v', as('few-token'));
    for (const Authorization of ['bearer few-token', 'BEARER  few-token', 'Bearer few-token ']) {
      await expectRefusal({ what: Authorization, ...refused, env, init: { headers: { Authorization } } });
    }
  });

  it('leaves the others theirs', async () => {
    const env = limited(rate);
    await useUp(env, 403, '/redis/set/k/v', as('few-token'));
    const forbidden = {
      what: 'another',
      path: '/redis/get/k',
      status: 403,
      code: 'forbidden',
      detail: /redis:read/,
    };
    await expectRefusal({ ...forbidden, env, init: as('other-token') });
    for (let i = 0; i < 20; i++) await expectRefusal({ ...forbidden, env, init: as('free-token') });
  });

  it('is not used up by who guesses', async () => {
    const env = limited(rate);
    const wrong = {
      what: 'wrong',
      path: '/redis/get/k',
      status: 401,
      code: 'unauthorized',
      detail: /not known/,
    };
    for (let i = 0; i < 20; i++) await expectRefusal({ ...wrong, env, init: as(`few-token${i}`) });
    await useUp(env, 403, '/redis/set/k/v', as('few-token'));
  });

  it('is refused at once, however many come together', async () => {
    const env = limited({ limit: 5, periodSeconds: 60 });
    const answers = await Promise.all(
      Array.from({ length: 200 }, () => send('/redis/set/k/v', as('few-token'), env)),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 403)).toHaveLength(5);
    expect(statuses.filter((status) => status === 429)).toHaveLength(195);
  });

  it('is counted by the platform’s binding, by its name', async () => {
    const keys: string[] = [];
    const RATE_LIMITER = {
      limit: async ({ key }: { key: string }) => {
        keys.push(key);
        return { success: keys.length < 2 };
      },
    };
    const env = limited({ limit: 100, periodSeconds: 60 }, { RATE_LIMITER });
    expect((await send('/redis/set/k/v', as('few-token'), env)).status).toBe(403);
    const detail = /^The token "few\d+" has sent too many requests in this location\.$/;
    const headers = { 'Retry-After': /^60$/ };
    await expectRefusal({ what: 'binding', ...refused, detail, headers, env });
    expect(keys).toEqual([`few${number}`, `few${number}`]);
  });
});
