// Plans of MySQL and MariaDB: EXPLAIN FORMAT=JSON in its second version, which is a tree of steps, and in its first, which is the
// statement with its tables in it; ANALYZE FORMAT=JSON of MariaDB is the first with what happened.
import { detailText, isRecord, numberOf, type Plan, type PlanNode } from './plan.ts';

type Json = Readonly<Record<string, unknown>>;

/** Reads a plan. @throws SyntaxError or Error for a text that is none. */
export function mysqlJsonPlan(text: string): Plan {
  const value: unknown = JSON.parse(text);
  if (!isRecord(value)) throw new Error('The server gave no plan.');
  if (isRecord(value.query_plan)) return { root: stepOf(value.query_plan), facts: [], raw: value };
  // So it is on 8.3 to 9.1.
  if (Array.isArray(value.inputs) || typeof value.operation === 'string')
    return { root: stepOf(value), facts: [], raw: value };
  return { root: blockOf('query_block', value.query_block ?? value), facts: [], raw: value };
}

const STEP_SHOWN = new Set(['inputs', 'operation', 'estimated_rows', 'estimated_total_cost', 'heading']);

/** A step of the second version. */
function stepOf(step: Json): PlanNode {
  const loops = numberOf(step.actual_loops);
  const runs = loops ?? 1;
  const rows = numberOf(step.actual_rows);
  const ms = numberOf(step.actual_last_row_ms);
  const estimated = numberOf(step.estimated_rows);
  return {
    title: String(step.operation ?? step.access_type ?? 'Step'),
    target: step.heading === undefined ? '' : String(step.heading),
    cost: numberOf(step.estimated_total_cost),
    estimatedRows: estimated === undefined ? undefined : Math.round(estimated * runs),
    actualRows: rows === undefined ? undefined : Math.round(rows * runs),
    loops,
    totalMs: ms === undefined ? undefined : ms * runs,
    details: detailsOf(step, STEP_SHOWN),
    children: Array.isArray(step.inputs) ? step.inputs.filter(isRecord).map(stepOf) : [],
  };
}

/** Members that are what a step does, not a step of their own. */
const NOT_STEPS = new Set([
  'cost_info',
  'r_engine_stats',
  'used_key_parts',
  'range_analysis',
  'r_icp_filtered',
]);
const BLOCK_SHOWN = new Set([
  'table_name',
  'access_type',
  'rows',
  'r_rows',
  'loops',
  'r_loops',
  'cost',
  'r_total_time_ms',
  'key',
  'rows_examined_per_scan',
  'rows_produced_per_join',
]);

const ACCESS: Readonly<Record<string, string>> = {
  ALL: 'Table scan',
  index: 'Index scan',
  range: 'Index range scan',
  ref: 'Index lookup',
  eq_ref: 'Unique index lookup',
  const: 'One row by a key',
  system: 'One row',
  fulltext: 'Full-text lookup',
  index_merge: 'Merge of indexes',
};

/** A part of the first version: steps are the members that are objects, and the elements of lists of objects. */
function blockOf(name: string, value: unknown): PlanNode {
  const block: Json = isRecord(value) ? value : {};
  const children: PlanNode[] = [];
  for (const [member, inner] of Object.entries(block)) {
    if (NOT_STEPS.has(member)) continue;
    if (Array.isArray(inner)) children.push(...listOf(member, inner));
    else if (isRecord(inner)) children.push(blockOf(member, inner));
  }
  const cost: Json = isRecord(block.cost_info) ? block.cost_info : {};
  const loops = numberOf(block.r_loops);
  const runs = loops ?? 1;
  const perRun = numberOf(block.rows) ?? numberOf(block.rows_examined_per_scan);
  const rows = numberOf(block.r_rows) ?? numberOf(block.r_output_rows);
  return {
    title:
      block.table_name === undefined
        ? wordsOf(name)
        : (ACCESS[String(block.access_type)] ?? String(block.access_type)),
    target: targetOf(block),
    cost:
      numberOf(block.cost) ??
      numberOf(cost.prefix_cost) ??
      numberOf(cost.query_cost) ??
      numberOf(cost.sort_cost),
    estimatedRows: perRun === undefined ? undefined : Math.round(perRun * (rows === undefined ? 1 : runs)),
    actualRows: rows === undefined ? undefined : Math.round(rows * runs),
    loops,
    totalMs: timeOf(block, children),
    details: detailsOf(block, BLOCK_SHOWN),
    children,
  };
}

/** An element whose one member is a step is that step. */
function listOf(name: string, list: readonly unknown[]): readonly PlanNode[] {
  return list.filter(isRecord).map((element) => {
    const [only, ...others] = Object.entries(element);
    if (only !== undefined && others.length === 0 && isRecord(only[1])) return blockOf(only[0], only[1]);
    return blockOf(name, element);
  });
}

/** MariaDB gives tables and joins the time of their own, and blocks the time of all. */
function timeOf(block: Json, children: readonly PlanNode[]): number | undefined {
  const own = [block.r_table_time_ms, block.r_other_time_ms, block.r_unpack_time_ms].map(numberOf);
  const total = numberOf(block.r_total_time_ms);
  const below = children.reduce((sum, { totalMs }) => sum + (totalMs ?? 0), 0);
  // The time of a sort is its own; that of a block is everything.
  if (total !== undefined) return Math.max(total, below);
  if (own.every((ms) => ms === undefined)) return below > 0 ? below : undefined;
  return own.reduce((sum: number, ms) => sum + (ms ?? 0), below);
}

function targetOf(block: Json): string {
  const parts: string[] = [];
  if (block.table_name !== undefined) parts.push(`on ${String(block.table_name)}`);
  if (block.key !== undefined) parts.push(`by ${String(block.key)}`);
  if (block.sort_key !== undefined) parts.push(`by ${String(block.sort_key)}`);
  return parts.join(' ');
}

/** `block-nl-join`: Block nl join. */
function wordsOf(name: string): string {
  const words = name.replaceAll(/[_-]/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function detailsOf(step: Json, shown: ReadonlySet<string>): readonly (readonly [string, string])[] {
  return Object.entries(step)
    .filter(([name, value]) => !shown.has(name) && (NOT_STEPS.has(name) || !isNested(value)))
    .map(([name, value]) => [wordsOf(name), detailText(value)] as const);
}

function isNested(value: unknown): boolean {
  return isRecord(value) || (Array.isArray(value) && value.some(isRecord));
}
