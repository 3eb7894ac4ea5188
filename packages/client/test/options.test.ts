// Options by a table of checks, and the parts of a server's URL.
import { describe, expect, it } from 'vitest';
import { checkOptions, type OptionCheck, readServerUrl } from '../src/index.ts';

describe('checkOptions', () => {
  const checks: readonly OptionCheck[] = [
    ['hostname username', 'text'],
    ['port', 'a whole number above 0'],
    ['password', 'text, or a function that gives it'],
    ['tls', 'true or false'],
    ['channels', 'a list of text'],
    ['connector', 'a function'],
    ['protocol', '2 or 3', (value) => value === 2 || value === 3],
  ];

  it('takes what fits, and what is not given', () => {
    checkOptions({}, checks);
    checkOptions({ hostname: undefined, other: 1 }, checks);
    checkOptions(
      { hostname: 'a', port: 1, password: () => 'x', tls: false, channels: ['a'], protocol: 2 },
      checks,
    );
  });

  it.each([
    [{ username: 1 }, 'username must be text'],
    [{ hostname: null }, 'hostname must be text'],
    [{ port: 0 }, 'port must be a whole number above 0'],
    [{ port: 1.5 }, 'port must be a whole number above 0'],
    [{ port: '1' }, 'port must be a whole number above 0'],
    [{ password: {} }, 'password must be text, or a function that gives it'],
    [{ tls: 'yes' }, 'tls must be true or false'],
    [{ channels: ['a', 1] }, 'channels must be a list of text'],
    [{ connector: {} }, 'connector must be a function'],
    [{ protocol: 4 }, 'protocol must be 2 or 3'],
  ])('refuses %j', (options, message) => {
    expect(() => checkOptions(options, checks)).toThrow(expect.objectContaining({ code: 'usage', message }));
  });
});

describe('readServerUrl', () => {
  it('gives all parts, decoded', () => {
    expect(readServerUrl('irc://al%40ice:p%3Aw@h%C3%B6st.test:6667/a%20b?c=%20#d%23')).toEqual({
      protocol: 'irc:',
      hostname: 'höst.test',
      port: 6667,
      username: 'al@ice',
      password: 'p:w',
      path: '/a b',
      search: '?c=%20',
      hash: '#d#',
    });
    expect(readServerUrl(new URL('redis://[::1]'))).toEqual({
      protocol: 'redis:',
      hostname: '[::1]',
      port: undefined,
      username: undefined,
      password: undefined,
      path: '',
      search: '',
      hash: '',
    });
  });

  it.each(['', 'no url', 'redis:///path', 'redis://a%b', 'redis://h/%ff', 'redis://u:%@h'])(
    'has no parts for %s',
    (url) => {
      expect(readServerUrl(url)).toBeUndefined();
    },
  );
});
