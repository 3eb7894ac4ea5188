// What the Kysely dialects of our SQL clients share: the driver, its one connection, and its turns. It compiles no query.
export { KyselyDriver } from './driver.ts';
export type {
  BeginOptions,
  BeginStatements,
  Closable,
  KyselyDatabase,
  KyselyDialectConfig,
} from './options.ts';
