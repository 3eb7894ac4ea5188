// Arrays of any length, as schemas: what is checked of them, and what is said.
import { z } from '@hono/zod-openapi';
import { describe, expect, it } from 'vitest';
import { list } from '../src/index.ts';

const item = z.union([z.string(), z.number().transform(String)]);
const schema = z.strictObject({ items: list(z.array(item).min(1)).optional() });

const issuesOf = (items: unknown[]): number => schema.safeParse({ items }).error?.issues.length ?? 0;

describe('list', () => {
  it('gives what the array gives', () => {
    const items = Array.from({ length: 5000 }, (_, i) => i);
    expect(schema.parse({ items })).toEqual({ items: items.map(String) });
    expect(schema.parse({})).toEqual({});
    expect(issuesOf([])).toBe(1);
    expect(schema.safeParse({ items: 'x' }).success).toBe(false);
  });

  it('tells of each fault, up to twenty in a long one', () => {
    const long = new Array<unknown>(5000).fill('x');
    expect(issuesOf([...long, null, 'x', null])).toBe(2);
    expect(issuesOf([...long, ...new Array<unknown>(19).fill(null), 'x'])).toBe(19);
    // As many as these are more than a call takes arguments, and would take a minute.
    expect(issuesOf(new Array<unknown>(1_000_000).fill(null))).toBe(20);
  });
});
