// Documents of `find` and `aggregate`: as one JSON document within the operator's caps, or as NDJSON with backpressure.
import { FairleadError } from '@fairlead/errors';
import { NDJSON_TYPE, type RouteContext, streamWithClient, withClient } from '@fairlead/http';
import type { MongoClient } from '../../client.ts';
import type { Cursor } from '../../cursors/cursor.ts';
import type { MongodbTarget } from '../target.ts';
import { type JsonShape, writeDocument } from '../values/write-json.ts';
import { answerText, shapeOf, wantsLines } from './request.ts';

/** Lines are gathered to about this many UTF-16 units. */
const BATCH_UNITS = 32_768;

/** Makes the cursor, whose documents come as BSON. @param limit The time that is left of the request, in milliseconds. */
export type MakeCursor = (client: MongoClient, timeoutMs: number) => Cursor<Uint8Array>;

/**
 * Answers with a cursor's documents: `{"documents": [...]}`, or, where the caller accepts `application/x-ndjson`, one a line and a last
 * line `{"documentCount": n}`.
 * @throws FairleadError `limit` for a document over the caps `maxRows` or `maxResultBytes`, and for both forms over the token's own `maxRows`.
 */
export async function answerDocuments(
  c: RouteContext,
  { open }: MongodbTarget,
  make: MakeCursor,
): Promise<Response> {
  const shape = shapeOf(c);
  if (wantsLines(c)) {
    const own = c.get('access').limits.maxRows ?? Number.POSITIVE_INFINITY;
    return streamWithClient(c, open, (client, _signal, { at }) =>
      lines(c, make(client, at - Date.now()), shape, own),
    );
  }
  const text = await withClient(c, open, (client, _signal, { at }) =>
    gather(c, make(client, at - Date.now()), shape),
  );
  return answerText(c, text, shape);
}

async function* lines(
  c: RouteContext,
  cursor: Cursor<Uint8Array>,
  shape: JsonShape,
  maxRows: number,
): AsyncGenerator<string, void, undefined> {
  const record = c.get('record');
  let text = '';
  let count = 0;
  for await (const bytes of cursor) {
    count += 1;
    if (count > maxRows) throw tooMany(maxRows, true);
    record.rows = count;
    const line = writeDocument(bytes, shape);
    text = text === '' ? line : `${text}\n${line}`;
    if (text.length < BATCH_UNITS) continue;
    yield text;
    text = '';
  }
  if (text !== '') yield text;
  yield `{"documentCount":${count}}`;
}

async function gather(c: RouteContext, cursor: Cursor<Uint8Array>, shape: JsonShape): Promise<string> {
  const { maxRows, maxResultBytes } = c.get('config').limits;
  const texts: string[] = [];
  let units = 0;
  for await (const bytes of cursor) {
    if (texts.length >= maxRows) throw tooMany(maxRows, c.get('access').limits.maxRows === maxRows);
    const text = writeDocument(bytes, shape);
    units += text.length + 1;
    if (units > maxResultBytes) throw tooLarge(`${maxResultBytes} bytes`);
    texts.push(text);
  }
  c.get('record').rows = texts.length;
  return `{"documents":[${texts.join(',')}]}`;
}

function tooMany(maxRows: number, isOfToken: boolean): FairleadError {
  if (!isOfToken) return tooLarge(`${maxRows} documents`);
  return new FairleadError(
    'limit',
    `The result is larger than ${maxRows} documents, the most that this token gets. Give a limit.`,
  );
}

function tooLarge(limit: string): FairleadError {
  return new FairleadError(
    'limit',
    `The result is larger than ${limit}, the most that is sent as one JSON document. Ask for it with ` +
      `"Accept: ${NDJSON_TYPE}", which streams results of any size, or give a limit.`,
  );
}
