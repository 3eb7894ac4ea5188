// The rows of a result: how they are kept, cut into cells, and read from the gateway's lines.
import { describe, expect, it } from 'vitest';
import { cellPreview, cellText } from '../../src/ui/grid/rows/cell-text.ts';
import { findCell, rawCells } from '../../src/ui/grid/rows/raw-cells.ts';
import { type RowsTail, readLines } from '../../src/ui/grid/rows/read-lines.ts';
import { RowStore } from '../../src/ui/grid/rows/row-store.ts';

const utf8 = new TextEncoder();
const columns = [
  { name: 'id', type: 'int8' },
  { name: 'note', type: 'text' },
];

/** An answer in chunks of so many bytes. */
function answerOf(text: string, size: number): Response {
  const bytes = utf8.encode(text);
  return new Response(
    new ReadableStream({
      start(controller) {
        for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
        controller.close();
      },
    }),
  );
}

describe('cells of a row', () => {
  const row = String.raw`["a,]\"\\", {"b": [1, "]"]} ,null,-1.50, [],"",true]`;
  const cells = [String.raw`"a,]\"\\"`, '{"b": [1, "]"]}', 'null', '-1.50', '[]', '""', 'true'];

  it('are cut between brackets, strings and escapes', () => {
    expect(rawCells(row)).toEqual(cells);
    expect(rawCells('[]')).toEqual([]);
    expect(rawCells('["Ж"]')).toEqual(['"Ж"']);
  });

  it('are found in bytes', () => {
    const bytes = utf8.encode(`xx${row}\n`);
    const place = { start: 0, end: 0 };
    for (const [i, cell] of cells.entries()) {
      expect(findCell(bytes, 2, bytes.length - 1, i, place)).toBe(true);
      expect(new TextDecoder().decode(bytes.subarray(place.start, place.end)).trim()).toBe(cell);
    }
    expect(findCell(bytes, 2, bytes.length - 1, cells.length, place)).toBe(false);
  });

  it('are read by their kind, and keep every digit', () => {
    expect(cellText('null', 'text')).toBeUndefined();
    expect(cellText(undefined, 'text')).toBeUndefined();
    expect(cellText('"null"', 'text')).toBe('null');
    expect(cellText('9007199254740993', 'number')).toBe('9007199254740993');
    expect(cellText('"1.10"', 'number')).toBe('1.10');
    expect(cellText('{"a": 1.10}', 'json')).toBe('{"a": 1.10}');
    expect(cellText('"text"', 'json')).toBe('"text"');
    expect(cellText('"AP8="', 'bytes')).toBe('00ff');
    expect(cellText('"1010"', 'bytes')).toBe('1010');
  });

  it('are shown from their beginning', () => {
    expect(cellPreview('"abcdef"', 'text', 3)).toBe('abc…');
    expect(cellPreview(JSON.stringify('\n'.repeat(1_000)), 'text', 5)).toBe('\n\n\n\n\n…');
    expect(cellPreview(JSON.stringify('\u0001'.repeat(1_000)), 'text', 5)).toBe(`${'\u0001'.repeat(5)}…`);
    expect(cellPreview(JSON.stringify(btoa('x'.repeat(1_000))), 'bytes', 300)).toBe(`${'78'.repeat(24)}…`);
  });
});

describe('RowStore', () => {
  it('keeps lines of any length, and finds each', () => {
    const store = new RowStore();
    store.begin(columns);
    const texts = [10, 3_000_000, 3_000_000, 9_000_000, 5, 70].map((length, i) => `${i}`.repeat(length));
    expect(store.append(texts.map((text, i) => [i, text]))).toBe(true);
    store.end(true);
    expect(store.count.value).toBe(6);
    for (const [i, text] of texts.entries()) expect(store.row(i)).toEqual([String(i), JSON.stringify(text)]);
    expect(store.texts(0, 6)).toBe(texts.map((text, i) => JSON.stringify([i, text])).join('\n'));
    expect(store.texts(4, 6)).toBe(`[4,"44444"]\n${store.text(5)}`);
    expect(store.row(6)).toEqual([]);
    expect(store.row(-1)).toEqual([]);
  });

  it('finds rows beyond a page of places', () => {
    const store = new RowStore();
    store.begin(columns);
    for (let i = 0; i < 200_000; i += 1) store.append([[i]]);
    store.end(true);
    for (const i of [0, 65_535, 65_536, 131_072, 199_999]) expect(store.row(i)).toEqual([String(i)]);
  });

  it('is full at its limit, and begins anew', () => {
    const store = new RowStore({ maxBytes: 20 });
    store.begin(columns);
    expect(
      store.append([
        [1, 'a'],
        [2, 'b'],
        [3, 'c'],
      ]),
    ).toBe(false);
    store.end(false);
    expect([store.count.value, store.state.value]).toEqual([2, 'cut']);
    store.begin(columns);
    expect([store.count.value, store.state.value, store.size]).toEqual([0, 'loading', 0]);
    expect(store.append([[4, 'd']])).toBe(true);
  });
});

describe('readLines', () => {
  const head = JSON.stringify({ columns });
  const rows = '[9007199254740993,"a\\nb"]\n\n["1","Ж"]';
  const tail = '{"rowCount":2,"command":"SELECT"}';

  it.each([1, 2, 7, 10_000])('reads a result in chunks of %d bytes', async (size) => {
    const store = new RowStore();
    const tails: RowsTail[] = [];
    const answer = answerOf(`${head}\n${rows}\n${tail}`, size);
    const end = await readLines(answer, { storeFor: () => store, onTail: (each) => tails.push(each) });
    expect(end).toBe('whole');
    expect(store.columns.value).toEqual(columns);
    expect([store.row(0), store.row(1)]).toEqual([
      ['9007199254740993', '"a\\nb"'],
      ['"1"', '"Ж"'],
    ]);
    expect([store.count.value, store.state.value]).toEqual([2, 'whole']);
    expect(tails).toEqual([{ rowCount: 2, command: 'SELECT' }]);
  });

  it('gives each result of a CALL a store', async () => {
    const stores: RowStore[] = [];
    const more = '{"rowCount":1,"command":"CALL","moreResults":true}';
    const answer = answerOf(`${head}\n[1,"a"]\n${more}\n${head}\n[2,"b"]\n[3,"c"]\n${tail}\n`, 5);
    await readLines(answer, { storeFor: () => stores[stores.push(new RowStore()) - 1] ?? new RowStore() });
    expect(stores.map((store) => [store.count.value, store.state.value])).toEqual([
      [1, 'whole'],
      [2, 'whole'],
    ]);
  });

  it('throws the problem of the last line, and keeps the rows before', async () => {
    const store = new RowStore();
    const error = {
      code: 'server',
      detail: 'division by zero',
      safeToRetry: true,
      server: { sqlstate: '22012' },
    };
    const answer = answerOf(`${head}\n[1,"a"]\n${JSON.stringify({ error })}\n`, 9);
    await expect(readLines(answer, { storeFor: () => store })).rejects.toMatchObject({
      name: 'FairleadProblem',
      code: 'server',
      message: 'division by zero',
      server: { sqlstate: '22012' },
    });
    expect([store.count.value, store.state.value]).toEqual([1, 'cut']);
  });

  it('leaves a row out that broke off', async () => {
    const store = new RowStore();
    const answer = answerOf(`${head}\n[1,"a"]\n[2,"b`, 100);
    await expect(readLines(answer, { storeFor: () => store })).rejects.toMatchObject({ code: 'unexpected' });
    expect([store.count.value, store.state.value]).toEqual([1, 'cut']);
  });

  it.each([
    ['no end', `${head}\n[1,"a"]\n`],
    ['nothing', ''],
    ['an end that promises more', `${head}\n{"rowCount":0,"command":"CALL","moreResults":true}\n`],
    ['no JSON', 'Bad gateway'],
    ['another object', '{"a":1}'],
    ['rows without a head', '[1]'],
  ])('refuses an answer with %s', async (_, text) => {
    const reading = readLines(answerOf(text, 100), { storeFor: () => new RowStore() });
    await expect(reading).rejects.toMatchObject({ code: 'unexpected' });
  });

  it('stops where the store is full', async () => {
    const store = new RowStore({ maxBytes: 10 });
    const end = await readLines(answerOf(`${head}\n[1,"a"]\n[2,"b"]\n${tail}`, 8), { storeFor: () => store });
    expect([end, store.count.value, store.state.value]).toEqual(['full', 1, 'cut']);
  });
});
