// The name that was probably meant: the nearest one by changed, added, lost and swapped letters.

/**
 * The name of `known` that is nearest to `text`.
 * @returns undefined where none is near: more than a third of its letters, and more than two, are different.
 */
export function nearest(text: string, known: readonly string[]): string | undefined {
  let found: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const name of known) {
    // Half a word is a word that was not typed to its end.
    const isBeginning = text.length >= 2 && name.startsWith(text);
    const distance = isBeginning ? 1 : editDistance(text.toLowerCase(), name);
    if (distance < least && distance <= Math.max(2, name.length / 3) && distance < name.length) {
      found = name;
      least = distance;
    }
  }
  return found;
}

/** Optimal string alignment distance (Damerau-Levenshtein, with no part edited twice). */
function editDistance(a: string, b: string): number {
  const rows: number[][] = [];
  const at = (i: number, j: number): number => rows[i]?.[j] ?? 0;
  for (let i = 0; i <= a.length; i++) {
    rows.push([]);
    for (let j = 0; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const ways = [at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + cost];
      if (isSwap) ways.push(at(i - 2, j - 2) + 1);
      rows[i]?.push(i === 0 ? j : j === 0 ? i : Math.min(...ways));
    }
  }
  return at(a.length, b.length);
}
