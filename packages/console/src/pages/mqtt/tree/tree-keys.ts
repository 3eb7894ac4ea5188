// What a key does in the tree (WAI-ARIA Authoring Practices, tree view).
import type { TreeRow } from './tree-rows.ts';

const PAGE = 10;

/** Where a key goes, and whether it opens or closes the row that is chosen. */
export interface TreeMove {
  readonly to: number;
  readonly open?: boolean;
}

/** @param at The row that is chosen, -1 for none. @returns Undefined for keys that do nothing. */
export function moveIn(rows: readonly TreeRow[], at: number, key: string): TreeMove | undefined {
  const end = rows.length - 1;
  const go = (to: number): TreeMove => ({ to: Math.max(0, Math.min(end, to)) });
  switch (key) {
    case 'ArrowDown':
      return go(at + 1);
    case 'ArrowUp':
      return go(at - 1);
    case 'PageDown':
      return go(at + PAGE);
    case 'PageUp':
      return go(at - PAGE);
    case 'Home':
      return go(0);
    case 'End':
      return go(end);
    case 'ArrowRight':
      return right(rows, at);
    case 'ArrowLeft':
      return left(rows, at);
    default:
      return undefined;
  }
}

function right(rows: readonly TreeRow[], at: number): TreeMove | undefined {
  const isOpen = rows[at]?.isOpen;
  if (isOpen === undefined) return undefined;
  return isOpen ? { to: at + 1 } : { to: at, open: true };
}

function left(rows: readonly TreeRow[], at: number): TreeMove | undefined {
  const row = rows[at];
  if (row?.isOpen) return { to: at, open: false };
  const parent = rows.findIndex(({ node }) => node === row?.node.parent);
  return parent === -1 ? undefined : { to: parent };
}
