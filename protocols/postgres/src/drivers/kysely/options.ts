// What the Kysely dialect is told. Types only.
import type { Client } from '../../types.ts';

/** Options of `FairleadDialect`. */
export interface FairleadDialectConfig {
  /**
   * The client, or what opens one. A function is called once, before the first query, and again only if it failed;
   * `destroy` of Kysely closes the client that it returned. A client that was handed over stays open.
   */
  readonly connection: Client | (() => Client | Promise<Client>);
  /**
   * How long a query waits for its turn, as one does that is awaited on the instance itself within a transaction.
   * Default 60,000; Infinity for no limit.
   */
  readonly turnTimeoutMs?: number | undefined;
}
