// A client that answers from a table and notes what it was asked, for what stands on top of clients. It speaks no
// protocol, and does what `api.ts` says of `begin`, `savepoint` and `stream` in the plainest way.
import type {
  Client,
  Column,
  ObjectRow,
  QueryOptions,
  QueryResult,
  StreamOptions,
  Transaction,
  TransactionOptions,
} from '../../src/types.ts';
import type { Parameter, Value } from '../../src/values/index.ts';

/** What one statement answers. */
export interface FakeAnswer {
  readonly command?: string;
  readonly rowCount?: number;
  /** Name and OID. */
  readonly columns?: readonly (readonly [name: string, oid: number])[];
  readonly rows?: readonly Value[][];
}

/** Answers a statement, or throws. */
export type Answering = (text: string, params: readonly Parameter[]) => FakeAnswer | Promise<FakeAnswer>;

function objects(columns: readonly Column[], rows: readonly Value[][]): ObjectRow[] {
  return rows.map((row) => Object.fromEntries(columns.map(({ name }, index) => [name, row[index] ?? null])));
}

class FakeQueryable {
  readonly log: string[];
  readonly answering: Answering;
  readonly mark: string;

  constructor(log: string[], answering: Answering, mark: string) {
    this.log = log;
    this.answering = answering;
    this.mark = mark;
  }

  async query(
    text: string,
    params: readonly Parameter[] = [],
    options: QueryOptions = {},
  ): Promise<QueryResult<unknown>> {
    this.log.push(`${this.mark}${text}`);
    const aborted = new Promise<never>((_, reject) => {
      options.signal?.addEventListener('abort', () => {
        this.log.push(`${this.mark}cancelled ${text}`);
        reject(new Error('aborted'));
      });
    });
    const answer = await Promise.race([this.answering(text, params), aborted]);
    const columns = (answer.columns ?? []).map(([name, oid]) => ({ name, oid, type: String(oid) }));
    const rows = answer.rows ?? [];
    return {
      command: answer.command ?? 'SELECT',
      rowCount: answer.rowCount ?? rows.length,
      columns,
      rows: options.rowMode === 'array' ? rows.map((row) => [...row]) : objects(columns, rows),
    };
  }

  stream(text: string, params: readonly Parameter[] = [], options: StreamOptions = {}): unknown {
    const self = this;
    async function* batches(): AsyncGenerator<unknown[]> {
      const { rows } = await self.query(text, params, options);
      const size = options.fetchSize ?? rows.length;
      try {
        for (let at = 0; at < rows.length; at += size) yield rows.slice(at, at + size);
      } finally {
        self.log.push(`${self.mark}end of stream`);
      }
    }
    return { batches };
  }

  async savepoint<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    this.log.push(`${this.mark}SAVEPOINT`);
    try {
      const result = await work(transaction(this.log, this.answering, `${this.mark}sp: `));
      this.log.push(`${this.mark}RELEASE`);
      return result;
    } catch (error) {
      this.log.push(`${this.mark}ROLLBACK TO`);
      throw error;
    }
  }
}

function transaction(log: string[], answering: Answering, mark: string): Transaction {
  return new FakeQueryable(log, answering, mark) as unknown as Transaction;
}

/** The client, and what it was asked so far. Statements within transactions stand behind `tx: `. */
export class FakeClient extends FakeQueryable {
  /** What COMMIT does; throws if it fails. */
  onCommit: () => void = () => undefined;

  constructor(answering: Answering = () => ({})) {
    super([], answering, '');
  }

  /** As what it stands for. */
  get client(): Client {
    return this as unknown as Client;
  }

  async begin<T>(work: (tx: Transaction) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    await this.answering('BEGIN', []);
    const { isolation, readOnly, deferrable } = options;
    this.log.push(['BEGIN', isolation, readOnly, deferrable].filter((part) => part !== undefined).join(' '));
    let result: T;
    try {
      result = await work(transaction(this.log, this.answering, 'tx: '));
    } catch (error) {
      this.log.push('ROLLBACK');
      throw error;
    }
    this.log.push('COMMIT');
    this.onCommit();
    return result;
  }

  async close(): Promise<void> {
    this.log.push('close');
  }
}
