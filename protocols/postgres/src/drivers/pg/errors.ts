// The server's errors as the package `pg` has them: SQLSTATE and the other fields stand at the top of the error. Errors that the
// server did not send stay FairleadErrors.
import { isFairleadError, type ServerWords } from '@fairlead/errors';

/** An ErrorResponse of the server, as `pg`'s `DatabaseError`. */
export class DatabaseError extends Error {
  override readonly name: string = 'error';
  readonly severity: string | undefined;
  /** SQLSTATE. */
  readonly code: string | undefined;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
  readonly position: string | undefined;
  readonly internalPosition: string | undefined;
  readonly internalQuery: string | undefined;
  readonly where: string | undefined;
  readonly schema: string | undefined;
  readonly table: string | undefined;
  readonly column: string | undefined;
  readonly dataType: string | undefined;
  readonly constraint: string | undefined;
  readonly file: string | undefined;
  readonly line: string | undefined;
  readonly routine: string | undefined;

  constructor({ code, message, fields = {} }: ServerWords, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.severity = fields.severity;
    this.detail = fields.detail;
    this.hint = fields.hint;
    this.position = fields.position;
    this.internalPosition = fields.internalPosition;
    this.internalQuery = fields.internalQuery;
    this.where = fields.where;
    this.schema = fields.schema;
    this.table = fields.table;
    this.column = fields.column;
    this.dataType = fields.dataType;
    this.constraint = fields.constraint;
    this.file = fields.file;
    this.line = fields.line;
    this.routine = fields.routine;
  }
}

/** The error for a caller of this facade: a `DatabaseError` for what the server said, its `cause` the FairleadError. */
export function asPgError(error: unknown): Error {
  if (isFairleadError(error) && error.server !== undefined) {
    return new DatabaseError(error.server, { cause: error });
  }
  return error instanceof Error ? error : new Error(String(error));
}
