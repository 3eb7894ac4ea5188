// The parsers of listings: a table of lines from real servers, and what they must not do with hostile ones.
import { describe, expect, it } from 'vitest';
import { type FtpEntry, parseList, parseMlsd } from '../src/listing/index.ts';

const NOW = new Date('2026-03-01T12:00:00Z');
const list = (text: string): FtpEntry[] => parseList(text, { now: NOW });
const at = (text: string): Date => new Date(text);

const UNIX: readonly [line: string, expected: Partial<FtpEntry>][] = [
  [
    '-rw-r--r--    1 1000     1000            5 Jan 02 03:04 a.txt',
    {
      name: 'a.txt',
      type: 'file',
      size: 5,
      owner: '1000',
      group: '1000',
      permissions: 'rw-r--r--',
      modifiedAt: at('2026-01-02T03:04Z'),
    },
  ],
  [
    'drwxr-xr-x   2 app  staff  4096 Dec 31 23:59 last year',
    { name: 'last year', type: 'directory', modifiedAt: at('2025-12-31T23:59Z') },
  ],
  [
    '-rw-r--r--   1 app  staff  5 Mar  2 11:59 within a day',
    { name: 'within a day', modifiedAt: at('2026-03-02T11:59Z') },
  ],
  [
    '-rw-r--r--   1 app  staff  5 Mar  2 12:01 beyond a day',
    { name: 'beyond a day', modifiedAt: at('2025-03-02T12:01Z') },
  ],
  ['-rw-r--r--   1 app  staff  5 Feb 29 10:00 leap', { modifiedAt: at('2024-02-29T10:00Z') }],
  [
    '-rw-r--r--   1 app  staff  5 Jan  2  2020  two spaces in front',
    { name: ' two spaces in front', modifiedAt: at('2020-01-02T00:00Z') },
  ],
  ['-rw-r--r--   1 app  staff  5 Jan  2  2020 trailing ', { name: 'trailing ' }],
  ['-rw-r--r--+  1 app  staff  5 Jan  2  2020 acl', { name: 'acl', permissions: 'rw-r--r--' }],
  ['-rw-r--r--.  1 app  staff  5 Jan  2  2020 selinux', { name: 'selinux' }],
  ['-rw-r--r--@  1 app  staff  5 Jan  2  2020 apple', { name: 'apple' }],
  [
    '-rw-r--r--   1 app  5 Jan  2  2020 no group',
    { name: 'no group', owner: 'app', group: undefined, size: 5 },
  ],
  ['-rw-r--r--   1 5 Jan  2  2020 nobody', { name: 'nobody', owner: undefined, size: 5 }],
  [
    '-rw-r--r--   1 app  Domain Users  5 Jan  2  2020 spaces',
    { name: 'spaces', owner: 'app', group: 'Domain Users' },
  ],
  ['-rw-r--r--   1 app  staff  9007199254740993 Jan  2  2020 huge', { name: 'huge', size: undefined }],
  [
    'crw-rw-rw-   1 root root   1,   3 Jan  2  2020 null',
    { name: 'null', type: 'other', size: undefined, group: 'root' },
  ],
  [
    'brw-rw----   1 root disk   8,0 Jan  2  2020 sda',
    { name: 'sda', type: 'other', size: undefined, owner: 'root', group: 'disk' },
  ],
  ['prw-rw----   1 root disk   0 Jan  2  2020 pipe', { name: 'pipe', type: 'other' }],
  ['lrwxrwxrwx   1 app  staff  3 Jan  2  2020 link -> dir', { name: 'link', target: 'dir', type: 'link' }],
  [
    'lrwxrwxrwx   1 app  staff  6 Jan  2  2020 a -> b -> c -> d',
    { name: 'a -> b', target: 'c -> d', type: 'link' },
  ],
  [
    'lrwxrwxrwx   1 app  staff  11 Jan  2  2020 a -> b -> c -> d',
    { name: 'a', target: 'b -> c -> d', type: 'link' },
  ],
  [
    'lrwxrwxrwx   1 app  staff  99 Jan  2  2020 dangling',
    { name: 'dangling', target: undefined, type: 'link' },
  ],
  ['drwxrwsr-t   2 app  staff  4096 Jan  2  2020 bits', { name: 'bits', permissions: 'rwxrwsr-t' }],
  ['-rw-r--r--   1 app  staff  5 2026-01-02 03:04 iso', { name: 'iso', modifiedAt: at('2026-01-02T03:04Z') }],
  [
    '-rw-r--r--   1 app  staff  5  2 Jan  2020 day first',
    { name: 'day first', modifiedAt: at('2020-01-02T00:00Z') },
  ],
  [
    '-rw-r--r--   1 May  12  4096 Jan  5  2020 a user called May',
    { name: 'a user called May', owner: 'May', size: 4096 },
  ],
  [
    '-rw-r--r--   1 app  staff  5 Jan  2  2020 Feb 3  2021 x',
    { name: 'Feb 3  2021 x', modifiedAt: at('2020-01-02T00:00Z') },
  ],
  ['-rw-r--r--   1 ftp\tftp  5 Jan  2  2020 tab', { name: 'tab' }],
  ['-rw-r--r--   1 app  staff  5 Jan  2  2020 na\u00efve \u65e5\u672c', { name: 'na\u00efve \u65e5\u672c' }],
];

const DOS: readonly [line: string, expected: Partial<FtpEntry>][] = [
  [
    '02-05-26  11:15AM       <DIR>          images',
    { name: 'images', type: 'directory', size: undefined, modifiedAt: at('2026-02-05T11:15Z') },
  ],
  [
    '02-05-26  12:15AM                 1234 a b.txt',
    { name: 'a b.txt', type: 'file', size: 1234, modifiedAt: at('2026-02-05T00:15Z') },
  ],
  ['02-05-26  12:15PM                 1234 noon', { modifiedAt: at('2026-02-05T12:15Z') }],
  ['02-05-2026  03:04PM              1,234 long year', { size: 1234, modifiedAt: at('2026-02-05T15:04Z') }],
  ['12-31-99  23:59                 1 old', { modifiedAt: at('1999-12-31T23:59Z') }],
  ['02-05-26  11:15AM       <JUNCTION>     link [C:\\x]', { name: 'link [C:\\x]', type: 'link' }],
  ['02-05-26  11:15AM       <SYMLINKD>     dirlink', { name: 'dirlink', type: 'link' }],
];

const MLSD: readonly [line: string, expected: Partial<FtpEntry>][] = [
  [
    'type=file;size=5;modify=20260102030405; a.txt',
    {
      name: 'a.txt',
      type: 'file',
      size: 5,
      modifiedAt: at('2026-01-02T03:04:05Z'),
      isTimeApproximate: false,
    },
  ],
  [
    'Type=Dir;Modify=20260102030405.678;UNIX.mode=0755; d',
    { name: 'd', type: 'directory', permissions: '0755', modifiedAt: at('2026-01-02T03:04:05.678Z') },
  ],
  ['type=file; a; b=c d ', { name: 'a; b=c d ', size: undefined }],
  [' no facts', { name: 'no facts', type: 'other' }],
  ['type=file;  space', { name: ' space' }],
  ['type=OS.unix=slink:/etc/passwd; link', { name: 'link', type: 'link', target: '/etc/passwd' }],
  ['type=OS.unix=symlink; link', { name: 'link', type: 'link', target: undefined }],
  ['type=OS.unix=chr-1/3; null', { type: 'other' }],
  ['type=file;size=-1;modify=20261301000000; odd', { size: undefined, modifiedAt: undefined }],
  ['type=file;UNIX.owner=1;UNIX.ownername=app;UNIX.groupname=staff; o', { owner: 'app', group: 'staff' }],
];

describe('a line', () => {
  it.each(UNIX)('of Unix: %s', (line, expected) => {
    expect(list(`${line}\r\n`)).toMatchObject([{ ...expected, raw: line, isTimeApproximate: true }]);
  });

  it.each(DOS)('of DOS: %s', (line, expected) => {
    expect(list(`${line}\r\n`)).toMatchObject([{ ...expected, raw: line, isTimeApproximate: true }]);
  });

  it.each(MLSD)('of MLSD: %s', (line, expected) => {
    expect(parseMlsd(`${line}\r\n`)).toMatchObject([{ ...expected, raw: line }]);
  });

  it.each([
    'ls: cannot access x: Permission denied',
    'd [R----F--] supervisor            512       Jan 16 18:53    login',
    '-rw-r--r--   1 app  staff  5 Foo  2  2020 month',
    '-rw-r--r--   1 app  staff  5 Jan 32  2020 day',
    '-rw-r--r--   1 app  staff  5 Jan  2  2020',
    '-rw-r--r--',
    '+i8388621.48594,m825718503,r,s280,\tdjb.html',
    'x'.repeat(20_000),
  ])('that fits no form is kept: %s', (line) => {
    expect(list(line)).toMatchObject([{ type: 'unparsed', name: '', raw: line }]);
    expect(parseMlsd(line.replace(/^\+/, 'x'))).toMatchObject([{ type: 'unparsed' }]);
  });
});

it('leaves out the directory itself, the one above, the total and empty lines, and nothing else', () => {
  const lines = [
    'total 12',
    'drwxr-xr-x 2 a b 0 Jan  2  2020 .',
    'drwxr-xr-x 2 a b 0 Jan  2  2020 ..',
    '',
    'odd',
    '-rw-r--r-- 1 a b 0 Jan  2  2020 total 12',
  ];
  expect(list(lines.join('\n')).map(({ name, raw }) => name || raw)).toEqual(['odd', 'total 12']);
  const facts = ['type=cdir; .', 'type=pdir; ..', 'type=cdir; /home', 'type=dir; .', '', 'type=dir; ...'];
  expect(parseMlsd(facts.join('\r\n')).map(({ name }) => name)).toEqual(['...']);
});

it('has caps, and takes time in proportion to the length', () => {
  expect(() => parseList('x\n'.repeat(11), { maxEntries: 10 })).toThrow('more than 10 entries');
  const startedAt = Date.now();
  const million = parseMlsd('type=file;size=1; x\r\n'.repeat(1_000_000));
  expect(million).toHaveLength(1_000_000);
  for (const piece of [' ', '1 ', '- ', 'Jan 2 ', ' -> ', '-rw-r--r-- ', ';', '=', '1,', '<DIR> ']) {
    list(`-rw-r--r-- 1 a b 5 Jan  2  2020 ${piece.repeat(4000)}`);
    list(`lrwxrwxrwx 1 a b 5 ${piece.repeat(3000)}`);
    list(`02-05-26  11:15AM ${piece.repeat(3000)}`);
    parseMlsd(piece.repeat(4000));
  }
  expect(Date.now() - startedAt).toBeLessThan(15_000);
});
