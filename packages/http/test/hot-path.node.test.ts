// What the app itself adds to a request, in work that can be counted: promises and reactions of its middleware.
import { countWork } from '@fairlead/testkit/hot-path';
import { expect, it } from 'vitest';
import { createApp } from '../src/index.ts';

const CONTEXT = { waitUntil() {}, passThroughOnException() {}, props: {} };

it('a page without a connection makes few promises, and waits for little', async () => {
  const app = createApp({ routes: [] });
  app.get('/healthz', () => new Response('{}'));
  const ask = async () => app.fetch(new Request('https://gateway.test/healthz'), {}, CONTEXT);
  expect((await ask()).status).toBe(200);
  const { promises, reactions } = await countWork(ask);
  // One of the promises is that of this test's function.
  expect(promises).toBeLessThanOrEqual(12);
  expect(reactions).toBeLessThanOrEqual(6);
});
