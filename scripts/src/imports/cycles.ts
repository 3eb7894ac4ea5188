// Finds the cycles of a directed graph (Tarjan's strongly connected components). It knows no files.

/** Every group of nodes that reach one another, and every node that points to itself. */
export function cycles(edges: ReadonlyMap<string, ReadonlySet<string>>): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];

  function connect(node: string): number {
    index.set(node, index.size);
    let lowest = index.size - 1;
    stack.push(node);
    for (const next of edges.get(node) ?? []) {
      if (!index.has(next)) lowest = Math.min(lowest, connect(next));
      else if (stack.includes(next)) lowest = Math.min(lowest, index.get(next) ?? lowest);
    }
    low.set(node, lowest);
    if (lowest === index.get(node)) collect(node);
    return lowest;
  }

  function collect(root: string): void {
    const group = stack.splice(stack.indexOf(root));
    if (group.length > 1 || edges.get(root)?.has(root)) found.push(group);
  }

  for (const node of edges.keys()) if (!index.has(node)) connect(node);
  return found;
}
