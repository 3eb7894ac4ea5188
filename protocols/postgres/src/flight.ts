// A statement as the messages that ask it, all in one flight, and the replies that they will have.
import type { Writer } from '@fairlead/bytes';
import {
  writeBind,
  writeClose,
  writeDescribe,
  writeExecute,
  writeFlush,
  writeParse,
  writeQuery,
  writeSync,
} from './encode.ts';
import type { Exchange } from './exchange.ts';
import type { StatementCache } from './prepared.ts';

const PORTAL = '';
const UNNAMED = '';
const NONE: readonly never[] = [];

/**
 * Writes a statement, and sets what its exchange expects.
 * @throws FairleadError `usage` (NUL in the text), `limit`: then nothing of it stays in `w`.
 */
export function writeExchange(w: Writer, exchange: Exchange, cache: StatementCache): void {
  const from = w.length;
  try {
    if (exchange.request.simple) {
      writeQuery(w, exchange.request.text);
      exchange.expect('Q');
    } else {
      exchange.expect(writeExtended(w, exchange, cache));
    }
  } catch (error) {
    w.cut(from, w.length);
    if (exchange.prepared?.fields === undefined && exchange.prepared) cache.drop(exchange.prepared, false);
    throw error;
  }
}

function writeExtended(w: Writer, exchange: Exchange, cache: StatementCache): string {
  const { request } = exchange;
  const resultFormat = request.binary ? 1 : 0;
  let plan = '';
  const known = request.prepare ? cache.get(keyOf(exchange)) : undefined;
  const prepared = known ?? (request.prepare ? cache.add(keyOf(exchange)) : undefined);
  for (const name of cache.closing.splice(0)) {
    writeClose(w, 'S', name);
    plan += 'c';
  }
  if (request.readOnly) plan += writeQuiet(w, 'BEGIN READ ONLY');
  exchange.prepared = prepared;
  const name = prepared?.name ?? UNNAMED;
  if (known === undefined) {
    writeParse(w, name, request.text, request.oids);
    plan += 'p';
  }
  writeBind(w, PORTAL, name, request.values, resultFormat);
  plan += 'b';
  const fields = prepared?.fields;
  if (fields === undefined) {
    writeDescribe(w, 'P', PORTAL);
    plan += 'd';
  } else exchange.fields = fields ?? undefined;
  writeExecute(w, PORTAL, request.fetchSize);
  plan += 'x';
  if (request.fetchSize > 0) {
    writeFlush(w);
    return plan;
  }
  if (request.readOnly) plan += writeQuiet(w, 'ROLLBACK');
  writeSync(w);
  return `${plan}s`;
}

/** Results in text and in binary are described apart, and so are parameters of different types. */
function keyOf({ request }: Exchange): string {
  const { text, oids, binary } = request;
  const plain = oids.length === 0 ? text : `${oids.join()}\0${text}`;
  return binary ? `b${plain}` : `t${plain}`;
}

/** A statement whose answer nobody wants. */
function writeQuiet(w: Writer, text: string): string {
  writeParse(w, UNNAMED, text, NONE);
  writeBind(w, PORTAL, UNNAMED, NONE, 0);
  writeExecute(w, PORTAL, 0);
  return 'pbq';
}
