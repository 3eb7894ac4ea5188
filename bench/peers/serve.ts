// The HTTP face of a Worker for a peer in a process of Node or Bun: its environment is what a Worker's bindings are.
import { createServer } from 'node:http';
import type { RoundSettings } from '../workers/round.ts';

/** What `rounds` makes. */
interface Rounds {
  fetch(request: Request, settings?: RoundSettings): Promise<Response>;
}

/** Listens on the port that the bench has chosen. */
export function serve(worker: Rounds): void {
  createServer(async (request, response) => {
    const answer = await worker.fetch(new Request(`http://127.0.0.1${request.url}`), process.env);
    response.writeHead(answer.status).end(await answer.text());
  }).listen(Number(process.env.PORT), '127.0.0.1');
}
