// The tree of topics: its levels, its counts, its limits, and what of it is seen.
import { describe, expect, it } from 'vitest';
import { TopicTree } from '../../src/pages/mqtt/tree/topic-tree.ts';
import { moveIn } from '../../src/pages/mqtt/tree/tree-keys.ts';
import { rowsOf } from '../../src/pages/mqtt/tree/tree-rows.ts';
import { message } from './message.ts';

function treeOf(...topics: string[]): TopicTree {
  const tree = new TopicTree();
  for (const topic of topics) tree.add(message(topic, `of ${topic}`));
  return tree;
}

const seen = (tree: TopicTree, filter = '', openness = new Map<string, boolean>()) =>
  rowsOf(tree, openness, filter).map(({ node, depth, isOpen }) => `${depth} ${node.topic} ${isOpen ?? '-'}`);

describe('TopicTree', () => {
  it('counts a message at its topic and at all above', () => {
    const tree = treeOf('a/b', 'a/b', 'a', 'a/c/d');
    expect(tree.topics).toBe(3);
    expect(tree.root.total).toBe(4);
    expect(tree.node('a')).toMatchObject({ own: 1, total: 4 });
    expect(tree.node('a/b')).toMatchObject({ own: 2, total: 2, last: { text: 'of a/b' } });
    // A level without messages of its own is no topic.
    expect(tree.node('a/c')).toBeUndefined();
  });

  it('tells levels apart that are empty or called like members of objects', () => {
    const tree = treeOf('/a', 'a', 'a/', '__proto__/constructor');
    expect(tree.topics).toBe(4);
    expect(seen(tree)).toContain('1 __proto__ true');
    expect(tree.node('toString')).toBeUndefined();
  });

  it('takes what stands behind a hundred levels for one, so that no topic is too deep to be looked through', () => {
    const tree = treeOf('/'.repeat(65_535), 'a/b');
    expect(tree.topics).toBe(2);
    expect(tree.node('/'.repeat(65_535))?.total).toBe(1);
    expect(seen(tree, 'of /')).toHaveLength(100);
  });

  it('holds 50,000 levels, and counts the messages of further ones', () => {
    const tree = new TopicTree();
    for (let i = 0; i < 60_000; i++) tree.add(message(`t${i}`));
    expect({ topics: tree.topics, unkept: tree.unkept, total: tree.root.total }).toEqual({
      topics: 50_000,
      unkept: 10_000,
      total: 60_000,
    });
  });

  it('keeps the beginning alone of values when too much has come', () => {
    const tree = new TopicTree();
    const large = 'x'.repeat(10_000_000);
    for (let i = 0; i < 6; i++) tree.add(message(`t${i}`, large));
    expect([tree.node('t0')?.isCut, tree.node('t5')?.isCut]).toEqual([false, true]);
    expect(tree.node('t5')?.last?.text).toHaveLength(1_000);
    // A smaller value in place of a large one makes room again.
    tree.add(message('t0', 'small'));
    tree.add(message('t5', large));
    expect(tree.node('t5')?.isCut).toBe(false);
  });

  it('tells how many a second', () => {
    const tree = new TopicTree();
    for (let at = 10_000; at < 12_000; at += 10) tree.add(message('a/b', '', at));
    expect(tree.node('a/b')?.rate.at(12_000)).toBe(100);
    expect(tree.root.rate.at(12_500)).toBe(50);
    expect(tree.root.rate.at(20_000)).toBe(0);
  });
});

describe('the rows', () => {
  it('are in the order of names, numbers by their value', () => {
    expect(seen(treeOf('t10', 't9', 'B', 'a'))).toEqual(['1 a -', '1 B -', '1 t9 -', '1 t10 -']);
  });

  it('show what is open', () => {
    const tree = treeOf('a/b/c', 'a/d');
    expect(seen(tree)).toEqual(['1 a true', '2 a/b true', '3 a/b/c -', '2 a/d -']);
    expect(seen(tree, '', new Map([['a', false]]))).toEqual(['1 a false']);
  });

  it('leave a level closed that has many', () => {
    expect(seen(treeOf(...Array.from({ length: 31 }, (_, i) => `a/${i}`)))).toEqual(['1 a false']);
  });

  it('show what a filter finds, in topics and values, with what stands above', () => {
    const tree = treeOf('harbour/oslo/wind', 'harbour/genoa/tide', 'x');
    expect(seen(tree, 'oslo')).toEqual(['1 harbour true', '2 harbour/oslo true', '3 harbour/oslo/wind -']);
    expect(seen(tree, 'of x')).toEqual(['1 x -']);
    expect(seen(tree, 'nothing')).toEqual([]);
  });
});

describe('keys', () => {
  const tree = treeOf('a/b', 'c');
  const rows = rowsOf(tree, new Map(), '');
  const closed = rowsOf(tree, new Map([['a', false]]), '');

  it.each([
    ['ArrowDown', -1, { to: 0 }],
    ['ArrowDown', 2, { to: 2 }],
    ['ArrowUp', 1, { to: 0 }],
    ['End', 0, { to: 2 }],
    ['Home', 2, { to: 0 }],
    ['ArrowRight', 0, { to: 1 }],
    ['ArrowLeft', 1, { to: 0 }],
    ['ArrowLeft', 0, { to: 0, open: false }],
    ['x', 0, undefined],
  ])('%s at row %d', (key, at, move) => expect(moveIn(rows, at, key)).toEqual(move));

  it('open what is closed', () => {
    expect(moveIn(closed, 0, 'ArrowRight')).toEqual({ to: 0, open: true });
  });
});
