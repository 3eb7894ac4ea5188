// From a client to its connection: for the functions that take a client, so that a program bundles only those it calls.
import { type CallLimit, limitOf } from '@fairlead/client';
import { usage } from '@fairlead/errors';
import type { CallOptions } from '../options/connect-options.ts';
import type { Connection } from './connection.ts';

/** Default limit of a call. */
const TIMEOUT_MS = 60_000;
/** Default limit of a call that moves messages. */
const LONG_TIMEOUT_MS = 600_000;

/** A connection, and the time that its calls have. */
export class Link {
  readonly connection: Connection;
  readonly #timeoutMs: number | undefined;

  constructor(connection: Connection, timeoutMs: number | undefined) {
    this.connection = connection;
    this.#timeoutMs = timeoutMs;
  }

  /** The limit of a call that begins now. */
  limit(options: CallOptions, isLong = false): CallLimit {
    return limitOf(options, this.#timeoutMs ?? (isLong ? LONG_TIMEOUT_MS : TIMEOUT_MS));
  }

  /** Runs `work` in its turn. */
  async call<T>(
    noun: string,
    options: CallOptions,
    work: (connection: Connection) => Promise<T>,
  ): Promise<T> {
    const { connection } = this;
    return await connection.call(noun, this.limit(options), () => work(connection));
  }
}

const LINKS = /* @__PURE__ */ new WeakMap<object, Link>();

/** Makes a client known. */
export function link(client: object, its: Link): void {
  LINKS.set(client, its);
}

/** @throws FairleadError `usage` for what `connect` has not made. */
export function linkOf(client: object): Link {
  const its = LINKS.get(client);
  if (its === undefined) throw usage('The client is not one of connect()');
  return its;
}
