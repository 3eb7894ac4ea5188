// A SQL result as an answer: one JSON document within the operator's caps, or NDJSON with backpressure. It refuses
// to gather a large result in memory.

import type { CallLimit } from '@fairlead/client';
import { FairleadError } from '@fairlead/errors';
import type { RouteContext } from '../app/contract.ts';
import { type Closable, type Open, streamWithClient, withClient } from '../request/client.ts';
import { NDJSON_TYPE } from '../streams/ndjson.ts';

const JSON_TYPE = 'application/json';

/**
 * A result in parts: first a head, then rows, then a tail; where the tail says `more`, another result in parts follows.
 * Head and tail are members of an object without its braces (`"columns":[]`); rows are JSON texts without line breaks.
 */
export type ResultPart =
  | { readonly head: string }
  | { readonly rows: readonly string[] }
  | { readonly tail: string; readonly more?: boolean };

/**
 * Answers with a result: `{"columns": [], "rows": [], ...}`, or, where the caller accepts `application/x-ndjson`, a
 * line with the head, one a row, and one with the tail. Further results are the document's `"moreResults": [...]`; as lines
 * they follow the first one, whose tail says `"moreResults": true`.
 * @param produce Runs the statement, within the limit. Its last part is the tail.
 * @throws FairleadError `limit` for a document over the caps `maxRows` or `maxResultBytes`.
 */
export async function answerWithRows<C extends Closable>(
  c: RouteContext,
  open: Open<C>,
  produce: (client: C, limit: CallLimit) => AsyncIterable<ResultPart>,
): Promise<Response> {
  if (wantsLines(c))
    return streamWithClient(c, open, (client, _signal, limit) => lines(produce(client, limit)));
  return documentResponse(
    c,
    await withClient(c, open, (client, _signal, limit) => gather(c, produce(client, limit))),
  );
}

/** Whether the caller asks for NDJSON. */
export function wantsLines(c: RouteContext): boolean {
  return (c.req.header('Accept') ?? '').includes(NDJSON_TYPE);
}

/** A JSON document as the answer. */
export function documentResponse(c: RouteContext, body: string | Uint8Array<ArrayBuffer>): Response {
  const headers = { 'Content-Type': JSON_TYPE, 'Cache-Control': 'no-store' };
  return c.newResponse(body, { status: 200, headers });
}

async function* lines(parts: AsyncIterable<ResultPart>): AsyncGenerator<string, void, undefined> {
  for await (const part of parts) {
    if ('head' in part) yield `{${part.head}}`;
    else if ('tail' in part) yield `{${part.tail}${part.more ? ',"moreResults":true' : ''}}`;
    else yield part.rows.join('\n');
  }
}

async function gather(c: RouteContext, parts: AsyncIterable<ResultPart>): Promise<string> {
  const { maxRows, maxResultBytes } = c.var.config.limits;
  const results: string[] = [];
  let rows: string[] = [];
  let count = 0;
  let size = 0;
  let head = '';
  for await (const part of parts) {
    if ('head' in part) head = part.head;
    else if ('tail' in part) {
      results.push(`${head},"rows":[${rows.join(',')}],${part.tail}`);
      rows = [];
    } else {
      count += part.rows.length;
      if (count > maxRows) throw tooLarge(`${maxRows} rows`);
      for (const row of part.rows) {
        size += row.length + 1;
        if (size > maxResultBytes) throw tooLarge(`${maxResultBytes} bytes`);
        rows.push(row);
      }
    }
  }
  const [first = '', ...more] = results;
  if (more.length === 0) return `{${first}}`;
  return `{${first},"moreResults":[${more.map((each) => `{${each}}`).join(',')}]}`;
}

/** The error for a document over a cap; `limit` names it: `10 rows`. */
export function tooLarge(limit: string): FairleadError {
  return new FairleadError(
    'limit',
    `The result is larger than ${limit}, the most that is sent as one JSON document. Ask for it with ` +
      `"Accept: ${NDJSON_TYPE}", which streams results of any size, or add a LIMIT.`,
  );
}
