// `Fairlead-Begin: at-once`: an NDJSON answer that begins before there is a line, so that its caller can end the work behind it.
import { FairleadError } from '@fairlead/errors';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ENV, type Script, sampleApp, TOKEN } from './sample.ts';

const headers = { Authorization: `Bearer ${TOKEN}`, 'Fairlead-Begin': 'at-once' };

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
});

afterEach(() => {
  vi.restoreAllMocks();
});

const ask = (script: Script, more: Record<string, string> = {}, method = 'GET') =>
  sampleApp(script).request('/demo/rows', { method, headers: { ...headers, ...more } }, ENV);

/** Lines that never come; they fail with their signal, as a client's do. */
function waiting(log: string[]): Script {
  return {
    log,
    async *lines(signal) {
      await new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      });
    },
  };
}

describe('an answer that begins at once', () => {
  it('is there before the first line, and its reader ends the work', async () => {
    const log: string[] = [];
    const response = await ask(waiting(log));
    expect(response.status).toBe(200);
    const reader = response.body?.getReader();
    const first = await reader?.read();
    expect(new TextDecoder().decode(first?.value)).toBe('\n');
    expect(log).toEqual(['open']);
    await reader?.cancel();
    await vi.waitFor(() => expect(log).toEqual(['open', 'close']));
  });

  it('is ended before anything was read of it, too', async () => {
    const log: string[] = [];
    const response = await ask(waiting(log));
    await response.body?.cancel();
    await vi.waitFor(() => expect(log).toEqual(['open', 'close']));
  });

  it('has empty lines while there is no other, and is whole all the same', async () => {
    const log: string[] = [];
    const response = await ask({
      log,
      async *lines() {
        yield '{"n":1}';
        await new Promise((resolve) => setTimeout(resolve, 1_200));
        yield '{"n":2}';
      },
    });
    const text = new TextDecoder().decode(await response.arrayBuffer());
    expect(text).toMatch(/^\n+\{"n":1\}\n\n{2,3}\{"n":2\}\n$/);
    expect(log).toEqual(['open', 'close']);
  });

  it('tells a failure before the first line in its last line', async () => {
    const script: Script = {
      log: [],
      open: () => {
        throw new FairleadError('connect_failed', 'refused');
      },
    };
    const begun = await ask(script);
    expect(begun.status).toBe(200);
    const text = new TextDecoder().decode(await begun.arrayBuffer());
    expect(JSON.parse(text.trim())).toMatchObject({ error: { code: 'connect_failed', status: 502 } });
    const plain = await sampleApp(script).request(
      '/demo/rows',
      { headers: { Authorization: headers.Authorization } },
      ENV,
    );
    expect(plain.status).toBe(502);
  });

  it('is no answer without a token or a scope: those are refused at its head', async () => {
    expect((await ask({ log: [] }, { Authorization: 'Bearer stranger' })).status).toBe(401);
    expect((await ask({ log: [] }, { 'Fairlead-Connection': 'nowhere' })).status).toBe(404);
  });

  it('has no other value, and no body for HEAD', async () => {
    expect((await ask({ log: [] }, { 'Fairlead-Begin': 'soon' })).status).toBe(400);
    const log: string[] = [];
    const head = await ask(waiting(log), { 'Fairlead-Timeout-Ms': '200' }, 'HEAD');
    expect(head.status).toBe(200);
    expect(await head.text()).toBe('');
    await vi.waitFor(() => expect(log).toEqual(['open', 'close']));
  });

  it('sends no empty lines to who has not asked', async () => {
    const response = await sampleApp({
      log: [],
      async *lines() {
        yield '{"n":1}';
        await new Promise((resolve) => setTimeout(resolve, 700));
        yield '{"n":2}';
      },
    }).request('/demo/rows', { headers: { Authorization: headers.Authorization } }, ENV);
    expect(new TextDecoder().decode(await response.arrayBuffer())).toBe('{"n":1}\n{"n":2}\n');
  });
});
