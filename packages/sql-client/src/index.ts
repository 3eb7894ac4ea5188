// What SQL clients share: the scanner of SQL text, in the dialect of each server. It sends nothing and parses no grammar.
export { MysqlScanner, type MysqlSettings } from './mysql.ts';
export { PostgresScanner, type PostgresSettings } from './postgres.ts';
export { firstPostgresWord } from './postgres-gaps.ts';
export { SqlScanner, type TokenKind, type UnsureReason } from './scanner.ts';
export { firstWord } from './statement.ts';
