// The values of responses: what each server's manner of saying it means.
import { describe, expect, it } from 'vitest';
import { readCopied } from '../../src/names/copied-uids.ts';
import type { ResponseText } from '../../src/responses/types/response.ts';
import { parse, parseFetch, parseLine, parseStructure } from './support/parse.ts';
import { SAMPLES } from './support/samples.ts';

const sample = (name: string, options = {}) => parse(SAMPLES[name] ?? '', options);

describe('conditions and codes', () => {
  it('reads each code with its data', () => {
    expect(sample('codes of all kinds')).toMatchObject([
      { type: 'tagged', tag: 'A1', status: 'NO', code: { name: 'TRYCREATE', argument: undefined } },
      { code: { name: 'APPENDUID', number: 38505, set: { ranges: [[3955, 3957]] } } },
      {
        code: {
          name: 'MODIFIED',
          set: {
            ranges: [
              [7, 7],
              [9, 9],
            ],
          },
        },
      },
      { code: { name: 'BADCHARSET', words: ['UTF-8', 'x'] }, text: 'no' },
      { type: 'condition', code: { name: 'INPROGRESS', argument: '("A1" 454 1000)' } },
      { code: { name: 'INPROGRESS' }, text: 'still' },
      { status: 'BYE', code: { name: 'UNAVAILABLE' }, text: 'later' },
      { status: 'NO', code: { name: 'ALERT' }, text: '[not a code] ]' },
      { status: 'OK', code: undefined, text: '[broken text' },
      { status: 'OK', code: undefined, text: '' },
      { status: 'PREAUTH', text: 'hi' },
      { type: 'tagged', text: 'text {5}' },
      { type: 'continuation', text: '{5}' },
      { type: 'continuation', text: '' },
      { type: 'continuation', text: '' },
      { code: { name: 'REFERRAL', argument: 'imap://a/b' } },
      { status: 'BAD', code: { name: 'X', argument: '"]" (])' }, text: 't' },
    ]);
  });

  it('reads a selected mailbox', () => {
    expect(sample('Dovecot: select')).toMatchObject([
      { type: 'flags' },
      { code: { name: 'PERMANENTFLAGS', words: expect.arrayContaining(['\\*', '$Forwarded']) } },
      { type: 'exists', number: 172 },
      { type: 'recent', number: 1 },
      { code: { name: 'UNSEEN', number: 12 } },
      { code: { name: 'UIDVALIDITY', number: 3_857_529_045 } },
      { code: { name: 'UIDNEXT', number: 4392 } },
      { code: { name: 'HIGHESTMODSEQ', modSeq: 2n ** 63n - 1n } },
      {
        type: 'vanished',
        isEarlier: true,
        uids: {
          ranges: [
            [41, 41],
            [43, 116],
            [118, 118],
          ],
        },
      },
      { status: 'OK', code: { name: 'READ-WRITE' } },
    ]);
  });

  it('reads COPYUID before the EXPUNGEs, keywords with brackets, and nothing of malformed data', () => {
    const { code: moved } = sample('Dovecot: move')[0] as ResponseText;
    expect(readCopied(moved)).toEqual({
      uidValidity: 1447,
      source: [
        [11, 12],
        [20, 20],
      ],
      destination: [
        [5, 6],
        [9, 9],
      ],
    });
    expect(parseLine('* OK [PERMANENTFLAGS (a:b [css3] \\*)] x')).toMatchObject({
      code: { words: ['a:b', '[css3]', '\\*'] },
    });
    for (const code of ['COPYUID 1 2 *', 'UIDNEXT x', 'APPENDUID', 'MODIFIED 1:*', 'HIGHESTMODSEQ -1']) {
      const { code: read } = parseLine(`* OK [${code}] x`) as ResponseText;
      expect(readCopied(read)).toBeUndefined();
      expect(read).not.toHaveProperty('set');
      expect(read).not.toHaveProperty('modSeq');
    }
  });
});

describe('mailboxes', () => {
  it('reads LIST and STATUS with decoded and raw names', () => {
    expect(sample('Dovecot: list')).toMatchObject([
      { type: 'list', name: '台北', rawName: '&U,BTFw-', delimiter: '/', childInfo: [] },
      { type: 'status', name: '台北', messages: 3, unseen: 0, size: 12_345_678_901, uidNext: undefined },
      { type: 'list', name: 'Foo/Bar', childInfo: ['SUBSCRIBED'] },
      { type: 'tagged' },
    ]);
    expect(parseLine('* LIST () NIL NIL ("OLDNAME" ("a&-b"))')).toMatchObject({
      name: 'NIL',
      delimiter: undefined,
      oldName: 'a&b',
    });
    expect(parseLine('* LIST () "/" "\xe5\x8f\xb0&-"', { utf8: true })).toMatchObject({ name: '台&-' });
    expect(parseLine('* LIST () "/" "&bad"')).toMatchObject({ name: '&bad', rawName: '&bad' });
  });

  it('reads ACL, quota, namespaces', () => {
    expect(sample('Cyrus: acl and quota')).toMatchObject([
      { type: 'acl', entries: [{ identifier: 'fred' }, { identifier: 'anyone else', rights: 'lr' }] },
      { type: 'myrights', rights: 'lrs' },
      { type: 'listrights', required: '', optional: 'lrswipkxtecda'.split('') },
      { type: 'quotaroot', roots: ['user.fred', ''] },
      { type: 'quota', resources: [{ name: 'STORAGE', usage: 10n, limit: 2n ** 64n - 1n }, { limit: 2n }] },
      { type: 'quota', root: '', resources: [] },
    ]);
    expect(sample('Courier: namespace')[0]).toEqual({
      type: 'namespace',
      personal: [{ prefix: 'INBOX.', delimiter: '.' }],
      otherUsers: [],
      shared: [
        { prefix: '#shared.', delimiter: '.' },
        { prefix: 'shared.', delimiter: '.' },
      ],
    });
  });
});

describe('searches', () => {
  it('expands no set', () => {
    const found = parseLine('* ESEARCH (TAG "A1") UID ALL 1:4294967295 PARTIAL (1:10 NIL)');
    expect(found).toMatchObject({
      tag: 'A1',
      isUid: true,
      all: { size: 4_294_967_295 },
      partial: { range: '1:10' },
    });
    expect(sample('Dovecot: esearch')[0]).toMatchObject({
      min: 2,
      max: 5000,
      count: 1000,
      all: { size: 1000 },
    });
  });

  it('reads SEARCH, SORT and THREAD', () => {
    const [sort, none, thread, empty, search] = sample('Cyrus: thread and sort');
    expect([sort, none, empty]).toMatchObject([
      { numbers: [5, 3, 4, 1, 2] },
      { numbers: [] },
      { threads: [] },
    ]);
    expect(search).toMatchObject({ numbers: [2, 5, 6], modSeq: 917_162_500n });
    expect(thread).toMatchObject({
      threads: [
        { number: 2 },
        { number: 3, children: [{ number: 6, children: [{ number: 4 }, { number: 44 }] }] },
        { number: undefined, children: [{ number: 5 }, { number: 8 }] },
      ],
    });
  });
});

describe('FETCH', () => {
  it('reads Gmail in 64 bits', () => {
    expect(sample('Gmail: fetch')[0]).toMatchObject({
      gmailThreadId: 1278455344230334865n,
      gmailMessageId: 2n ** 64n - 1n,
      gmailLabels: ['\\Important', 'foo', expect.any(String), '\\Sent'],
      internalDate: new Date('2017-04-01T15:51:32Z'),
      modSeq: 10_677_203n,
    });
  });

  it('reads what Exchange and iCloud send', () => {
    const [exchange] = sample('Exchange: lists that are NIL');
    expect(exchange).toMatchObject({
      uid: 9,
      structure: {
        part: 'TEXT',
        type: 'multipart/mixed',
        parts: [
          { part: '1', disposition: 'inline' },
          { part: '2', type: 'multipart/related', parts: [] },
        ],
      },
    });
    expect(sample('iCloud: quotes unescaped')[0]).toMatchObject({
      envelope: { messageId: '<"a"b@x>' },
      flags: [],
    });
  });

  it('tells NIL from empty, and keeps the bytes of a quoted section', () => {
    const [fetch] = sample('RFC 9051 and extensions');
    expect(fetch).toMatchObject({
      emailId: 'M6d99ac3275bb4e',
      threadId: null,
      saveDate: null,
      preview: 'a b',
    });
    expect(fetch).toMatchObject({
      sections: [
        { section: '2', isBinary: true, bytes: Uint8Array.of(0, 13, 10) },
        { section: '1', isBinary: true, origin: 7, bytes: undefined },
        { section: 'HEADER', bytes: Uint8Array.of(0x68) },
        { section: '1.2.MIME', origin: 0, bytes: Uint8Array.of(0x71, 0x22, 0x5c) },
      ],
    });
    expect(parseFetch('BODY[] "\xc2"').sections[0]?.bytes).toEqual(Uint8Array.of(0xc2));
    const { envelope } = parseFetch('ENVELOPE (NIL "" NIL NIL NIL NIL NIL NIL NIL NIL)');
    expect(envelope).toMatchObject({ dateText: undefined, subject: '' });
  });

  it('reads addresses: groups, missing domains, local parts with spaces', () => {
    const { envelope } = parseFetch(
      'ENVELOPE ("x" NIL ((NIL NIL "a b" "c")) ("") NIL ((NIL NIL "g" NIL)("m" NIL "n" "o")(NIL NIL NIL NIL)("=?utf-8?q?=C3=A9?=" NIL "p" "MISSING_DOMAIN")) ((NIL NIL "u" NIL)(NIL NIL NIL NIL)))',
    );
    expect(envelope).toMatchObject({
      date: undefined,
      from: [{ address: '"a b"@c' }],
      to: [
        { name: 'g', address: undefined, group: [{ name: 'm', address: 'n@o' }] },
        { name: 'é', address: 'p' },
      ],
      cc: [{ name: 'u', group: [] }],
      bcc: [],
      messageId: undefined,
    });
  });
});

describe('BODYSTRUCTURE', () => {
  it('numbers parts in attached messages', () => {
    const structure = parseStructure(
      '(("text" "plain" NIL NIL NIL "7bit" 1 1)("message" "rfc822" NIL NIL NIL "7bit" 9 (NIL "in" NIL NIL NIL NIL NIL NIL NIL NIL) (("text" "plain" NIL NIL NIL "7bit" 1 1)("image" "png" ("NAME" "a.png") NIL NIL "BASE64" 5) "mixed") 7 "md5" ("attachment" ("filename*" "utf-8\'\'%e2%82%ac.eml")) ("de" "en") "loc" "ext" (1 (2)))("message" "rfc822" NIL NIL NIL "7bit" 9 (NIL) ("text" "html" NIL NIL NIL "7bit" 1 1) 3) "mixed" ("boundary" "x"))',
    );
    const [, second, third] = structure.parts;
    expect(second).toMatchObject({
      part: '2',
      type: 'message/rfc822',
      lines: 7,
      md5: 'md5',
      filename: '€.eml',
      languages: ['de', 'en'],
      location: 'loc',
      envelope: { subject: 'in' },
      parts: [
        { part: '2.TEXT', parts: [{ part: '2.1' }, { part: '2.2', filename: 'a.png', encoding: 'base64' }] },
      ],
    });
    expect(third?.parts).toMatchObject([{ part: '3.1', type: 'text/html' }]);
  });

  it.each([
    [
      'Gmail, a multipart without parts',
      '(("ALTERNATIVE" ("BOUNDARY" "x") NIL NIL) "MIXED" NIL)',
      'multipart/alternative',
    ],
    [
      'Gmail, one with a disposition',
      '(("RELATED" NIL ("ATTACHMENT" NIL) NIL) "MIXED" NIL)',
      'multipart/related',
    ],
    [
      'Gmail, a message without its structure',
      '(("MESSAGE" "RFC822" ("NAME" "x") NIL NIL "7BIT" 9 NIL ("ATTACHMENT" ("FILENAME" "x")) NIL) "MIXED" NIL)',
      'message/rfc822',
    ],
    [
      'an empty structure',
      '(("message" "rfc822" NIL NIL NIL "7BIT" 787 (NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL) () 0 NIL NIL NIL) "report" NIL)',
      'message/rfc822',
    ],
    [
      'mail.ru, a parameter that is NIL',
      '(("text" "plain" ("charset" NIL) NIL NIL "8bit" 536 0 NIL NIL NIL NIL) "alternative" ("boundary" NIL))',
      'text/plain',
    ],
    ['a description of quotes', '(("text" "plain" NIL NIL """" "8bit" 536 0) "mixed")', 'text/plain'],
    ['no size, no encoding', '(("text" "plain") "mixed")', 'text/plain'],
  ])('takes %s', (_, text, type) => {
    expect(parseStructure(text).parts[0]).toMatchObject({ part: '1', type });
  });

  it('gives none where it makes no sense, and reads on', () => {
    expect(parseFetch('BODYSTRUCTURE ("text" "plain" ((1) {1}\r\n))) UID 7')).toMatchObject({ uid: 7 });
    expect(parseFetch('BODYSTRUCTURE NIL UID 7')).toMatchObject({ uid: 7, structure: undefined });
  });
});
