// A Postgres server in a Worker: `psql` and drivers log in to it, and it answers from one of the databases behind it, read-only,
// with a line of audit for each statement. The network in front of it must be private: inbound sockets have no TLS.
import { connect } from '@fairlead/postgres';
import { bounded, type Transport } from '@fairlead/transport';
import { serve } from '@fairlead/transport/serve';
import { ClientConnection } from './client-connection.ts';
import { errorResponse } from './errors.ts';
import { type Login, logIn, type Settings } from './login.ts';
import { answerStatements } from './session.ts';

interface Env {
  /** A secret, JSON: the databases that clients can name, `{ "shop": "postgres://reader:password@db.example.com/shop" }`. */
  readonly DATABASES: string;
  /** A secret, JSON: who may log in, with a SCRAM verifier as Postgres keeps it, `{ "ann": "SCRAM-SHA-256$4096:..." }`. */
  readonly READERS: string;
}

const LOGIN_TIMEOUT_MS = 10_000;
/** A client that is silent for so long is gone. */
const IDLE_TIMEOUT_MS = 300_000;
const TOTAL_TIMEOUT_MS = 3_600_000;
/** No row of the database is longer. */
const MAX_ROW_BYTES = 8_388_608;

/** @throws Error that says nothing of what the secrets hold, as JSON.parse would. */
function readSettings({ DATABASES, READERS }: Env): Settings {
  try {
    return { databases: JSON.parse(DATABASES), readers: JSON.parse(READERS) };
  } catch {
    throw new Error('The secrets DATABASES and READERS are JSON objects.');
  }
}

async function talk(transport: Transport, env: Env): Promise<void> {
  const client = new ClientConnection(transport);
  const login = await bounded(logIn(client, readSettings(env)), LOGIN_TIMEOUT_MS);
  if (login.kind === 'done') return await answer(client, login.value);
  const late = new Error(`No login in ${LOGIN_TIMEOUT_MS} ms.`);
  await client.end(errorResponse(login.kind === 'failed' ? login.error : late, 'FATAL'));
}

/** @param login `undefined` where the client wanted no session. */
async function answer(client: ClientConnection, login: Login | undefined): Promise<void> {
  if (login === undefined) return;
  const { user, database, url } = login;
  try {
    await using db = await connect(url, {
      applicationName: `postgres-server ${user}`.slice(0, 63),
      limits: { maxRowBytes: MAX_ROW_BYTES },
    });
    await answerStatements(client, db, { user, database });
  } catch (error) {
    await client.end(errorResponse(error, 'FATAL'));
    throw error;
  }
}

export default {
  connect: serve(talk, { idleTimeoutMs: IDLE_TIMEOUT_MS, totalTimeoutMs: TOTAL_TIMEOUT_MS }),
} satisfies ExportedHandler<Env>;
