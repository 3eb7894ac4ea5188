// A statement as the messages that ask it, all in one flight, and the replies that they will have.
import type { Writer } from '@fairlead/bytes';
import {
  writeBind,
  writeClose,
  writeDescribe,
  writeExecute,
  writeExecuteSync,
  writeFlush,
  writeParse,
  writeQuery,
  writeSync,
} from './encode.ts';
import type { Exchange, Part } from './exchange.ts';
import type { Prepared, StatementCache } from './prepared.ts';

const PORTAL = '';
const UNNAMED = '';
const NONE: readonly never[] = [];

/**
 * Writes a statement, and sets what its exchange expects.
 * @throws FairleadError `usage` (NUL in the text), `limit`: then nothing of it stays in `w`.
 */
export function writeExchange(w: Writer, exchange: Exchange, cache: StatementCache): void {
  const from = w.length;
  const added: Prepared[] = [];
  try {
    if (exchange.request.simple) {
      writeQuery(w, exchange.request.text);
      exchange.expect('Q');
    } else {
      exchange.expect(writeExtended(w, exchange, cache, added));
    }
  } catch (error) {
    w.cut(from, w.length);
    for (const prepared of added) cache.drop(prepared, false);
    throw error;
  }
}

function writeExtended(w: Writer, exchange: Exchange, cache: StatementCache, added: Prepared[]): string {
  const { request } = exchange;
  let plan = request.readOnly ? writeQuiet(w, 'BEGIN READ ONLY') : '';
  plan += writePart(w, exchange, request, cache, added);
  exchange.prepared = exchange.following.shift();
  // The most usual flight ends in constant bytes.
  if (!request.readOnly && request.more.length === 0 && request.fetchSize === 0) {
    writeExecuteSync(w);
    return `${plan}xs`;
  }
  writeExecute(w, PORTAL, request.fetchSize);
  plan += 'x';
  if (request.fetchSize > 0) {
    writeFlush(w);
    return plan;
  }
  for (const part of request.more) {
    plan += `${writePart(w, exchange, part, cache, added)}x`;
    writeExecute(w, PORTAL, 0);
  }
  writeSync(w);
  return `${plan}s`;
}

/** Parse if need be, Bind, Describe if need be. */
function writePart(
  w: Writer,
  { request, following, again }: Exchange,
  part: Part,
  cache: StatementCache,
  added: Prepared[],
): string {
  const { binary } = request;
  const prepare = request.prepare && !again;
  const key = prepare ? keyOf(part, binary) : '';
  const known = prepare ? cache.get(key) : undefined;
  const prepared = known ?? (prepare ? cache.add(key) : undefined);
  following.push(prepared);
  const name = prepared?.name ?? UNNAMED;
  let plan = '';
  for (const closing of cache.closing.splice(0)) {
    writeClose(w, 'S', closing);
    plan += 'c';
  }
  if (known === undefined) {
    if (prepared !== undefined) added.push(prepared);
    writeParse(w, name, part.text, part.oids);
    plan += 'p';
  }
  writeBind(w, PORTAL, name, part.values, binary ? 1 : 0);
  plan += 'b';
  if (prepared?.fields === undefined) {
    writeDescribe(w, 'P', PORTAL);
    plan += 'd';
  }
  return plan;
}

/**
 * Results in text and in binary are described apart, and so are parameters of different types. The usual key is the
 * text itself, whose hash the engine keeps.
 */
function keyOf({ text, oids }: Part, binary: boolean): string {
  return oids.length === 0 && !binary ? text : `${oids.join()}${binary ? 'b' : ''}\0${text}`;
}

/** A statement whose answer nobody wants. */
function writeQuiet(w: Writer, text: string): string {
  writeParse(w, UNNAMED, text, NONE);
  writeBind(w, PORTAL, UNNAMED, NONE, 0);
  writeExecute(w, PORTAL, 0);
  return 'pbq';
}
