// What a SQL server says of the role that logged in, and of its room for connections. Reading only.
import { isFairleadError } from '@fairlead/errors';

/** Runs a statement. */
export type SqlProbe = (sql: string) => Promise<readonly object[]>;

/** What was found at a server. */
export interface Advice {
  /** `role`: the role may do more than it should. `room`: the server takes this many connections. */
  readonly kind: 'role' | 'room';
  readonly message: string;
  readonly fix: string;
  /** Of `room`. */
  readonly connections?: number;
}

const POSTGRES = `select
  current_setting('is_superuser') = 'on' as superuser,
  current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int as room,
  exists (select from pg_roles where rolname in ('pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program')
    and pg_has_role(current_user, oid, 'usage')) as files`;

/** Asks a Postgres server. */
export function postgresRole(query: SqlProbe): Promise<readonly Advice[]> {
  return asked(async () => {
    const [row] = await query(POSTGRES);
    const { superuser, files, room } = Object(row);
    const found: Advice[] = [roomFor(Number(room), 'max_connections')];
    if (superuser === true) {
      found.push(role('is a superuser: it reads and writes files of the server, and no right is checked'));
    } else if (files === true) {
      found.push(role('may read or write files of the server, or run programs there'));
    }
    return found;
  });
}

/** Asks a MySQL or MariaDB server. */
export function mysqlRole(query: SqlProbe): Promise<readonly Advice[]> {
  return asked(async () => {
    const [row] = await query('select @@max_connections as room');
    const found: Advice[] = [roomFor(Number(Object(row).room), 'max_connections')];
    const grants = (await query('show grants')).flatMap((each) => Object.values(each).map(String));
    // Only global grants have such rights.
    const everywhere = grants.filter((grant) => /\bON \*\.\*/i.test(grant)).join('\n');
    if (/\bALL PRIVILEGES\b|\bSUPER\b/i.test(everywhere)) {
      found.push(role('may do everything, on all databases of the server'));
    } else if (/\bFILE\b/i.test(everywhere)) {
      found.push(role('has FILE: it may read and write files of the server'));
    }
    return found;
  });
}

function role(message: string): Advice {
  const fix = 'Give it a role that has the rights its callers need, and no more.';
  return { kind: 'role', message: `the role ${message}`, fix };
}

function roomFor(connections: number, setting: string): Advice {
  const message = `is more than the ${connections} connections that the server takes (${setting})`;
  return {
    kind: 'room',
    message,
    fix: 'Lower "max" in the member "pool", and leave room for other clients.',
    connections,
  };
}

/** A server behind the same protocol that knows none of this has answered all the same. */
async function asked(ask: () => Promise<readonly Advice[]>): Promise<readonly Advice[]> {
  try {
    return await ask();
  } catch (error) {
    if (isFairleadError(error) && error.code === 'server') return [];
    throw error;
  }
}
