// The order of a folder's entries, and which of them are shown.
import type { Entry } from '../store/contract.ts';

/** By what entries are ordered. */
export type SortKey = 'name' | 'size' | 'modified';

/** An order. */
export interface Order {
  readonly key: SortKey;
  readonly isDescending: boolean;
}

const words = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

const COMPARE: Readonly<Record<SortKey, (one: Entry, other: Entry) => number>> = {
  name: () => 0,
  size: (one, other) => (one.size ?? -1) - (other.size ?? -1),
  modified: (one, other) => (one.modifiedAt ?? 0) - (other.modifiedAt ?? 0),
};

const byName = (one: Entry, other: Entry): number =>
  words.compare(one.name, other.name) || (one.name < other.name ? -1 : one.name > other.name ? 1 : 0);

/** The entries in an order, folders first; a new list. */
export function sorted(entries: readonly Entry[], { key, isDescending }: Order): readonly Entry[] {
  const sign = isDescending ? -1 : 1;
  const rank = ({ kind }: Entry) => (kind === 'folder' ? 0 : 1);
  return [...entries].sort(
    (one, other) =>
      rank(one) - rank(other) ||
      sign * COMPARE[key](one, other) ||
      (key === 'name' ? sign : 1) * byName(one, other),
  );
}

/** Those whose name holds the text, whatever its case. */
export function filtered(entries: readonly Entry[], text: string): readonly Entry[] {
  const wanted = text.trim().toLowerCase();
  return wanted === '' ? entries : entries.filter(({ name }) => name.toLowerCase().includes(wanted));
}

/** The order that a click on a column asks for. */
export function nextOrder({ key, isDescending }: Order, clicked: SortKey): Order {
  return { key: clicked, isDescending: key === clicked ? !isDescending : clicked !== 'name' };
}
