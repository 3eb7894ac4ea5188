// Lines of mail addresses, as people type them.
import { describe, expect, it } from 'vitest';
import { addressFault, readAddressList } from '../../src/pages/smtp/addresses/address-list.ts';

const bare = (address: string) => ({ name: '', address });

describe('a line of addresses', () => {
  it.each([
    ['', []],
    [' , ;\n', []],
    ['a@b.test', [bare('a@b.test')]],
    ['a@b.test, c@d.test;e@f.test\ng@h.test,', ['a@b.test', 'c@d.test', 'e@f.test', 'g@h.test'].map(bare)],
    ['Ann <a@b.test>', [{ name: 'Ann', address: 'a@b.test' }]],
    [
      '"Doe, Ann; \\"A\\"" <a@b.test>, c@d.test',
      [{ name: 'Doe, Ann; "A"', address: 'a@b.test' }, bare('c@d.test')],
    ],
    ['"a,b"@c.test', [bare('"a,b"@c.test')]],
  ])('%j', (text, addresses) => {
    expect(readAddressList(text)).toEqual({ addresses, fault: undefined });
  });

  it('with a quotation mark that nothing closes', () => {
    expect(readAddressList('"open <a@b.test>, c@d.test').fault).toContain('is not an address');
  });
});

describe('an address', () => {
  it.each([
    'a@b',
    'a@b.test',
    'ünï@göteborg.test',
    'a+b@c.test',
    '"a b"@c.test',
    'a@[127.0.0.1]',
    'a@xn--gteborg-90a.test',
  ])('is fine: %s', (address) => expect(addressFault(address)).toBeUndefined());

  it.each([
    ['', 'missing'],
    ['ann', 'no @'],
    ['@b.test', 'before'],
    ['a@', 'behind'],
    ['a b@c.test', 'spaces'],
    ['a@b@c.test', 'spaces'],
    ['a@b c.test', 'spaces'],
    ['a@-b.test', 'domain'],
    ['a@b..test', 'domain'],
    ['a\u202e@b.test', 'invisible'],
    ['a\r\nRCPT TO:<x@y>@b.test', 'invisible'],
    [`${'a'.repeat(65)}@b.test`, 'too long'],
  ])('%j is not', (address, words) => expect(addressFault(address)).toContain(words));
});
