// The known name that a misspelt one was probably meant to be. Pure.

/** Names for one thing that people bring from other clients. */
const SYNONYMS: Readonly<Record<string, string>> = {
  host: 'hostname',
  user: 'username',
  pass: 'password',
  db: 'database',
  ssl: 'tls',
  uri: 'url',
  connectionstring: 'url',
};

/** The nearest of the known names; undefined where none is near. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const wanted = plain(name);
  const synonym = SYNONYMS[wanted];
  if (synonym !== undefined && known.includes(synonym)) return synonym;
  const limit = Math.max(1, Math.floor(wanted.length / 3));
  const ranked = known
    .map((each) => ({ each, distance: distance(wanted, plain(each)) }))
    .sort((a, b) => a.distance - b.distance);
  return ranked[0] !== undefined && ranked[0].distance <= limit ? ranked[0].each : undefined;
}

/** `Did you mean "x"? ` or nothing, and all that is known. */
export function didYouMean(name: string, known: readonly string[], kind: string): string {
  const near = nearest(name, known);
  const list = known.length === 0 ? `There are no ${kind}.` : `The ${kind}: ${[...known].sort().join(', ')}.`;
  return near === undefined ? list : `Did you mean "${near}"? ${list}`;
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[_-]/g, '');
}

/** The least number of letters to add, leave out, change, or exchange with their neighbour (optimal string alignment). */
function distance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, at(beforeLast, j - 2) + 1);
      }
      row.push(least);
    }
    beforeLast = last;
    last = row;
  }
  return at(last, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? 0;
}
