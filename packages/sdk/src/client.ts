// Sends calls: with the token, within their time, again where that is safe. What an answer holds is its reader's business.
import { CallTime } from './call-time.ts';
import { FairleadProblem, isProblem } from './problem.ts';
import { type AnyInput, bodyOf, headersOf, type Operation, urlOf } from './request.ts';
import { parseRetryAfter, retryDelayMs } from './retry.ts';
import { readText } from './streams/chunks.ts';

const DEFAULT_RETRIES = 2;
const DEFAULT_TIMEOUT_MS = 30_000;
/** More of an answer that is no problem document is not read. */
const MAX_PROBLEM_LENGTH = 1 << 20;
/** What a bearer token consists of (RFC 6750 section 2.1), and what else the gateway takes. */
const TOKEN = /^[\x21-\x7e]+$/;

/** Options of `createClient`. */
export interface ClientOptions {
  /** The gateway's: `https://fairlead.example.workers.dev`. */
  readonly url: string | URL;
  /** The bearer token, or what is asked for it before each attempt. */
  readonly token: string | (() => string | Promise<string>);
  /** Default: the runtime's own. A service binding's goes here: `env.GATEWAY.fetch.bind(env.GATEWAY)`. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /** How often a call is repeated where that is safe. Default 2. */
  readonly retries?: number;
  /** How long a call may take that is no stream, its repetitions together. Default 30,000. */
  readonly timeoutMs?: number;
}

/** How an answer is asked for. */
export interface Wish {
  readonly accept: string;
  /** Whether the call goes on behind the answer's head, and so has no time limit but its own. */
  readonly isStream?: boolean;
}

/** An answer with success, whose body was not read. */
export interface Answer {
  readonly response: Response;
  /** To be stopped when the body was read, or is given up. */
  readonly time: CallTime;
}

/** A gateway, and a token for it. Operations take it as their first argument. */
export class Client {
  /** Without a slash at its end. */
  readonly url: string;
  // Private by the language: no log of the object shows it.
  readonly #options: ClientOptions;

  /** @throws TypeError for a URL or a token that is none. */
  constructor(options: ClientOptions) {
    const url = new URL(options.url);
    if (!/^https?:$/.test(url.protocol)) throw new TypeError('The url must begin with https:// or http://');
    if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
      throw new TypeError('The url may have a path and nothing behind it, and no credentials');
    this.url = url.href.replace(/\/+$/, '');
    if (typeof options.token === 'string') checkToken(options.token);
    this.#options = options;
  }

  /**
   * Sends a call until it is answered with success.
   * @throws FairleadProblem; the reason of the caller's signal.
   */
  async send(operation: Operation, input: AnyInput, wish: Wish): Promise<Answer> {
    const retries = input.retries ?? this.#options.retries ?? DEFAULT_RETRIES;
    const own = this.#options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    const time = new CallTime(input.timeoutMs ?? (wish.isStream ? undefined : own), input.signal);
    try {
      for (let attempt = 0; ; attempt++) {
        const response = await this.#attempt(operation, input, wish, time);
        if (response.ok) return { response, time };
        const problem = await readProblem(response);
        const delayMs = attempt < retries ? retryDelayMs(problem, attempt, Math.random()) : undefined;
        if (delayMs === undefined || delayMs >= time.leftMs()) throw problem;
        await time.wait(delayMs);
      }
    } catch (error) {
      time.stop();
      throw time.explain(error);
    }
  }

  async #attempt(operation: Operation, input: AnyInput, wish: Wish, time: CallTime): Promise<Response> {
    const { token: source } = this.#options;
    const token = typeof source === 'string' ? source : await source();
    checkToken(token);
    const headers = headersOf(operation, input, wish.accept);
    headers.Authorization = `Bearer ${token}`;
    const leftMs = time.leftMs();
    if (Number.isFinite(leftMs)) headers['Fairlead-Timeout-Ms'] = String(Math.max(1, Math.floor(leftMs)));
    const body = bodyOf(operation, input);
    // Not called as a method: browsers want their own `this`.
    const send = this.#options.fetch ?? ((url: string, init: RequestInit) => fetch(url, init));
    const init: RequestInit = {
      method: operation.method,
      headers,
      signal: time.signal,
      // A token goes to the gateway that it is for, and nowhere else.
      redirect: 'manual',
      ...(body === undefined ? {} : { body }),
    };
    return send(urlOf(this.url, operation, input), init).catch((cause: unknown) => {
      throw new FairleadProblem({ code: 'network', detail: 'No answer of the gateway came.', cause });
    });
  }
}

/**
 * Makes a client.
 * @throws TypeError for a URL or a token that is none.
 * @example
 * ```ts
 * import { createClient, pgQuery } from '@fairlead/sdk';
 *
 * const client = createClient({ url: 'https://fairlead.example.workers.dev', token: 'a-token' });
 * const { rows } = await pgQuery(client, { body: { sql: 'select $1::int as n', params: [42] } });
 * ```
 */
export function createClient(options: ClientOptions): Client {
  return new Client(options);
}

/** Runtimes would show a header's value that they refuse. */
function checkToken(token: string): void {
  if (!TOKEN.test(token)) throw new TypeError('The token must be visible ASCII characters without spaces');
}

async function readProblem(response: Response): Promise<FairleadProblem> {
  const { status } = response;
  const retryAfterMs = parseRetryAfter(response.headers.get('Retry-After'), Date.now());
  const requestId = response.headers.get('Fairlead-Request-Id') ?? '';
  const value = parsed(await readText(response, MAX_PROBLEM_LENGTH));
  if (isProblem(value)) return new FairleadProblem({ ...value, status, retryAfterMs });
  const detail =
    neonMessage(value) ?? `The answer with status ${status} is no problem document of a gateway.`;
  return new FairleadProblem({ code: 'unexpected', detail, status, requestId, retryAfterMs });
}

/** Neon's shape has the code and the message alone. */
function neonMessage(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('message' in value)) return undefined;
  return typeof value.message === 'string' ? value.message : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
