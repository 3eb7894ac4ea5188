// State tables as Mermaid text. It reads and writes nothing.

/** A table of moves: the state that each event leads to, by state. */
export type StateTable = Readonly<Record<string, Readonly<Partial<Record<string, string>>>>>;

/** What a diagram shows beside the moves of its table. */
export interface DiagramOptions {
  /** The state in which it begins, or several. */
  readonly start: string | readonly string[];
  /** The states in which it ends. Default: those without moves. */
  readonly ends?: readonly string[];
  /** Whether moves that stay in their state are drawn. Default true. */
  readonly loops?: boolean;
  /** Moves that most states have, by event: they are left out, and told in words beside the diagram. */
  readonly without?: Readonly<Record<string, string>>;
  /** Targets that are no states of the table, and the words to draw them with. */
  readonly choices?: Readonly<Record<string, string>>;
  /** The words for an event. Default: its key in the table. */
  readonly eventName?: (event: string) => string;
}

/** A table as a Mermaid state diagram in a code fence: one line for each pair of states, in the order of the table. */
export function drawStates(table: StateTable, options: DiagramOptions): string {
  const { start, ends, choices = {} } = options;
  const names = Object.keys(table).filter((state) => identifier(state) !== state);
  const lines = [
    ...names.map((state) => `state "${state}" as ${identifier(state)}`),
    ...Object.entries(choices).map(([target, words]) => `state "${words}" as ${identifier(target)}`),
    ...[start].flat().map((state) => `[*] --> ${identifier(state)}`),
  ];
  for (const [state, moves] of Object.entries(table)) {
    for (const [target, events] of byTarget(state, moves, options))
      lines.push(`${identifier(state)} --> ${identifier(target)}: ${events.join(' / ')}`);
    if (ends?.includes(state) ?? Object.keys(moves).length === 0) lines.push(`${identifier(state)} --> [*]`);
  }
  return ['```mermaid', 'stateDiagram-v2', ...lines.map((line) => `  ${line}`), '```'].join('\n');
}

/** The states that can be reached from `start`, itself included, sorted. */
export function reachableStates(table: StateTable, start: string | readonly string[]): string[] {
  const reached = new Set([start].flat());
  for (const state of reached) {
    for (const target of Object.values(table[state] ?? {})) if (target !== undefined) reached.add(target);
  }
  return [...reached].sort();
}

/** Mermaid takes hyphens in labels alone. */
const identifier = (state: string): string => state.replaceAll('-', '_');

function byTarget(state: string, moves: StateTable[string], options: DiagramOptions): Map<string, string[]> {
  const { loops = true, without = {}, eventName = (event) => event } = options;
  const targets = new Map<string, string[]>();
  for (const [event, target] of Object.entries(moves)) {
    if (target === undefined || without[event] === target || (!loops && target === state)) continue;
    targets.set(target, [...(targets.get(target) ?? []), eventName(event)]);
  }
  return targets;
}
