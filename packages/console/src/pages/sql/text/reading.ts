// Whether a statement reads, as far as its first word tells. The gateway and the server are what keep a reader from writing.

import { FairleadProblem } from '@fairlead/sdk';
import { firstWord } from '@fairlead/sql-client/text';
import { type Dialect, scannerOf } from '../server/dialect.ts';

const READING = ['SELECT', 'WITH', 'VALUES', 'TABLE', 'SHOW', 'EXPLAIN', 'DESCRIBE', 'DESC'];
/** What a plan can be asked for. */
const EXPLAINABLE = ['SELECT', 'WITH', 'VALUES', 'TABLE', 'INSERT', 'UPDATE', 'DELETE', 'MERGE', 'REPLACE'];
/** read_only_sql_transaction of SQL's standard; MySQL's ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION has it, too. */
const READ_ONLY_TRANSACTION = '25006';

/** Whether it begins as statements do that read. `with` may still have a DELETE in it, a `select` a function that writes. */
export function beginsAsReading(sql: string, dialect: Dialect): boolean {
  return READING.includes(firstWord(scannerOf(sql, dialect)));
}

/** Whether a statement of its kind has a plan. */
export function isExplainable(sql: string, dialect: Dialect): boolean {
  return EXPLAINABLE.includes(firstWord(scannerOf(sql, dialect)));
}

/** Whether a statement was refused because it would write, and may run as one that does. */
export function wasRefusedAsWrite(error: unknown): boolean {
  if (!(error instanceof FairleadProblem)) return false;
  return error.code === 'policy' || error.server?.code === READ_ONLY_TRANSACTION;
}
