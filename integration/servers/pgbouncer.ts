// The recipe for PgBouncer 1.24 in transaction mode, in front of a Postgres server of the run. Its accounts are in
// images/pgbouncer.

import type { KeyAndCertificate } from '@fairlead/testkit/authority';
import { Wait } from 'testcontainers';
import { type Running, running, serverContainer, startContainer } from './container.ts';
import type { PostgresAddress } from './postgres.ts';

const PORT = 6432;
const UNPREPARED_PORT = 6433;

/** Where PgBouncer listens: plain and, by SSLRequest, TLS. */
export interface PgbouncerAddress {
  /** Prepared statements are followed from one server connection to the next. */
  readonly port: number;
  /** They are not: a client must not prepare any. */
  readonly unpreparedPort: number;
}

/** Starts both poolers of the image and waits until they answer queries over TLS. */
export async function startPgbouncer(
  certificate: KeyAndCertificate,
  { internal }: PostgresAddress,
): Promise<Running<PgbouncerAddress>> {
  const probe = (port: number) =>
    `psql 'host=127.0.0.1 port=${port} user=trusted dbname=fairlead sslmode=require' -c 'select 1'`;
  const container = (await serverContainer('pgbouncer', certificate))
    .withEnvironment({ UPSTREAM_HOST: internal.host, UPSTREAM_PORT: String(internal.port) })
    .withExposedPorts(PORT, UNPREPARED_PORT)
    .withWaitStrategy(Wait.forSuccessfulCommand(`${probe(PORT)} && ${probe(UNPREPARED_PORT)}`));
  const started = await startContainer(container);
  return running(started, {
    port: started.getMappedPort(PORT),
    unpreparedPort: started.getMappedPort(UNPREPARED_PORT),
  });
}
