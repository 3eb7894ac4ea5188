// Bodies of any type: read when the route asks, under the same cap, and not before.
import { describe, expect, it } from 'vitest';
import { ENV, sampleApp, TOKEN } from './sample.ts';

const app = sampleApp({ log: [] });
const CAP = 1_000;
const env = { ...ENV, FAIRLEAD_LIMITS: { maxBodyBytes: CAP } };

/** A body of pieces; says how many of them were taken. */
function pieces(count: number, size: number): { body: ReadableStream<Uint8Array>; taken: () => number } {
  let taken = 0;
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (taken === count) controller.close();
        else {
          taken += 1;
          controller.enqueue(new Uint8Array(size).fill(0x61));
        }
      },
    },
    { highWaterMark: 0 },
  );
  return { body, taken: () => taken };
}

async function send(path: string, body: BodyInit, headers: Record<string, string> = {}) {
  const init = { method: 'POST', headers: { Authorization: `Bearer ${TOKEN}`, ...headers }, body };
  const response = await app.request(path, init, env);
  return { status: response.status, text: await response.text() };
}

describe.each(['/spare', '/spare/stream'])('%s', (path) => {
  it('gets the whole body, however it comes', async () => {
    expect(await send(path, 'text')).toEqual({ status: 200, text: 'text' });
    expect(await send(path, pieces(10, 100).body)).toEqual({ status: 200, text: 'a'.repeat(CAP) });
    expect(await send(path, '')).toEqual({ status: 200, text: '' });
  });

  it('is cut off behind the cap', async () => {
    const { body, taken } = pieces(100, 100);
    const { status, text } = await send(path, body);
    expect([status, JSON.parse(text).code]).toEqual([413, 'limit']);
    expect(text).toContain('larger than 1000 bytes (maxBodyBytes)');
    expect(taken()).toBeLessThan(20);
  });
});

it('nothing is read of a body that the route does not ask for', async () => {
  const { body, taken } = pieces(100, 100);
  expect(await send('/spare/unread', body)).toEqual({ status: 200, text: 'not read' });
  expect(taken()).toBeLessThan(2);
});

it('JSON is checked as everywhere, but for its Content-Type', async () => {
  expect(await send('/spare/json', '{"a": 1}')).toEqual({ status: 200, text: '{"a":1}' });
  expect((await send('/spare/json', '{')).status).toBe(400);
  expect((await send('/spare/json', '['.repeat(100))).status).toBe(413);
  expect((await send('/spare/json', Uint8Array.of(0xff))).status).toBe(400);
});

it('a compressed body is refused before it is read', async () => {
  expect((await send('/spare/unread', 'x', { 'Content-Encoding': 'gzip' })).status).toBe(415);
});
