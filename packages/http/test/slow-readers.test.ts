// Readers of streamed answers who take nothing: the request's time ends their streams, and frees what runs behind.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ENV, type Script, sampleApp, TOKEN } from './sample.ts';

const headers = { Authorization: `Bearer ${TOKEN}`, 'Fairlead-Timeout-Ms': '60' };

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
});

afterEach(() => {
  vi.restoreAllMocks();
});

function script(): Script {
  return {
    log: [],
    async *lines() {
      for (;;) yield `"${'x'.repeat(70_000)}"`;
    },
    async *events() {
      for (;;) yield { data: 'x'.repeat(70_000) };
    },
  };
}

describe.each(['/demo/rows', '/demo/events'])('%s', (path) => {
  it('that is never read lets go of its client when the time is up', async () => {
    const { log, ...rest } = script();
    const response = await sampleApp({ log, ...rest }).request(path, { headers }, ENV);
    expect(response.status).toBe(200);
    expect(log).toEqual(['open']);
    await vi.waitFor(() => expect(log).toEqual(['open', 'close']), 2000);
    const text = new TextDecoder().decode(await response.arrayBuffer());
    expect(text.length).toBeLessThan(1000);
    expect(text).toMatch(/"code":"timeout".*"status":504|"status":504.*"code":"timeout"/);
  });

  it('that is left half-read does, too, and says so behind what was read', async () => {
    const { log, ...rest } = script();
    const response = await sampleApp({ log, ...rest }).request(path, { headers }, ENV);
    const reader = response.body?.getReader();
    expect((await reader?.read())?.value?.length).toBeGreaterThan(60_000);
    await vi.waitFor(() => expect(log).toEqual(['open', 'close']), 2000);
    const chunks: string[] = [];
    for (let next = await reader?.read(); next?.value !== undefined; next = await reader?.read()) {
      chunks.push(new TextDecoder().decode(next.value));
    }
    expect(chunks.at(-1)).toContain('"code":"timeout"');
    expect(chunks.length).toBeLessThan(4);
  });

  it('that is read slowly, but in time, is whole', async () => {
    const log: string[] = [];
    const alarm = vi.spyOn(console, 'error');
    const some: Script = {
      log,
      async *lines() {
        for (let i = 0; i < 3; i++) yield `{"i":${i}}`;
      },
      async *events() {
        for (let i = 0; i < 3; i++) yield { data: `{"i":${i}}` };
      },
    };
    const response = await sampleApp(some).request(path, { headers }, ENV);
    const text = new TextDecoder().decode(await response.arrayBuffer());
    expect(text.match(/\{"i":\d\}/g)).toHaveLength(3);
    // The signal fires into a stream that has ended: nothing happens twice.
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(log).toEqual(['open', 'close']);
    expect(alarm).not.toHaveBeenCalled();
  });
});
