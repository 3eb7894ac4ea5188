// Speaks HTTP to the gateway, thousands of requests at once. It judges no answer and repeats no request.
import { Agent, type IncomingMessage, request } from 'node:http';

/** What came of a request. */
export interface Answer {
  /** HTTP's; 0 where the connection to the Worker ended without a whole answer. */
  readonly status: number;
  /** Whether the caller gave up. */
  readonly isHang: boolean;
  /** Parsed JSON; `{}` where it is none. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly retryAfter: string | undefined;
  /** From the request to the end of the answer. */
  readonly ms: number;
}

/** What is asked. */
export interface Ask {
  /** Sent as JSON by POST. */
  readonly json?: unknown;
  readonly token?: string;
  /** The request's time limit, which the gateway is told. */
  readonly timeoutMs?: number;
  /** After which the caller gives up. */
  readonly patienceMs?: number;
}

/** Long enough for every time limit that tests set: an answer that has not come by then is a hang. */
const PATIENCE_MS = 60_000;

/** An unused connection is closed before workerd closes it, which would look like a lost answer. */
const IDLE_MS = 3_000;

/** A caller of the gateway. */
export class Caller {
  url: URL = new URL('http://127.0.0.1');
  readonly #token: string;
  readonly #agent = new Agent({ keepAlive: true, timeout: IDLE_MS, maxSockets: Number.POSITIVE_INFINITY });

  /** @param token Sent where a request names none. */
  constructor(token: string) {
    this.#token = token;
  }

  /** Asks, and waits for the whole answer. It never rejects. */
  ask(
    path: string,
    { json, token = this.#token, timeoutMs, patienceMs = PATIENCE_MS }: Ask = {},
  ): Promise<Answer> {
    const startedAt = performance.now();
    const headers: Record<string, string> = { Authorization: `Bearer ${token}` };
    if (json !== undefined) headers['Content-Type'] = 'application/json';
    if (timeoutMs !== undefined) headers['Fairlead-Timeout-Ms'] = String(timeoutMs);
    return new Promise((resolve) => {
      const end = (answer: Partial<Answer>): void => {
        clearTimeout(timer);
        const ms = performance.now() - startedAt;
        resolve({ status: 0, isHang: false, body: {}, retryAfter: undefined, ...answer, ms });
      };
      const method = json === undefined ? 'GET' : 'POST';
      const sent = request(new URL(path, this.url).href, { agent: this.#agent, method, headers });
      const timer = setTimeout(() => {
        end({ isHang: true });
        sent.destroy();
      }, patienceMs);
      sent.on('error', () => end({}));
      sent.on('response', (response) => void read(response).then(end));
      sent.end(json === undefined ? undefined : JSON.stringify(json));
    });
  }

  /** Closes the connections that are open. */
  close(): void {
    this.#agent.destroy();
  }
}

async function read(response: IncomingMessage): Promise<Partial<Answer>> {
  try {
    const parts: Buffer[] = [];
    for await (const part of response) parts.push(part as Buffer);
    const body: unknown = JSON.parse(Buffer.concat(parts).toString() || '{}');
    const retryAfter = response.headers['retry-after'];
    return { status: response.statusCode ?? 0, body: body as Answer['body'], retryAfter };
  } catch {
    return {};
  }
}
