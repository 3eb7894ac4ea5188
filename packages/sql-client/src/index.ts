// What SQL clients share: the scanner of SQL text, in the dialect of each server. It sends nothing and parses no grammar.
export { MysqlScanner, type MysqlSettings } from './text/dialects/mysql.ts';
export { PostgresScanner, type PostgresSettings } from './text/dialects/postgres.ts';
export { firstPostgresWord } from './text/dialects/postgres-gaps.ts';
export { firstWord } from './text/first-word.ts';
export { SqlScanner, type TokenKind, type UnsureReason } from './text/scanner.ts';
