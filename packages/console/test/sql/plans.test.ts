// Plans of all servers, and what is read out of them.
import { describe, expect, it } from 'vitest';
import { explainPrefix, readPlan } from '../../src/pages/sql/plan/explain.ts';
import { type JudgedNode, judge } from '../../src/pages/sql/plan/plan.ts';

const flat = (node: JudgedNode): readonly JudgedNode[] => [node, ...node.children.flatMap(flat)];
const titles = (node: JudgedNode) => flat(node).map(({ title, target }) => `${title} ${target}`.trim());

describe('Postgres', () => {
  const scan = {
    'Node Type': 'Seq Scan',
    'Relation Name': 'orders',
    Alias: 'o',
    'Total Cost': 90,
    'Plan Rows': 5,
    'Actual Rows': 100,
    'Actual Loops': 3,
    'Actual Total Time': 8,
    Filter: '(total > 1)',
  };
  const gather = {
    'Node Type': 'Gather',
    'Total Cost': 100,
    'Plan Rows': 300,
    'Actual Rows': 300,
    'Actual Loops': 1,
    'Actual Total Time': 10,
    'Workers Launched': 2,
    Plans: [scan],
  };
  const plan = readPlan('postgres', [{ Plan: gather, 'Planning Time': 0.5, 'Execution Time': 11 }]);

  it('gives each step its own time, that of parallel ones once', () => {
    const [top, below] = flat(judge(plan.root));
    expect(top?.selfMs).toBe(2);
    expect(below?.selfMs).toBe(8);
    expect(below?.share).toBeCloseTo(0.8);
    expect([top?.isSlowest, below?.isSlowest]).toEqual([false, true]);
  });

  it('marks wrong estimates, by the rows of all runs', () => {
    const [, below] = flat(judge(plan.root));
    expect(below).toMatchObject({ estimatedRows: 15, actualRows: 300, misestimate: 20 });
    expect(below?.details).toContainEqual(['Filter', '(total > 1)']);
    expect(below?.target).toBe('on orders as o');
  });

  it('marks no step that a limit ended early', () => {
    const sort = { ...scan, 'Node Type': 'Sort', 'Actual Rows': 1, 'Plan Rows': 5000, 'Actual Loops': 1 };
    const limit = { ...sort, 'Node Type': 'Limit', 'Plan Rows': 1, Plans: [sort] };
    const nodes = flat(judge(readPlan('postgres', [{ Plan: limit }]).root));
    expect(nodes.map(({ misestimate }) => misestimate)).toEqual([undefined, undefined]);
    expect(judge(readPlan('postgres', [{ Plan: sort }]).root).misestimate).toBe(-5000);
  });

  it('has facts of the whole', () => {
    expect(plan.facts).toEqual([
      ['Planning', '0.5 ms'],
      ['Execution', '11 ms'],
    ]);
  });

  it.each([[[]], [{}], ['"x"'], [[{ Plan: 1 }]]])('refuses %j', (value) => {
    expect(() => readPlan('postgres', value)).toThrow('no plan');
  });
});

describe('MySQL', () => {
  it('as text has a tree, times of all runs, and what was never run', () => {
    const text = `-> Sort: h.id  (actual time=0.09..0.1 rows=3 loops=1)
    -> Nested loop inner join  (cost=3.82 rows=300) (actual time=0.05..0.08 rows=3 loops=1)
        -> Table scan on g  (cost=0.368 rows=4) (actual time=0.004..0.01 rows=4 loops=1)
        -> Index lookup on h using PRIMARY (id = g.id)  (cost=0.2..1.5 rows=1) (actual time=0.002..0.01 rows=1 loops=4)
        -> Filter: (h.name = 'a
b')  (never executed)
`;
    const root = judge(readPlan('mysql', text).root);
    expect(titles(root)).toEqual([
      'Sort h.id',
      'Nested loop inner join',
      'Table scan on g',
      'Index lookup on h using PRIMARY (id = g.id)',
      "Filter (h.name = 'a b')",
    ]);
    const [, join, , lookup, filter] = flat(root);
    expect(lookup).toMatchObject({ cost: 1.5, totalMs: 0.04, actualRows: 4, estimatedRows: 4 });
    expect(join?.misestimate).toBe(-100);
    expect(filter?.loops).toBe(0);
  });

  it('of the second version is a tree of steps', () => {
    const step = { operation: 'Table scan on g', estimated_rows: 4, estimated_total_cost: 0.5, alias: 'g' };
    const text = JSON.stringify({
      query_plan: { operation: 'Sort: id', estimated_total_cost: 2, inputs: [step] },
      query_type: 'select',
    });
    const root = judge(readPlan('mysql', text).root);
    expect(titles(root)).toEqual(['Sort: id', 'Table scan on g']);
    expect(root).toMatchObject({ isSlowest: true, share: 0.75, selfMs: undefined });
    expect(root.children[0]?.details).toEqual([['Alias', 'g']]);
  });

  it('of the first version has the tables in their blocks', () => {
    const text = JSON.stringify({
      query_block: {
        select_id: 1,
        cost_info: { query_cost: '3.10' },
        nested_loop: [
          {
            table: {
              table_name: 'g',
              access_type: 'ALL',
              rows_examined_per_scan: 4,
              cost_info: { prefix_cost: '0.65' },
            },
          },
          { table: { table_name: 'h', access_type: 'eq_ref', key: 'PRIMARY', rows_examined_per_scan: 1 } },
        ],
      },
    });
    const root = judge(readPlan('mysql', text).root);
    expect(titles(root)).toEqual(['Query block', 'Table scan on g', 'Unique index lookup on h by PRIMARY']);
    expect(root.cost).toBe(3.1);
  });
});

it('MariaDB’s ANALYZE has times of tables, and of the block all of them', () => {
  const table = {
    table_name: 'h',
    access_type: 'ALL',
    r_loops: 2,
    rows: 4,
    r_rows: 40,
    r_table_time_ms: 0.3,
    r_other_time_ms: 0.1,
  };
  const text = JSON.stringify({
    query_block: { r_total_time_ms: 0.5, r_loops: 1, filesort: { sort_key: 'h.id', table } },
  });
  const root = judge(readPlan('mariadb', text).root);
  const [block, sort, scan] = flat(root);
  expect(titles(root)).toEqual(['Query block', 'Filesort by h.id', 'Table scan on h']);
  expect(block?.selfMs).toBeCloseTo(0.1);
  expect(sort?.selfMs).toBeCloseTo(0);
  expect(scan).toMatchObject({ estimatedRows: 8, actualRows: 80, misestimate: 10, isSlowest: true });
});

it('asks each server in its own words', () => {
  expect(explainPrefix('postgres', 'run')).toBe('EXPLAIN (FORMAT JSON, ANALYZE, BUFFERS) ');
  expect(explainPrefix('mysql', 'run')).toBe('EXPLAIN ANALYZE FORMAT=TREE ');
  expect(explainPrefix('mariadb', 'run')).toBe('ANALYZE FORMAT=JSON ');
});
