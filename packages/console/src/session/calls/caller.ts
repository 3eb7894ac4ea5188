// Makes the requests of one tab, and remembers them for whoever wants to repeat them elsewhere.
import { type CallOptions, type Client, createClient } from '@fairlead/sdk';
import { type ReadonlySignal, signal } from '@preact/signals';
import { gatewayUrl } from '../gateway-url.ts';
import { currentToken } from '../session.ts';
import type { Call } from './call.ts';

/** So many calls are remembered. */
const KEPT_CALLS = 30;
/** Longer bodies are not kept. */
const MAX_BODY_LENGTH = 20_000;
/** So much is shown of a text that is longer than that. */
const SHOWN_LENGTH = 200;
/** A call without a limit of its own is given up after so long. */
const TIMEOUT_MS = 60_000;
const BASE64URL = { '+': '-', '/': '_', '=': '' } as const;

type Operation<I, R> = (client: Client, ...input: [I]) => R;

let ids = 0;

/** The requests of one tab. */
export class Caller {
  /** The named connection that calls use; undefined where they name none. */
  readonly connection: string | undefined;
  readonly #calls = signal<readonly Call[]>([]);

  constructor(connection: string | undefined) {
    this.connection = connection;
  }

  /** Newest first. */
  get calls(): ReadonlySignal<readonly Call[]> {
    return this.#calls;
  }

  /**
   * Calls an operation of the SDK with the tab's connection.
   * @param name The function's name, for the TypeScript to copy.
   * @param call The function: `caller.run('pgQuery', pgQuery, { body: { sql } })`.
   * @returns What the function gives: a promise, or an async iterable of lines or events.
   * @throws FairleadProblem, as the function does.
   */
  run<I extends CallOptions, R>(name: string, call: Operation<I, R>, input: I): R {
    const { signal: _, timeoutMs: __, ...shown } = input;
    const named = this.connection === undefined ? {} : { connection: this.connection };
    return call(this.#client(name, { ...named, ...shortened(shown) }), { ...named, ...input });
  }

  /**
   * Makes a call whose answer is read byte by byte, such as a million rows; `run` is for all others.
   * @param name The function of the SDK that does the same, for the TypeScript to copy: `pgQueryLines`.
   * @param operation Such as `{ method: 'POST', path: '/pg/query' }`.
   * @param accept The media type that is asked for: `application/x-ndjson`.
   * @returns An answer with success whose body was not read; `input.signal` ends it.
   * @throws FairleadProblem; the reason of the signal.
   */
  async answer(
    name: string,
    operation: { readonly method: string; readonly path: string },
    input: CallOptions & { readonly body?: unknown },
    accept: string,
  ): Promise<Response> {
    const { signal: _, timeoutMs: __, ...shown } = input;
    const named = this.connection === undefined ? {} : { connection: this.connection };
    const client = this.#client(name, { ...named, ...shortened(shown) });
    const { response } = await client.send(operation, { ...named, ...input }, { accept, isStream: true });
    return response;
  }

  /**
   * Opens a WebSocket of the gateway: the token travels as a subprotocol, never in the URL.
   * @param path Such as `/ssh/shell`.
   * @param query Beside the tab's connection; a list stands once for each of its values.
   * @param protocol The subprotocol that is spoken. Default: the gateway's own.
   */
  socket(
    path: string,
    query: Readonly<Record<string, string | readonly string[]>> = {},
    protocol = 'fairlead',
  ): WebSocket {
    const url = new URL(path.slice(1), gatewayUrl());
    if (this.connection !== undefined) url.searchParams.set('connection', this.connection);
    for (const [name, value] of Object.entries(query))
      for (const each of [value].flat()) url.searchParams.append(name, each);
    const record = this.#remember({ operation: undefined, input: {}, method: 'WebSocket', url: url.href });
    url.protocol = url.protocol.replace('http', 'ws');
    const socket = new WebSocket(url, [protocol, `fairlead.bearer.${encodeToken(currentToken())}`]);
    socket.addEventListener('open', () => this.#answered(record, 101));
    socket.addEventListener('error', () => this.#answered(record, 0));
    return socket;
  }

  #client(operation: string, input: Readonly<Record<string, unknown>>): Client {
    return createClient({
      url: gatewayUrl(),
      token: currentToken,
      timeoutMs: TIMEOUT_MS,
      fetch: async (url, init) => {
        const { Authorization: _, ...headers } = init.headers as Record<string, string>;
        const isShown = typeof init.body === 'string' && init.body.length <= MAX_BODY_LENGTH;
        const body = isShown ? String(init.body) : undefined;
        const isBodyLeftOut = body === undefined && init.body != null;
        const method = init.method ?? 'GET';
        const record = this.#remember({ operation, input, method, url, headers, body, isBodyLeftOut });
        try {
          const response = await fetch(url, init);
          this.#answered(record, response.status);
          return response;
        } catch (error) {
          this.#answered(record, 0);
          throw error;
        }
      },
    });
  }

  #remember(known: Pick<Call, 'operation' | 'input' | 'method' | 'url'> & Partial<Call>): Call {
    ids += 1;
    const call: Call = {
      headers: {},
      body: undefined,
      isBodyLeftOut: false,
      ...known,
      id: ids,
      at: Date.now(),
      status: undefined,
      ms: undefined,
    };
    // What is asked again and again stands once, in its newest turn.
    const others = this.#calls.peek().filter((other) => !isAlike(other, call));
    this.#calls.value = [call, ...others].slice(0, KEPT_CALLS);
    return call;
  }

  #answered(call: Call, status: number): void {
    if (call.status !== undefined) return;
    call.status = status;
    call.ms = Date.now() - call.at;
    this.#calls.value = [...this.#calls.peek()];
  }
}

/** The input without what is long in it: thirty mails with attachments are nothing to keep. */
function shortened(input: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const shorten = (value: unknown): unknown => {
    if (typeof value === 'string' && value.length > MAX_BODY_LENGTH)
      return `${value.slice(0, SHOWN_LENGTH)}…`;
    if (Array.isArray(value)) return value.map(shorten);
    const isPlain =
      typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
    return isPlain ? shortened({ ...value }) : value;
  };
  return Object.fromEntries(Object.entries(input).map(([name, value]) => [name, shorten(value)]));
}

/** As the gateway's README says: base64url of the token's characters. */
function encodeToken(token: string): string {
  return btoa(token).replace(/[+/=]/g, (sign) => BASE64URL[sign as keyof typeof BASE64URL]);
}

function isAlike(one: Call, other: Call): boolean {
  return one.method === other.method && one.url === other.url && one.body === other.body;
}
