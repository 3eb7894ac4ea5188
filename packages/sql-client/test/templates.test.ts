// What templates refuse: values that would leave a gap in the statement, or stand where no value may.
import { expect, it } from 'vitest';
import { templateTag } from '../src/index.ts';

const sql = templateTag<number>({
  placeholder: (number) => `$${number}`,
  quote: (name) => `"${name.replaceAll('"', '""')}"`,
});
// biome-ignore lint/suspicious/noSparseArray: a caller may have one.
const HOLES = [, 1] as number[];

it.each<[string, () => unknown]>([
  ['a list with a hole', () => sql.list(HOLES)],
  ['a join with a hole', () => sql.join(HOLES)],
  ['rows with a hole', () => sql.values([[1, 2], HOLES])],
  ['a separator that is a text', () => sql.join([1, 2], ' or ' as never)],
  ['an identifier that is no text', () => sql.identifier(['a', 'b'] as never)],
])('refuses %s', (_name, call) => {
  expect(call).toThrow(expect.objectContaining({ code: 'usage' }));
});

it('joins with a template between', () => {
  const { text, params } = sql.join([1, 2], sql` or `);
  expect([text, params]).toEqual(['$1 or $2', [1, 2]]);
});
