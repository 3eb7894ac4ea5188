// What a request to `/pg/sql` says, in its body and its `Neon-*` headers, checked. The target is not its business.
import { FairleadError } from '@fairlead/errors';
import { HttpProblem, type RouteContext, singleHeader } from '@fairlead/http';
import { readJsonParameter } from '@fairlead/http/sql';
import { z } from '@hono/zod-openapi';
import type { TransactionOptions } from '../../types.ts';
import type { Parameter } from '../../values/index.ts';

const MAX_PARAMETERS = 65_535;

/** Neon's request headers. A flag is set by `true`, and by nothing else. */
export const NEON_HEADERS = {
  rawText: 'Neon-Raw-Text-Output',
  arrayMode: 'Neon-Array-Mode',
  isolation: 'Neon-Batch-Isolation-Level',
  readOnly: 'Neon-Batch-Read-Only',
  deferrable: 'Neon-Batch-Deferrable',
} as const;

/** Neon's words for isolation levels, and ours. */
const ISOLATION_LEVELS: ReadonlyMap<string, TransactionOptions['isolation']> = new Map([
  ['ReadUncommitted', 'read uncommitted'],
  ['ReadCommitted', 'read committed'],
  ['RepeatableRead', 'repeatable read'],
  ['Serializable', 'serializable'],
]);

const parameterSchema = z.unknown().openapi({
  description:
    'Text and null, as Neon’s driver sends them; or number, boolean, an array for a Postgres array, an object for ' +
    'JSON, `{"$base64": "..."}` for bytea',
  example: '42',
});

const queryField = z.string().openapi({
  description: 'One statement; parameters are $1, $2, ...',
  example: 'select $1::int as answer',
});
const paramsField = z.array(parameterSchema).max(MAX_PARAMETERS);
const arrayModeField = z.boolean().openapi({
  description: 'Rows as arrays. Default: the header Neon-Array-Mode, else objects',
});

const statementSchema = z
  .object({ query: queryField, params: paramsField.optional(), arrayMode: arrayModeField.optional() })
  .openapi('NeonQuery');

/** The body: one statement, or `queries`. Unknown members are let pass, as Neon does. */
export const neonBodySchema = z
  .object({
    query: queryField.optional(),
    params: paramsField.optional(),
    arrayMode: arrayModeField.optional(),
    queries: z.array(statementSchema).optional().openapi({
      description: 'In place of the other three: statements that run in one transaction, in this order',
    }),
  })
  .refine(({ query, queries }) => (query === undefined) !== (queries === undefined), {
    message: 'needs either "query" or "queries"',
  })
  .openapi('NeonRequest');

/** One statement, and how its result is to look. */
export interface NeonStatement {
  readonly query: string;
  readonly parameters: readonly Parameter[];
  readonly arrayMode: boolean;
  /** Every value as the server's text. */
  readonly rawText: boolean;
}

/** One request. */
export interface NeonCall {
  readonly statements: readonly NeonStatement[];
  /** Whether they came as `queries`, which is a transaction even if it is one. */
  readonly batch: boolean;
  readonly transaction: Pick<TransactionOptions, 'isolation' | 'readOnly' | 'deferrable'>;
}

type Body = z.output<typeof neonBodySchema>;

/**
 * Body and headers together.
 * @throws HttpProblem 400 (isolation level), FairleadError `usage` (a parameter), `limit` (too many statements).
 */
export function readNeonCall(c: RouteContext, { query = '', queries, ...rest }: Body): NeonCall {
  const { maxCommands } = c.get('config').limits;
  if (queries !== undefined && queries.length > maxCommands) {
    throw new FairleadError('limit', `A transaction has at most ${maxCommands} statements (maxCommands).`, {
      safeToRetry: true,
    });
  }
  const isTrue = (header: string): boolean => singleHeader(c, header) === 'true';
  const rawText = isTrue(NEON_HEADERS.rawText);
  const arrayMode = isTrue(NEON_HEADERS.arrayMode);
  return {
    statements: (queries ?? [{ query, ...rest }]).map((statement, i) => ({
      query: statement.query,
      parameters: readParameters(statement.params, queries === undefined ? '' : `queries[${i}].`),
      arrayMode: statement.arrayMode ?? arrayMode,
      rawText,
    })),
    batch: queries !== undefined,
    transaction: {
      isolation: readIsolation(c.req.header(NEON_HEADERS.isolation)),
      readOnly: isTrue(NEON_HEADERS.readOnly) || undefined,
      deferrable: isTrue(NEON_HEADERS.deferrable) || undefined,
    },
  };
}

function readParameters(params: readonly unknown[] = [], path: string): Parameter[] {
  return params.map((value, i) => readJsonParameter(value, `${path}params[${i}]`, { arrays: 'list' }));
}

function readIsolation(level: string | undefined): TransactionOptions['isolation'] {
  if (level === undefined || ISOLATION_LEVELS.has(level)) return ISOLATION_LEVELS.get(level ?? '');
  const levels = [...ISOLATION_LEVELS.keys()].join(', ');
  throw new HttpProblem('invalid', `${NEON_HEADERS.isolation} is none of ${levels}.`);
}

/** What Neon repeats of a transaction's options in the response. */
export function transactionHeaders(transaction: NeonCall['transaction']): Record<string, string> {
  const level = [...ISOLATION_LEVELS].find(([, own]) => own === transaction.isolation)?.[0];
  return {
    ...(level === undefined ? {} : { [NEON_HEADERS.isolation]: level }),
    ...(transaction.readOnly ? { [NEON_HEADERS.readOnly]: 'true' } : {}),
    ...(transaction.deferrable ? { [NEON_HEADERS.deferrable]: 'true' } : {}),
  };
}
