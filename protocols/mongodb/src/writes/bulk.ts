// Sends many writes: as few commands as the server's limits allow, in order or not, with the errors of all of them.
import type { CallLimit } from '@fairlead/client';
import { isFairleadError } from '@fairlead/errors';
import type { Document } from 'bson';
import type { DocumentSequence } from '../connection/types.ts';
import { addOptions, isUnacknowledged, type Scope, WRITE, writeOperation } from '../database/scope.ts';
import { afterOthers } from '../errors.ts';
import type { BulkWriteOptions } from '../types/calls.ts';
import { encodeDocument } from '../wire/bson/encode.ts';
import { BulkOutcome, noteFailure } from './outcome.ts';
import type { Statement, WriteCommand } from './statements.ts';

const SEQUENCES = { insert: 'documents', update: 'updates', delete: 'deletes' } as const satisfies Record<
  WriteCommand,
  DocumentSequence['name']
>;
/** The options that are fields of each command. */
const COPIED: Readonly<Record<WriteCommand, string>> = {
  insert: ' bypassDocumentValidation comment ',
  update: ' bypassDocumentValidation comment let ',
  delete: ' comment let ',
};
/** What `insertMany` and `bulkWrite` take besides. */
const BULK = `${WRITE}ordered bypassDocumentValidation let `;
/** Of every server since 3.6; for a write alone, the server's own word is not asked for. */
export const MAX_DOCUMENT_BYTES = 16_777_216;
/** The least that the server allows for a command around its documents. */
const MAX_OVERHEAD_BYTES = 16_384;
/** More is sent in several commands, although the server takes 48 MB: a message stands in memory twice. */
const MAX_BATCH_BYTES = 16_777_216;

/** Where writes go. */
export interface WriteTarget {
  readonly scope: Scope;
  readonly database: string;
  readonly collection: string;
}

/** The statements of one command, as they gather. */
interface Batch {
  readonly command: WriteCommand;
  readonly documents: Uint8Array[];
  /** The operation's index of each. */
  readonly indexes: number[];
  readonly ids: unknown[];
  bytes: number;
  isMulti: boolean;
}

/** What is sent, and how. */
export interface BulkWrite {
  readonly count: number;
  /** Called once for each index, in order, when its batch is being made. */
  readonly statement: (index: number, maxBytes: number) => Statement;
  readonly options: BulkWriteOptions;
  readonly limit: CallLimit;
}

/** @throws FairleadError `server` for refused writes; `writeFailureOf` has what was written. */
export async function runBulk(target: WriteTarget, bulk: BulkWrite): Promise<BulkOutcome> {
  const outcome = new BulkOutcome(!isUnacknowledged(target.scope, bulk.options));
  const run = new BulkRun(target, bulk, outcome);
  try {
    await run.run();
  } catch (thrown) {
    const error = run.hasSent ? afterOthers(thrown) : thrown;
    if (isFairleadError(error)) noteFailure(error, outcome);
    throw error;
  }
  outcome.check();
  return outcome;
}

/** One bulk write under way. */
class BulkRun {
  readonly #target: WriteTarget;
  readonly #bulk: BulkWrite;
  readonly #outcome: BulkOutcome;
  readonly #isOrdered: boolean;
  readonly #open = new Map<WriteCommand, Batch>();
  /** Whether a command was done. */
  hasSent = false;
  #maxStatements = 100_000;
  #maxDocumentBytes = MAX_DOCUMENT_BYTES;
  #maxBytes = MAX_BATCH_BYTES;

  constructor(target: WriteTarget, bulk: BulkWrite, outcome: BulkOutcome) {
    this.#target = target;
    this.#bulk = bulk;
    this.#outcome = outcome;
    this.#isOrdered = bulk.options.ordered ?? true;
  }

  async run(): Promise<void> {
    const { count, statement } = this.#bulk;
    if (count > 1) await this.#readLimits();
    for (let index = 0; index < count; index++) {
      const next = statement(index, this.#maxDocumentBytes);
      let batch = this.#open.get(next.command);
      if (batch === undefined && this.#isOrdered) await this.#flush(false);
      if (batch !== undefined && this.#isFull(batch, next.bytes.length)) {
        this.#open.delete(next.command);
        await this.#send(batch, false);
        batch = undefined;
      }
      if (this.#isStopped) return;
      if (batch === undefined) {
        batch = newBatch(next.command);
        this.#open.set(next.command, batch);
      }
      add(batch, next, index);
    }
    await this.#flush(true);
  }

  get #isStopped(): boolean {
    return this.#isOrdered && this.#outcome.writeErrors.length > 0;
  }

  async #readLimits(): Promise<void> {
    const { scope } = this.#target;
    // Where there is none, the first command tries once more, and says what is wrong.
    const link = await scope.executor.topology.select('writable', this.#bulk.limit).catch(() => undefined);
    if (link === undefined) return;
    const { server } = link;
    this.#maxStatements = server.maxWriteBatchSize;
    this.#maxDocumentBytes = server.maxBsonObjectSize;
    const overhead =
      MAX_OVERHEAD_BYTES +
      encodeDocument(commandOf(this.#target, 'update', true, this.#bulk.options, BULK)).length;
    this.#maxBytes = Math.min(MAX_BATCH_BYTES, server.maxMessageSizeBytes - overhead);
  }

  #isFull({ documents, bytes }: Batch, more: number): boolean {
    return documents.length >= this.#maxStatements || bytes + more > this.#maxBytes;
  }

  async #flush(isLast: boolean): Promise<void> {
    for (const batch of this.#open.values()) {
      if (this.#isStopped) break;
      await this.#send(batch, isLast);
    }
    this.#open.clear();
  }

  async #send(batch: Batch, isLast: boolean): Promise<void> {
    const { scope, database } = this.#target;
    const { options, limit } = this.#bulk;
    const command = commandOf(this.#target, batch.command, this.#isOrdered, options, BULK);
    const operation = writeOperation(scope, database, command, options, !batch.isMulti);
    const { reply, link } = await scope.executor.run({
      ...operation,
      limit,
      sequence: sequenceOf(batch),
      // In order, the next command depends on this one's reply.
      isUnacknowledged: operation.isUnacknowledged === true && (isLast || !this.#isOrdered),
    });
    this.hasSent = true;
    this.#outcome.add(batch, reply, link.peer);
  }
}

/** One statement as one command. @param known The call's options that the statement holds already, between spaces. */
export async function runOne(
  target: WriteTarget,
  statement: Statement,
  options: BulkWriteOptions,
  known: string,
): Promise<BulkOutcome> {
  const outcome = new BulkOutcome(!isUnacknowledged(target.scope, options));
  const batch = newBatch(statement.command);
  add(batch, statement, 0);
  const command = commandOf(target, statement.command, true, options, known);
  const { scope, database } = target;
  const operation = writeOperation(scope, database, command, options, !statement.isMulti);
  const { reply, link } = await scope.executor.run({ ...operation, sequence: sequenceOf(batch) });
  outcome.add(batch, reply, link.peer);
  outcome.check();
  return outcome;
}

function newBatch(command: WriteCommand): Batch {
  return { command, documents: [], indexes: [], ids: [], bytes: 0, isMulti: false };
}

function add(batch: Batch, { bytes, id, isMulti }: Statement, index: number): void {
  batch.documents.push(bytes);
  batch.indexes.push(index);
  if (batch.command === 'insert') batch.ids.push(id);
  batch.bytes += bytes.length;
  batch.isMulti ||= isMulti;
}

function sequenceOf({ command, documents }: Batch): DocumentSequence {
  return { name: SEQUENCES[command], documents };
}

/** The command without its statements. */
function commandOf(
  { collection }: WriteTarget,
  name: WriteCommand,
  ordered: boolean,
  options: BulkWriteOptions,
  known: string,
): Document {
  const command: Document = { [name]: collection, ordered };
  addOptions(command, options, COPIED[name], known);
  return command;
}
