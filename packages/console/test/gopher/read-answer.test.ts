// The gateway's answer, as what is shown.
import { expect, it } from 'vitest';
import { readAnswer } from '../../src/pages/gopher/answer/read-answer.ts';

const answer = (body: BodyInit, type: string) => new Response(body, { headers: { 'Content-Type': type } });
const read = (body: BodyInit, type: string) => readAnswer(answer(body, type), () => {});

it('menus, texts and images by their type', async () => {
  const items = [{ type: 'i', display: 'Ahoy', selector: '', hostname: 'x' }];
  expect(await read(JSON.stringify({ items }), 'application/json')).toEqual({ kind: 'menu', lines: items });
  expect(await read('{}', 'application/json')).toEqual({ kind: 'menu', lines: [] });
  expect(await read('<b>Ahoy</b>', 'text/plain; charset=utf-8')).toEqual({
    kind: 'text',
    text: '<b>Ahoy</b>',
  });
  const image = await read('GIF', 'image/gif');
  expect(image).toMatchObject({ kind: 'image', blob: { type: 'image/gif', size: 3 } });
});

it.each(['image/svg+xml', 'text/html', 'application/pdf', 'application/octet-stream', ''])(
  '%j is bytes to save, under a type that nothing opens',
  async (type) => {
    const file = await read('<svg onload="alert(1)"/>', type);
    expect(file).toMatchObject({ kind: 'file', blob: { type: 'application/octet-stream' } });
  },
);

it('tells how many bytes have come', async () => {
  const seen: number[] = [];
  const body = new ReadableStream({
    start(controller) {
      for (const length of [3, 5]) controller.enqueue(new Uint8Array(length));
      controller.close();
    },
  });
  await readAnswer(answer(body, 'image/png'), (bytes) => seen.push(bytes));
  expect(seen).toEqual([3, 8]);
});
