// The recipes for MySQL 9.7 and MariaDB 11.8: one server with one certificate. Their accounts are in images/.

import type { KeyAndCertificate } from '@fairlead/testkit/authority';
import { Wait } from 'testcontainers';
import { type Running, running, serverContainer, startContainer } from './container.ts';

const PORT = 3306;
const SAMPLE = "-e 'select count(*) from harbours' fairlead";

/** Where a MySQL or MariaDB server listens. */
export interface MysqlAddress {
  /** Plain and, by the capability flag, TLS. */
  readonly port: number;
}

async function start(
  server: 'mysql' | 'mariadb',
  certificate: KeyAndCertificate,
  probe: string,
): Promise<Running<MysqlAddress>> {
  const container = (await serverContainer(server, certificate))
    .withExposedPorts(PORT)
    .withWaitStrategy(Wait.forSuccessfulCommand(probe));
  const started = await startContainer(container);
  return running(started, { port: started.getMappedPort(PORT) });
}

/** Starts a MySQL and waits until it answers a query over TCP with TLS. */
export function startMysql(certificate: KeyAndCertificate): Promise<Running<MysqlAddress>> {
  return start('mysql', certificate, `mysql -h 127.0.0.1 -u trusted --ssl-mode=REQUIRED ${SAMPLE}`);
}

/** Starts a MariaDB and waits until it answers a query over TCP with TLS. */
export function startMariadb(certificate: KeyAndCertificate): Promise<Running<MysqlAddress>> {
  const probe = `mariadb -h 127.0.0.1 -u trusted --ssl --disable-ssl-verify-server-cert ${SAMPLE}`;
  return start('mariadb', certificate, probe);
}
