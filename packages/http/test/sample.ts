// A small route module over a made-up protocol, for the tests of what all modules share.
import type { CallLimit } from '@fairlead/client';
import { createRoute, z } from '@hono/zod-openapi';
import {
  createApp,
  type Dialogue,
  defineRoutes,
  eventsWithClient,
  jsonText,
  type PageApp,
  problemResponses,
  resolveTarget,
  SECURITY_SCHEME,
  type ServerEvent,
  streamBody,
  streamWithClient,
  webSocketWithClient,
  withClient,
} from '../src/index.ts';

export const TOKEN = 'test-token-0123456789';

export const ENV = {
  FAIRLEAD_TOKENS: JSON.stringify([{ name: 'all', token: TOKEN, scopes: ['*'] }]),
  FAIRLEAD_CONNECTIONS: JSON.stringify({
    main: { url: 'demo://user:s3cret-pw@db.internal.example:7000', colour: 'blue' },
    other: 'demo://other.example:7001',
    alien: 'spare://spare.example:1',
  }),
};

/** What the sample's fake client does: set by each test. */
export interface Script {
  readonly log: string[];
  readonly use?: (signal: AbortSignal, limit: CallLimit) => Promise<unknown>;
  readonly lines?: (signal: AbortSignal) => AsyncIterable<string>;
  readonly open?: (url: string) => void;
  readonly events?: (signal: AbortSignal) => AsyncIterable<ServerEvent>;
  readonly dialogue?: (signal: AbortSignal) => Dialogue;
}

const route = createRoute({
  method: 'post',
  path: '/do',
  security: [{ [SECURITY_SCHEME]: [] }],
  request: {
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z.strictObject({
            word: z.string(),
            connection: z.string().optional(),
            list: z.array(z.int()).optional(),
          }),
        },
      },
    },
  },
  responses: { 200: { description: 'Done' }, ...problemResponses() },
});

/** An app with the sample protocol under `/demo`. */
export function sampleApp(script: Script): PageApp {
  const open = async (url: string) => {
    script.open?.(url);
    script.log.push('open');
    return {
      close: async () => {
        script.log.push('close');
      },
    };
  };
  const demo = defineRoutes({
    prefix: '/demo',
    protocol: 'demo',
    schemes: ['demo:', 'demos:'],
    defaultPort: 7000,
    description: 'A protocol for tests',
    problemMembers: (problem) => ({ error: problem.detail }),
    serverStatus: (server) => (server.code === 'BUSY' ? 503 : undefined),
    register(app) {
      app.openapi(route, async (c) => {
        const { connection } = c.req.valid('json');
        const target = resolveTarget(c, { action: 'write', connection });
        const result = await withClient(
          c,
          () => open(target.url),
          async (_client, signal, limit) =>
            (await script.use?.(signal, limit)) ?? { name: target.name, options: target.options },
        );
        return c.body(jsonText(result), 200, { 'Content-Type': 'application/json' });
      });
      app.get('/rows', async (c) => {
        const target = resolveTarget(c, { action: 'read' });
        return streamWithClient(
          c,
          () => open(target.url),
          (_client, signal) => script.lines?.(signal) ?? nothing(),
        );
      });
      app.get('/events', async (c) => {
        const target = resolveTarget(c, { action: 'read' });
        return eventsWithClient(
          c,
          () => open(target.url),
          (_client, signal) => script.events?.(signal) ?? nothing(),
        );
      });
      app.get('/socket', async (c) => {
        const target = resolveTarget(c, { action: 'read' });
        return webSocketWithClient(
          c,
          () => open(target.url),
          async (_client, signal) => script.dialogue?.(signal) ?? { events: nothing(), command: silent },
        );
      });
    },
  });
  const spare = defineRoutes({
    prefix: '/spare',
    protocol: 'spare',
    schemes: ['spare:'],
    description: 'Another protocol',
    bodies: 'any',
    register(app) {
      app.post('/', async (c) => c.text(await c.req.text()));
      app.post('/stream', async (c) => c.text(await new Response(streamBody(c)).text()));
      app.post('/json', async (c) => c.text(JSON.stringify(await c.req.json())));
      app.post('/unread', (c) => c.text('not read'));
    },
  });
  return createApp({ routes: [demo, spare] });
}

/** A POST to the sample route, as a caller with the token would send it. */
export function post(body: unknown, headers: Record<string, string> = {}): RequestInit {
  return {
    method: 'POST',
    headers: { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  };
}

async function* nothing(): AsyncIterable<never> {
  // Yields nothing.
}

async function silent(): Promise<undefined> {
  // Answers nothing.
}
