// Addresses as people write them. What every connector refuses is in the compliance suite.
import { describe, expect, it } from 'vitest';
import { formatAddress, isFairleadError, normalizeAddress, parseAddress } from '../src/workerd.ts';

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return isFairleadError(error) ? error.code : String(error);
  }
  return 'accepted';
}

describe('parseAddress', () => {
  it.each([
    ['db.example.com:5432', { hostname: 'db.example.com', port: 5432 }],
    ['DB.Example.com.:5432', { hostname: 'db.example.com', port: 5432 }],
    ['[::1]:7', { hostname: '::1', port: 7 }],
    ['[2001:DB8:0:0::5]:70', { hostname: '2001:db8::5', port: 70 }],
    ['bücher.example:70', { hostname: 'xn--bcher-kva.example', port: 70 }],
    ['10.0.0.1:65535', { hostname: '10.0.0.1', port: 65_535 }],
  ])('%s', (text, address) => {
    expect(parseAddress(text)).toEqual(address);
  });

  it('takes a default port', () => {
    expect(parseAddress('cache', 6379)).toEqual({ hostname: 'cache', port: 6379 });
    expect(parseAddress('[::1]', 6379)).toEqual({ hostname: '::1', port: 6379 });
    expect(parseAddress('cache:1', 6379).port).toBe(1);
  });

  it.each([
    '',
    'host',
    ':80',
    'host:',
    'host:0',
    'host:65536',
    'host:123456',
    'host:-1',
    'host:8o',
    '::1:80',
    '[::1',
    'a:1:2',
    'host:80\r\n',
    ' host:80',
    '[host]:80',
  ])('refuses %j', (text) => {
    expect(codeOf(() => parseAddress(text))).toBe('usage');
  });

  it('refuses port 25 as policy', () => {
    expect(codeOf(() => parseAddress('mail.example.com:25'))).toBe('policy');
  });
});

describe('normalizeAddress', () => {
  it.each([
    ['127.1', '127.0.0.1'],
    ['0x7f.0.0.1', '127.0.0.1'],
    ['2130706433', '127.0.0.1'],
    ['::ffff:127.0.0.1', '::ffff:7f00:1'],
  ])('shows %s as the %s that is dialled', (hostname, dialled) => {
    expect(normalizeAddress({ hostname, port: 7 }).hostname).toBe(dialled);
  });

  it('is idempotent, and formats for messages', () => {
    const once = normalizeAddress({ hostname: '[FE80::1]', port: 7 });
    expect(normalizeAddress(once)).toEqual(once);
    expect(formatAddress(once)).toBe('[fe80::1]:7');
    expect(formatAddress({ hostname: 'a.test', port: 1 })).toBe('a.test:1');
  });

  it('gives what URL parsing gives, also where it does without', () => {
    const pieces = [
      'a',
      'z9',
      '-',
      '_',
      '.',
      '0',
      '1',
      '255',
      '256',
      'x',
      '0x',
      'xn--',
      'e',
      '127.0.0.1',
      'a'.repeat(62),
    ];
    let seed = 18;
    const random = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((seed / 2_147_483_648) * below);
    };
    for (let round = 0; round < 20_000; round += 1) {
      let hostname = '';
      for (let left = 1 + random(8); left > 0; left -= 1) hostname += pieces[random(pieces.length)];
      const parsed = URL.canParse(`http://${hostname}/`) ? new URL(`http://${hostname}/`).hostname : '';
      const bare = parsed.replace(/\.$/, '');
      const isName =
        bare.length <= 253 && bare.split('.').every((label) => label.length > 0 && label.length < 64);
      const normalize = (): string => normalizeAddress({ hostname, port: 7 }).hostname;
      if (isName) expect(normalize()).toBe(bare);
      else expect(codeOf(normalize), hostname).toBe('usage');
    }
  });

  it('refuses values that are no address at all', () => {
    const junk = [
      { hostname: undefined, port: 1 },
      { hostname: 5, port: 1 },
      { hostname: 'a', port: '80' },
    ];
    for (const address of junk) {
      expect(codeOf(() => normalizeAddress(address as unknown as { hostname: string; port: number }))).toBe(
        'usage',
      );
    }
  });
});
