// A tab's browsing: an answer that comes late is not shown at another place.
import { expect, it } from 'vitest';
import type { PageProps } from '../../src/pages/contract.ts';
import { Browsing } from '../../src/pages/gopher/browsing.ts';

const textOf = (words: string): Response =>
  new Response(words, { headers: { 'Content-Type': 'text/plain; charset=utf-8' } });

it('shows the answer of the place that is looked at, whichever comes last', async () => {
  const answers = new Map<string, (response: Response) => void>();
  const run = (_name: string, _call: unknown, { query }: { query: { path: string } }) =>
    new Promise<Response>((resolve) => answers.set(query.path, resolve));
  const browsing = new Browsing({
    tab: { id: crypto.randomUUID(), kind: 'gopher', connection: 'hole' },
    caller: { run },
    access: { targetScopes: {} },
    connection: {},
  } as unknown as PageProps);
  const slow = browsing.open({ place: '/0/slow', title: 'slow' });
  const fast = browsing.open({ place: '/0/fast', title: 'fast' });
  answers.get('/0/fast')?.(textOf('fast'));
  await fast;
  expect(browsing.answer.value).toEqual({ kind: 'text', text: 'fast' });
  answers.get('/0/slow')?.(textOf('slow'));
  await slow;
  expect(browsing.answer.value).toEqual({ kind: 'text', text: 'fast' });
});
