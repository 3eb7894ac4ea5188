// Random members, as SRANDMEMBER, HRANDFIELD and ZRANDMEMBER choose them.

/** `count` different ones; for a negative count so many, of which some may be the same. */
export function pick<T>(items: readonly T[], count: number): T[] {
  if (count < 0 && items.length) {
    return Array.from(
      { length: Math.min(-count, 1 << 20) },
      () => items[Math.floor(Math.random() * items.length)] as T,
    );
  }
  const rest = [...items];
  const chosen: T[] = [];
  while (chosen.length < count && rest.length) {
    chosen.push(...rest.splice(Math.floor(Math.random() * rest.length), 1));
  }
  return chosen;
}
