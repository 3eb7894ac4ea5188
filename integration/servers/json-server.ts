// HTTP with JSON on 127.0.0.1, in the run's own process: how tests inside workerd ask a library that runs in Node.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { Running } from './container.ts';

/** Where to `POST` a question. */
export interface JsonServerAddress {
  readonly url: string;
}

/** Starts a server that answers each question with 200 and what `answer` gives, or with 500 and the error's text. */
export async function startJsonServer<Question>(
  answer: (question: Question) => Promise<unknown>,
): Promise<Running<JsonServerAddress>> {
  const server = createServer(async (request, response) => {
    try {
      response.end(JSON.stringify(await answer((await json(request)) as Question)));
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    at: { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
