// Runs the statements of a request and writes down what they answer. A statement's rows go from the server's bytes to
// JSON's.
import type { RequestLimit } from '@fairlead/http';
import { JsonRowWriter } from '../../json/row-writer.ts';
import type { Client, Queryable, Summary } from '../../types.ts';
import type { Field } from '../../wire/messages.ts';
import { neonCellWriter, rawCellWriter } from './cells.ts';
import type { ResultDocument } from './document.ts';
import type { NeonCall, NeonStatement } from './request.ts';

/** Command tags that count rows; of all others Neon says `null`. */
const COUNTING = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'MERGE', 'FETCH', 'MOVE'];

/** Ends a transaction whose results are wanted and whose effects are not. */
const ROLL_BACK = Symbol('roll back');

/** Runs one statement, and adds its result to the document. */
export async function runStatement(
  db: Queryable,
  { query, parameters, arrayMode, rawText }: NeonStatement,
  document: ResultDocument,
  readOnly: boolean,
  time: RequestLimit,
): Promise<void> {
  const rowMode = arrayMode ? 'array' : 'object';
  const writer = new JsonRowWriter({ rowMode, separator: ',' }, rawText ? rawCellWriter : neonCellWriter);
  // The connection is for this one request: to prepare it would be for nothing.
  const stream = db.streamWith(query, parameters, writer, { readOnly, prepare: false, ...time });
  document.text(`{"fields":${JSON.stringify((await stream.fields).map(describe))},"rows":[`);
  let count = 0;
  for await (const rows of stream.batches()) {
    // Behind each row stands a comma, behind the last of a batch one too many.
    if (count > 0) document.text(',');
    document.rows(rows.subarray(0, -1), writer.taken - count);
    count = writer.taken;
  }
  document.text(`],${summarize(stream.summary)},"rowAsArray":${arrayMode}}`);
}

/**
 * Runs the statements in one transaction, one after the other, and adds `{"results": [...]}`.
 * @param readOnly For a token that may only read: the transaction is rolled back, because some effects, such as those
 *   of NOTIFY, a READ ONLY one has nevertheless.
 */
export async function runInTransaction(
  db: Client,
  { statements, transaction }: NeonCall,
  readOnly: boolean,
  document: ResultDocument,
  time: RequestLimit,
): Promise<void> {
  const options = { ...transaction, ...(readOnly ? { readOnly } : {}), ...time };
  document.text('{"results":[');
  const work = async (tx: Queryable): Promise<void> => {
    for (const [index, statement] of statements.entries()) {
      if (index > 0) document.text(',');
      await runStatement(tx, statement, document, false, time);
    }
    if (readOnly) throw ROLL_BACK;
  };
  await db.begin(work, options).catch((error: unknown) => {
    if (error !== ROLL_BACK) throw error;
  });
  document.text(']}');
}

function describe(field: Field): Record<string, string | number> {
  return {
    name: field.name,
    dataTypeID: field.typeOid,
    tableID: field.tableOid,
    columnID: field.columnNumber,
    dataTypeSize: field.typeSize,
    dataTypeModifier: field.typeModifier,
    format: 'text',
  };
}

/** The tag's first word: `CREATE` for `CREATE TABLE`. */
function summarize({ command, rowCount }: Summary = { command: '', rowCount: 0 }): string {
  const [word = ''] = command.split(' ');
  return `"command":${JSON.stringify(word)},"rowCount":${COUNTING.includes(command) ? rowCount : null}`;
}
