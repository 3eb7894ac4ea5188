// Commands about the whole deployment.
import type { CommandOptions } from '../types/calls.ts';
import type { ListDatabasesOptions, ListDatabasesResult } from '../types/schema.ts';
import { runRead, type Scope } from './scope.ts';

const NONE = {};

/** Commands about the whole deployment: `client.db().admin()`. Others: `client.db('admin').command(...)`. */
export class Admin {
  readonly #scope: Scope;

  constructor(scope: Scope) {
    // Without a database's concerns.
    this.#scope = { executor: scope.executor };
  }

  /** The databases that the user may see. */
  async listDatabases(options: ListDatabasesOptions = NONE): Promise<ListDatabasesResult> {
    const copied = ' comment filter nameOnly authorizedDatabases ';
    return (await runRead(
      this.#scope,
      'admin',
      { listDatabases: 1 },
      options,
      copied,
      '',
    )) as ListDatabasesResult;
  }

  /** Asks the server for a sign of life. */
  async ping(options: CommandOptions = NONE): Promise<void> {
    await runRead(this.#scope, 'admin', { ping: 1 }, options, ' comment ', '');
  }
}
