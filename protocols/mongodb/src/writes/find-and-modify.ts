// One document that is changed and given at once.
import type { Document } from 'bson';
import { documentOf, sortOf } from '../database/arguments.ts';
import { addOptions, WRITE, writeOperation } from '../database/scope.ts';
import type { FindOneAndUpdateOptions } from '../types/calls.ts';
import type { WriteTarget } from './bulk.ts';
import { checkConfirmed } from './outcome.ts';

const COPIED = ' upsert collation arrayFilters hint comment let bypassDocumentValidation ';
const KNOWN = `${WRITE}projection sort returnDocument `;

/** @param change Makes `update` or `remove`; what it throws rejects. */
export async function findAndModify<R>(
  { scope, database, collection }: WriteTarget,
  filter: object,
  change: () => Document,
  options: FindOneAndUpdateOptions,
): Promise<R | null> {
  const command: Document = {
    findAndModify: collection,
    query: documentOf(filter, 'the filter'),
    ...change(),
  };
  const { sort, projection, returnDocument } = options;
  if (sort !== undefined) command.sort = sortOf(sort);
  if (projection !== undefined) command.fields = projection;
  if (returnDocument === 'after') command.new = true;
  addOptions(command, options, COPIED, KNOWN);
  const { reply, link } = await scope.executor.run(writeOperation(scope, database, command, options, true));
  checkConfirmed(reply, link.peer);
  return reply.value ?? null;
}
