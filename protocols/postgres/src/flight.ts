// A statement as the messages that ask it, all in one flight, and the replies that they will have.
import type { Writer } from '@fairlead/bytes';
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
} from './encode.ts';
import type { Exchange, Part } from './exchange.ts';
import { lastingValues } from './lasting.ts';
import type { Prepared, StatementCache, Way } from './prepared.ts';
import { lasts } from './statement-kind.ts';

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
    for (const use of exchange.uses) if (use && !use[0].confirmed) cache.drop(use[0]);
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
  plan += writePart(flight, exchange, request);
  // The most usual flight ends in constant bytes.
  if (!request.readOnly && request.more.length === 0 && request.fetchSize === 0) {
    writeDescribeExecuteSync(writer);
    exchange.usePart();
    return `${plan}dxs`;
  }
  writeDescribe(writer, 'P', PORTAL);
  writeExecute(writer, PORTAL, request.fetchSize);
  plan += 'dx';
  for (const part of request.more) {
    plan += `${writePart(flight, exchange, part)}dx`;
    writeDescribe(writer, 'P', PORTAL);
    writeExecute(writer, PORTAL, 0);
  }
  exchange.usePart();
  if (request.fetchSize > 0) {
    writeFlush(writer);
    return plan;
  }
  writeSync(writer);
  return `${plan}s`;
}

/**
 * Parse if need be, and Bind. The portal is described each time: what a name stands for can change, and to ask for it in
 * the same flight costs no round trip.
 */
function writePart({ writer: w, cache, now }: Flight, exchange: Exchange, part: Part): string {
  const { request, uses } = exchange;
  const { text, values, oids } = part;
  const prepared = mayPrepare(exchange, part) ? find(cache, part, request.binary, now) : undefined;
  const way = prepared && wayOf(prepared, part, request.prepare === 'always');
  uses.push(prepared && way && [prepared, way]);
  const name = prepared !== undefined && (way === 'parse' || way === 'name') ? prepared.name : UNNAMED;
  let plan = '';
  for (const closing of cache.closing.splice(0)) {
    writeClose(w, 'S', closing);
    plan += 'c';
  }
  if (way !== 'name') {
    writeParse(w, name, text, oids);
    plan += 'p';
  }
  if (way === 'look') {
    writeDescribe(w, 'S', name);
    plan += 't';
  }
  writeBind(w, PORTAL, name, values, request.binary ? 1 : 0);
  return `${plan}b`;
}

function mayPrepare({ request: { prepare }, again }: Exchange, { text }: Part): boolean {
  return prepare !== false && !again && (prepare === 'always' || lasts(text));
}

/** What is known of the text, or will be. */
function find(cache: StatementCache, part: Part, binary: boolean, now: number): Prepared | undefined {
  const key = keyOf(part, binary);
  return cache.get(key, now) ?? cache.add(key, now);
}

/** A text is prepared when it comes again: what runs once takes up no room, and what its parameters are is known by then. */
function wayOf(prepared: Prepared, { values, oids }: Part, always: boolean): Way {
  if (!prepared.seen) {
    prepared.seen = true;
    if (values.length > 0) return 'look';
    prepared.types = [];
    return 'plain';
  }
  if (prepared.types === undefined) return 'plain';
  if (!always && !lastingValues(values, prepared.types, oids)) return 'plain';
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
