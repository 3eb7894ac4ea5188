// WebSocket answers: JSON events out, JSON commands in, one client as long as the socket lives. A caller without the
// right is refused before the upgrade, by an ordinary problem; binary messages are refused after it.
import { usage } from '@fairlead/errors';
import type { RouteContext } from '../../app/contract.ts';
import { readJsonText } from '../../json/read.ts';
import type { Meter } from '../../observability/request-record.ts';
import { loggedProblem } from '../../problems/problem.ts';
import type { Closable, Open, Use } from '../../request/client.ts';
import { Lifetime } from '../../request/lifetime.ts';
import { limitFrom, requestLimit } from '../../request/request-time.ts';
import { checkOrigin, chosenProtocol } from './handshake.ts';

/** Commands that may run at once; a caller that sends more does not wait for its answers. */
const MAX_COMMANDS = 100;

/** RFC 6455 section 7.4.1. */
const NORMAL_CLOSURE = 1000;
const UNSUPPORTED_DATA = 1003;
const POLICY_VIOLATION = 1008;
const TOO_BIG = 1009;
/** Section 7.4.2 leaves 4000 to 4999 to applications: the problem's HTTP status stands behind the 4. */
const PROBLEM_CLOSURE = 4000;

/** The two directions of one socket: the events that a route sends, and the commands that it takes. */
export interface Dialogue {
  /** JSON texts, one a message. When they end, the socket is closed with 1000. */
  readonly events: AsyncIterable<string>;
  /**
   * Takes one command, parsed but not checked; what it gives back is sent. What it throws is told to the caller as an
   * event `error`, and the socket stays open.
   */
  command(value: unknown): Promise<string | undefined>;
}

/**
 * Answers with a WebSocket. `open` and `begin` run before the upgrade, so that their failures are ordinary problem
 * responses. Later ones are an event `{"event":"error","problem":{...}}`, then the close code 4000 + the problem's
 * status. Further codes: 1000 the events ended, 1003 a binary message, 1008 more than 100 commands at once, 1009 a
 * command larger than `maxBodyBytes`. The client is closed when the socket ends, whichever side ended it.
 * @param timeoutMs The life of the socket from the request's arrival on, after which it fails with `timeout`. Default: the caller's wish, else
 *   `maxTimeoutMs`.
 * @throws HttpProblem 403 (origin), 400 (subprotocols); FairleadError of `open` and `begin`.
 */
export async function webSocketWithClient<C extends Closable>(
  c: RouteContext,
  open: Open<C>,
  begin: Use<C, Promise<Dialogue>>,
  timeoutMs: number = requestLimit(c, c.get('config').limits.maxTimeoutMs).timeoutMs,
): Promise<Response> {
  checkOrigin(c);
  const protocol = chosenProtocol(c);
  if (typeof WebSocketPair === 'undefined') {
    throw usage('WebSocket answers need the Workers runtime');
  }
  const life = new Lifetime(c, limitFrom(c, timeoutMs));
  let client: C | undefined;
  try {
    client = await c.get('timing').opening(open(life.signal, life.limit));
    const dialogue = await begin(client, life.signal, life.limit);
    const { 0: outer, 1: inner } = new WebSocketPair();
    new DialogueSocket(c, life, client, dialogue).run(inner);
    const headers = new Headers({ 'Fairlead-Request-Id': c.get('requestId') });
    if (protocol !== undefined) headers.set('Sec-WebSocket-Protocol', protocol);
    return new Response(null, { status: 101, webSocket: outer, headers });
  } catch (error) {
    await client?.close();
    life.end();
    throw life.explain(error);
  }
}

/** What is used of the platform's server side of a WebSocket. */
interface ServerSocket {
  accept(): void;
  send(text: string): void;
  close(code: number, reason: string): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'close' | 'error', listener: () => void): void;
}

/** One dialogue over one socket. */
class DialogueSocket {
  readonly #c: RouteContext;
  readonly #life: Lifetime;
  readonly #client: Closable;
  readonly #dialogue: Dialogue;
  #socket: ServerSocket | undefined;
  #meter: Meter | undefined;
  #running = 0;

  constructor(c: RouteContext, life: Lifetime, client: Closable, dialogue: Dialogue) {
    this.#c = c;
    this.#life = life;
    this.#client = client;
    this.#dialogue = dialogue;
  }

  run(socket: ServerSocket): void {
    this.#socket = socket;
    this.#meter = this.#c.get('record').open();
    socket.addEventListener('message', ({ data }) => this.#onMessage(data));
    socket.addEventListener('close', () => this.#onGone());
    socket.addEventListener('error', () => this.#onGone());
    socket.accept();
    void this.#pump();
  }

  async #pump(): Promise<void> {
    try {
      for await (const text of this.#dialogue.events) this.#send(text);
      this.#close(NORMAL_CLOSURE, '');
    } catch (error) {
      this.#fail(this.#life.explain(error));
    } finally {
      await this.#client.close().catch(() => {});
      this.#life.end();
    }
  }

  #onMessage(data: unknown): void {
    if (this.#socket === undefined) return;
    const { maxBodyBytes } = this.#c.get('config').limits;
    if (typeof data === 'string') this.#meter?.received(data.length);
    if (typeof data !== 'string') this.#end(UNSUPPORTED_DATA, 'commands are JSON texts');
    else if (data.length > maxBodyBytes) this.#end(TOO_BIG, 'larger than maxBodyBytes');
    else if (this.#running >= MAX_COMMANDS) this.#end(POLICY_VIOLATION, 'too many commands at once');
    else void this.#run(data);
  }

  async #run(text: string): Promise<void> {
    this.#running++;
    try {
      const maxDepth = this.#c.get('config').limits.maxJsonDepth;
      const value = readJsonText(text, { maxDepth, root: 'command', what: 'The command' });
      const answer = await this.#dialogue.command(value);
      if (answer !== undefined) this.#send(answer);
    } catch (error) {
      this.#send(this.#errorEvent(error).text);
    } finally {
      this.#running--;
    }
  }

  #errorEvent(error: unknown): { text: string; status: number; code: string } {
    const problem = loggedProblem(error, this.#c);
    return {
      text: JSON.stringify({ event: 'error', problem }),
      status: problem.status,
      code: problem.code,
    };
  }

  #fail(error: unknown): void {
    if (this.#socket === undefined) return;
    const { text, status, code } = this.#errorEvent(error);
    this.#c.get('record').code = code;
    this.#send(text);
    this.#close(PROBLEM_CLOSURE + status, code);
  }

  /** Ends a dialogue that the caller has broken. */
  #end(code: number, reason: string): void {
    this.#close(code, reason);
    this.#life.abort();
  }

  #onGone(): void {
    this.#close(NORMAL_CLOSURE, '');
    this.#life.abort();
  }

  #send(text: string): void {
    try {
      this.#socket?.send(text);
      this.#meter?.sent(text.length);
    } catch {
      // The caller has gone; the event that says so is on its way.
    }
  }

  #close(code: number, reason: string): void {
    const socket = this.#socket;
    this.#socket = undefined;
    try {
      socket?.close(code, reason);
    } catch {
      // It is closed already.
    }
    this.#meter?.ended({ closeCode: code });
  }
}
