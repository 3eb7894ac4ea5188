// Request bodies: read when the route asks, to a cap, within the request's time; what goes wrong is the caller's fault.
import { describe, expect, it, vi } from 'vitest';
import { ENV, sampleApp, TOKEN } from './sample.ts';

const limits: { timeoutMs: number; at: number }[] = [];
const app = sampleApp({ log: [], use: async (_signal, limit) => limits.push(limit) });
const CAP = 1_000;
const env = { ...ENV, FAIRLEAD_LIMITS: { maxBodyBytes: CAP, maxStreamBytes: CAP } };

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
    expect(text).toMatch(/larger than 1000 bytes \(max(Body|Stream)Bytes\)/);
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

/** A body of which one piece comes, and then nothing more or a failure. */
function unfinished(failure?: Error): { body: ReadableStream<Uint8Array>; left: Promise<unknown> } {
  let leave: (reason: unknown) => void = () => {};
  const left = new Promise<unknown>((resolve) => {
    leave = resolve;
  });
  let begun = false;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (!begun) controller.enqueue(Uint8Array.of(0x5b));
      else if (failure) controller.error(failure);
      else await new Promise(() => {});
      begun = true;
    },
    cancel: (reason) => leave(reason ?? 'left'),
  });
  return { body, left };
}

describe.each(['/spare', '/spare/stream', '/spare/json', '/demo/do'])('%s', (path) => {
  const type = { 'Content-Type': 'application/json' };

  it('a body that does not end is left when the time is up', async () => {
    const { body, left } = unfinished();
    const { status, text } = await send(path, body, { ...type, 'Fairlead-Timeout-Ms': '40' });
    expect([status, JSON.parse(text)]).toEqual([
      408,
      expect.objectContaining({ code: 'body_timeout', blame: 'local', safeToRetry: true }),
    ]);
    expect(text).toContain('within 40 ms');
    expect(await left).toBeDefined();
  });

  it('a body that breaks off is the fault of the caller, and no alarm', async () => {
    const alarm = vi.spyOn(console, 'error').mockImplementation(() => {});
    const { status, text } = await send(
      path,
      unfinished(new TypeError('Network connection lost.')).body,
      type,
    );
    expect([status, JSON.parse(text).code]).toEqual([400, 'invalid']);
    expect(text).toContain('broke off');
    expect(alarm).not.toHaveBeenCalled();
    alarm.mockRestore();
  });

  it('a body whose caller has gone is left', async () => {
    const { body, left } = unfinished();
    const controller = new AbortController();
    const init = { method: 'POST', headers: { Authorization: `Bearer ${TOKEN}`, ...type }, body };
    const request = new Request(`https://gateway.test${path}`, { ...init, signal: controller.signal });
    const answer = app.request(request, undefined, env);
    controller.abort();
    expect((await answer).status).toBe(499);
    expect(await left).toBeDefined();
  });
});

it('a body of very many pieces costs no more than their bytes', async () => {
  const many = pieces(CAP, 1);
  expect((await send('/spare', many.body)).text).toBe('a'.repeat(CAP));
});

it('what reading the body took is missing from the operation', async () => {
  const text = new TextEncoder().encode('{"word":"a"}');
  const slow = new ReadableStream<Uint8Array>({
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, 30));
      controller.enqueue(text);
      controller.close();
    },
  });
  const before = Date.now();
  const headers = { 'Content-Type': 'application/json', 'Fairlead-Timeout-Ms': '5000' };
  expect((await send('/demo/do', slow, headers)).status).toBe(200);
  const [limit] = limits;
  expect(limit?.timeoutMs).toBe(5000);
  expect((limit?.at ?? 0) - before).toBeLessThan(5030);
});

it.each(['0', '-1', '1.5', '1e3', 'NaN', 'Infinity', '300001', '2147483648', '99999999999', '', '10, 20'])(
  'Fairlead-Timeout-Ms: %s is refused before anything is read',
  async (wish) => {
    const { body, taken } = pieces(100, 100);
    expect((await send('/spare', body, { 'Fairlead-Timeout-Ms': wish })).status).toBe(400);
    expect(taken()).toBeLessThan(2);
  },
);

describe.each(['/spare', '/spare/json', '/demo/do'])('a body that tells its length, %s', (path) => {
  const type = { 'Content-Type': 'application/json' };
  const text = '{"word":"a"}';
  const length = String(text.length);

  /** Of the platform's own streams, as a caller's body is. */
  function platformBody(pieces: readonly string[], isWhole = true): ReadableStream<Uint8Array> {
    const { readable, writable } = new IdentityTransformStream();
    void (async () => {
      const writer = writable.getWriter();
      for (const piece of pieces) await writer.write(new TextEncoder().encode(piece));
      if (isWhole) await writer.close();
    })().catch(() => {});
    return readable;
  }

  it('is read to its end, in pieces too', async () => {
    for (const pieces of [[text], [...text]])
      expect((await send(path, platformBody(pieces), { ...type, 'Content-Length': length })).status).toBe(
        200,
      );
  });

  it('is what came, where it tells too much', async () => {
    const headers = { ...type, 'Content-Length': '500' };
    expect((await send(path, platformBody([text]), headers)).status).toBe(200);
  });

  it('is malformed where more comes than it tells', async () => {
    const { status, text: answer } = await send(path, platformBody([text]), {
      ...type,
      'Content-Length': '5',
    });
    expect([status, JSON.parse(answer).code]).toEqual([400, 'invalid']);
  });

  it('is left when the time is up', async () => {
    const headers = { ...type, 'Content-Length': length, 'Fairlead-Timeout-Ms': '40' };
    const { status, text: answer } = await send(path, platformBody([text.slice(0, 3)], false), headers);
    expect([status, JSON.parse(answer).code]).toEqual([408, 'body_timeout']);
  });
});
