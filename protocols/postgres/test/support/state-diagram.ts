// State tables as Mermaid text. It reads nothing.

/** A table of moves: where each event leads, by state. */
export type Table = Readonly<Record<string, Readonly<Partial<Record<string, string>>>>>;

/** What stands in a diagram beside the moves of its table. */
export interface DiagramOptions {
  readonly start: string;
  /** States from which nothing leads on. */
  readonly ends: readonly string[];
  /** Moves that most states have, by event: they are left out, and told in words beside the diagram. */
  readonly without?: Readonly<Record<string, string>>;
  /** Targets that are no states, and the words that they are drawn with. */
  readonly choices?: Readonly<Record<string, string>>;
}

/** Mermaid has hyphens in labels alone. */
const id = (state: string): string => state.replaceAll('-', '_');

/** A table as a state diagram, one move a line, in the order of the table. */
export function drawStates(table: Table, options: DiagramOptions): string {
  const { start, ends, without = {}, choices = {} } = options;
  const lines = ['stateDiagram-v2'];
  for (const state of Object.keys(table)) lines.push(`  state "${state}" as ${id(state)}`);
  for (const [target, words] of Object.entries(choices)) lines.push(`  state "${words}" as ${id(target)}`);
  lines.push(`  [*] --> ${id(start)}`);
  for (const [state, moves] of Object.entries(table)) {
    for (const [target, events] of byTarget(moves, without)) {
      lines.push(`  ${id(state)} --> ${id(target)}: ${events.join(', ')}`);
    }
  }
  for (const state of ends) lines.push(`  ${id(state)} --> [*]`);
  return ['```mermaid', ...lines, '```'].join('\n');
}

function byTarget(moves: Table[string], without: Readonly<Record<string, string>>): Map<string, string[]> {
  const targets = new Map<string, string[]>();
  for (const [event, target] of Object.entries(moves)) {
    if (target === undefined || without[event] === target) continue;
    targets.set(target, [...(targets.get(target) ?? []), event]);
  }
  return targets;
}
