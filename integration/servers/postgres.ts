// The recipe for PostgreSQL 15, 17 and 18: one server with one certificate. Their accounts are in images/postgres.

import type { KeyAndCertificate } from '@fairlead/testkit/authority';
import { Wait } from 'testcontainers';
import { type Running, running, serverContainer, startContainer } from './container.ts';

const PORT = 5432;

/** The versions, by Debian's suite that has each. */
const POSTGRES_SUITES = { 15: 'bookworm', 17: 'trixie', 18: 'sid' } as const;

/** A version that the tests run against. */
export type PostgresVersion = keyof typeof POSTGRES_SUITES;

/** What the image of a version is built with. */
export function postgresBuildArgs(version: PostgresVersion): Readonly<Record<string, string>> {
  return { SUITE: POSTGRES_SUITES[version], VERSION: String(version) };
}

/** Where a Postgres server listens. */
export interface PostgresAddress {
  /** Plain and, by SSLRequest, TLS. */
  readonly port: number;
  /** Where other containers find it. */
  readonly internal: { readonly host: string; readonly port: number };
}

/** Waits for the answer to a query over TCP with TLS. */
export function untilPostgresAnswers() {
  const login = 'host=127.0.0.1 user=trusted dbname=fairlead sslmode=require';
  return Wait.forSuccessfulCommand(`psql '${login}' -c 'select count(*) from harbours'`);
}

/** Starts a server and waits until it answers a query over TCP with TLS. */
export async function startPostgres(
  certificate: KeyAndCertificate,
  version: PostgresVersion = 17,
): Promise<Running<PostgresAddress>> {
  const container = (await serverContainer('postgres', certificate, postgresBuildArgs(version)))
    .withExposedPorts(PORT)
    .withWaitStrategy(untilPostgresAnswers());
  const started = await startContainer(container);
  return running(started, {
    port: started.getMappedPort(PORT),
    internal: { host: started.getIpAddress('bridge'), port: PORT },
  });
}
