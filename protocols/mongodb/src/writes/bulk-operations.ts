// The operations of bulkWrite: checks each before anything is sent, and makes its statement. Pure.
import { usage } from '@fairlead/errors';
import type { Document } from 'bson';
import { documentOf } from '../database/arguments.ts';
import {
  checkReplacement,
  checkUpdate,
  deleteStatement,
  insertStatement,
  type Statement,
  updateStatement,
} from './statements.ts';

/** By the operation's name: its statement. */
const MAKE: Readonly<Record<string, (model: Document, maxBytes: number) => Statement>> = {
  insertOne: ({ document }, maxBytes) => insertStatement(document, maxBytes),
  updateOne: (model) => updateStatement(model.filter, model.update, false, model),
  updateMany: (model) => updateStatement(model.filter, model.update, true, model),
  replaceOne: (model) => updateStatement(model.filter, model.replacement, false, model),
  deleteOne: (model) => deleteStatement(model.filter, false, model),
  deleteMany: (model) => deleteStatement(model.filter, true, model),
};

/** @throws FairleadError `usage`, with the operation's index. */
export function checkBulk(operation: object, index: number): void {
  const [name, model] = Object.entries(documentOf(operation, 'the operation'))[0] ?? [''];
  if (!Object.hasOwn(MAKE, name)) throw usage(`operation ${index} is none that bulkWrite knows`);
  documentOf(model, name);
  if (name === 'insertOne') documentOf(model.document, 'the document to insert');
  else documentOf(model.filter, 'the filter');
  if (name.startsWith('update')) checkUpdate(model.update);
  if (name === 'replaceOne') checkReplacement(model.replacement);
}

/** The statement of an operation. It is checked again: it may have been changed while others were sent. */
export function statementOf(operations: readonly object[], index: number, maxBytes: number): Statement {
  const operation = operations[index] ?? {};
  checkBulk(operation, index);
  const [name, model] = Object.entries(operation)[0] ?? [''];
  const make = MAKE[name];
  if (make === undefined) throw usage('the operations were changed while they were sent');
  return make(model, maxBytes);
}
