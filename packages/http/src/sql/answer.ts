// A SQL result as an answer: one JSON document within the operator's caps, or NDJSON with backpressure. Rows are JSON in
// bytes already: it copies them for a document only, and looks into none.
import { concat } from '@fairlead/bytes';
import type { CallLimit } from '@fairlead/client';
import { FairleadError } from '@fairlead/errors';
import type { RouteContext } from '../app/contract.ts';
import type { RequestRecord } from '../observability/request-record.ts';
import { type Closable, type Open, streamWithClient, withClient } from '../request/client.ts';
import type { RequestLimit } from '../request/request-time.ts';
import { type Lines, NDJSON_TYPE } from '../streams/ndjson.ts';

const JSON_TYPE = 'application/json';

/**
 * A result in parts: first a head, then rows, then a tail; where the tail says `more`, another result in parts follows.
 * Head and tail are members of an object without its braces (`"columns":[]`); rows are JSON texts in UTF-8 without line
 * breaks, each with the separator behind it, and `count` says how many there were so far, of all results. Their bytes are
 * not written to again. `affected` is for audit lines: rows that the statement has changed.
 */
export type ResultPart =
  | { readonly head: string }
  | { readonly rows: Uint8Array; readonly count: number }
  | { readonly tail: string; readonly more?: boolean; readonly affected?: number };

/** What stands behind each row: a line break in NDJSON, a comma in a document. */
export type RowSeparator = '\n' | ',';

/** Runs a statement, within the limit, and writes its rows with the separator. The last part is the tail. */
export type ProduceResult<C> = (
  client: C,
  separator: RowSeparator,
  limit: CallLimit,
) => AsyncIterable<ResultPart>;

/** What a route can change of an answer. */
export interface AnswerOptions {
  /** Default: the request's own time. */
  readonly limit?: RequestLimit | undefined;
  /** Makes the answer of a whole document. Default: 200 with `Cache-Control: no-store`. */
  readonly respond?: (document: Uint8Array<ArrayBuffer>) => Promise<Response>;
}

/**
 * Answers with a result: `{"columns": [], "rows": [], ...}`, or, where the caller accepts `application/x-ndjson`, a
 * line with the head, one a row, and one with the tail. Further results are the document's `"moreResults": [...]`; as lines
 * they follow the first one, whose tail says `"moreResults": true`.
 * @throws FairleadError `limit` for a document over the caps `maxRows` or `maxResultBytes`, and for both forms over the token's own `maxRows`.
 */
export async function answerWithRows<C extends Closable>(
  c: RouteContext,
  open: Open<C>,
  produce: ProduceResult<C>,
  { limit: time, respond }: AnswerOptions = {},
): Promise<Response> {
  // A token's own cap, which holds for streams as well.
  const own = c.get('access').limits.maxRows;
  const record = c.get('record');
  record.rows = 0;
  if ((c.req.header('Accept') ?? '').includes(NDJSON_TYPE))
    return streamWithClient(
      c,
      open,
      (client, _signal, limit) => lines(produce(client, '\n', limit), record, own),
      time,
    );
  const document = await withClient(
    c,
    open,
    (client, _signal, limit) => gather(c, produce(client, ',', limit)),
    time,
  );
  record.sent(document.length);
  if (respond !== undefined) return respond(document);
  return c.newResponse(document, 200, { 'Content-Type': JSON_TYPE, 'Cache-Control': 'no-store' });
}

/** Tells the request's record what a part has. */
function note(record: RequestRecord, part: ResultPart): void {
  if ('rows' in part) record.rows = part.count;
  else if ('tail' in part && part.affected !== undefined)
    record.affected = (record.affected ?? 0) + part.affected;
}

async function* lines(
  parts: AsyncIterable<ResultPart>,
  record: RequestRecord,
  maxRows = Number.POSITIVE_INFINITY,
): AsyncGenerator<Lines, void, undefined> {
  for await (const part of parts) {
    note(record, part);
    if ('head' in part) yield `{${part.head}}`;
    else if ('tail' in part) yield `{${part.tail}${part.more ? ',"moreResults":true' : ''}}`;
    else if (part.count > maxRows) throw tooManyForToken(maxRows);
    else yield part.rows;
  }
}

async function gather(c: RouteContext, parts: AsyncIterable<ResultPart>): Promise<Uint8Array<ArrayBuffer>> {
  const { maxRows, maxResultBytes } = c.get('config').limits;
  const document = new ResultDocument();
  let size = 0;
  for await (const part of parts) {
    note(c.get('record'), part);
    if ('head' in part) document.begin(part.head);
    else if ('tail' in part) document.end(part.tail);
    else {
      size += part.rows.length;
      if (part.count > maxRows)
        throw c.get('access').limits.maxRows === maxRows
          ? tooManyForToken(maxRows)
          : tooLarge(`${maxRows} rows`);
      if (size > maxResultBytes) throw tooLarge(`${maxResultBytes} bytes`);
      document.rows(part.rows);
    }
  }
  return document.bytes();
}

const utf8 = new TextEncoder();

/** Results as one JSON document in the making. */
class ResultDocument {
  readonly #chunks: Uint8Array[] = [];
  /** How many results have ended. */
  #results = 0;
  /** The last rows of the current result, whose last comma its tail takes the place of. */
  #last: Uint8Array | undefined;

  begin(head: string): void {
    const before = ['{', ',"moreResults":[{'][this.#results] ?? ',{';
    this.#text(`${before}${head},"rows":[`);
  }

  rows(rows: Uint8Array): void {
    if (this.#last !== undefined) this.#chunks.push(this.#last);
    this.#last = rows;
  }

  end(tail: string): void {
    if (this.#last !== undefined) this.#chunks.push(this.#last.subarray(0, -1));
    this.#last = undefined;
    this.#results += 1;
    // The first result is open until the others stand in it.
    this.#text(`],${tail}${this.#results > 1 ? '}' : ''}`);
  }

  bytes(): Uint8Array<ArrayBuffer> {
    this.#text(this.#results > 1 ? ']}' : '}');
    return concat(this.#chunks);
  }

  #text(text: string): void {
    this.#chunks.push(utf8.encode(text));
  }
}

function tooManyForToken(maxRows: number): FairleadError {
  return new FairleadError(
    'limit',
    `The result is larger than ${maxRows} rows, the most that this token gets. Add a LIMIT.`,
  );
}

/** The error for a document over a cap; `limit` names it: `10 rows`. */
function tooLarge(limit: string): FairleadError {
  return new FairleadError(
    'limit',
    `The result is larger than ${limit}, the most that is sent as one JSON document. Ask for it with ` +
      `"Accept: ${NDJSON_TYPE}", which streams results of any size, or add a LIMIT.`,
  );
}
