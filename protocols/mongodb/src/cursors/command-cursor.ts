// The cursors of `aggregate`, `listCollections` and `listIndexes`: a command that is made when the first document is asked for.
import type { CallLimit } from '@fairlead/client';
import type { Scope } from '../database/scope.ts';
import type { Operation } from '../operations/types.ts';
import { Cursor, type CursorOptions } from './cursor.ts';

/** The documents of a command's cursor. */
export class CommandCursor<T> extends Cursor<T> {
  protected readonly options: CursorOptions;
  readonly #operation: () => Operation;

  /** @param operation Makes the command; its limit is replaced by the call's. */
  constructor(scope: Scope, options: CursorOptions, operation: () => Operation) {
    super(scope);
    this.options = options;
    this.#operation = operation;
  }

  protected start(limit: CallLimit): Operation {
    return { ...this.#operation(), limit };
  }
}
