// What a server is running now, and which statements took longest, as statements that a token may run that only reads.
import { FairleadProblem } from '@fairlead/sdk';
import { type Ask, countOf, textOf } from '../catalogue/ask.ts';
import type { Dialect } from '../server/dialect.ts';

/** A session of the server. */
export interface RunningStatement {
  /** The server's number of the session. */
  readonly id: number;
  readonly user: string;
  readonly database: string;
  /** Program or host. */
  readonly from: string;
  /** `active`, `idle in transaction`, `Query`, ... */
  readonly state: string;
  /** What it waits for; '' where it does not. */
  readonly waitsFor: string;
  /** Since the statement began, in milliseconds. */
  readonly ageMs: number | undefined;
  readonly sql: string;
}

/** A statement of the server's statistics: all its runs together. */
export interface SlowStatement {
  readonly sql: string;
  readonly calls: number;
  readonly totalMs: number;
  readonly meanMs: number;
  readonly rows: number;
}

const POSTGRES_RUNNING = `select pid, usename, datname, concat_ws(' ', nullif(application_name, ''), host(client_addr)),
  state, concat_ws(': ', wait_event_type, wait_event),
  extract(epoch from clock_timestamp() - query_start) * 1000, left(query, 20000)
from pg_stat_activity
where pid <> pg_backend_pid() and backend_type = 'client backend' and state <> 'idle'
order by query_start`;

const MYSQL_RUNNING = `select id, user, db, host, command, state, time * 1000, left(info, 20000)
from information_schema.processlist
where id <> connection_id() and command not in ('Sleep', 'Daemon') and info is not null order by time desc`;

const POSTGRES_SLOW = `select left(query, 20000), calls, total_exec_time, mean_exec_time, rows
from pg_stat_statements order by total_exec_time desc limit 50`;

const MYSQL_SLOW = `select left(digest_text, 20000), count_star, sum_timer_wait / 1e9, avg_timer_wait / 1e9, sum_rows_sent
from performance_schema.events_statements_summary_by_digest
where digest_text is not null and schema_name = database() order by sum_timer_wait desc limit 50`;

/** What runs now, oldest first. @throws FairleadProblem. */
export async function runningStatements(ask: Ask, dialect: Dialect): Promise<readonly RunningStatement[]> {
  const rows = await ask(dialect === 'postgres' ? POSTGRES_RUNNING : MYSQL_RUNNING);
  return rows.map(([id, user, database, from, state, waitsFor, ageMs, sql]) => ({
    id: Number(id),
    user: textOf(user),
    database: textOf(database),
    from: textOf(from),
    state: textOf(state),
    waitsFor: textOf(waitsFor),
    ageMs: countOf(ageMs),
    sql: textOf(sql),
  }));
}

/**
 * The statements that took most time in all.
 * @returns undefined where the server keeps no such statistics, or not for this user.
 * @throws FairleadProblem for other failures.
 */
export async function slowStatements(
  ask: Ask,
  dialect: Dialect,
): Promise<readonly SlowStatement[] | undefined> {
  try {
    const rows = await ask(dialect === 'postgres' ? POSTGRES_SLOW : MYSQL_SLOW);
    return rows.map(([sql, calls, totalMs, meanMs, count]) => ({
      sql: textOf(sql),
      calls: Number(calls),
      totalMs: Number(totalMs),
      meanMs: Number(meanMs),
      rows: Number(count),
    }));
  } catch (error) {
    // No such table, no right to it, or an extension that was not loaded.
    if (error instanceof FairleadProblem && error.code === 'server') return undefined;
    throw error;
  }
}

/** The statement that ends what a session runs. @param id The server's number of it. */
export function cancelStatement(id: number, dialect: Dialect): string {
  return dialect === 'postgres' ? `select pg_cancel_backend(${id})` : `KILL QUERY ${id}`;
}
