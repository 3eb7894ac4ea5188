// Text in chunks as lines, however it is cut, with a cap on one line's length.
import { FairleadProblem } from '../problem.ts';

/**
 * The lines, without their ends (LF, or CR LF). What stands behind the last end is a line if it is not empty.
 * @throws FairleadProblem `limit`: a line is longer than `maxLength` UTF-16 units.
 */
export async function* textLines(
  chunks: AsyncIterable<string>,
  maxLength: number,
): AsyncGenerator<string, void, undefined> {
  /** The beginning of a line whose end has not come; joined once, when it has. */
  let parts: string[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf('\n'); end >= 0; end = chunk.indexOf('\n', start)) {
      check(length + end - start, maxLength);
      yield withoutReturn(parts.join('') + chunk.slice(start, end));
      parts = [];
      length = 0;
      start = end + 1;
    }
    length += chunk.length - start;
    check(length, maxLength);
    if (start < chunk.length) parts.push(chunk.slice(start));
  }
  if (length > 0) yield withoutReturn(parts.join(''));
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}

function check(length: number, maxLength: number): void {
  if (length <= maxLength) return;
  const detail = `A line of the answer is longer than ${maxLength} UTF-16 units (maxLineLength).`;
  throw new FairleadProblem({ code: 'limit', detail, blame: 'local' });
}
