// Indexes as rows, from the replies of `listIndexes` and of the stage `$indexStats`. Pure.

/** An index. */
export interface IndexRow {
  readonly name: string;
  /** `item ascending, n descending`. */
  readonly keys: string;
  /** `unique`, `sparse`, `expires after 60 s`, ... */
  readonly properties: readonly string[];
  /** How often it was used since the server began to count; undefined where it does not say. */
  readonly uses?: number;
}

type Members = Readonly<Record<string, unknown>>;

const FLAGS = ['unique', 'sparse', 'hidden'] as const;
const DIRECTIONS: Readonly<Record<string, string>> = { '1': 'ascending', '-1': 'descending' };

/** The rows of a reply of `listIndexes`. */
export function indexesOfReply({ cursor }: Members): readonly IndexRow[] {
  const list = isMembers(cursor) ? cursor.firstBatch : undefined;
  return Array.isArray(list) ? list.filter(isMembers).map((each) => rowOf(each)) : [];
}

/** The rows of what `$indexStats` gives. Servers in a cluster tell of the same index several times: their uses are added. */
export function indexesOfStats(documents: readonly unknown[]): readonly IndexRow[] {
  const rows = new Map<string, IndexRow>();
  for (const each of documents.filter(isMembers)) {
    const row = rowOf({ ...(isMembers(each.spec) ? each.spec : {}), name: each.name, key: each.key });
    const uses = isMembers(each.accesses) ? Number(each.accesses.ops) : Number.NaN;
    const before = rows.get(row.name)?.uses ?? 0;
    rows.set(row.name, Number.isFinite(uses) ? { ...row, uses: before + uses } : row);
  }
  return [...rows.values()];
}

/** The rows of the list, with how often each was used, where that is known. */
export function withUses(rows: readonly IndexRow[], stats: readonly IndexRow[]): readonly IndexRow[] {
  return rows.map((row) => {
    const uses = stats.find(({ name }) => name === row.name)?.uses;
    return uses === undefined ? row : { ...row, uses };
  });
}

function rowOf(index: Members): IndexRow {
  const keys = isMembers(index.key)
    ? Object.entries(index.key).map(([name, kind]) => `${name} ${DIRECTIONS[String(kind)] ?? String(kind)}`)
    : [];
  const { expireAfterSeconds, partialFilterExpression } = index;
  return {
    name: String(index.name),
    keys: keys.join(', '),
    properties: [
      ...FLAGS.filter((flag) => index[flag] === true),
      ...(typeof expireAfterSeconds === 'number' ? [`expires after ${expireAfterSeconds} s`] : []),
      ...(partialFilterExpression === undefined ? [] : [`where ${JSON.stringify(partialFilterExpression)}`]),
    ],
  };
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
