// Errors as clients of Postgres read them: the database's own with all their fields, others by SQLSTATE and without an address.
import { isFairleadError } from '@fairlead/errors';
import type { BackendMessage } from '@fairlead/postgres/wire';

/** `FATAL` ends the connection. */
export type Severity = 'ERROR' | 'FATAL';

/** What this server itself refuses. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly sqlState: string;
  readonly hint: string | undefined;

  constructor(sqlState: string, message: string, hint?: string) {
    super(message);
    this.sqlState = sqlState;
    this.hint = hint;
  }
}

/** The database's fields by the names that `@fairlead/postgres` gives them, and their letters in the protocol. */
const LETTERS: Readonly<Record<string, string>> = {
  detail: 'D',
  hint: 'H',
  position: 'P',
  where: 'W',
  schema: 's',
  table: 't',
  column: 'c',
  dataType: 'd',
  constraint: 'n',
};

/** The SQLSTATE of failures that no database has told. Others are 08006, a connection's failure. */
const SQL_STATES: Readonly<Record<string, string>> = {
  timeout: '57014',
  aborted: '57014',
  limit: '54000',
  usage: '0A000',
  protocol: '08P01',
};

/** Codes whose messages name no address: they are about the client's own request. */
const OWN_WORDS = ['limit', 'usage', 'protocol', 'timeout'];

function fieldsOf(error: unknown): [letter: string, text: string | undefined][] {
  if (error instanceof Refusal) {
    return [
      ['C', error.sqlState],
      ['M', error.message],
      ['H', error.hint],
    ];
  }
  if (!isFairleadError(error)) {
    return [
      ['C', 'XX000'],
      ['M', 'The server failed.'],
    ];
  }
  const { code, server } = error;
  if (code === 'server' && server !== undefined) {
    const more = Object.entries(LETTERS).map(([name, letter]): [string, string | undefined] => [
      letter,
      server.fields?.[name],
    ]);
    return [['C', server.code], ['M', server.message], ...more];
  }
  const message = OWN_WORDS.includes(code) ? error.message : `The database cannot be asked (${code}).`;
  return [
    ['C', SQL_STATES[code] ?? '08006'],
    ['M', message],
  ];
}

/** The SQLSTATE, for the audit. */
export function sqlStateOf(error: unknown): string {
  return fieldsOf(error)[0]?.[1] ?? 'XX000';
}

/** The message that tells a client of an error. */
export function errorResponse(error: unknown, severity: Severity): BackendMessage {
  const fields = new Map<string, string>([
    ['S', severity],
    ['V', severity],
  ]);
  for (const [letter, text] of fieldsOf(error))
    if (text !== undefined) fields.set(letter, text.replaceAll('\0', ''));
  return { kind: 'error-response', fields };
}
