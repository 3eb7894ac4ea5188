// Recipes for Postgres: copy a function, and change its SQL.
import { retry } from '@fairlead/client';
import { type Client, connect, open, sql } from '@fairlead/postgres';
import { JsonRowWriter } from '@fairlead/postgres/json';

/** Connects, and tries again while the server can have seen nothing of it: it restarts, or a firewall drops the first packet. */
export function connectPatiently(url: string, signal?: AbortSignal): Promise<Client> {
  return retry(() => connect(url, { signal }), { attempts: 5, timeoutMs: 20_000, signal });
}

/** One query in as few round trips as there are: it travels behind the login. */
export async function oneQuery(url: string, id: number): Promise<string | undefined> {
  await using db = open(url);
  return await db.queryValue<string>(sql`select name from docks where id = ${id}`);
}

/** A page of a list, by the last key of the page before: as fast on page 1,000 as on page 1, unlike OFFSET. */
export async function page(
  db: Client,
  after = 0,
  size = 50,
): Promise<{ rows: unknown[]; next: number | undefined }> {
  const { rows } = await db.query<{ id: number }>(
    sql`select id, name from docks where id > ${after} order by id limit ${size}`,
  );
  return { rows, next: rows.length === size ? rows.at(-1)?.id : undefined };
}

/** Inserts, or changes what is there, and says which of the two it was. */
export async function upsert(db: Client, id: number, name: string): Promise<'inserted' | 'updated'> {
  const isNew = await db.queryValue<boolean>(
    sql`insert into docks ${sql.values([{ id, name }])}
        on conflict (id) do update set name = excluded.name returning xmax = 0`,
  );
  return isNew === true ? 'inserted' : 'updated';
}

/** Moves something between two rows, as a whole or not at all; runs again where another transaction came in between. */
export function transfer(db: Client, from: number, to: number, amount: number): Promise<void> {
  return db.begin(
    async (tx) => {
      await tx.query(sql`update docks set berths = berths - ${amount} where id = ${from}`);
      await tx.query(sql`update docks set berths = berths + ${amount} where id = ${to}`);
    },
    { isolation: 'serializable', retries: 3 },
  );
}

/** Many rows at once: COPY is several times as fast as INSERT. The source may be a stream; it is read as fast as it is sent. */
export async function importCsv(
  db: Client,
  csv: Iterable<string> | ReadableStream<Uint8Array>,
): Promise<number> {
  const { rowCount } = await db.copyFrom('copy docks (id, name, berths) from stdin (format csv)', csv);
  return rowCount;
}

/** A table as a download, of any size, in flat memory. The connection ends with the stream. */
export async function exportCsv(url: string): Promise<Response> {
  const db = await connect(url);
  const csv = db.copyTo(
    'copy (select id, name, berths from docks order by id) to stdout (format csv, header)',
  );
  const closing = new TransformStream<Uint8Array, Uint8Array>({ flush: () => db.close() });
  return new Response(csv.pipeThrough(closing), { headers: { 'Content-Type': 'text/csv' } });
}

/** Rows as NDJSON, from the server's bytes to the caller's without a value in between. */
export async function ndjson(url: string): Promise<Response> {
  const db = await connect(url);
  const rows = db.streamWith('select id, name from docks order by id', [], new JsonRowWriter()).batches();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await rows.next();
      if (done !== true) return controller.enqueue(value);
      controller.close();
      await db.close();
    },
    // The caller has gone: the statement is cancelled on the server.
    cancel: () => db.close(),
  });
  return new Response(body, { headers: { 'Content-Type': 'application/x-ndjson' } });
}

/** Waits for one event that another connection announces, such as `select pg_notify('docks', '7')`. */
export async function nextEvent(db: Client, channel: string, timeoutMs: number): Promise<string | undefined> {
  await using events = await db.listen(channel, { signal: AbortSignal.timeout(timeoutMs) });
  for await (const { payload } of events) return payload;
  return undefined;
}

/** Takes a job that no other worker has, and does it; a crash gives it back. */
export function takeJob(db: Client, work: (job: string) => Promise<void>): Promise<boolean> {
  return db.begin(async (tx) => {
    const job = await tx.queryRow<{ id: number; payload: string }>(
      'select id, payload from dock_jobs order by id for update skip locked limit 1',
    );
    if (job === undefined) return false;
    await work(job.payload);
    await tx.query(sql`delete from dock_jobs where id = ${job.id}`);
    return true;
  });
}
