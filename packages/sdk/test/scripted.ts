// A gateway that answers from a script, for a client's `fetch`: it notes what it is asked.
import { type Client, type ClientOptions, createClient } from '../src/index.ts';

/** What was sent. */
export interface Sent {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly body: unknown;
  readonly signal: AbortSignal;
}

/** An answer, what makes it, or the error in its place. */
export type Step = Response | Error | ((sent: Sent) => Response | Promise<Response>);

/** The token of every scripted client. */
export const TOKEN = 's3cret-token';

/** A client whose gateway answers with the steps, one a request. */
export function scripted(
  steps: readonly Step[],
  options: Partial<ClientOptions> = {},
): { client: Client; sent: Sent[] } {
  const sent: Sent[] = [];
  const client = createClient({
    url: 'https://gateway.test/base/',
    token: TOKEN,
    async fetch(url, { method = '', headers, body, signal }) {
      const request = { url, method, headers: new Headers(headers), body, signal: signal as AbortSignal };
      const step = steps[sent.push(request) - 1];
      if (step === undefined) throw new Error('more requests than steps');
      if (step instanceof Error) throw step;
      return step instanceof Response ? step : step(request);
    },
    ...options,
  });
  return { client, sent };
}

/** A problem document as the gateway answers it. */
export function problem(
  status: number,
  members: object = {},
  headers: Record<string, string> = {},
): Response {
  const body = {
    type: '/problems/overloaded',
    title: 'No connection was free in time',
    status,
    detail: 'The pool is full.',
    code: 'overloaded',
    blame: 'local',
    safeToRetry: true,
    requestId: 'request-1',
    ...members,
  };
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'Content-Type': 'application/problem+json', ...headers },
  });
}

/** A body in chunks, and whether it was given up. */
export function chunked(
  chunks: readonly (string | Uint8Array)[],
  ends = true,
): { response: Response; cancelled: () => boolean } {
  let isCancelled = false;
  let next = 0;
  const encoder = new TextEncoder();
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const chunk = chunks[next++];
        if (chunk !== undefined)
          controller.enqueue(typeof chunk === 'string' ? encoder.encode(chunk) : chunk);
        else if (ends) controller.close();
        else return new Promise(() => {});
        return undefined;
      },
      cancel() {
        isCancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { response: new Response(stream), cancelled: () => isCancelled };
}
