// Branch coverage by folder, from istanbul's json-summary, and how it compares with the floors. It runs no test.

/** The parts of a protocol that are pure, and so can be covered by unit tests alone. */
export type Part = 'wire' | 'session';

/** Branches that the tests took, and all there are. */
export interface Branches {
  readonly covered: number;
  readonly total: number;
}

/** The least percentage of each part, by the protocol's folder. */
export type Floors = Readonly<Record<string, Readonly<Partial<Record<Part, number>>>>>;

/** What `--coverage.include` is given. */
export const INCLUDED: readonly string[] = ['src/wire/**', 'src/session/**'];

const PARTS: readonly [Part, RegExp][] = [
  ['wire', /\/src\/wire\//],
  ['session', /\/src\/session\//],
];

/** @param summary The text of `coverage-summary.json`. */
export function branchesByPart(summary: string): Map<Part, Branches> {
  const files: Record<string, { readonly branches: Branches }> = JSON.parse(summary);
  const parts = new Map<Part, Branches>();
  for (const [path, { branches }] of Object.entries(files)) {
    const part = PARTS.find(([, pattern]) => pattern.test(path))?.[0];
    if (part === undefined) continue;
    const sum = parts.get(part) ?? { covered: 0, total: 0 };
    parts.set(part, { covered: sum.covered + branches.covered, total: sum.total + branches.total });
  }
  return parts;
}

/** In percent, with one digit; 100 where there is no branch. */
export function percentage({ covered, total }: Branches): number {
  return total === 0 ? 100 : Math.floor((covered / total) * 1000) / 10;
}

/**
 * @param dir `protocols/redis`
 * @returns One complaint a part that is below its floor, or that has none.
 */
export function breaches(dir: string, parts: ReadonlyMap<Part, Branches>, floors: Floors): string[] {
  const expected = floors[dir] ?? {};
  const missing = PARTS.map(([part]) => part).filter((part) => part in expected && !parts.has(part));
  return [
    ...missing.map((part) => `${dir} ${part}: has a floor, and no file is covered`),
    ...[...parts].flatMap(([part, branches]) => {
      const floor = expected[part];
      if (floor === undefined) return [`${dir} ${part}: has no floor in scripts/coverage-floors.json`];
      const reached = percentage(branches);
      return reached < floor ? [`${dir} ${part}: ${reached} %, which is below its floor of ${floor} %`] : [];
    }),
  ];
}
