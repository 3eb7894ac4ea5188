// A gateway whose one module answers with as many rows as the path says, for the tests of what narrows a token.
import { createApp, defineRoutes, resolveTarget } from '../src/index.ts';
import { answerWithRows, type ResultPart } from '../src/sql/index.ts';

const rows = defineRoutes({
  prefix: '/rows',
  protocol: 'demo',
  schemes: ['demo:'],
  defaultPort: 7000,
  description: 'Rows',
  register(app) {
    app.get('/limits', (c) =>
      c.json({ maxRows: c.get('config').limits.maxRows, name: c.get('access').name }),
    );
    app.get('/:count', (c) => {
      resolveTarget(c, { action: 'read' });
      const count = Number(c.req.param('count'));
      return answerWithRows(
        c,
        async () => ({ close: async () => {} }),
        (_client, separator) => result(count, separator),
      );
    });
  },
});

/** The same, for clients that send the token in a header of their own. */
const bare = defineRoutes({
  ...rows,
  prefix: '/bare',
  schemes: ['bare:'],
  tokenHeaders: ['api-key', 'apiKey'],
});

async function* result(count: number, separator: string): AsyncGenerator<ResultPart> {
  yield { head: '"columns":[]' };
  for (let i = 1; i <= count; i++) {
    yield { rows: new TextEncoder().encode(`{"n":${i}}${separator}`), count: i };
  }
  yield { tail: '"command":"SELECT"' };
}

const CONNECTIONS = { main: 'demo://db.example' };

/** A request; all has a default. */
export interface Ask {
  /** Default: the token of the settings. `null` sends none. */
  readonly token?: string | null;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly env?: object;
}

/** Asks the gateway of these settings. */
export function asker(base: object) {
  const app = createApp({ routes: [rows, bare] });
  return async ({ token = 'the-token', path = '/rows/1', headers = {}, env = {} }: Ask = {}) => {
    const init = { headers: { ...(token === null ? {} : { Authorization: `Bearer ${token}` }), ...headers } };
    const response = await app.request(path, init, { FAIRLEAD_CONNECTIONS: CONNECTIONS, ...base, ...env });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: asJson(text) };
  };
}

function asJson(text: string) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** An entry of `FAIRLEAD_TOKENS` with what narrows it. */
export const token = (limits: object) => ({
  name: 'page',
  token: 'the-token',
  scopes: ['demo'],
  ...limits,
});
