// What the parts of named queries hand each other: types only.
import type { JsonNumber } from '../json/number.ts';

/** What a parameter can be. */
export type ParameterType = 'text' | 'integer' | 'number' | 'boolean' | 'date' | 'datetime' | 'uuid' | 'json';

/** A parameter's value, as `readJsonParameter` takes it: text, or a number with all its digits. */
export type ParameterValue = string | number | boolean | JsonNumber | null;

/** A parameter of a named query, and what it may be. */
export interface QueryParameter {
  readonly name: string;
  readonly type: ParameterType;
  readonly description?: string | undefined;
  /** What callers need not send; undefined where they must. Where it is null, they may send null as well. */
  readonly default?: ParameterValue | undefined;
  /** The allowed values, in the type's own spelling. */
  readonly enum?: readonly string[] | undefined;
  /** Decimal numbers. */
  readonly min?: string | undefined;
  readonly max?: string | undefined;
  /** In characters. */
  readonly maxLength?: number | undefined;
  /** Matches whole values. */
  readonly pattern?: RegExp | undefined;
}

/** SQL with the database's own placeholders. */
export interface CompiledSql {
  readonly text: string;
  /** The parameter of each placeholder, in their order. */
  readonly names: readonly string[];
}

/** What a SQL protocol knows of its statements: with it a module has named queries, below `/q/`. */
export interface QueryDialect {
  /**
   * Replaces each `:name` outside of texts, quoted names and comments by a placeholder of the database's.
   * @throws FairleadError `usage`, without a word of the statement: it has other placeholders, or is ambiguous.
   */
  compile(sql: string): CompiledSql;
  /** @throws FairleadError `policy` for a statement that is not known to only read. */
  assertReading(sql: string): void;
  /** What stands behind a time in UTC. */
  readonly utcSuffix: 'Z' | '';
}

/** A query of `FAIRLEAD_QUERIES`. */
export interface NamedQuery {
  readonly name: string;
  /** Of its connection. */
  readonly protocol: string;
  /** Where it is served: `/pg/q/ships-of`. */
  readonly path: string;
  /** The connection's name. */
  readonly connection: string;
  readonly sql: CompiledSql;
  readonly params: ReadonlyMap<string, QueryParameter>;
  readonly readOnly: boolean;
  readonly rowMode: 'object' | 'array';
  /** Most rows of an answer, whatever its form. */
  readonly maxRows?: number | undefined;
  /** The default and the most of an answer's time. */
  readonly timeoutMs?: number | undefined;
  /** For how long an answer may be used again; undefined: never. */
  readonly cacheSeconds?: number | undefined;
  /** Whether caches that many callers share may keep an answer. */
  readonly public: boolean;
  /** Whether the OpenAPI document shows it to everybody. */
  readonly listed: boolean;
  readonly description?: string | undefined;
}
