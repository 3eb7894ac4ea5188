// The proxy's control port: plain HTTP with JSON on 127.0.0.1, for tests that run inside workerd. For tests only.
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { ProxyPlan, ProxyStats } from './plan.ts';

/** What the control port may do. */
export interface Controlled {
  stats(): ProxyStats;
  clearStats(): void;
  setPlan(plan: ProxyPlan): void;
  resetAll(): void;
}

/** A running control port. */
export interface ControlServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts the control port: `GET /stats`, `DELETE /stats`, `PUT /plan`, `POST /reset`. */
export async function startControl(controlled: Controlled): Promise<ControlServer> {
  const server = createServer(async (request, response) => {
    const answer = await handle(controlled, request).catch((error: unknown) => ({
      status: 400,
      body: String(error),
    }));
    response.writeHead(answer.status, { 'content-type': 'application/json', connection: 'close' });
    response.end(JSON.stringify(answer.body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function handle(
  controlled: Controlled,
  request: IncomingMessage,
): Promise<{ status: number; body: unknown }> {
  switch (`${request.method} ${request.url}`) {
    case 'GET /stats':
      return { status: 200, body: controlled.stats() };
    case 'DELETE /stats':
      controlled.clearStats();
      return { status: 200, body: controlled.stats() };
    case 'PUT /plan':
      controlled.setPlan(JSON.parse(await text(request)));
      return { status: 200, body: {} };
    case 'POST /reset':
      controlled.resetAll();
      return { status: 200, body: {} };
    default:
      return { status: 404, body: 'GET /stats, DELETE /stats, PUT /plan, POST /reset' };
  }
}
