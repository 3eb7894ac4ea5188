// What becomes of a command: which of the engine's functions answers it, with which connection.
import { type Document, deserialize, serialize } from 'bson';
import type { PoolClient } from 'pg';
import { CALLS, type Engine, FIRST_PAGES, SERVER_CALLS } from './engine.ts';
import { CommandError, codeOf } from './errors.ts';
import { documentOf, elementsOf } from './raw-bson.ts';
import type { Sessions } from './sessions.ts';

/** Fields of sessions, of the Stable API and of limits, which the engine does not know. */
const STRIPPED = new Set([
  '$db',
  '$clusterTime',
  '$readPreference',
  'lsid',
  'txnNumber',
  'autocommit',
  'startTransaction',
  'stmtId',
  'apiVersion',
  'apiStrict',
  'apiDeprecationErrors',
  'maxTimeMS',
  'readConcern',
  'writeConcern',
  'comment',
]);
/** What may be large, and needs not be looked into. */
const PAYLOADS = new Set(['documents', 'updates', 'deletes']);
const WRITES = new Set(['insert', 'update', 'delete', 'findAndModify']);

/** A command. */
export interface Command {
  readonly name: string;
  readonly database: string;
  /** All but the documents to write. */
  readonly head: Document;
  /** What the engine is given. */
  readonly spec: Uint8Array;
}

/** Reads a command. */
export function commandOf(document: Uint8Array): Command {
  const elements = elementsOf(document);
  const only = (takes: (name: string) => boolean) =>
    documentOf(elements.filter(({ name }) => takes(name)).map(({ bytes }) => bytes));
  const head = deserialize(
    only((name) => !PAYLOADS.has(name)),
    { promoteLongs: false },
  );
  const name = elements[0]?.name ?? '';
  return {
    name: name === 'findandmodify' ? 'findAndModify' : name,
    database: String(head.$db ?? 'admin'),
    head,
    spec: only((each) => !STRIPPED.has(each)),
  };
}

/** Runs commands on the engine. */
export class Commands {
  readonly #engine: Engine;
  readonly #sessions: Sessions;

  constructor(engine: Engine, sessions: Sessions) {
    this.#engine = engine;
    this.#sessions = sessions;
  }

  /** @returns The reply. @throws CommandError, or what the engine throws. */
  async run(command: Command): Promise<Uint8Array> {
    const { head, name } = command;
    if (name === 'commitTransaction' || name === 'abortTransaction') {
      await this.#sessions.end(head, name === 'commitTransaction' ? 'COMMIT' : 'ROLLBACK');
      return serialize({ ok: 1 });
    }
    const past = this.#sessions.pastReply(head);
    if (past) return past;
    const client = await this.#sessions.clientOf(head);
    try {
      const reply = await this.#answer(command, client);
      if (WRITES.has(name)) this.#sessions.keepReply(head, reply);
      if (client && reply.includes(0) && Buffer.from(reply).includes('writeErrors'))
        await this.#sessions.end(head, 'ROLLBACK');
      return reply;
    } catch (error) {
      // What failed has ended its transaction, here as in mongod.
      if (client) await this.#sessions.end(head, 'ROLLBACK').catch(() => undefined);
      throw error;
    }
  }

  async #answer(command: Command, client: PoolClient | undefined): Promise<Uint8Array> {
    const { name, database, spec, head } = command;
    if (name in CALLS) return mapped(await this.#engine.call(name, database, spec, client));
    if (name in SERVER_CALLS) return this.#engine.serverCall(name, spec, client);
    if (name in FIRST_PAGES) return this.#firstPage(command, client);
    switch (name) {
      case 'getMore':
        return this.#nextPage(command);
      case 'killCursors':
        return this.#killCursors(head);
      case 'endSessions':
      case 'killSessions':
        await this.#sessions.endSessions(head[name]);
        return serialize({ ok: 1 });
      case 'drop':
        await this.#engine.run(
          'SELECT documentdb_api.drop_collection($1, $2)',
          [database, head.drop],
          client,
        );
        return serialize({ ns: `${database}.${head.drop}`, ok: 1 });
      case 'dropDatabase':
        await this.#engine.run('SELECT documentdb_api.drop_database($1)', [database]);
        return serialize({ dropped: database, ok: 1 });
      case 'dropIndexes':
        await this.#engine.run('CALL documentdb_api.drop_indexes($1, $2::bytea::documentdb_core.bson)', [
          database,
          spec,
        ]);
        return serialize({ ok: 1 });
      default:
        throw new CommandError(59, 'CommandNotFound', `no such command: '${name}'`);
    }
  }

  async #firstPage(
    { name, database, spec }: Command,
    transaction: PoolClient | undefined,
  ): Promise<Uint8Array> {
    const client = transaction ?? (await this.#engine.reserve());
    let isKept = false;
    try {
      const { page, continuation, isBound, id } = await this.#engine.firstPage(name, database, spec, client);
      if (continuation) {
        isKept = isBound && transaction === undefined;
        const kept = isBound || transaction ? client : undefined;
        this.#sessions.cursors.set(id, { continuation, client: kept, isOwn: isKept });
      }
      return page;
    } finally {
      if (!isKept && !transaction) client.release();
    }
  }

  async #nextPage({ database, spec, head }: Command): Promise<Uint8Array> {
    const id = String(head.getMore);
    const cursor = this.#sessions.cursors.get(id);
    if (!cursor) throw new CommandError(43, 'CursorNotFound', `cursor id ${id} not found`);
    const next = await this.#engine.nextPage(database, spec, cursor.continuation, cursor.client);
    if (next.continuation) this.#sessions.cursors.set(id, { ...cursor, continuation: next.continuation });
    else this.#forget(id);
    return next.page;
  }

  async #killCursors({ cursors }: Document): Promise<Uint8Array> {
    const ids: Document[] = cursors;
    const known = ids.filter((id) => this.#sessions.cursors.has(String(id)));
    for (const id of known) this.#forget(String(id));
    const text = 'SELECT documentdb_api_internal.delete_cursors($1::bigint[])';
    await this.#engine.run(text, [known.map(String)]);
    return serialize({
      cursorsKilled: known,
      cursorsNotFound: ids.filter((id) => !known.includes(id)),
      cursorsAlive: [],
      cursorsUnknown: [],
      ok: 1,
    });
  }

  #forget(id: string): void {
    const cursor = this.#sessions.cursors.get(id);
    this.#sessions.cursors.delete(id);
    if (cursor?.isOwn) cursor.client?.release();
  }
}

/** The result of a write, with MongoDB's codes. */
function mapped(reply: Uint8Array): Uint8Array {
  if (!Buffer.from(reply.buffer, reply.byteOffset, reply.length).includes('writeErrors')) return reply;
  const document = deserialize(reply, { promoteValues: false });
  if (!Array.isArray(document.writeErrors)) return reply;
  const writeErrors = document.writeErrors.map((error) => ({ ...error, code: codeOf(Number(error.code)) }));
  return serialize({ ...document, writeErrors });
}
