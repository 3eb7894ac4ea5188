// What the replies of writes add up to, and the error of those that were refused.
import { errorWith, type Peer } from '@fairlead/errors';
import type { Document } from 'bson';
import { concernError, numberOf, serverError, textOf } from '../errors.ts';
import { concernErrorOf } from '../operations/reply-error.ts';
import type { BulkWriteResult, WriteConcernError, WriteError, WriteFailure } from '../types/results.ts';
import type { WriteCommand } from './statements.ts';

/** The failures of errors that writes threw. */
const failures = /* @__PURE__ */ new WeakMap<object, WriteFailure>();

/**
 * What is known of a failed write: what was written all the same, and each operation's error. Undefined for errors of other calls.
 * @example
 * ```ts
 * import { connect, writeFailureOf } from '@fairlead/mongodb';
 *
 * await using client = await connect('mongodb://localhost/shop?tls=false');
 * try {
 *   await client.db().collection<{ _id: number }>('orders').insertMany([{ _id: 1 }, { _id: 1 }], { ordered: false });
 * } catch (error) {
 *   console.log(writeFailureOf(error)?.result.insertedCount, writeFailureOf(error)?.writeErrors);
 * }
 * ```
 */
export function writeFailureOf(error: unknown): WriteFailure | undefined {
  return error instanceof Error ? failures.get(error) : undefined;
}

/** Notes what was written before `error`. */
export function noteFailure(error: Error, { result, writeErrors, writeConcernErrors }: BulkOutcome): void {
  failures.set(error, { result, writeErrors, writeConcernErrors });
}

/** The statements of one command that was answered: their indexes among all, and the `_id`s of documents. */
export interface SentBatch {
  readonly command: WriteCommand;
  readonly indexes: readonly number[];
  readonly ids: readonly unknown[];
}

/** The sum of a bulk write's replies. */
export class BulkOutcome {
  readonly result: { -readonly [K in keyof BulkWriteResult]: BulkWriteResult[K] };
  readonly writeErrors: WriteError[] = [];
  readonly writeConcernErrors: WriteConcernError[] = [];
  #peer: Peer | undefined;
  #first: Document | undefined;

  constructor(acknowledged: boolean) {
    this.result = {
      acknowledged,
      insertedCount: 0,
      matchedCount: 0,
      modifiedCount: 0,
      deletedCount: 0,
      upsertedCount: 0,
      insertedIds: {},
      upsertedIds: {},
    };
  }

  /** Adds the reply of one command. */
  add(batch: SentBatch, reply: Document, peer: Peer): void {
    this.#peer = peer;
    const errors = listOf(reply.writeErrors);
    for (const error of errors) this.writeErrors.push(writeError(error, batch.indexes));
    const concern = concernErrorOf(reply);
    if (concern !== undefined) this.writeConcernErrors.push(writeConcernError(concern));
    // The labels of a write concern's error stand beside it.
    this.#first ??= errors[0] ?? (concern && { ...concern, errorLabels: reply.errorLabels });
    if (!this.result.acknowledged) return;
    const n = numberOf(reply.n);
    if (batch.command === 'insert') this.#addInserts(batch, n, errors);
    else if (batch.command === 'delete') this.result.deletedCount += n;
    else this.#addUpdates(batch, n, reply);
  }

  #addInserts({ ids, indexes }: SentBatch, n: number, errors: readonly Document[]): void {
    this.result.insertedCount += n;
    const inserted = this.result.insertedIds as Record<number, unknown>;
    if (errors.length === 0) {
      for (const [at, id] of ids.entries()) inserted[indexes[at] ?? at] = id;
      return;
    }
    // In order, those behind the first error were not tried: then there are fewer than the errors alone would leave.
    const refused = new Set(errors.map(({ index }) => numberOf(index)));
    let left = n;
    for (const [at, id] of ids.entries()) {
      if (refused.has(at) || left-- <= 0) continue;
      inserted[indexes[at] ?? at] = id;
    }
  }

  #addUpdates({ indexes }: SentBatch, n: number, reply: Document): void {
    const upserted = listOf(reply.upserted);
    this.result.matchedCount += Math.max(0, n - upserted.length);
    this.result.modifiedCount += numberOf(reply.nModified);
    this.result.upsertedCount += upserted.length;
    const ids = this.result.upsertedIds as Record<number, unknown>;
    for (const { index, _id } of upserted) ids[indexes[numberOf(index)] ?? numberOf(index)] = _id;
  }

  /** @throws FairleadError `server`, with the first of the errors; `writeFailureOf` has all of them. */
  check(): void {
    if (this.#first === undefined) return;
    const { code, codeName, errmsg, errorLabels } = this.#first;
    const error = serverError({ code, codeName, errmsg, errorLabels }, this.#peer);
    const { server } = error;
    const { insertedIds, upsertedIds, acknowledged, ...counts } = this.result;
    const fields: Record<string, string> = { ...server?.fields };
    for (const [name, count] of Object.entries(counts)) fields[name] = String(count);
    if (this.writeErrors[0] !== undefined) fields.index = String(this.writeErrors[0].index);
    // Something may have been written, whatever the code says of a command that fails whole.
    const words = server && { ...server, fields };
    const failure = errorWith(error, { code: 'server', safeToRetry: false, server: words });
    noteFailure(failure, this);
    throw failure;
  }
}

/** @throws FairleadError `server`: the command was done, and not confirmed as its write concern asks. */
export function checkConfirmed(reply: Document, peer: Peer): void {
  const concern = concernErrorOf(reply);
  if (concern !== undefined) throw concernError(concern, peer, reply.errorLabels);
}

/** A list of documents; what is none, no server sends. */
function listOf(value: unknown): readonly Document[] {
  if (!Array.isArray(value)) return [];
  return value.filter((entry) => typeof entry === 'object' && entry !== null);
}

function writeError({ index, code, errmsg, errInfo }: Document, indexes: readonly number[]): WriteError {
  const at = numberOf(index);
  return { index: indexes[at] ?? at, code: numberOf(code), message: textOf(errmsg), info: errInfo };
}

function writeConcernError({ code, codeName, errmsg, errInfo }: Document): WriteConcernError {
  return { code: numberOf(code), codeName: textOf(codeName), message: textOf(errmsg), info: errInfo };
}
