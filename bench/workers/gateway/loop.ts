// The gateway without a network: it makes each of its requests itself, and its servers' answers are ready, so that what is timed is
// code alone. `/round?scenario=healthz&count=200` runs so many requests, one after the other.
import { createGateway } from '@fairlead/worker';
import { canned } from './canned.ts';

const ORIGIN = 'http://gateway.example';
const HEADERS = { authorization: 'Bearer bench-token-of-a-length-that-is-usual' };
const QUERY = JSON.stringify({ sql: 'select $1::int as answer', params: [42] });
const JSON_HEADERS = {
  ...HEADERS,
  'content-type': 'application/json',
  'content-length': String(QUERY.length),
};

/** What each scenario asks for, and the status of its answers. */
const SCENARIOS: Readonly<Record<string, { readonly ask: () => Request; readonly status: number }>> = {
  healthz: { ask: () => new Request(`${ORIGIN}/healthz`, { headers: HEADERS }), status: 200 },
  redis: { ask: () => new Request(`${ORIGIN}/redis/get/small`, { headers: HEADERS }), status: 200 },
  pg: {
    ask: () => new Request(`${ORIGIN}/pg/query`, { method: 'POST', headers: JSON_HEADERS, body: QUERY }),
    status: 200,
  },
  refusal: { ask: () => new Request(`${ORIGIN}/nothing`, { headers: HEADERS }), status: 404 },
};

/** Lines of the access log are made, and go nowhere. */
console.log = () => {};

const gateway = createGateway({ connector: canned });

export default {
  async fetch(request: Request, env: object, context: ExecutionContext): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const scenario = SCENARIOS[searchParams.get('scenario') ?? ''];
    if (pathname !== '/round' || scenario === undefined) return new Response('ready');
    const count = Number(searchParams.get('count'));
    for (let i = 0; i < count; i++) {
      const response = await gateway.fetch(scenario.ask(), env, context);
      if (response.status !== scenario.status) return response;
    }
    return new Response('done');
  },
};
