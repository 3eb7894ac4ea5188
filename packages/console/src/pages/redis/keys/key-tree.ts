// Names of keys as a tree, by the colons in them.
import { type Argument, idOf } from '../wire/argument.ts';

const SEPARATOR = ':';
/** A key may be a million colons: what stands behind so many is one name. */
const MAX_FOLDERS = 50;
/** More children stay in the order they came in. */
const MAX_SORTED = 20_000;

/** A line of the tree as it is seen. */
export type TreeRow =
  | {
      readonly kind: 'folder';
      /** What all names in it begin with: `user:7:`. */
      readonly path: string;
      readonly label: string;
      readonly depth: number;
      /** Keys in it, at any depth. */
      readonly count: number;
      readonly isOpen: boolean;
    }
  | { readonly kind: 'key'; readonly key: Argument; readonly label: Argument; readonly depth: number };

interface Folder {
  readonly folders: Map<string, Folder>;
  readonly keys: { readonly key: Argument; readonly label: Argument }[];
  count: number;
  isSorted: boolean;
}

const folder = (): Folder => ({ folders: new Map(), keys: [], count: 0, isSorted: true });

/** A growing tree. */
export class KeyTree {
  readonly #root = folder();

  /** Adds a key that is not there. Bytes that are no text have no folder. */
  add(key: Argument): void {
    const parts = typeof key === 'string' ? key.split(SEPARATOR, MAX_FOLDERS) : [];
    // Without the name itself, which is the last part or all that is left.
    if (parts.length < MAX_FOLDERS) parts.pop();
    const label =
      typeof key === 'string' ? key.slice(parts.join(SEPARATOR).length + (parts.length > 0 ? 1 : 0)) : key;
    let place = this.#root;
    place.count++;
    for (const part of parts) {
      let next = place.folders.get(part);
      if (next === undefined) {
        next = folder();
        place.folders.set(part, next);
        place.isSorted = false;
      }
      place = next;
      place.count++;
    }
    place.keys.push({ key, label });
    place.isSorted = false;
  }

  /** The lines that are seen. @param open The paths of the folders that are open. */
  rows(open: ReadonlySet<string>): readonly TreeRow[] {
    const rows: TreeRow[] = [];
    append(rows, this.#root, '', open, 0);
    return rows;
  }
}

function append(rows: TreeRow[], place: Folder, path: string, open: ReadonlySet<string>, depth: number) {
  sort(place);
  for (const [label, child] of place.folders) {
    const childPath = path + label + SEPARATOR;
    const isOpen = open.has(childPath);
    rows.push({ kind: 'folder', path: childPath, label, depth, count: child.count, isOpen });
    if (isOpen) append(rows, child, childPath, open, depth + 1);
  }
  for (const { key, label } of place.keys) rows.push({ kind: 'key', key, label, depth });
}

function sort(place: Folder): void {
  if (place.isSorted) return;
  place.isSorted = true;
  if (place.keys.length <= MAX_SORTED) place.keys.sort((a, b) => byText(idOf(a.label), idOf(b.label)));
  if (place.folders.size > MAX_SORTED) return;
  const folders = [...place.folders].sort(([a], [b]) => byText(a, b));
  place.folders.clear();
  for (const [name, child] of folders) place.folders.set(name, child);
}

/** In the order of code units, numbers within by their value: `item:9` before `item:10`. */
export function byText(one: string, other: string): number {
  return collator.compare(one, other);
}

const collator = new Intl.Collator('en', { numeric: true });
