// A Worker that uses a mooring as a library, as its README shows it. POST /name runs the case of that name.
import { mooring } from '@fairlead/mooring';
import { seat as postgres } from '@fairlead/postgres/mooring';
import { seat as redis } from '@fairlead/redis/mooring';
import { type Case, type Env, type Input, told } from './case.ts';
import { LIBRARY_CASES } from './libraries.ts';
import { POSTGRES_CASES } from './postgres.ts';
import { REDIS_CASES } from './redis.ts';

export class Mooring extends mooring([postgres, redis]) {}

const CASES: Readonly<Record<string, Case>> = { ...POSTGRES_CASES, ...REDIS_CASES, ...LIBRARY_CASES };

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const run = CASES[new URL(request.url).pathname.slice(1)];
    if (run === undefined) return new Response('no such case', { status: 404 });
    try {
      const result = await run(env, (await request.json()) as Input);
      return result instanceof Response ? result : Response.json(result ?? null);
    } catch (error) {
      return Response.json(told(error), { status: 500 });
    }
  },
};
