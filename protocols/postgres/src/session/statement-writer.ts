// Writes the messages of a statement, and says which replies are due. All of them are sent together: a round trip at most.
import type { Writer } from '@fairlead/bytes';
import type { PendingStatement } from '../statements/pending-statement.ts';
import type { Prepared, StatementCache, Way } from '../statements/prepared.ts';
import type { Part, Preparing } from '../statements/request.ts';
import { areReusable } from '../statements/reusable-values.ts';
import { isReusable } from '../statements/statement-kind.ts';
import type { Use } from '../statements/statement-progress.ts';
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
import type { StatementState } from './states.ts';

/** The length of the ROLLBACK that ends a READ ONLY transaction. If there is no room for it, BEGIN is not sent either. */
const ROLLBACK_BYTES = 14;
const PORTAL = '';
const UNNAMED = '';
const NONE: readonly never[] = [];

/** What is due behind the messages of the usual statements. They are shared, so that these set no memory aside. */
const SIMPLE: readonly StatementState[] = ['querying'];
const BY_NAME: readonly StatementState[] = ['binding', 'describing', 'executing', 'syncing'];
const PARSED: readonly StatementState[] = ['parsing', ...BY_NAME];

/** What statements are written with. */
export interface StatementWriter {
  readonly writer: Writer;
  readonly cache: StatementCache;
  /** `Date.now()`. */
  readonly now: number;
}

/**
 * Writes a statement, and sets the replies that are due.
 * @throws FairleadError `usage` (NUL in the text), `limit`: then nothing of it stays in the writer.
 */
export function writeStatement(to: StatementWriter, statement: PendingStatement): void {
  const { writer, cache } = to;
  const { request } = statement;
  const from = writer.length;
  try {
    if (request.simple) {
      writeQuery(writer, request.text);
      statement.send(SIMPLE);
    } else if (request.readOnly || request.more.length > 0 || request.fetchSize > 0) {
      writeSeveral(to, statement);
    } else writeOne(to, statement);
  } catch (error) {
    writer.cut(from, writer.length);
    for (const [prepared] of [[statement.prepared], ...statement.following]) {
      if (prepared && !prepared.confirmed) cache.drop(prepared);
    }
    throw error;
  }
}

/** The usual statement: it ends in constant bytes, and what is due is mostly a shared list. */
function writeOne(to: StatementWriter, statement: PendingStatement): void {
  const { writer, cache } = to;
  const { request } = statement;
  const prepared = find(to, statement, request);
  const way = wayOf(prepared, request, request.prepare);
  statement.use(prepared, way);
  let due: readonly StatementState[] = way === 'name' ? BY_NAME : PARSED;
  if (way === 'look' || cache.closing.length > 0) {
    const all: StatementState[] = [];
    writePart(to, all, prepared, way, request, request.binary);
    due = [...all, 'describing', 'executing', 'syncing'];
  } else writePart(to, undefined, prepared, way, request, request.binary);
  writeDescribeExecuteSync(writer);
  statement.send(due);
}

/** A batch, a statement in a READ ONLY transaction, or one whose rows come in portions. */
function writeSeveral(to: StatementWriter, statement: PendingStatement): void {
  const { writer } = to;
  const { request } = statement;
  const due: StatementState[] = [];
  if (request.readOnly) writeCommand(writer, due, 'BEGIN READ ONLY');
  if (request.readOnly && request.serverTimeoutMs > 0) {
    writeCommand(writer, due, `SET LOCAL statement_timeout = ${request.serverTimeoutMs}`);
  }
  const prepared = find(to, statement, request);
  const way = wayOf(prepared, request, request.prepare);
  const following: Use[] = [];
  statement.use(prepared, way, following);
  writePart(to, due, prepared, way, request, request.binary);
  writeDescribe(writer, 'P', PORTAL);
  writeExecute(writer, PORTAL, request.fetchSize);
  due.push('describing', 'executing');
  writeFollowing(to, due, statement, following);
  due.push('syncing');
  if (request.fetchSize > 0) writeFlush(writer);
  else writeSync(writer);
  if (request.readOnly) writer.ensure(ROLLBACK_BYTES);
  statement.send(due, request.fetchSize > 0);
}

/** The statements of a batch behind the first one. */
function writeFollowing(
  to: StatementWriter,
  due: StatementState[],
  statement: PendingStatement,
  uses: Use[],
): void {
  const { request } = statement;
  let before: Use = [statement.prepared, statement.way];
  for (const part of request.more) {
    const prepared = find(to, statement, part);
    const way = wayOf(prepared, part, request.prepare);
    uses.push([prepared, way]);
    writePart(to, due, prepared, way, part, request.binary);
    // Once it was run, its tables are locked: in the same transaction its columns stay as they are.
    const isSame = way === 'name' && before[1] === 'name' && before[0] === prepared;
    if (!isSame || request.prepare === 'always') {
      writeDescribe(to.writer, 'P', PORTAL);
      due.push('describing');
    }
    writeExecute(to.writer, PORTAL, 0);
    due.push('executing');
    before = [prepared, way];
  }
}

/** Parse if it is needed, and Bind. @param due Without it, the caller knows what is due. */
function writePart(
  { writer: w, cache }: StatementWriter,
  due: StatementState[] | undefined,
  prepared: Prepared | undefined,
  way: Way | undefined,
  { text, values, oids }: Part,
  binary: boolean,
): void {
  const name = prepared !== undefined && (way === 'parse' || way === 'name') ? prepared.name : UNNAMED;
  if (cache.closing.length > 0) {
    for (const closing of cache.closing.splice(0)) {
      writeClose(w, 'S', closing);
      due?.push('closing');
    }
  }
  if (way !== 'name') {
    writeParse(w, name, text, oids);
    due?.push('parsing');
  }
  if (way === 'look') {
    writeDescribe(w, 'S', name);
    due?.push('describing-parameters');
  }
  writeBind(w, PORTAL, name, values, binary ? 1 : 0);
  due?.push('binding');
}

/** The cache entry of the text, new or known; `undefined` where the text is not to be prepared. */
function find(
  { cache, now }: StatementWriter,
  { request, outdated }: PendingStatement,
  part: Part,
): Prepared | undefined {
  const { prepare, binary } = request;
  if (prepare === false || outdated !== undefined) return undefined;
  const key = keyOf(part, binary);
  const found = cache.get(key, now);
  if (found !== undefined) return found.isReusable || prepare === 'always' ? found : undefined;
  const reusable = isReusable(part.text);
  return reusable || prepare === 'always' ? cache.add(key, now, reusable) : undefined;
}

/**
 * How a statement is sent. It is prepared when its text comes for the second time: a text that runs once takes no place on
 * the server, and the types of its parameters are known by then.
 */
function wayOf(prepared: Prepared | undefined, { values, oids }: Part, prepare: Preparing): Way | undefined {
  if (prepared === undefined) return undefined;
  if (!prepared.seen) {
    prepared.seen = true;
    if (values.length > 0) return 'look';
    prepared.types = NONE;
    return 'plain';
  }
  if (prepared.types === undefined) return 'plain';
  if (prepare !== 'always' && !areReusable(values, prepared.types, oids)) return 'plain';
  if (prepared.told) return prepared.confirmed ? 'name' : 'plain';
  prepared.told = true;
  return 'parse';
}

/**
 * The key of a text in the cache. Results in text and in binary are described apart, and so are parameters of different
 * types. The usual key is the text itself, whose hash the engine keeps.
 */
function keyOf({ text, oids }: Part, binary: boolean): string {
  return oids.length === 0 && !binary ? text : `${oids.join()}${binary ? 'b' : ''}\0${text}`;
}

/** A command of this client, whose result is not used. */
function writeCommand(w: Writer, due: StatementState[], text: string): void {
  writeParse(w, UNNAMED, text, NONE);
  writeBind(w, PORTAL, UNNAMED, NONE, 0);
  writeExecute(w, PORTAL, 0);
  due.push('parsing', 'binding', 'preparing-session');
}
