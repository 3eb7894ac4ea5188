// A row of a side-by-side bench under V8's samplers: ours function by function, and what the others allocate beside it.
import { type ProfileOrder, profileDuring } from './profile.ts';
import { allocatedDuring } from './samplers.ts';

const WARM_UPS = 3;

/** A subject that runs in a Worker. */
export interface RowSubject {
  readonly name: string;
  /** The file of its Worker. */
  readonly worker: string;
  readonly inspector: string;
  readonly code: string;
  /** One round. @returns How many operations it was. */
  run(): Promise<number>;
}

/** What is run. */
export interface Row {
  readonly title: string;
  /** Ours first. */
  readonly subjects: readonly RowSubject[];
  readonly rounds: number;
}

/** What was found of a row. */
export interface RowProfile {
  readonly title: string;
  /** Ours, function by function. */
  readonly text: string;
  /** By subject: microseconds or bytes of one operation. Of time, ours alone. */
  readonly each: Readonly<Record<string, number>>;
}

/** Takes the profile of the first subject; of allocations, all subjects' sums as well. */
export async function profileRow(order: ProfileOrder, row: Row): Promise<RowProfile> {
  const { title, subjects, rounds } = row;
  const [ours, ...peers] = subjects;
  if (ours === undefined) return { title, text: `${title}: none of them is a Worker`, each: {} };
  const times = async (count: number): Promise<number> => {
    let operations = 0;
    for (let i = 0; i < count; i++) operations += await ours.run();
    return operations;
  };
  const [found] = await profileDuring(order, [{ ...ours, title: `${ours.worker}: ${title}` }], {
    warmUp: () => times(WARM_UPS),
    run: () => times(rounds),
  });
  const each: Record<string, number> = { [ours.name]: found?.each ?? Number.NaN };
  for (const { name, inspector, run } of order.kind === 'heap' ? peers : []) {
    await run();
    let operations = 0;
    const bytes = await allocatedDuring(inspector, async () => {
      operations = await run();
    });
    each[name] = bytes / operations;
  }
  return { title, text: found?.text ?? '', each };
}

/** A Markdown table of all rows' bytes for one operation; empty of time. */
export function bytesTable({ kind }: ProfileOrder, rows: readonly RowProfile[]): string {
  if (kind === 'cpu') return '';
  const names = [...new Set(rows.flatMap(({ each }) => Object.keys(each)))];
  const cells = rows.map(({ title, each }) => [title, ...names.map((name) => each[name]?.toFixed(0) ?? '')]);
  const head = ['bytes of one operation', ...names];
  return [head, ['---', ...names.map(() => '---:')], ...cells]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');
}
