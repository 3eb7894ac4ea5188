// Redis over HTTP, in the shape of Upstash's REST API, so that `@upstash/redis` works unchanged. It refuses what needs a
// connection that outlives a request, and what the token's scope does not cover.
import { HttpProblem, type RouteApp, type RouteContext, readBody, readJson } from '@fairlead/http';
import { wordOf, words } from '../wire/words.ts';
import { forCaller } from './caller-errors.ts';
import { pipeline, single, transaction } from './commands.ts';
import { commandSchema, commandsSchema, describeRedis } from './describe.ts';
import { type Command, commandOfPath, type Place, placeOf, subscriptionOfPath } from './upstash/path.ts';

/** Where the routes hang in the gateway. */
const PREFIX = '/redis';

/** Commands that are answered with a stream of events. */
const STREAMS = words('SUBSCRIBE PSUBSCRIBE SSUBSCRIBE MONITOR');

/** Registers the routes. */
export function registerRedis(app: RouteApp): void {
  describeRedis(app);
  app.on(['GET', 'POST', 'PUT'], '/*', async (c) => {
    // Upstash's clients take another value for the sign that they read what they have written. One server is behind a
    // connection here, and each request sees what the requests before it have written.
    c.header('Upstash-Sync-Token', c.get('requestId'));
    try {
      const url = new URL(c.req.url);
      return await answer(c, url, placeOf(url.pathname.slice(PREFIX.length)));
    } catch (error) {
      throw forCaller(error);
    }
  });
}

async function answer(c: RouteContext, url: URL, { connection, path }: Place): Promise<Response> {
  const endpoint = c.req.method === 'POST' ? path.replace(/\/$/, '') : undefined;
  if (endpoint === 'pipeline') {
    return pipeline(c, { connection, commands: await readJson(c, commandsSchema) });
  }
  if (endpoint === 'multi-exec') {
    return transaction(c, { connection, commands: await readJson(c, commandsSchema) });
  }
  const command = endpoint === '' ? await readJson(c, commandSchema) : await fromPath(c, url, path);
  const ask = { connection, commands: [command] };
  if (!STREAMS.has(wordOf(command[0]))) return single(c, ask);
  // Most requests need no streams.
  const { events } = await import('./events/handler.ts');
  return events(c, ask);
}

async function fromPath(c: RouteContext, { search, searchParams }: URL, path: string): Promise<Command> {
  // Upstash takes the token here, too; a token in a URL ends up in logs, and here it would become an argument.
  if (searchParams.has('_token'))
    throw new HttpProblem('invalid', 'Send the token as Authorization: Bearer.');
  const query = search.slice(1);
  const subscription = subscriptionOfPath(path, query);
  const isStream = subscription !== undefined && STREAMS.has(wordOf(subscription[0]));
  const command = isStream ? subscription : commandOfPath(path, await readBody(c), query);
  if (command === undefined)
    throw new HttpProblem('invalid', 'The path and the query hold no command in percent-encoded UTF-8.');
  return command;
}
