// Newline-delimited JSON as values. A problem in the last line, where a stream that has begun says how it failed, is thrown.
import { FairleadProblem, isProblem } from '../problem.ts';

/**
 * The value of each line.
 * @throws FairleadProblem The last line's `{"error": problem}`; `unexpected` for a line that is no JSON.
 */
export async function* jsonLines<T>(lines: AsyncIterable<string>): AsyncGenerator<T, void, undefined> {
  /** It may be a row that looks like one: only the last line is a problem. */
  let suspect: { readonly error: object } | undefined;
  for await (const line of lines) {
    if (line === '') continue;
    if (suspect !== undefined) yield suspect as T;
    const value: unknown = parse(line);
    suspect = asFailure(value);
    if (suspect === undefined) yield value as T;
  }
  if (suspect === undefined) return;
  const { error } = suspect;
  if (isProblem(error)) throw new FairleadProblem({ ...error, status: 0 });
  yield suspect as T;
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new FairleadProblem({ code: 'unexpected', detail: 'A line of the answer is not JSON.', cause });
  }
}

function asFailure(value: unknown): { readonly error: object } | undefined {
  if (typeof value !== 'object' || value === null || !('error' in value)) return undefined;
  const { error } = value;
  return typeof error === 'object' && isProblem(error) ? { error } : undefined;
}
