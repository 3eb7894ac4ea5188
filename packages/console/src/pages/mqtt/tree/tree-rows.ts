// Which nodes of the tree are seen: those whose parents are open, or those that a filter finds.
import { hasText } from '../feed/message.ts';
import { childrenOf, type TopicNode, type TopicTree } from './topic-tree.ts';

/** A level with more children stays closed until it is opened. */
const OPEN_CHILDREN = 30;
/** Deeper levels stay closed until they are opened. */
const OPEN_DEPTH = 4;

/** What the person has opened and closed. */
export type Openness = ReadonlyMap<string, boolean>;

/** One row. */
export interface TreeRow {
  readonly node: TopicNode;
  /** From 1 on. */
  readonly depth: number;
  /** Undefined for a node without children. */
  readonly isOpen: boolean | undefined;
}

/** Whether a node's children are shown: as the person chose, else where they are few and not deep. */
function isOpen(node: TopicNode, depth: number, openness: Openness): boolean {
  return openness.get(node.topic) ?? (depth <= OPEN_DEPTH && node.children.size <= OPEN_CHILDREN);
}

/** The rows in their order. @param filter In lower case; empty for all. */
export function rowsOf(tree: TopicTree, openness: Openness, filter: string): readonly TreeRow[] {
  const rows: TreeRow[] = [];
  if (filter === '') addOpen(rows, tree.root, 1, openness);
  else addFound(rows, tree.root, 1, filter);
  return rows;
}

function addOpen(rows: TreeRow[], parent: TopicNode, depth: number, openness: Openness): void {
  for (const node of childrenOf(parent)) {
    const open = node.children.size === 0 ? undefined : isOpen(node, depth, openness);
    rows.push({ node, depth, isOpen: open });
    if (open) addOpen(rows, node, depth + 1, openness);
  }
}

/** Adds what has the text, with what stands above it. @returns Whether there was any. */
function addFound(rows: TreeRow[], parent: TopicNode, depth: number, filter: string): boolean {
  let hasFound = false;
  for (const node of childrenOf(parent)) {
    const at = rows.length;
    rows.push({ node, depth, isOpen: node.children.size === 0 ? undefined : true });
    const isBelow = addFound(rows, node, depth + 1, filter);
    const isSelf = node.last === undefined ? false : hasText(node.last, filter);
    if (isBelow || isSelf) hasFound = true;
    else rows.length = at;
  }
  return hasFound;
}
