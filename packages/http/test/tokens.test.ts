// Tokens: the setting, the header, and what each refusal says.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { authenticate, digestTokens, tokensSchema } from '../src/access/tokens.ts';
import { HttpProblem } from '../src/problems/http-problem.ts';

const DIGEST = 'ab'.repeat(32);

const configured = async (list: unknown) => digestTokens(tokensSchema.parse(list));
const bearer = (token: string) => `Bearer ${token}`;

async function refusal(header: string | undefined, list: unknown): Promise<HttpProblem> {
  const tokens = await configured(list);
  try {
    await authenticate(header, tokens);
  } catch (error) {
    if (error instanceof HttpProblem) return error;
    throw error;
  }
  throw new Error('the token was accepted');
}

describe('a bearer token', () => {
  const list = [
    { name: 'first', token: 'aaaa-bbbb', scopes: ['pg:read:main'] },
    { name: 'second', token: 'cccc-dddd', scopes: ['redis:*'] },
  ];

  it('has the scopes of its own entry', async () => {
    const tokens = await configured(list);
    const first = await authenticate(bearer('aaaa-bbbb'), tokens);
    expect(first.name).toBe('first');
    expect(first.allows('pg', 'read', 'main')).toBe(true);
    expect(first.allows('pg', 'read', undefined)).toBe(false);
    expect(first.allows('redis', 'read', 'main')).toBe(false);
    expect((await authenticate('bearer   cccc-dddd ', tokens)).name).toBe('second');
  });

  it('can be stored as its SHA-256', async () => {
    const sha256 = await hex('hunter2-hunter2');
    const tokens = await configured([{ name: 'hashed', sha256: sha256.toUpperCase(), scopes: ['*'] }]);
    expect((await authenticate(bearer('hunter2-hunter2'), tokens)).name).toBe('hashed');
    await expect(authenticate(bearer(sha256), tokens)).rejects.toMatchObject({ code: 'unauthorized' });
  });

  it('without any scope authenticates and may do nothing', async () => {
    const access = await authenticate(
      bearer('x'),
      await configured([{ name: 'none', token: 'x', scopes: [] }]),
    );
    expect(() => access.require('pg', 'read', 'main')).toThrow(
      expect.objectContaining({ code: 'forbidden', needs: 'pg:read:main' }),
    );
  });

  it.each([
    [undefined, 'Authorization is missing'],
    ['', 'not of the form'],
    ['Bearer', 'not of the form'],
    ['Bearer ', 'not of the form'],
    ['Bearer a b', 'not of the form'],
    ['Bearer äöü', 'not of the form'],
    [`Bearer ${'x'.repeat(4097)}`, 'not of the form'],
    ['aaaa-bbbb', 'not of the form'],
    ['Bearer aaaa-bbb', 'not known'],
    ['Bearer aaaa-bbbbb', 'not known'],
    ['Bearer AAAA-BBBB', 'not known'],
    ['Bearer first', 'not known'],
  ])('%j is refused', async (header, words) => {
    const problem = await refusal(header, list);
    expect(problem).toMatchObject({ code: 'unauthorized', message: expect.stringContaining(words) });
    expect(problem.headers['WWW-Authenticate']).toContain('Bearer');
    expect(problem.message).not.toContain('aaaa');
  });

  it('is never enough when none is configured, and the answer says how to configure one', async () => {
    expect((await refusal(bearer('dev'), [])).message).toContain('wrangler secret put FAIRLEAD_TOKENS');
    expect((await refusal(bearer(''), [])).message).toContain('FAIRLEAD_TOKENS');
  });
});

describe('a token with an end', () => {
  const at = Date.parse('2026-06-30T12:00:00+02:00');
  const list = [
    { name: 'guest', token: 'guest-token', scopes: ['*'], expires: '2026-06-30T12:00:00+02:00' },
    { name: 'other', token: 'other-token', scopes: ['*'] },
  ];

  afterEach(() => {
    vi.useRealTimers();
  });

  it('works until then, and says afterwards that it has expired', async () => {
    const tokens = await configured(list);
    vi.useFakeTimers({ now: at - 1 });
    expect((await authenticate(bearer('guest-token'), tokens)).name).toBe('guest');
    vi.setSystemTime(at);
    // Found by its digest before, and now by the text that was seen last.
    await expect(authenticate(bearer('guest-token'), tokens)).rejects.toMatchObject({
      code: 'unauthorized',
      message: 'The token "guest" has expired: it was valid until 2026-06-30T10:00:00.000Z.',
      headers: { 'WWW-Authenticate': 'Bearer realm="fairlead"' },
    });
    await expect(authenticate(bearer('guest-tokem'), tokens)).rejects.toMatchObject({
      message: 'The token is not known.',
    });
    expect((await authenticate(bearer('other-token'), tokens)).name).toBe('other');
    await expect(authenticate(bearer('guest-token'), tokens)).rejects.toMatchObject({ code: 'unauthorized' });
  });
});

describe('the setting', () => {
  it.each([
    ['an object', {}],
    ['no scopes', [{ name: 'a', token: 't' }]],
    ['no name', [{ token: 't', scopes: [] }]],
    ['neither token nor digest', [{ name: 'a', scopes: [] }]],
    ['both', [{ name: 'a', token: 't', sha256: DIGEST, scopes: [] }]],
    ['an empty token', [{ name: 'a', token: '', scopes: [] }]],
    ['a token with a space', [{ name: 'a', token: 'a b', scopes: [] }]],
    ['a short digest', [{ name: 'a', sha256: 'ab', scopes: [] }]],
    ['a partial wildcard', [{ name: 'a', token: 't', scopes: ['pg:re*'] }]],
    ['an unknown member', [{ name: 'a', token: 't', scopes: [], scope: 'x' }]],
    ['a day without a time', [{ name: 'a', token: 't', scopes: [], expires: '2027-01-31' }]],
    ['a time without an offset', [{ name: 'a', token: 't', scopes: [], expires: '2027-01-31T00:00:00' }]],
    ['a day that is none', [{ name: 'a', token: 't', scopes: [], expires: '2027-02-30T00:00:00Z' }]],
    ['a number as its end', [{ name: 'a', token: 't', scopes: [], expires: 1_800_000_000 }]],
    ['an origin with a path', [{ name: 'a', token: 't', scopes: [], origins: ['https://a.example/'] }]],
    ['any origin', [{ name: 'a', token: 't', scopes: [], origins: ['*'] }]],
    ['no rows', [{ name: 'a', token: 't', scopes: [], maxRows: 0 }]],
    ['half a row', [{ name: 'a', token: 't', scopes: [], maxRows: 1.5 }]],
    ['another period', [{ name: 'a', token: 't', scopes: [], rate: { limit: 1, periodSeconds: 30 } }]],
    ['a rate of nothing', [{ name: 'a', token: 't', scopes: [], rate: { limit: 0, periodSeconds: 10 } }]],
    ['a rate without a period', [{ name: 'a', token: 't', scopes: [], rate: { limit: 1 } }]],
    [
      'a rate with a burst',
      [{ name: 'a', token: 't', scopes: [], rate: { limit: 1, periodSeconds: 10, burst: 5 } }],
    ],
    ['the name of a JWT', [{ name: 'jwt:anna', token: 't', scopes: [] }]],
    [
      'two of one name',
      [
        { name: 'a', token: 't', scopes: [] },
        { name: 'a', token: 'u', scopes: [] },
      ],
    ],
  ])('with %s is refused', (_what, list) => {
    expect(tokensSchema.safeParse(list).success).toBe(false);
  });
});

async function hex(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
