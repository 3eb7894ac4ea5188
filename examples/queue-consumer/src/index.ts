// Takes readings by HTTP, and writes them to Postgres in batches: POST / with {"station": "Rotterdam", "celsius": 11.5}
import { isFairleadError } from '@fairlead/errors';
import { connect, json } from '@fairlead/postgres';

interface Env {
  /** A secret, such as `postgres://app:password@db.example.com/harbours`. */
  readonly DATABASE_URL: string;
  readonly READINGS: Queue<Reading>;
}

interface Reading {
  readonly station: string;
  readonly celsius: number;
}

export default {
  async fetch(request, env): Promise<Response> {
    if (request.method !== 'POST') return new Response('POST a reading\n', { status: 405 });
    const reading: unknown = await request.json().catch(() => undefined);
    if (!isReading(reading)) return new Response('{"station": string, "celsius": number}\n', { status: 400 });
    await env.READINGS.send(reading);
    return new Response('queued\n', { status: 202 });
  },

  async queue(batch, env): Promise<void> {
    try {
      await store(batch.messages, env);
      batch.ackAll();
    } catch (error) {
      if (!isFairleadError(error)) throw error;
      console.error(error);
      batch.retryAll({ delaySeconds: 30 });
    }
  },
} satisfies ExportedHandler<Env, Reading>;

/** One statement, which writes all readings or none. A message that comes twice is written once. */
async function store(messages: readonly Message<Reading>[], env: Env): Promise<void> {
  const readings = messages.map(({ id, timestamp, body }) => ({ id, taken: timestamp, ...body }));
  await using db = await connect(env.DATABASE_URL);
  await db.query(
    `insert into readings (id, taken, station, celsius)
     select id, taken, station, celsius
     from jsonb_to_recordset($1) as r (id text, taken timestamptz, station text, celsius numeric)
     on conflict (id) do nothing`,
    [json(readings)],
    { timeoutMs: 10_000 },
  );
}

function isReading(value: unknown): value is Reading {
  const { station, celsius } = (value ?? {}) as Partial<Reading>;
  return typeof station === 'string' && typeof celsius === 'number';
}
