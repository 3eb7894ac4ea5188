// The catalogue of one tab's server: read when the page opens, and again when somebody asks for it.
import { type ReadonlySignal, signal } from '@preact/signals';
import { Work } from '../../../browser/async.ts';
import type { Caller } from '../../../session/calls/caller.ts';
import { ask } from '../server/ask.ts';
import type { Dialect } from '../server/dialect.ts';
import type { Ask } from './ask.ts';
import type { ColumnName, Relation, RelationDetail, ServerFacts } from './model.ts';
import { mysqlColumns, mysqlDetail, mysqlFacts, mysqlRelations } from './mysql.ts';
import { postgresColumns, postgresDetail, postgresFacts, postgresRelations } from './postgres.ts';

/** More relations are not listed, and the page says so. */
export const MAX_RELATIONS = 5_000;
/** More columns are not completed. */
const MAX_COLUMNS = 30_000;

/** What was read, and is being read, of a server's catalogue. */
export class Catalogue {
  /** Reading it; its failure is to be shown. */
  readonly work = new Work();
  readonly #caller: Caller;
  readonly #dialect;
  readonly #facts = signal<ServerFacts | undefined>(undefined);
  readonly #relations = signal<readonly Relation[]>([]);
  readonly #columns = signal<readonly ColumnName[]>([]);

  constructor(caller: Caller, dialect: Dialect) {
    this.#caller = caller;
    this.#dialect = signal<Dialect>(dialect);
  }

  /** `mariadb` where the server has said so. */
  get dialect(): ReadonlySignal<Dialect> {
    return this.#dialect;
  }

  /** undefined until the server has answered. */
  get facts(): ReadonlySignal<ServerFacts | undefined> {
    return this.#facts;
  }

  get relations(): ReadonlySignal<readonly Relation[]> {
    return this.#relations;
  }

  /** Those of all relations, as far as they are read. */
  get columns(): ReadonlySignal<readonly ColumnName[]> {
    return this.#columns;
  }

  /** Reads it anew. A failure stands in `work.error`. */
  async load(): Promise<void> {
    await this.work.run(async (signal) => {
      const asking = this.#asking(signal);
      const isPostgres = this.#dialect.peek() === 'postgres';
      const facts = await (isPostgres ? postgresFacts : mysqlFacts)(asking);
      this.#facts.value = facts;
      if (/mariadb/i.test(facts.version)) this.#dialect.value = 'mariadb';
      this.#relations.value = await (isPostgres ? postgresRelations : mysqlRelations)(asking, MAX_RELATIONS);
      this.#columns.value = await (isPostgres ? postgresColumns : mysqlColumns)(asking, MAX_COLUMNS);
    });
  }

  /** A relation in detail, read now. @throws FairleadProblem; Error where it is gone. */
  detail(relation: Relation, signal: AbortSignal): Promise<RelationDetail> {
    const read = this.#dialect.peek() === 'postgres' ? postgresDetail : mysqlDetail;
    return read(this.#asking(signal), relation);
  }

  #asking(signal: AbortSignal): Ask {
    return (sql, params = []) => ask(this.#caller, this.#dialect.peek(), { sql, params, signal });
  }
}
