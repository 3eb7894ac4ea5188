// What the tests of /mysql/query share: connections of every kind, a token that may only read, and statements over HTTP.
import { expect, inject } from 'vitest';
import { type Ask, DEAD_PORT, type Gateway, type Json, startGateway } from './support.ts';

const { mysql, mariadb, proxies } = inject('servers');

const native = 'mariadb://native:native-password@localhost';
/** The gateway's MySQL connections. */
export const mysqlConnections = {
  mysql: { url: `mysql://sha2:sha2-password@localhost:${mysql.port}/fairlead` },
  mariadb: { url: `${native}:${mariadb.good.port}/fairlead` },
  mysqlPlain: { url: `mysql://trusted@localhost:${mysql.port}/fairlead?sslmode=disable` },
  mariadbPlain: { url: `${native}:${mariadb.good.port}/fairlead?sslmode=disable` },
  mysqlWrong: { url: `mysql://sha2:wrong-password@localhost:${mysql.port}/fairlead` },
  mariadbWrong: { url: `mariadb://ed25519:wrong-password@localhost:${mariadb.good.port}/fairlead` },
  mysqlNoDatabase: { url: `mysql://sha2:sha2-password@localhost:${mysql.port}/nowhere` },
  mysqlReader: { url: `mysql://reader:reader-password@localhost:${mysql.port}/fairlead` },
  mysqlDead: { url: `mysql://sha2:sha2-password@localhost:${DEAD_PORT}/fairlead` },
  mysqlCut: { url: `mysql://trusted@localhost:${proxies.gatewayMysql.port}/fairlead?sslmode=disable` },
  mariadbOtherName: { url: `${native}:${mariadb.otherName.port}/fairlead` },
  mariadbExpired: { url: `${native}:${mariadb.expired.port}/fairlead` },
  mariadbUntrusted: { url: `${native}:${mariadb.untrusted.port}/fairlead` },
};
const tokens = [
  { name: 'mysql-reader', token: 'token-mysql-reader', scopes: ['mysql:read:mysql', 'mysql:read:mariadb'] },
];
/** What a test adds to send it. */
export const reader = { token: 'token-mysql-reader' };
/** The connections with TLS and every right. */
export const SERVERS = ['mysql', 'mariadb'] as const;
const SECRETS = /(sha2|native|wrong|reader)-password|token-/;

/** A gateway with these connections, and what tests ask of it. */
export interface MysqlGateway {
  readonly gateway: Gateway;
  /** Status and answer, in which there must be no secret. */
  query(connection: string, sql: string, more?: Json, ask?: Ask): Promise<Answer>;
  /** The rows of a statement that must succeed, as arrays. */
  rows(connection: string, sql: string, params?: unknown): Promise<unknown>;
  /** Runs statements that must succeed. */
  run(connection: string, statements: readonly string[]): Promise<void>;
}

/** An answer that was read. */
interface Answer {
  readonly status: number;
  readonly text: string;
  readonly type: string | null;
  readonly body: Json;
}

/** Starts it. */
export async function startMysqlGateway(
  limits: Readonly<Record<string, number>> = {},
): Promise<MysqlGateway> {
  const gateway = await startGateway({ connections: mysqlConnections, tokens, limits });
  const query: MysqlGateway['query'] = async (connection, sql, more = {}, ask = {}) => {
    const response = await gateway.fetch('/mysql/query', { json: { sql, connection, ...more }, ...ask });
    const text = await response.text();
    expect(text).not.toMatch(SECRETS);
    const type = response.headers.get('Content-Type');
    return { status: response.status, text, type, body: JSON.parse(text) as Json };
  };
  const rows: MysqlGateway['rows'] = async (connection, sql, params = []) => {
    const { status, body } = await query(connection, sql, { params, rowMode: 'array' });
    expect(status).toBe(200);
    return body.rows;
  };
  const run: MysqlGateway['run'] = async (connection, statements) => {
    for (const sql of statements) {
      const { status, text } = await query(connection, sql);
      if (status !== 200) throw new Error(text);
    }
  };
  return { gateway, query, rows, run };
}
