// The rows of a SQL result that comes as lines: a head with the columns, the rows, a tail with their count. For one result; those
// of a CALL with several come as lines.
import { FairleadProblem } from '../problem.ts';

/** The head and the tail of a result. */
export interface RowsSummary {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rowCount: number;
  readonly command: string;
}

/**
 * The rows of `pgQueryLines` and its like.
 * @returns What a `for await` yields are rows; the generator's return value is the head and the tail.
 * @throws FairleadProblem What the lines throw; `unexpected` where the result is not whole.
 * @example
 * ```ts
 * import { createClient, pgQueryLines, rowsOf } from '@fairlead/sdk';
 *
 * const client = createClient({ url: 'https://fairlead.example.workers.dev', token: 'a-token' });
 * const lines = pgQueryLines(client, { body: { sql: 'select name from ships' } });
 * for await (const { name } of rowsOf<{ name: string }>(lines)) console.log(name);
 * ```
 */
export async function* rowsOf<Row>(
  lines: AsyncIterable<unknown>,
): AsyncGenerator<Row, RowsSummary, undefined> {
  let head: object | undefined;
  /** The last line is the tail, and which one that is shows only behind it. */
  let held: unknown;
  for await (const line of lines) {
    if (head === undefined) head = line as object;
    else {
      if (held !== undefined) yield held as Row;
      held = line;
    }
  }
  if (head === undefined || typeof held !== 'object' || held === null || !('rowCount' in held))
    throw new FairleadProblem({ code: 'unexpected', detail: 'The result has no end.' });
  return { ...head, ...held } as unknown as RowsSummary;
}
