// SQL text in tokens, for those that need no more of this package: it depends on nothing, and runs in browsers.
export { MysqlScanner, type MysqlSettings } from './dialects/mysql.ts';
export { PostgresScanner, type PostgresSettings } from './dialects/postgres.ts';
export { firstWord } from './first-word.ts';
export { SqlScanner, type TokenKind, type UnsureReason } from './scanner.ts';
