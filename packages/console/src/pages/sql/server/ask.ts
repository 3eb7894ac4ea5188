// Asks a server: short questions as one document, a person's statements as lines while they run.
import { mysqlQuery, pgQuery } from '@fairlead/sdk';
import type { Caller } from '../../../session/calls/caller.ts';
import { readLines } from '../../../ui/grid/rows/read-lines.ts';
import { RowStore } from '../../../ui/grid/rows/row-store.ts';
import type { Dialect } from './dialect.ts';

/** A row: its cells in the order of the columns. */
export type Row = readonly unknown[];
/** What a parameter can be sent as. */
export type ParameterValue = string | number | boolean | null;

/** A statement to run. */
export interface Request {
  readonly sql: string;
  readonly params?: readonly ParameterValue[];
  /** Whether the gateway keeps it from writing. Default true. */
  readonly readOnly?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Asks a short question. @throws FairleadProblem; the signal's reason. */
export async function ask(
  caller: Caller,
  dialect: Dialect,
  { signal, ...request }: Request,
): Promise<readonly Row[]> {
  const input = { body: bodyOf(request), signal };
  const { rows } =
    dialect === 'postgres'
      ? await caller.run('pgQuery', pgQuery, input)
      : await caller.run('mysqlQuery', mysqlQuery, input);
  return rows as readonly Row[];
}

/**
 * Begins a statement whose result comes as lines.
 * @returns The gateway's answer, whose body is to be read; the signal ends the statement on the server.
 * @throws FairleadProblem; the signal's reason.
 */
export function askLines(
  caller: Caller,
  dialect: Dialect,
  { signal, ...request }: Request,
): Promise<Response> {
  const isPostgres = dialect === 'postgres';
  return caller.answer(
    isPostgres ? 'pgQueryLines' : 'mysqlQueryLines',
    { method: 'POST', path: isPostgres ? '/pg/query' : '/mysql/query' },
    // Without this, the server would go on with what has no first row yet.
    { body: bodyOf(request), signal, headers: { 'Fairlead-Begin': 'at-once' } },
    'application/x-ndjson',
  );
}

/**
 * Asks for one cell, however long that takes: the first one of the result.
 * @returns Its value; undefined where there are no rows.
 * @throws As `askLines`.
 */
export async function askCell(caller: Caller, dialect: Dialect, request: Request): Promise<unknown> {
  const store = new RowStore();
  const response = await askLines(caller, dialect, request);
  await readLines(response, { storeFor: () => store });
  const [cell] = store.row(0);
  return cell === undefined ? undefined : JSON.parse(cell);
}

function bodyOf({ sql, params = [], readOnly = true }: Request) {
  return {
    sql,
    rowMode: 'array' as const,
    ...(params.length === 0 ? {} : { params: [...params] }),
    ...(readOnly ? { readOnly } : {}),
  };
}

/** A cell as a text; '' for NULL. */
export function textOf(cell: unknown): string {
  return cell === null || cell === undefined ? '' : String(cell);
}

/** A cell as a number: large ones come as texts. undefined for NULL. */
export function countOf(cell: unknown): number | undefined {
  return cell === null || cell === undefined || cell === '' ? undefined : Number(cell);
}
