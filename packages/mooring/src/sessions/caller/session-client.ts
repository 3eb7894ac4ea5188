// One session, as a caller sees it: questions to the object that keeps it. It knows no protocol.
import { toBase64 } from '@fairlead/bytes';
import { abortedBy, deferred } from '@fairlead/client';
import { FairleadError } from '@fairlead/errors';
import { bounded } from '@fairlead/transport';
import { objectId, objectStub } from '../../namespace.ts';
import { fromPlain } from '../../plain-error.ts';
import { checkPlain } from '../../plain-settings.ts';
import type { MooringNamespace, Settings } from '../../types.ts';
import type { SessionAnswer, SessionAsk, SessionLimits, SessionStub, SessionTarget } from '../types.ts';

/** For how long a caller waits for the object's answer beyond the time that the object was given. */
const GRACE_MS = 2_000;
/** How often a question is asked that the object does not answer. */
const MAX_FAILURES = 6;
const FIRST_PAUSE_MS = 50;

/** What a session is named by, and where it is kept. */
export interface SessionAddress {
  readonly protocol: string;
  /** What the seat opens the session with. */
  readonly settings: Settings;
  /** What names the session, besides its protocol and limits: of plain values. */
  readonly identity: unknown;
  readonly limits: SessionLimits;
  /** How long a call may take that sets no time of its own, in milliseconds. */
  readonly timeoutMs: number;
  /** Where the object is made, at its first use: `weur`, `enam`, ... */
  readonly locationHint?: string | undefined;
}

/** The time and the signal of one call. */
export interface AskOptions {
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A caller's way to one session. */
export class SessionClient {
  readonly #namespace: MooringNamespace;
  readonly #id: unknown;
  readonly #hint: { readonly locationHint: string } | undefined;
  readonly #target: SessionTarget;
  readonly #timeoutMs: number;

  private constructor(namespace: MooringNamespace, name: string, address: SessionAddress) {
    const { protocol, settings, limits, timeoutMs, locationHint } = address;
    this.#namespace = namespace;
    this.#id = objectId(namespace, name);
    this.#hint = locationHint === undefined ? undefined : { locationHint };
    this.#target = { protocol, settings, limits };
    this.#timeoutMs = timeoutMs;
  }

  /** The way to a session. It asks nothing of the object yet. @throws FairleadError `usage`: settings that cannot cross RPC. */
  static async at(namespace: MooringNamespace, address: SessionAddress): Promise<SessionClient> {
    const { protocol, identity, limits, settings } = address;
    checkPlain(settings);
    return new SessionClient(namespace, await digest(protocol, [identity, limits]), address);
  }

  /**
   * Asks the object. What may be asked twice is asked again where the object does not answer, as when it is evicted.
   * @throws FairleadError What the session's protocol throws; `timeout`, `aborted`; `connection_lost` where the object did
   *   not answer.
   */
  async ask(ask: SessionAsk, { timeoutMs = this.#timeoutMs, signal }: AskOptions = {}): Promise<unknown> {
    for (let failures = 1; ; failures++) {
      // A stub whose object has failed once stays so: each question has its own.
      const stub = objectStub(this.#namespace, this.#id, this.#hint?.locationHint) as SessionStub;
      const answer = stub.session({ ...this.#target, timeoutMs, ask });
      const outcome = await bounded(answer, timeoutMs + GRACE_MS, signal);
      if (outcome.kind === 'done') return unpack(outcome.value);
      if (outcome.kind === 'aborted' && signal !== undefined) throw abortedBy('call', signal);
      const cause = outcome.kind === 'failed' ? outcome.error : undefined;
      if (cause === undefined || failures === MAX_FAILURES || !mayRepeat(ask)) throw notAnswered(cause);
      await bounded(deferred<void>().promise, FIRST_PAUSE_MS * 2 ** failures, signal);
    }
  }
}

function unpack({ value, error }: SessionAnswer): unknown {
  if (error !== undefined) throw fromPlain(error);
  return value;
}

/** Whether a question does no harm where it is asked twice. */
function mayRepeat(ask: SessionAsk): boolean {
  return ask.op === 'call' ? ask.mayRepeat === true : ask.op !== 'end';
}

function notAnswered(cause: unknown): FairleadError {
  return new FairleadError('connection_lost', 'The mooring did not answer.', { cause });
}

/** Objects with the same members are equal, whatever their order. */
function inOrder(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * A name for equal values, which holds no secret.
 * @internal
 */
export async function digest(prefix: string, value: unknown): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(value, inOrder));
  return `${prefix}:${toBase64(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)))}`;
}
