// What a client and a transaction of MySQL can do, over what runs their statements.
import { arrange, StatementMethods, type TextWithParams } from '@fairlead/sql-client';
import type { Queryable } from '../types/client.ts';
import type {
  ArrayRow,
  CallOptions,
  QueryOptions,
  QueryResult,
  RowStream,
  StreamOptions,
  Warning,
} from '../types/results.ts';
import type { InputParameters } from '../values/value.ts';
import { checkCall } from './arguments.ts';
import type { Row, Runner } from './runner.ts';

class MysqlMethods extends StatementMethods<
  InputParameters,
  QueryOptions,
  StreamOptions,
  QueryResult<Row>,
  RowStream<Row>
> {
  readonly #runner: Runner;

  constructor(runner: Runner) {
    super(runner);
    this.#runner = runner;
  }

  execute(
    statement: string | TextWithParams,
    given?: InputParameters | QueryOptions,
    options?: QueryOptions,
  ): Promise<QueryResult<Row>> {
    try {
      return this.#runner.execute(...arrange<InputParameters, QueryOptions>(statement, given, options));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  results(
    statement: string | TextWithParams,
    given?: InputParameters | StreamOptions,
    options?: StreamOptions,
  ): AsyncIterableIterator<RowStream<Row>> {
    return this.#runner.results(...arrange<InputParameters, StreamOptions>(statement, given, options));
  }

  async warnings(options: CallOptions = {}): Promise<Warning[]> {
    checkCall(options);
    const { rows } = await this.#runner.query('SHOW WARNINGS', [], { ...options, rowMode: 'array' });
    return (rows as ArrayRow[]).map(([level, code, message]) => ({
      level: String(level),
      code: Number(code),
      message: String(message),
    }));
  }
}

/**
 * The methods with the overloads that `Queryable` declares: the shape of a row follows from the caller's options. A client
 * and a transaction each run a batch in their own way.
 */
export const Statements: new (runner: Runner) => Omit<Queryable, 'batch'> = MysqlMethods as unknown as new (
  runner: Runner,
) => Omit<Queryable, 'batch'>;
