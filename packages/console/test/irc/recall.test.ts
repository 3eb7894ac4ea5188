// Lines that the arrow keys bring back.
import { expect, it } from 'vitest';
import { Recall } from '../../src/pages/irc/commands/recall.ts';

it('goes through what was sent and back to what was typed', () => {
  const recall = new Recall();
  recall.keep('one');
  recall.keep('two');
  expect(recall.step('older', 'half a wor')).toBe('two');
  expect(recall.step('older', 'two')).toBe('one');
  expect(recall.step('older', 'one')).toBe('one');
  expect(recall.step('newer', 'one')).toBe('two');
  expect(recall.step('newer', 'two')).toBe('half a wor');
});

it('leaves alone what is typed where nothing was sent, or nothing is newer', () => {
  const recall = new Recall();
  expect(recall.step('newer', 'typed')).toBe('typed');
  expect(recall.step('older', 'typed')).toBe('typed');
  recall.keep('sent');
  expect(recall.step('newer', 'typed anew')).toBe('typed anew');
});
