// A Kysely dialect over one connection: Kysely's own Postgres compiler, adapter and introspector, and our client as
// the driver. It makes no pool, and never reconnects.
import { type KyselyDialectConfig, KyselyDriver } from '@fairlead/sql-client/kysely';
import {
  type DatabaseIntrospector,
  type Dialect,
  type DialectAdapter,
  type Driver,
  type Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryCompiler,
} from 'kysely';
import type { Client } from '../../types.ts';
import { POSTGRES } from './database.ts';

/** Options of `FairleadDialect`. */
export type FairleadDialectConfig = KyselyDialectConfig<Client>;

/**
 * Lets Kysely run on a client of this package.
 *
 * Values are those of the client: `int8` and `numeric` are strings, dates and times ISO strings. A query of Kysely's
 * waits while another one, a stream or a transaction of the same instance has the connection. What fails at the
 * server or on the way to it is a `FairleadError`, with the SQLSTATE in `server.code`. `inflightQueryAbortStrategy`
 * can be `ignore query` and `cancel query`; Kysely refuses `kill session`, which would end the only connection. `log`
 * shows transactions and savepoints under the statements that `PostgresDialect` has for them.
 * @example
 * ```ts
 * import { connect } from '@fairlead/postgres';
 * import { FairleadDialect } from '@fairlead/postgres/kysely';
 * import { Kysely } from 'kysely';
 *
 * interface Database {
 *   readonly orders: { id: number; total: string };
 * }
 * const dialect = new FairleadDialect({ connection: () => connect(env.DATABASE_URL) });
 * const kysely = new Kysely<Database>({ dialect });
 * const orders = await kysely.selectFrom('orders').selectAll().execute();
 * ```
 */
export class FairleadDialect implements Dialect {
  readonly #config: FairleadDialectConfig;

  constructor(config: FairleadDialectConfig) {
    this.#config = config;
  }

  createDriver(): Driver {
    return new KyselyDriver(POSTGRES, this.#config);
  }

  createQueryCompiler(): QueryCompiler {
    return new PostgresQueryCompiler();
  }

  createAdapter(): DialectAdapter {
    return new PostgresAdapter();
  }

  createIntrospector(db: Kysely<unknown>): DatabaseIntrospector {
    return new PostgresIntrospector(db);
  }
}
