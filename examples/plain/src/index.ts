// A Worker that answers with rows from Postgres: GET /?deeper=16
import { FairleadError } from '@fairlead/errors';
import { connect } from '@fairlead/postgres';

interface Env {
  /** A secret, such as `postgres://app@db.example.com/harbours`. */
  readonly DATABASE_URL: string;
  /** A secret. Left out where the URL has the password. */
  readonly DATABASE_PASSWORD?: string;
}

interface Harbour {
  readonly name: string;
  readonly country: string;
  /** `numeric` is text: no digit is lost. */
  readonly depth_m: string;
}

export default {
  async fetch(request, env): Promise<Response> {
    const deeper = Number(new URL(request.url).searchParams.get('deeper') ?? '0');
    if (!Number.isFinite(deeper)) return new Response('deeper must be a number\n', { status: 400 });
    try {
      return Response.json(await deeperThan(deeper, request.signal, env));
    } catch (error) {
      if (!(error instanceof FairleadError)) throw error;
      console.error(error);
      return new Response('The database cannot be asked now.\n', { status: 503 });
    }
  },
} satisfies ExportedHandler<Env>;

/** A connection belongs to the request that opened it, and is closed at the end of this function. */
async function deeperThan(metres: number, signal: AbortSignal, env: Env): Promise<Harbour[]> {
  const password = env.DATABASE_PASSWORD;
  await using db = await connect(env.DATABASE_URL, { signal, ...(password && { password }) });
  const text = 'select name, country, depth_m from harbours where depth_m > $1 order by depth_m desc';
  const { rows } = await db.query<Harbour>(text, [metres], { timeoutMs: 2000 });
  return rows;
}
