// Commands as steps: what is quoted, what waits, what is refused.
import { describe, expect, it } from 'vitest';
import { NumberSet } from '../../src/names/number-set.ts';
import type { Argument, EncodeAbilities } from '../../src/wire/arguments.ts';
import { encodeCommand } from '../../src/wire/encode.ts';
import { fetchItems, sectionItem } from '../../src/wire/requests/fetch-items.ts';
import type { SearchCriteria } from '../../src/wire/requests/search-criteria.ts';
import { searchKeys } from '../../src/wire/requests/search-keys.ts';
import {
  astring,
  dateArgument,
  dateTimeArgument,
  flagList,
  labelList,
  listPattern,
  mailboxArgument,
  sequenceSet,
} from '../../src/wire/values.ts';

/** The steps in one line: `|` waits, `<n>` is another hand's. */
function encoded(args: readonly Argument[], abilities: EncodeAbilities = {}): string {
  return encodeCommand('A1', args, abilities)
    .map((step) =>
      step.type === 'bytes'
        ? String.fromCharCode(...step.bytes)
        : step.type === 'external'
          ? `<${step.size}>`
          : '|',
    )
    .join('');
}
const expectUsage = (run: () => unknown) =>
  expect(run).toThrowError(expect.objectContaining({ name: 'FairleadError', code: 'usage' }));

describe('encodeCommand', () => {
  it.each([
    [['NOOP'], {}, 'A1 NOOP\r\n'],
    [['LOGIN', { text: 'a"\\b' }, { text: '' }], {}, 'A1 LOGIN "a\\"\\\\b" ""\r\n'],
    [['X', { text: 'é' }], {}, 'A1 X {2}\r\n|\xc3\xa9\r\n'],
    [['X', { text: 'é' }], { utf8: true }, 'A1 X "\xc3\xa9"\r\n'],
    [['X', { text: 'é' }], { literals: 'plus' }, 'A1 X {2+}\r\n\xc3\xa9\r\n'],
    [['X', { text: '\t' }], { literals: 'minus' }, 'A1 X {1+}\r\n\t\r\n'],
    [['X', { bytes: new Uint8Array(2), isBinary: true }], { literals: 'plus' }, 'A1 X ~{2+}\r\n\0\0\r\n'],
    [['A', { externalSize: 4096 }], { literals: 'minus' }, 'A1 A {4096+}\r\n<4096>\r\n'],
    [
      ['A', { externalSize: 4097 }, ['\\Seen', [], 'B']],
      { literals: 'minus' },
      'A1 A {4097}\r\n|<4097> (\\Seen () B)\r\n',
    ],
  ] as const)('%j %j', (args, abilities, expected) => {
    expect(encoded(args, abilities)).toBe(expected);
  });

  it('sends long strings as literals', () => {
    expect(encoded(['X', { text: 'x'.repeat(1_001) }])).toContain('{1001}\r\n|x');
  });

  it.each([
    [{ text: 'a\r\nA2 DELETE x' }],
    [{ text: 'a\n' }],
    [{ text: '\0' }],
    [{ text: '\ud800' }],
    ['a\r\nb'],
    ['é'],
    [{ bytes: Uint8Array.of(0) }],
    [[[{ text: '\r' }]]],
  ] as [Argument][])('refuses %j', (argument) => {
    for (const abilities of [{}, { utf8: true, literals: 'plus' as const }]) {
      expectUsage(() => encoded(['X', argument], abilities));
    }
  });
});

describe('values', () => {
  it('writes names, flags, labels, dates', () => {
    expect(astring('a.b@c')).toBe('a.b@c');
    expect([astring('nil'), astring(''), astring('a b')]).toEqual([
      { text: 'nil' },
      { text: '' },
      { text: 'a b' },
    ]);
    expect([mailboxArgument('inbox', {}), mailboxArgument('台北', {})]).toEqual([
      'INBOX',
      { text: '&U,BTFw-' },
    ]);
    expect(mailboxArgument('台&', { utf8: true })).toEqual({ text: '台&' });
    expect(mailboxArgument({ rawName: '&bad' }, {})).toEqual({ text: '&bad' });
    expect(listPattern('a/%', {})).toEqual({ text: 'a/%' });
    expect(flagList(['\\Seen', '$Junk', 'a:b'])).toEqual(['\\Seen', '$Junk', 'a:b']);
    expect(labelList(['\\Inbox', 'ü'], {})).toEqual(['\\Inbox', { text: '&APw-' }]);
    expect(dateArgument('2026-01-01')).toBe('1-Jan-2026');
    expect(dateTimeArgument(new Date('2026-12-09T01:02:03Z'))).toBe('" 9-Dec-2026 01:02:03 +0000"');
  });

  it('writes sets', () => {
    expect([sequenceSet(7), sequenceSet([3, 1, 2, 9]), sequenceSet('1:4,*'), sequenceSet('$')]).toEqual([
      '7',
      '1:3,9',
      '1:4,*',
      '$',
    ]);
    expect(sequenceSet(NumberSet.of([[1, 4_294_967_295]]))).toBe('1:4294967295');
  });

  it('refuses what is none', () => {
    for (const name of ['', 'a*', '%', 'a\r\nb', '\0', '\ud800'])
      expectUsage(() => mailboxArgument(name, {}));
    expectUsage(() => mailboxArgument({ rawName: 'a*' }, {}));
    for (const flag of ['', '\\*', 'a b', 'a)', '\\', 'a\r\n', 'é', 'a{', '"'])
      expectUsage(() => flagList([flag]));
    for (const set of [
      '',
      '0',
      '1 2',
      '1:',
      '1\r\n',
      '4294967296',
      [],
      0,
      -1,
      1.5,
      Number.NaN,
      [1, 2 ** 32],
      NumberSet.of([]),
    ]) {
      expectUsage(() => sequenceSet(set));
    }
    for (const date of ['', 'x', '2026-13-01', new Date(Number.NaN), new Date('-000001-01-01')])
      expectUsage(() => dateArgument(date));
  });
});

describe('searchKeys', () => {
  const keys = (criteria: SearchCriteria, abilities?: EncodeAbilities) =>
    encoded(searchKeys(criteria, abilities), { literals: 'plus', ...abilities }).slice(3, -2);

  it.each([
    [{}, 'ALL'],
    [{ seen: false, flagged: true, old: false }, 'UNSEEN FLAGGED NOT OLD'],
    [{ from: 'a"b', to: ['x', 'y'] }, 'FROM "a\\"b" TO "x" TO "y"'],
    [{ header: { 'Message-ID': '<1@x>', 'X-A': true } }, 'HEADER Message-ID "<1@x>" HEADER X-A ""'],
    [
      { since: '2026-01-31', sentBefore: new Date(0), savedOn: '2026-02-01' },
      'SINCE 31-Jan-2026 SENTBEFORE 1-Jan-1970 SAVEDON 1-Feb-2026',
    ],
    [
      { larger: 10, smaller: 20, younger: 3600, older: 1, modSeq: 5n },
      'LARGER 10 SMALLER 20 YOUNGER 3600 OLDER 1 MODSEQ 5',
    ],
    [
      { uid: [1, 2, 3], sequence: '5:*', keyword: '$Junk', unkeyword: ['a', 'b'] },
      'UID 1:3 5:* KEYWORD $Junk UNKEYWORD a UNKEYWORD b',
    ],
    [
      {
        emailId: 'M1',
        threadId: 'T1',
        gmailRaw: 'has:x',
        gmailMessageId: 2n ** 63n,
        gmailLabels: ['\\Inbox', 'a b'],
      },
      'EMAILID M1 THREADID T1 X-GM-RAW "has:x" X-GM-MSGID 9223372036854775808 X-GM-LABELS \\Inbox X-GM-LABELS "a b"',
    ],
    [{ not: { seen: true, from: 'a' }, fuzzy: { subject: 'x' } }, 'NOT (SEEN FROM "a") FUZZY SUBJECT "x"'],
    [
      { or: [{ seen: true }, { from: 'a', to: 'b' }, { deleted: true }] },
      'OR SEEN OR (FROM "a" TO "b") DELETED',
    ],
    [{ or: [{ seen: true }], and: [{ draft: true }, { not: {} }] }, 'SEEN DRAFT NOT ALL'],
    [{ subject: 'é' }, 'CHARSET UTF-8 SUBJECT {2+}\r\n\xc3\xa9'],
    [
      { not: [{ body: 'é' }, { or: [{ text: 'é' }, { cc: undefined }] }] },
      'CHARSET UTF-8 NOT BODY {2+}\r\n\xc3\xa9 NOT OR TEXT {2+}\r\n\xc3\xa9 ALL',
    ],
  ] as [SearchCriteria, string][])('%#: %s', (criteria, expected) => {
    expect(keys(criteria)).toBe(expected);
  });

  it('names no charset where UTF-8 is on', () => {
    expect(keys({ subject: 'é' }, { utf8: true })).toBe('SUBJECT "\xc3\xa9"');
  });

  it('refuses what is none', () => {
    let deep: SearchCriteria = {};
    for (let at = 0; at < 100; at++) deep = { not: deep };
    const bad: unknown[] = [
      { form: 'x' },
      { constructor: 'x' },
      { seen: 'yes' },
      { from: 1 },
      { from: 'a\r\nA2 LOGOUT' },
      { header: { 'a\r\n': 'x' } },
      { header: { 'Message-ID': 'x\r\nA2 LOGOUT' } },
      { larger: -1 },
      { larger: '1 DELETED' },
      { keyword: 'a b' },
      { since: 'x' },
      { uid: '1 ALL' },
      { or: [] },
      deep,
    ];
    for (const criteria of bad) expectUsage(() => keys(criteria as SearchCriteria));
  });
});

describe('fetchItems', () => {
  const none = () => false;

  it('asks for the UID first and sets nothing \\Seen', () => {
    expect(
      fetchItems(
        {
          flags: true,
          size: false,
          gmail: true,
          modSeq: true,
          headers: ['Subject', 'X-A'],
          source: true,
          parts: ['1.2'],
        },
        (...names) => names.includes('X-GM-EXT-1'),
      ),
    ).toEqual([
      'UID',
      'FLAGS',
      'X-GM-MSGID X-GM-THRID X-GM-LABELS',
      'BODY.PEEK[HEADER.FIELDS (Subject X-A)]',
      'BODY.PEEK[]',
      'BODY.PEEK[1.2]',
    ]);
    expect(fetchItems({ headers: true }, none)).toEqual(['UID', 'BODY.PEEK[HEADER]']);
    expect(sectionItem('1', true)).toBe('BINARY.PEEK[1]');
  });

  it('refuses what is no section', () => {
    for (const section of ['0', '1.', 'x', '1]', 'MIME', '1 2', '1.2.text.mime'])
      expectUsage(() => sectionItem(section));
    expectUsage(() => sectionItem('TEXT', true));
    expectUsage(() => fetchItems({ headers: ['a)'] }, none));
    expectUsage(() => fetchItems({ headers: [] }, none));
  });
});
