// A statement as the messages that ask it, all in one flight, and the replies that they will have.
import type { Writer } from '@fairlead/bytes';
import type { Exchange, Part, Preparing, Use } from '../statements/exchange.ts';
import { lastingValues } from '../statements/lasting.ts';
import type { Prepared, StatementCache, Way } from '../statements/prepared.ts';
import { lasts } from '../statements/statement-kind.ts';
import {
  writeBind,
  writeClose,
  writeDescribe,
  writeDescribeExecuteSync,
  writeExecute,
  writeFlush,
  writeParse,
  writeQuery,
  writeSync,
} from '../wire/encode/client.ts';

const PORTAL = '';
const UNNAMED = '';
const NONE: readonly never[] = [];

/** What a flight is written with. */
export interface Flight {
  readonly writer: Writer;
  readonly cache: StatementCache;
  /** `Date.now()`. */
  readonly now: number;
}

/**
 * Writes a statement, and sets what its exchange expects.
 * @throws FairleadError `usage` (NUL in the text), `limit`: then nothing of it stays in the writer.
 */
export function writeExchange(flight: Flight, exchange: Exchange): void {
  const { writer, cache } = flight;
  const from = writer.length;
  try {
    if (exchange.request.simple) {
      writeQuery(writer, exchange.request.text);
      exchange.expect('Q');
    } else {
      exchange.expect(writeExtended(flight, exchange));
    }
  } catch (error) {
    writer.cut(from, writer.length);
    for (const [prepared] of [[exchange.prepared], ...exchange.following]) {
      if (prepared && !prepared.confirmed) cache.drop(prepared);
    }
    throw error;
  }
}

function writeExtended(flight: Flight, exchange: Exchange): string {
  const { writer } = flight;
  const { request } = exchange;
  let plan = request.readOnly ? writeQuiet(writer, 'BEGIN READ ONLY') : '';
  if (request.readOnly && request.serverTimeoutMs > 0) {
    plan += writeQuiet(writer, `SET LOCAL statement_timeout = ${request.serverTimeoutMs}`);
  }
  const first = look(flight, exchange, request);
  exchange.prepared = first;
  exchange.way = wayOf(first, request, request.prepare);
  plan += writePart(flight, exchange.prepared, exchange.way, request, request.binary);
  // The most usual flight ends in constant bytes.
  if (!request.readOnly && request.more.length === 0 && request.fetchSize === 0) {
    writeDescribeExecuteSync(writer);
    return `${plan}dxs`;
  }
  writeDescribe(writer, 'P', PORTAL);
  writeExecute(writer, PORTAL, request.fetchSize);
  plan += 'dx';
  if (request.more.length > 0) plan += writeMore(flight, exchange);
  if (request.fetchSize > 0) {
    writeFlush(writer);
    return plan;
  }
  writeSync(writer);
  return `${plan}s`;
}

/** A batch's statements behind the first one. */
function writeMore(flight: Flight, exchange: Exchange): string {
  const { writer } = flight;
  const { request } = exchange;
  const uses: Use[] = [];
  exchange.following = uses;
  let plan = '';
  let before: Use = [exchange.prepared, exchange.way];
  for (const part of request.more) {
    const prepared = look(flight, exchange, part);
    const way = wayOf(prepared, part, request.prepare);
    uses.push([prepared, way]);
    plan += writePart(flight, prepared, way, part, request.binary);
    // Once it was run, its tables are locked: in the same transaction its columns stay as they are.
    const isSame = way === 'name' && before[1] === 'name' && before[0] === prepared;
    if (!isSame || request.prepare === 'always') {
      writeDescribe(writer, 'P', PORTAL);
      plan += 'd';
    }
    writeExecute(writer, PORTAL, 0);
    plan += 'x';
    before = [prepared, way];
  }
  return plan;
}

/** Parse if need be, and Bind. */
function writePart(
  { writer: w, cache }: Flight,
  prepared: Prepared | undefined,
  way: Way | undefined,
  { text, values, oids }: Part,
  binary: boolean,
): string {
  const name = prepared !== undefined && (way === 'parse' || way === 'name') ? prepared.name : UNNAMED;
  let plan = '';
  if (cache.closing.length > 0) {
    for (const closing of cache.closing.splice(0)) {
      writeClose(w, 'S', closing);
      plan += 'c';
    }
  }
  if (way !== 'name') {
    writeParse(w, name, text, oids);
    plan += 'p';
  }
  if (way === 'look') {
    writeDescribe(w, 'S', name);
    plan += 't';
  }
  writeBind(w, PORTAL, name, values, binary ? 1 : 0);
  return `${plan}b`;
}

/** What is known of the text, or will be; nothing where it is not to be prepared. */
function look({ cache, now }: Flight, { request, again }: Exchange, part: Part): Prepared | undefined {
  const { prepare, binary } = request;
  if (prepare === false || again) return undefined;
  const key = keyOf(part, binary);
  const found = cache.get(key, now);
  if (found !== undefined) return found.lasts || prepare === 'always' ? found : undefined;
  const isLasting = lasts(part.text);
  return isLasting || prepare === 'always' ? cache.add(key, now, isLasting) : undefined;
}

/** A text is prepared when it comes again: what runs once takes up no room, and what its parameters are is known by then. */
function wayOf(prepared: Prepared | undefined, { values, oids }: Part, prepare: Preparing): Way | undefined {
  if (prepared === undefined) return undefined;
  if (!prepared.seen) {
    prepared.seen = true;
    if (values.length > 0) return 'look';
    prepared.types = NONE;
    return 'plain';
  }
  if (prepared.types === undefined) return 'plain';
  if (prepare !== 'always' && !lastingValues(values, prepared.types, oids)) return 'plain';
  if (prepared.told) return prepared.confirmed ? 'name' : 'plain';
  prepared.told = true;
  return 'parse';
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
