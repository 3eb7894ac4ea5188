// A SQL result whose rows are JSON in bytes already, as an answer: one document within the operator's caps, or NDJSON
// with backpressure. It copies rows for a document only, and looks into none.
import type { CallLimit } from '@fairlead/client';
import type { RouteContext } from '../app/contract.ts';
import { type Closable, type Open, streamWithClient, withClient } from '../request/client.ts';
import type { Lines } from '../streams/ndjson.ts';
import { documentResponse, tooLarge, wantsLines } from './answer.ts';

/**
 * A result in parts, as `ResultPart`; but rows are JSON texts in UTF-8, each with the separator behind it, and `count`
 * says how many there were so far. Their bytes are not written to again.
 */
export type BytePart =
  | { readonly head: string }
  | { readonly rows: Uint8Array; readonly count: number }
  | { readonly tail: string };

/** What stands behind each row: a line break in NDJSON, a comma in a document. */
export type RowSeparator = '\n' | ',';

const utf8 = new TextEncoder();

/**
 * As `answerWithRows`.
 * @param produce Runs the statement, within the limit. Its last part is the tail.
 * @throws FairleadError `limit` for a document over the caps `maxRows` or `maxResultBytes`.
 */
export async function answerWithRowBytes<C extends Closable>(
  c: RouteContext,
  open: Open<C>,
  produce: (client: C, separator: RowSeparator, limit: CallLimit) => AsyncIterable<BytePart>,
): Promise<Response> {
  if (wantsLines(c))
    return streamWithClient(c, open, (client, _signal, limit) => lines(produce(client, '\n', limit)));
  return documentResponse(
    c,
    await withClient(c, open, (client, _signal, limit) => gather(c, produce(client, ',', limit))),
  );
}

async function* lines(parts: AsyncIterable<BytePart>): AsyncGenerator<Lines, void, undefined> {
  for await (const part of parts) {
    if ('head' in part) yield `{${part.head}}`;
    else if ('tail' in part) yield `{${part.tail}}`;
    else yield part.rows;
  }
}

async function gather(c: RouteContext, parts: AsyncIterable<BytePart>): Promise<Uint8Array<ArrayBuffer>> {
  const { maxRows, maxResultBytes } = c.var.config.limits;
  const rows: Uint8Array[] = [];
  let size = 0;
  let head = '';
  let tail = '';
  for await (const part of parts) {
    if ('head' in part) head = part.head;
    else if ('tail' in part) tail = part.tail;
    else {
      size += part.rows.length;
      if (part.count > maxRows) throw tooLarge(`${maxRows} rows`);
      if (size > maxResultBytes) throw tooLarge(`${maxResultBytes} bytes`);
      rows.push(part.rows);
    }
  }
  return join(utf8.encode(`{${head},"rows":[`), rows, size, utf8.encode(`],${tail}}`));
}

/** The document; its tail takes the place of the comma behind the last row. */
function join(
  head: Uint8Array,
  rows: readonly Uint8Array[],
  size: number,
  tail: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const end = head.length + Math.max(0, size - 1);
  const joined = new Uint8Array(end + tail.length);
  joined.set(head);
  let at = head.length;
  for (const each of rows) {
    joined.set(each, at);
    at += each.length;
  }
  joined.set(tail, end);
  return joined;
}
