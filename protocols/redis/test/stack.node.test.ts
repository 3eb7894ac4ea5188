// In Node: a call that fails has its caller in the error's stack.
import { expect, it } from 'vitest';
import { stacks } from './stack.ts';

it('leads to the caller, whatever fails', async () => {
  for (const [name, stack] of await stacks())
    expect([name, stack]).toEqual([name, expect.stringContaining('theCaller')]);
});
