// Files and what goes to the clipboard: every value comes back, and no spreadsheet runs one.
import { describe, expect, it } from 'vitest';
import { copiedCell, copiedRows } from '../../src/ui/grid/export/copy-rows.ts';
import { csvLine, guardFormula, tsvLine } from '../../src/ui/grid/export/csv.ts';
import { type FileFormat, makeFile } from '../../src/ui/grid/export/make-file.ts';
import { memberNames } from '../../src/ui/grid/export/ndjson.ts';
import { GridView } from '../../src/ui/grid/order/grid-view.ts';
import { RowStore } from '../../src/ui/grid/rows/row-store.ts';

describe('guardFormula', () => {
  it.each([
    '=1+1',
    '+cmd',
    '-cmd',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '=HYPERLINK("http://x")',
    '-1+1',
    '+',
    '-',
    '\n=1',
    '＝1+1',
    '＋1',
    '－1',
    '＠SUM(A1)',
  ])('makes %j text', (text) => {
    expect(guardFormula(text)).toBe(`'${text}`);
  });

  it.each(['-1', '+1.5', '-.5', '1e9', '-1.5E-7', 'a=b', ' =1', '', "'=1"])('leaves %j', (text) => {
    expect(guardFormula(text)).toBe(text);
  });
});

describe('csvLine', () => {
  it('quotes as RFC 4180 has it, NULL is empty and the empty text is not', () => {
    expect(csvLine(['a', 'b,c', 'd"e', 'f\ng', 'h\ri', undefined, '', ' j'], true)).toBe(
      'a,"b,c","d""e","f\ng","h\ri",,""," j"\r\n',
    );
  });

  it('guards within quotes, and not where nobody wants it', () => {
    expect(csvLine(['=A1,"x"'], true)).toBe(`"'=A1,""x"""\r\n`);
    expect(csvLine(['=A1'], false)).toBe('=A1\r\n');
  });
});

describe('memberNames', () => {
  it('are different, and none takes the name of another column', () => {
    expect(memberNames(['id', 'id', 'id_2', 'id', '__proto__'])).toEqual([
      'id',
      'id_3',
      'id_2',
      'id_4',
      '__proto__',
    ]);
  });
});

const columns = [
  { name: '=id', type: 'int8' },
  { name: 'text', type: 'text' },
  { name: 'text', type: 'jsonb' },
  { name: 'raw', type: 'bytea' },
];
const lines = [
  `["9007199254740993","=cmd|' /C calc'!A0", {"n": 1.10},"AP8="]`,
  String.raw`["-5","\"quoted\",\r\nnext Ж \u202e",null,null]`,
  '[null,"","[]",""]',
];

function view(): GridView {
  const store = new RowStore();
  store.begin(columns);
  for (const line of lines) {
    const bytes = new TextEncoder().encode(line);
    store.appendLine(bytes, 0, bytes.length);
  }
  store.end(true);
  return new GridView(store);
}

async function fileOf(format: FileFormat, isGuarded = true): Promise<string> {
  const { signal } = new AbortController();
  return (await makeFile(view(), { format, isGuarded, signal, onProgress: () => {} })).text();
}

describe('makeFile', () => {
  it('writes CSV with a guarded header', async () => {
    expect(await fileOf('csv')).toBe(
      [
        "'=id,text,text,raw",
        `9007199254740993,'=cmd|' /C calc'!A0,"{""n"": 1.10}",00ff`,
        '-5,"""quoted"",\r\nnext Ж \u202e",,',
        ',"","""[]""",""',
        '',
      ].join('\r\n'),
    );
    expect(await fileOf('csv', false)).toContain(",=cmd|' /C calc'!A0,");
  });

  it('writes NDJSON with the digits that came', async () => {
    const text = await fileOf('ndjson');
    const rows = text.trimEnd().split('\n');
    expect(rows[0]).toBe(
      `{"=id":"9007199254740993","text":"=cmd|' /C calc'!A0","text_2":{"n": 1.10},"raw":"AP8="}`,
    );
    expect(rows.map((row) => JSON.parse(row))).toHaveLength(3);
    expect(text.endsWith('\n')).toBe(true);
  });

  it('follows the order that is seen, also of many rows', { timeout: 20_000 }, async () => {
    const store = new RowStore();
    store.begin([{ name: 'n', type: 'int4' }]);
    for (let i = 0; i < 100_000; i += 1) store.append([[i]]);
    store.end(true);
    const many = new GridView(store);
    many.sortBy({ column: 0, isDescending: true });
    await expect.poll(() => many.order.value?.length, { timeout: 10_000 }).toBe(100_000);
    const { signal } = new AbortController();
    const file = await makeFile(many, { format: 'csv', isGuarded: true, signal, onProgress: () => {} });
    const rows = (await file.text()).split('\r\n');
    expect([rows.length, rows[0], rows[1], rows.at(-2)]).toEqual([100_002, 'n', '99999', '0']);
    many.dispose();
  });

  it('ends when it is stopped', async () => {
    const abort = new AbortController();
    abort.abort();
    const store = new RowStore();
    store.begin([{ name: 'n', type: 'int4' }]);
    for (let i = 0; i < 200_000; i += 1) store.append([[i]]);
    store.end(true);
    const making = makeFile(new GridView(store), {
      format: 'csv',
      isGuarded: true,
      signal: abort.signal,
      onProgress: () => {},
    });
    await expect(making).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('the clipboard', () => {
  it('has a cell as it is, and rows with tabs and without formulas', () => {
    expect(copiedCell(view(), 0, 1)).toBe("=cmd|' /C calc'!A0");
    expect(copiedCell(view(), 0, 3)).toBe('00ff');
    expect(copiedRows(view(), 0, 1)).toBe(`9007199254740993\t'=cmd|' /C calc'!A0\t"{""n"": 1.10}"\t00ff`);
    expect(tsvLine(['a\tb', undefined, 'c\nd'], true)).toBe('"a\tb"\t\t"c\nd"');
  });
});
