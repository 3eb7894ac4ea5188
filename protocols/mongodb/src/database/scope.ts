// What the client, its databases and collections hand down to their calls, and how a call becomes an operation.
import { type CallLimit, limitOf } from '@fairlead/client';
import { usage } from '@fairlead/errors';
import type { Document } from 'bson';
import { writeConcernOf } from '../operations/concerns.ts';
import type { Executor, Operation } from '../operations/types.ts';
import { checkReadConcern, checkReadPreference, checkWriteConcern } from '../options/concerns.ts';
import type { CommandOptions, ConcernOptions } from '../types/calls.ts';
import type { ReadPreference, ReadPreferenceMode, WriteConcern } from '../types/options.ts';
import { checkConfirmed } from '../writes/outcome.ts';

/** An executor, and the concerns of a database or a collection where it has its own. */
export interface Scope extends ConcernOptions {
  readonly executor: Executor;
}

/** The scope of a database or collection that may have concerns of its own. */
export function scopeWith(scope: Scope, options: ConcernOptions | undefined): Scope {
  if (options === undefined) return scope;
  return {
    executor: scope.executor,
    readPreference: options.readPreference ?? scope.readPreference,
    readConcern: options.readConcern ?? scope.readConcern,
    writeConcern: options.writeConcern ?? scope.writeConcern,
  };
}

/** All concerns that a call may have, besides what every call has. */
export type CallChoices = CommandOptions & ConcernOptions;

/** What every call takes. `executor` and the concerns are read elsewhere. */
const EVERY = ' signal timeoutMs session ';
/** Of reads: what the call says, else the collection or the database; the client's own are the executor's part. */
export const READ = ' readPreference readConcern ';
/** Of writes. */
export const WRITE = ' writeConcern ';

/**
 * Writes a call's options into its command.
 * @param copied The options that are fields of the command, between spaces.
 * @param known The options that are read elsewhere, between spaces.
 * @throws FairleadError `usage` for an option of another name.
 */
export function addOptions(command: Document, options: object, copied: string, known: string): void {
  if (typeof options !== 'object' || options === null) throw usage('the options of a call are an object');
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    const word = ` ${name} `;
    if (copied.includes(word)) command[name] = value;
    else if (!known.includes(word) && !EVERY.includes(word)) throw usage(`unknown option ${name}`);
  }
}

/** Writes fields into a command, but for those that are `undefined`: BSON would make them null. */
export function addDefined(command: Document, fields: object): Document {
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) command[name] = value;
  return command;
}

/** The time and signal of a call. @throws FairleadError `usage` */
export function limitFor(scope: Scope, options: CommandOptions): CallLimit {
  return limitOf(options, scope.executor.settings.timeoutMs);
}

/** A read preference by its mode alone, or whole. @throws FairleadError `usage` */
export function readPreferenceOf(
  given: ReadPreference | ReadPreferenceMode | undefined,
): ReadPreference | undefined {
  return given && checkReadPreference(given);
}

/** A read: the concern goes into its command. It may be sent a second time. */
export function readOperation(
  scope: Scope,
  database: string,
  command: Document,
  options: CallChoices,
): Operation {
  const given = options.readConcern ?? scope.readConcern;
  const readConcern = given && checkReadConcern(given);
  if (readConcern !== undefined) command.readConcern = readConcern;
  return {
    database,
    command,
    kind: 'read',
    isRetryable: true,
    limit: limitFor(scope, options),
    session: options.session,
    readPreference: readPreferenceOf(options.readPreference ?? scope.readPreference),
  };
}

/** A write: the concern goes into its command. */
export function writeOperation(
  scope: Scope,
  database: string,
  command: Document,
  options: CallChoices,
  isRetryable: boolean,
): Operation {
  const writeConcern = writeConcernFor(scope, options);
  if (writeConcern !== undefined) command.writeConcern = writeConcern;
  return {
    database,
    command,
    kind: 'write',
    isRetryable,
    limit: limitFor(scope, options),
    session: options.session,
    isUnacknowledged: isUnacknowledged(scope, options),
  };
}

/** The write concern as the server names it: the call's, else the collection's or the database's, else `inherited`. */
export function writeConcernFor(
  scope: Scope,
  options: ConcernOptions,
  inherited?: WriteConcern,
): Document | undefined {
  const given = options.writeConcern ?? scope.writeConcern ?? inherited;
  return given && writeConcernOf(checkWriteConcern(given));
}

/** Whether no reply comes: `w: 0`, by whoever says it last. */
export function isUnacknowledged({ executor, writeConcern }: Scope, options: ConcernOptions): boolean {
  return (options.writeConcern ?? writeConcern ?? executor.settings.writeConcern)?.w === 0;
}

/** Sends a read, and gives its reply. @param copied As of `addOptions`. @throws FairleadError `usage` for other options. */
export async function runRead(
  scope: Scope,
  database: string,
  command: Document,
  options: CallChoices,
  copied = ' comment ',
  known = READ,
): Promise<Document> {
  addOptions(command, options, copied, known);
  return (await scope.executor.run(readOperation(scope, database, command, options))).reply;
}

/**
 * Sends a write that is no document's: of indexes, collections, databases.
 * @param copied As of `addOptions`.
 * @throws FairleadError `server`, also where it was done and not confirmed as the write concern asks; `usage` for other options.
 */
export async function runWrite(
  scope: Scope,
  database: string,
  command: Document,
  options: CallChoices,
  copied = ' comment ',
): Promise<void> {
  addOptions(command, options, copied, WRITE);
  const operation = writeOperation(scope, database, command, options, false);
  const { reply, link } = await scope.executor.run({ ...operation, isUnacknowledged: false });
  checkConfirmed(reply, link.peer);
}
