// Scopes as a table: what each grants and what it does not.
import { describe, expect, it } from 'vitest';
import { covers, parseScope } from '../src/access/scope.ts';

const GRANTS: [held: string, needed: string, granted: boolean][] = [
  ['*', 'pg:read:main', true],
  ['*', 'tcp:ping:@', true],
  ['*:*:*', 'redis:write:@', true],
  ['pg', 'pg:write:main', true],
  ['pg', 'pgx:write:main', false],
  ['pg:*', 'pg:read:other', true],
  ['pg:*', 'redis:read:main', false],
  ['pg:read', 'pg:read:main', true],
  ['pg:read', 'pg:read:@', true],
  ['pg:read', 'pg:write:main', false],
  ['pg:write', 'pg:read:main', false],
  ['pg:read:*', 'pg:read:other', true],
  ['pg:read:main', 'pg:read:main', true],
  ['pg:read:main', 'pg:read:main2', false],
  ['pg:read:main', 'pg:read:mai', false],
  ['pg:read:main', 'pg:read:@', false],
  ['pg:read:main', 'pg:read:MAIN', false],
  ['pg:read:@', 'pg:read:@', true],
  ['pg:read:@', 'pg:read:main', false],
  ['pg:*:main', 'pg:write:main', true],
  ['pg:*:main', 'pg:write:other', false],
  ['*:read', 'redis:read:main', true],
  ['*:read', 'redis:write:main', false],
  ['tcp:ping', 'tcp:ping:main', true],
  ['tcp:ping', 'tcp:tunnel:main', false],
];

describe('a scope', () => {
  it.each(GRANTS)('%s for %s: %s', (held, needed, granted) => {
    const [a, b] = [parseScope(held), parseScope(needed)];
    expect(a && b && covers(a, b)).toBe(granted);
  });

  it.each([
    '',
    ':',
    'pg:',
    'pg::main',
    'pg:re*',
    'pg:read:main:x',
    ' pg',
    'pg read',
    '@',
    'pg:@',
    '-pg',
    'pg:read:a/b',
  ])('%j is none', (text) => {
    expect(parseScope(text)).toBeUndefined();
  });
});
