// Plans of MySQL as text: EXPLAIN ANALYZE FORMAT=TREE, the one form that says what happened on every version since 8.0.18.
import type { Plan, PlanNode } from './plan.ts';

const NUMBER = String.raw`(\d+(?:\.\d+)?(?:e[+-]?\d+)?)`;
const COST = new RegExp(String.raw`\s*\(cost=${NUMBER}(?:\.\.${NUMBER})?(?: rows=${NUMBER})?\)`);
const ACTUAL = new RegExp(
  String.raw`\s*\(actual time=${NUMBER}\.\.${NUMBER} rows=${NUMBER} loops=${NUMBER}\)`,
);
const NEVER = /\s*\(never executed\)/;
/** More levels than any plan has. */
const MAX_DEPTH = 200;

interface Line {
  readonly indent: number;
  text: string;
}

/** Reads a plan. @throws Error for a text that is none. */
export function mysqlTreePlan(text: string): Plan {
  const lines: Line[] = [];
  for (const line of text.split('\n')) {
    const begin = /^( *)-> (.*)$/.exec(line);
    const last = lines.at(-1);
    if (begin !== null) lines.push({ indent: begin[1]?.length ?? 0, text: begin[2] ?? '' });
    // A condition with a line's end in it.
    else if (last !== undefined && line.trim() !== '') last.text += ` ${line.trim()}`;
  }
  const roots = childrenOf(lines, 0, lines.length, 0);
  const [root] = roots;
  if (root === undefined) throw new Error('The server gave no plan.');
  return { root: roots.length === 1 ? root : around(roots), facts: [], raw: text };
}

/** Sub-queries that are run once stand beside the first root. */
function around(children: readonly PlanNode[]): PlanNode {
  return {
    title: 'Statement',
    target: '',
    cost: undefined,
    estimatedRows: undefined,
    actualRows: undefined,
    loops: undefined,
    totalMs: undefined,
    details: [],
    children,
  };
}

function childrenOf(lines: readonly Line[], from: number, to: number, depth: number): readonly PlanNode[] {
  const nodes: PlanNode[] = [];
  let at = from;
  while (at < to) {
    const line = lines[at];
    if (line === undefined) break;
    let end = at + 1;
    while (end < to && (lines[end]?.indent ?? 0) > line.indent) end += 1;
    nodes.push(nodeOf(line.text, depth < MAX_DEPTH ? childrenOf(lines, at + 1, end, depth + 1) : []));
    at = end;
  }
  return nodes;
}

function nodeOf(text: string, children: readonly PlanNode[]): PlanNode {
  const cost = COST.exec(text);
  const actual = ACTUAL.exec(text);
  const loops = NEVER.test(text) ? 0 : numberOf(actual?.[4]);
  const words = text.replace(COST, '').replace(ACTUAL, '').replace(NEVER, '').trim();
  const [title = words, ...rest] = words.split(/: | (?=on |using )/);
  const target = words.slice(title.length).replace(/^: /, '').trim();
  const estimated = numberOf(cost?.[3]);
  const rows = numberOf(actual?.[3]);
  const ms = numberOf(actual?.[2]);
  const runs = loops ?? 1;
  return {
    title: rest.length === 0 ? words : title,
    target: rest.length === 0 ? '' : target,
    cost: numberOf(cost?.[2] ?? cost?.[1]),
    estimatedRows: estimated === undefined ? undefined : Math.round(estimated * (actual === null ? 1 : runs)),
    actualRows: rows === undefined ? undefined : Math.round(rows * runs),
    loops,
    totalMs: ms === undefined ? undefined : ms * runs,
    details: actual === null ? [] : [['First row of a run after', `${actual[1]} ms`]],
    children,
  };
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}
