// Plans of Postgres: EXPLAIN (FORMAT JSON).
import { detailText, isRecord, numberOf, type Plan, type PlanNode } from './plan.ts';

/** What is shown elsewhere, or says nothing. */
const SHOWN = new Set([
  'Plans',
  'Node Type',
  'Relation Name',
  'Alias',
  'Index Name',
  'Startup Cost',
  'Total Cost',
  'Plan Rows',
  'Actual Rows',
  'Actual Loops',
  'Parallel Aware',
  'Async Capable',
  'Schema',
]);
const FACTS: readonly (readonly [member: string, name: string])[] = [
  ['Planning Time', 'Planning'],
  ['Execution Time', 'Execution'],
];

/**
 * Reads a plan.
 * @param value The only cell of the result: a list with one statement's plan.
 * @throws Error for a value that is none.
 */
export function postgresPlan(value: unknown): Plan {
  const statement: unknown = Array.isArray(value) ? value[0] : undefined;
  if (!isRecord(statement) || !isRecord(statement.Plan)) throw new Error('The server gave no plan.');
  const facts = FACTS.flatMap(([member, name]) => {
    const ms = numberOf(statement[member]);
    return ms === undefined ? [] : [[name, `${ms} ms`] as const];
  });
  return { root: nodeOf(statement.Plan, 1), facts, raw: value };
}

/** @param processes How many processes run it side by side: their times are not added. */
function nodeOf(node: Record<string, unknown>, processes: number): PlanNode {
  const loops = numberOf(node['Actual Loops']);
  const times = (member: string, by = 1): number | undefined => {
    const each = numberOf(node[member]);
    return each === undefined || loops === undefined ? undefined : (each * loops) / by;
  };
  const estimated = numberOf(node['Plan Rows']);
  const below = processes + (numberOf(node['Workers Launched']) ?? 0);
  const plans = Array.isArray(node.Plans) ? node.Plans.filter(isRecord) : [];
  return {
    title: titleOf(node),
    target: targetOf(node),
    cost: numberOf(node['Total Cost']),
    // Expected for one run, as what happened is counted for all.
    estimatedRows: estimated === undefined || !loops ? estimated : Math.round(estimated * loops),
    actualRows: roundOf(times('Actual Rows')),
    loops,
    totalMs: times('Actual Total Time', processes),
    details: Object.entries(node)
      .filter(([name]) => !SHOWN.has(name))
      .map(([name, detail]) => [name, detailText(detail)] as const),
    children: plans.map((child) => nodeOf(child, below)),
  };
}

function roundOf(rows: number | undefined): number | undefined {
  return rows === undefined ? undefined : Math.round(rows);
}

function titleOf(node: Record<string, unknown>): string {
  const parts = [node['Node Type']];
  if (node['Node Type'] === 'ModifyTable') parts[0] = node.Operation;
  const join = node['Join Type'];
  if (typeof join === 'string' && join !== 'Inner') parts.push(`(${join.toLowerCase()})`);
  if (typeof node['Subplan Name'] === 'string') parts.push(`as ${node['Subplan Name']}`);
  return parts.map(String).join(' ');
}

function targetOf(node: Record<string, unknown>): string {
  const parts: string[] = [];
  const table = node['Relation Name'] ?? node['CTE Name'] ?? node['Function Name'];
  if (table !== undefined) parts.push(`on ${String(table)}`);
  if (node.Alias !== undefined && node.Alias !== table)
    parts.push(`${parts.length === 0 ? 'on' : 'as'} ${String(node.Alias)}`);
  if (node['Index Name'] !== undefined) parts.push(`by ${String(node['Index Name'])}`);
  return parts.join(' ');
}
