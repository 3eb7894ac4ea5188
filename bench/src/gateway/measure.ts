// Runs the rows in turns, round by round, at each concurrency, and keeps what each run gave. It knows nothing of the gateway.
import { middle } from '../rounds.ts';

/** What one run gave. */
export interface Run {
  readonly perSecond: number;
  /** CPU of workerd for one request, in milliseconds. */
  readonly cpuMs: number;
}

/** A row at one concurrency: medians, and the runs behind them. */
export interface Figure extends Run {
  readonly id: string;
  readonly name: string;
  readonly concurrent: number;
  readonly runs: readonly Run[];
}

/**
 * `rounds` rounds after one that does not count. Each round has all rows, and begins one row further on than the last.
 * @param run Runs one row once.
 */
export async function measure<Row extends { readonly id: string; readonly name: string }>(
  rows: readonly Row[],
  concurrencies: readonly number[],
  rounds: number,
  run: (row: Row, concurrent: number) => Promise<Run>,
): Promise<Figure[]> {
  const cells = concurrencies.flatMap((concurrent) =>
    rows.map((row) => ({ row, concurrent, runs: [] as Run[] })),
  );
  for (let round = 0; round <= rounds; round++) {
    for (let i = 0; i < cells.length; i++) {
      const cell = cells[(i + round) % cells.length];
      if (cell === undefined) continue;
      const result = await run(cell.row, cell.concurrent);
      if (round > 0) cell.runs.push(result);
    }
  }
  return cells.map(({ row: { id, name }, concurrent, runs }) => ({
    id,
    name,
    concurrent,
    perSecond: middle(runs.map((each) => each.perSecond)),
    cpuMs: middle(runs.map((each) => each.cpuMs)),
    runs,
  }));
}
