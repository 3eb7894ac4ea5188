// The clients of the gateway's dear rows, alone in a Worker: what the gateway costs beyond these is the gateway's own.
import { open } from '@fairlead/postgres';
import { connect } from '@fairlead/redis';

interface Env {
  readonly PASSWORD: string;
  readonly REDIS_TLS: string;
  readonly POSTGRES: string;
}

async function redis(port: string, password: string): Promise<Response> {
  const client = await connect(`rediss://:${password}@localhost:${port}`, { protocol: 2 });
  try {
    return Response.json({ result: await client.get('small') });
  } finally {
    await client.close();
  }
}

async function postgres(port: string, password: string): Promise<Response> {
  const db = open(`postgres://bench:${password}@localhost:${port}/postgres?sslmode=require`);
  try {
    const { rows } = await db.query('select $1::int as answer', [42], { prepare: false });
    return Response.json({ rows });
  } finally {
    await db.close();
  }
}

export default {
  async fetch(request: Request, { PASSWORD, REDIS_TLS, POSTGRES }: Env): Promise<Response> {
    switch (new URL(request.url).pathname) {
      case '/redis':
        return redis(REDIS_TLS, PASSWORD);
      case '/pg':
        return postgres(POSTGRES, PASSWORD);
      default:
        return new Response('ready');
    }
  },
};
