// Arrays that most often get one item: the first `push` into an empty array would set room for 17 aside.

/** No items, shared: `appended` does not add to it. */
export const EMPTY: never[] = [];

/** The items with one more behind them: a new array for the first item, else the same one. */
export function appended<T>(items: T[], item: T): T[] {
  if (items.length === 0) return [item];
  items.push(item);
  return items;
}
