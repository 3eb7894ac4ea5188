// The recipe for PostgreSQL 17: one server with one certificate. Its accounts are in images/postgres.

import type { KeyAndCertificate } from '@fairlead/testkit/authority';
import { Wait } from 'testcontainers';
import { type Running, running, serverContainer, startContainer } from './container.ts';

const PORT = 5432;

/** Where a Postgres server listens. */
export interface PostgresAddress {
  /** Plain and, by SSLRequest, TLS. */
  readonly port: number;
}

/** Starts a server and waits until it answers a query over TCP with TLS. */
export async function startPostgres(certificate: KeyAndCertificate): Promise<Running<PostgresAddress>> {
  const probe =
    "psql 'host=127.0.0.1 user=trusted dbname=fairlead sslmode=require' -c 'select count(*) from harbours'";
  const container = (await serverContainer('postgres', certificate))
    .withExposedPorts(PORT)
    .withWaitStrategy(Wait.forSuccessfulCommand(probe));
  const started = await startContainer(container);
  return running(started, { port: started.getMappedPort(PORT) });
}
