// A statement's plan, whatever server made it: a tree of nodes, with what the server expected and what happened.

/** One step of a plan. Rows and times are those of all its runs together, and of what is below it. */
export interface PlanNode {
  /** What is done: `Hash Join`, `Table scan`. */
  readonly title: string;
  /** With what: a table, an index, a condition. '' where there is nothing to say. */
  readonly target: string;
  readonly cost: number | undefined;
  readonly estimatedRows: number | undefined;
  readonly actualRows: number | undefined;
  /** 0 where it was never run. */
  readonly loops: number | undefined;
  /** In milliseconds. */
  readonly totalMs: number | undefined;
  /** Everything else that the server says of it. */
  readonly details: readonly (readonly [name: string, value: string])[];
  readonly children: readonly PlanNode[];
}

/** A plan, and what was measured around it. */
export interface Plan {
  readonly root: PlanNode;
  /** Such as the time to plan, in words. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** As the server gave it. */
  readonly raw: unknown;
}

/** A node with what is read out of it and its neighbours. */
export interface JudgedNode extends PlanNode {
  /** Of itself alone, without what is below it; undefined where nothing was measured. */
  readonly selfMs: number | undefined;
  /** Of the plan's time, from 0 to 1. Without times, of its cost. */
  readonly share: number | undefined;
  /** The one that took longest by itself; where nothing was measured, the one with the highest cost of its own. */
  readonly isSlowest: boolean;
  /** How many times more or fewer rows came than expected, from 10 on; negative for fewer. */
  readonly misestimate: number | undefined;
  readonly children: readonly JudgedNode[];
}

/** From here on an estimate counts as wrong. */
const MISESTIMATE = 10;

interface Weighed {
  readonly node: PlanNode;
  readonly own: number | undefined;
  readonly children: readonly Weighed[];
}

/** Reads out of a plan where its time goes, and where the server was wrong. */
export function judge(root: PlanNode): JudgedNode {
  const isTimed = hasTimes(root);
  const weighed = weigh(root, isTimed);
  const all = flat(weighed);
  const total = all.reduce((sum, { own }) => sum + (own ?? 0), 0);
  const slowest = all.reduce((one, other) => ((other.own ?? 0) > (one.own ?? 0) ? other : one));
  const isClear = all.length > 1 && (slowest.own ?? 0) > 0;
  const finish = (each: Weighed, isCut: boolean): JudgedNode => ({
    ...each.node,
    selfMs: isTimed ? each.own : undefined,
    share: each.own === undefined || total <= 0 ? undefined : each.own / total,
    isSlowest: isClear && each === slowest,
    misestimate: misestimateOf(each.node, isCut),
    children: each.children.map((child) => finish(child, isCut || isLimit(each.node))),
  });
  return finish(weighed, false);
}

function hasTimes(node: PlanNode): boolean {
  return node.totalMs !== undefined || node.children.some(hasTimes);
}

/** What a node takes is what it and those below take, without what those below take. A node that says nothing takes nothing. */
function weigh(node: PlanNode, isTimed: boolean): Weighed {
  const children = node.children.map((child) => weigh(child, isTimed));
  const all = isTimed ? node.totalMs : node.cost;
  const below = node.children.reduce((sum, child) => sum + takes(child, isTimed), 0);
  return { node, own: all === undefined ? undefined : Math.max(0, all - below), children };
}

function takes(node: PlanNode, isTimed: boolean): number {
  return (
    (isTimed ? node.totalMs : node.cost) ??
    node.children.reduce((sum, child) => sum + takes(child, isTimed), 0)
  );
}

function flat(weighed: Weighed): readonly Weighed[] {
  return [weighed, ...weighed.children.flatMap(flat)];
}

/** Whether what is below a node ends before it has given all its rows. */
function isLimit({ title }: PlanNode): boolean {
  return /^limit/i.test(title);
}

/** @param isCut Whether fewer rows than expected only mean that no more were asked for. */
function misestimateOf({ estimatedRows, actualRows, loops }: PlanNode, isCut: boolean): number | undefined {
  if (estimatedRows === undefined || actualRows === undefined || loops === 0) return undefined;
  const factor = Math.max(1, actualRows) / Math.max(1, estimatedRows);
  if (factor >= MISESTIMATE) return factor;
  return 1 / factor >= MISESTIMATE && !isCut ? -1 / factor : undefined;
}

/** A value of a plan as a text. */
export function detailText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((each) => typeof each !== 'object')) return value.join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** A number of a plan; servers write some of them as texts. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^-?[\d.]+(?:e[+-]?\d+)?$/i.test(value) ? Number(value) : undefined;
}

/** Whether a value is an object with members. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
