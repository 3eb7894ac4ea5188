// A plan of `explain` as a tree of stages, with what its execution cost. Pure.

/** A stage of a plan. */
export interface PlanStage {
  /** `IXSCAN`, `FETCH`, `COLLSCAN`, ... */
  readonly name: string;
  /** What tells about it: the index, the filter, documents, milliseconds. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly inputs: readonly PlanStage[];
}

/** A plan, and what running it cost. */
export interface Plan {
  readonly root: PlanStage;
  readonly totals: readonly (readonly [name: string, value: string])[];
}

type Members = Readonly<Record<string, unknown>>;

const MAX_DEPTH = 50;
const FACTS = [
  ['indexName', 'Index'],
  ['direction', 'Direction'],
  ['nReturned', 'Documents out'],
  ['docsExamined', 'Documents read'],
  ['keysExamined', 'Keys read'],
  ['executionTimeMillisEstimate', 'Milliseconds'],
  ['filter', 'Filter'],
  ['indexBounds', 'Bounds'],
  ['sortPattern', 'Sort'],
] as const;
const TOTALS = [
  ['nReturned', 'Documents out'],
  ['totalDocsExamined', 'Documents read'],
  ['totalKeysExamined', 'Keys read'],
  ['executionTimeMillis', 'Milliseconds'],
] as const;

/** Reads a reply; undefined where it has no plan of a known form, which is then shown as it is. */
export function planOf(reply: Members): Plan | undefined {
  const stats = isMembers(reply.executionStats) ? reply.executionStats : {};
  const planner = isMembers(reply.queryPlanner) ? reply.queryPlanner : {};
  const winning = isMembers(planner.winningPlan) ? planner.winningPlan : undefined;
  // The newer engine wraps the plan once more.
  const inner = winning !== undefined && isMembers(winning.queryPlan) ? winning.queryPlan : winning;
  const found = isMembers(stats.executionStages) ? stats.executionStages : inner;
  const root = found === undefined ? undefined : stageOf(found, 0);
  return root === undefined ? undefined : { root, totals: factsOf(stats, TOTALS) };
}

function stageOf(members: Members, depth: number): PlanStage | undefined {
  if (typeof members.stage !== 'string' || depth > MAX_DEPTH) return undefined;
  const inputs = [members.inputStage, ...(Array.isArray(members.inputStages) ? members.inputStages : [])];
  return {
    name: members.stage,
    facts: factsOf(members, FACTS),
    inputs: inputs.filter(isMembers).flatMap((each) => stageOf(each, depth + 1) ?? []),
  };
}

function factsOf(
  members: Members,
  wanted: readonly (readonly [member: string, name: string])[],
): readonly (readonly [string, string])[] {
  return wanted.flatMap(([member, name]) => {
    const value = members[member];
    if (value === undefined) return [];
    return [[name, typeof value === 'object' ? JSON.stringify(value) : String(value)] as const];
  });
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
