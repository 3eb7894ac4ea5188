// `fairlead token new`: what it prints is a token and the entry that a gateway takes for it.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { run } from './support/program.ts';

describe('token new', () => {
  it('prints the token once, and its digest in an entry', async () => {
    const args = [
      'token',
      'new',
      '--name',
      'ci',
      '-s',
      'pg:read:main',
      '-s',
      'tcp:tunnel:@,redis',
      '--expires',
      '2099-01-31',
    ];
    const { code, stdout, stderr } = await run(args);
    expect([code, stderr]).toEqual([0, '']);
    const [token = ''] = stdout.split('\n');
    expect(token).toMatch(/^fairlead_[A-Za-z0-9_-]{43}$/);
    expect(stdout.split(token)).toHaveLength(2);
    const entry = JSON.parse(/^\{.*\}$/m.exec(stdout)?.[0] ?? '');
    expect(entry).toEqual({
      name: 'ci',
      sha256: createHash('sha256').update(token).digest('hex'),
      scopes: ['pg:read:main', 'tcp:tunnel:@', 'redis'],
      expires: '2099-01-31T00:00:00Z',
    });
  });

  it('is another one each time, and JSON on request', async () => {
    const all = await Promise.all([1, 2].map(() => run(['token', 'new', '--scope', '*', '--json'])));
    const [one, two] = all.map(({ events }) => events[0]);
    expect(one).toMatchObject({
      event: 'token',
      entry: { scopes: ['*'], name: expect.stringMatching(/^token-2\d{3}-/) },
    });
    expect(one?.entry).not.toHaveProperty('expires');
    expect(one?.token).not.toBe(two?.token);
  });

  it.each([
    [[], /--scope is missing/],
    [['--scope', 'pg:rea*'], /"pg:rea\*" is no scope/],
    [['--scope', 'a:b:c:d'], /is no scope/],
    [['--scope', 'pg:@:main'], /is no scope/],
    [['--scope', '@'], /is no scope/],
    [['--scope', 'pg,,redis'], /"" is no scope/],
    [['--scope', 'pg', '--name', 'x'.repeat(65)], /at most 64 characters/],
    [['--scope', 'pg', '--name', 'jwt:me'], /does not begin with "jwt:"/],
    [['--scope', 'pg', '--expires', '1d', '--expires', '2d'], /--expires stands more than once/],
    [['--scope', 'pg', '--expires', '2020-01-01'], /is no time to come/],
    [['--scope', 'pg', 'ci'], /takes no words but flags/],
  ])('%j is refused', async (args, words) => {
    const { code, stdout, stderr } = await run(['token', 'new', ...args]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(words);
  });
});
