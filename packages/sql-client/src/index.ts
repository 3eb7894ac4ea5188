// What SQL clients share: transactions, turns, statement caches, result limits, `sql` templates, and SQL text in tokens.
// It speaks no protocol, and parses no grammar.

export { awaitAnswer, type EndListener, type Execution, StatementEnd } from './calls/call.ts';
export {
  assertReading,
  type ReadOnlyBy,
  type ReadOnlyRules,
  type StatementCheck,
} from './read-only/guard.ts';
export { appended, EMPTY } from './results/appended.ts';
export {
  maxBytesOf,
  maxRowsOf,
  type ResultSizes,
  tooManyBytes,
  tooManyRows,
} from './results/limits.ts';
export { RowFlow, type RowPort } from './results/row-flow.ts';
export {
  arrange,
  arrangeBatch,
  assertTemplate,
  NO_OPTIONS,
  type Statement,
  type TextWithParams,
} from './statements/arguments.ts';
export { LruCache } from './statements/lru-cache.ts';
export { checkChoice, checkRowMode, checkSwitch } from './statements/option-checks.ts';
export { StatementMethods, type StatementRunner } from './statements/statement-methods.ts';
export { type Sender, StatementTurns } from './statements/turns.ts';
export { wasUnsent } from './statements/was-unsent.ts';
export { type TemplateTag, templateTag } from './templates/tag.ts';
export { SqlTemplate, type TemplateDialect, type TemplateValue } from './templates/template.ts';
export { MysqlScanner, type MysqlSettings } from './text/dialects/mysql.ts';
export { PostgresScanner, type PostgresSettings } from './text/dialects/postgres.ts';
export { firstPostgresWord } from './text/dialects/postgres-gaps.ts';
export { firstWord } from './text/first-word.ts';
export { SqlScanner, type TokenKind, type UnsureReason } from './text/scanner.ts';
export {
  type CommonTransactionOptions,
  checkIsolation,
  checkWork,
  retriesOf,
} from './transactions/options.ts';
export {
  runSavepoint,
  runTransaction,
  type SavepointLimits,
  type TransactionEnds,
  type TransactionLimits,
  type TransactionPort,
} from './transactions/run-transaction.ts';
export { TransactionScope } from './transactions/scope.ts';
export { afterBegin, leadToCaller, ownError } from './transactions/transaction-errors.ts';
export { TransactionWatch } from './transactions/transaction-watch.ts';
